"""Release a collection: publish it under a version, and tag the build."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from medloom.collection.collection import Collection
from medloom.collection.tags import add_tag, check_tag
from medloom.errors import CollectionError
from medloom.publish.gates import Verdict
from medloom.publish.release import Release, Settings, publish
from medloom.publish.release.publishing import Progress


def release(
    collection: Collection,
    version: str,
    out: str | Path,
    settings: Settings,
    verdicts: Sequence[Verdict],
    progress: Progress | None = None,
) -> Release:
    """Publish a collection as a version, with what the gates said, and tag its build.

    Raises CollectionError where a gate refuses, or the version is another build already. The tag
    is given last: after a stop the same command goes on.
    """
    refused = [one.gate for one in verdicts if not one.is_open]
    if refused:
        raise CollectionError(f"no release: {', '.join(refused)} refused")
    build = collection.record["run"]
    check_tag(collection.store, version, build)
    told = [one.told() for one in verdicts]
    waivers = {one.gate: one.waiver for one in verdicts if one.waiver}
    extras = {"version": version, "gates": told, "waivers": waivers}
    made = publish(collection, out, replace(settings, extras=extras), progress)
    add_tag(collection.store, version, build, f"released to {out}")
    return made
