"""Names of builds: `v1.0` is build 3. A tagged build is never pruned."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from medloom.collection import runs
from medloom.collection.ledger import TYPES
from medloom.collection.manifest import Manifest
from medloom.collection.store import Store, storage_errors
from medloom.errors import CollectionError

_TAGS = "tags.json"
_NAME = re.compile(r"[A-Za-z][\w.+-]*")


def tags_of(store: Store) -> dict[str, dict[str, Any]]:
    """The tags of a collection by name: the build, when it was tagged, and a message."""
    held: dict[str, dict[str, Any]] = store.read_json(_TAGS) or {}
    return held


def add_tag(store: Store, name: str, build: int, message: str = "", move: bool = False) -> None:
    """Give a build a name.

    Raises CollectionError where the name is unfit, is that of another build already (unless it
    may `move`), or there is no such build.
    """
    check_tag(store, name, build, move)
    held = tags_of(store)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    store.write_json(_TAGS, {**held, name: {"build": build, "tagged": when, "message": message}})


def check_tag(store: Store, name: str, build: int, move: bool = False) -> None:
    """Raise CollectionError where `add_tag` would."""
    if not _NAME.fullmatch(name):
        raise CollectionError(f"'{name}' is no name for a tag: begin with a letter, as in v1.0")
    if not runs.read(store, build).get("finished"):
        raise CollectionError(f"no finished build {build} in {store.uri}")
    held = tags_of(store)
    if name in held and held[name]["build"] != build and not move:
        raise CollectionError(f"{name} is build {held[name]['build']} already: give another name")


def build_of(store: Store, name: str) -> int:
    """The number of the build that a tag names, or of `7` as text."""
    if name.isdecimal():
        return int(name)
    held = tags_of(store)
    if name not in held:
        known = ", ".join(held) or "none; make one: medloom tag DIR NAME"
        raise CollectionError(f"no tag {name} in {store.uri}; tags: {known}")
    return int(held[name]["build"])


def prune(store: Store, keep: int) -> list[int]:
    """Delete what only old builds need: all but the last `keep`, tagged ones and their tables.

    Returns the numbers of the builds that are gone.
    """
    with store.lock():
        manifest = Manifest.load(store)
        if manifest is None:
            raise CollectionError(f"no collection in {store.uri}")
        finished = [n for n in range(1, manifest.run + 1) if runs.read(store, n).get("finished")]
        named = {one["build"] for one in tags_of(store).values()}
        kept = {*finished[-max(keep, 1) :], *(n for n in finished if n in named)}
        gone = [n for n in finished if n not in kept]
        records = [runs.read(store, n) for n in kept]
        known = {name for n in finished for name in runs.read(store, n)["tables"]}
        for number in gone:  # first: a build without a record is not offered to anybody
            store.write_json(runs.run_name(number), {"run": number, "pruned": True})
        for name in sorted(known | set(TYPES)):
            _clean(store, name, _versions(manifest, records, name))
    return gone


def _versions(manifest: Manifest, records: Iterable[dict[str, Any]], name: str) -> set[int]:
    """The versions of a table, or of a part of the ledger, that somebody still reads."""
    found = {one["tables"][name]["version"] for one in records if name in one["tables"]}
    found |= {one["ledger"][name] for one in records if name in one["ledger"]}
    if name in manifest.tables:
        found.add(manifest.tables[name].version)
    if name in manifest.ledger:
        found.add(manifest.ledger[name])
    for state in manifest.tables.values():
        if state.catch_up and state.catch_up.origin == name:
            found.add(state.catch_up.version)
        if state.catch_up and state.catch_up.ledger_version:
            found |= {state.catch_up.ledger_version} if name in manifest.ledger else set()
    return found


def _clean(store: Store, name: str, keep: set[int]) -> None:
    """Delete all versions of a Lance table but some, and the newest."""
    dataset = store.dataset(name)
    held = {one["version"] for one in dataset.versions()}
    with storage_errors():
        for version in keep & held:
            dataset.tags.create(f"kept-{version}", version)
        try:
            dataset.cleanup_old_versions(
                older_than=timedelta(0), error_if_tagged_old_versions=False
            )
        finally:
            for version in keep & held:
                dataset.tags.delete(f"kept-{version}")
