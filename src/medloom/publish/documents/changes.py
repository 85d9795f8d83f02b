"""What changed between the versions of a collection."""

from collections.abc import Mapping
from typing import Any

from medloom.collection.collection import Collection
from medloom.collection.tags import tags_of
from medloom.errors import CollectionError
from medloom.publish.differences import changelog_entry, difference


def changelog(collection: Collection, manifest: Mapping[str, Any]) -> str:
    """The changelog as Markdown, the newest version first: this build, and those with a tag."""
    current = int(collection.record["run"])
    named = {one["build"]: name for name, one in tags_of(collection.store).items()}
    if manifest.get("version"):
        named[current] = manifest["version"]
    builds = sorted({one for one in named if one < current} | {current})
    lines = ["# Changes", ""]
    for before, now in reversed(list(zip([None, *builds], builds, strict=False))):
        lines += [f"## {named.get(now, f'build {now}')}", "", *_entry(collection, before, now), ""]
    return "\n".join(lines)


def _entry(collection: Collection, before: int | None, now: int) -> list[str]:
    try:
        after = Collection(collection.uri, now)
        if before is not None:
            return changelog_entry(difference(Collection(collection.uri, before), after))
    except CollectionError:
        return ["- This build is not kept any more."]
    return [
        f"- `{name}`: {one['rows']:,} rows"
        for name, one in after.record["tables"].items()
        if not one["internal"]
    ]
