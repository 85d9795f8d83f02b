"""The record of each build: what was run, on what, with which code, and what came out."""

import hashlib
import platform
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from medloom.collection.manifest import Manifest
from medloom.collection.store import Store

_CODE = ("medloom", "daft", "pylance", "pyarrow", "lxml", "pillow")


def run_name(number: int) -> str:
    """The file that records a build."""
    return f"runs/{number:06d}.json"


def start(store: Store, record: dict[str, Any]) -> None:
    """Write the record of a build that begins."""
    store.write_json(run_name(record["run"]), record)


def new_record(
    number: int, recipe: Mapping[str, Any], inputs: Mapping[str, Any], how: Mapping[str, Any]
) -> dict[str, Any]:
    """Begin the record of a build."""
    return {
        "run": number,
        "started": _now(),
        "finished": None,
        "recipe": dict(recipe),
        "inputs": dict(inputs),
        "how": dict(how),
        "code": {"python": platform.python_version(), **{name: version(name) for name in _CODE}},
    }


def describe_input(place: str, fingerprints: Iterable[str]) -> dict[str, Any]:
    """Say what an input was: where, how many sources, and one hash of all their fingerprints."""
    marks = sorted(fingerprints)
    whole = hashlib.sha256("\n".join(marks).encode()).hexdigest()
    return {"place": place, "sources": len(marks), "fingerprint": whole}


def contents(manifest: Manifest) -> dict[str, Any]:
    """The version, size and lineage of every table, as a record keeps them."""
    tables = {
        name: {
            "version": state.version,
            "rows": state.rows,
            "key": state.keys[-1],
            "parent": state.parent,
            "steps": state.steps,
            "about": state.about,
            "internal": state.internal,
        }
        for name, state in manifest.tables.items()
    }
    return {"tables": tables, "ledger": dict(manifest.ledger)}


def finish(store: Store, manifest: Manifest, record: dict[str, Any]) -> None:
    """Complete the record with the version of every table, and let readers see this build."""
    done = {**record, "finished": _now(), **contents(manifest)}
    store.write_json(run_name(manifest.run), done)
    manifest.finished = manifest.run
    manifest.save(store)


def read(store: Store, number: int) -> dict[str, Any]:
    """The record of a build."""
    record: dict[str, Any] = store.read_json(run_name(number)) or {}
    return record


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
