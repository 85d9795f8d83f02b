"""The Lance tables of an index by name, and taking away those that nothing reads any more."""

import time

import fsspec

from medloom.collection.store import Store
from medloom.search.index_state import State

KEPT_SECONDS = 3600.0
"""A search that is open keeps its tables so long after new ones have come."""


def new_name(table: str) -> str:
    """A name that no table of an index has had before; it ends in the time, in milliseconds."""
    return f"search/{table}-{time.time_ns() // 1_000_000}"


def remove_old(store: Store, state: State, kept_seconds: float = KEPT_SECONDS) -> list[str]:
    """Delete the tables of an index that no state names, once nobody can be reading them.

    Those are tables that were replaced, and what killed runs have left. Returns their names.
    """
    now = time.time()
    named = {one.dataset for one in state.tables.values()}
    system, folder = fsspec.core.url_to_fs(f"{store.uri}/search")
    gone = []
    for place in system.ls(folder, detail=False):
        name = f"search/{place.rstrip('/').rpartition('/')[2].removesuffix('.lance')}"
        if not place.rstrip("/").endswith(".lance") or name in named:
            continue
        since = state.replaced.get(name, _made(name))
        if now - since > kept_seconds:
            system.rm(place, recursive=True)
            gone.append(name)
    state.replaced = {one: at for one, at in state.replaced.items() if one not in gone}
    return gone


def _made(name: str) -> float:
    digits = name.rpartition("-")[2]
    return int(digits) / 1000 if digits.isdigit() else 0.0
