"""What changed between the versions of a collection."""

from collections.abc import Mapping
from typing import Any

from medloom.collection.collection import Collection


def changelog(collection: Collection, manifest: Mapping[str, Any]) -> str:
    """The changelog as Markdown, the newest version first."""
    record = collection.record
    builds = [one for one in collection.history() if one["run"] <= record["run"]]
    lines = ["# Changes", ""]
    for before, now in reversed(list(zip([None, *builds], builds, strict=False))):
        named = now["run"] == record["run"] and manifest.get("version")
        lines += [f"## {f'{named}: ' if named else ''}build {now['run']}", ""]
        lines += [*_changes(before, now), ""]
    return "\n".join(lines)


def _changes(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[str]:
    if before is None:
        return [f"- `{name}`: {one['rows']:,} rows" for name, one in _shown(now).items()]
    old, new = _shown(before), _shown(now)
    lines = [f"- `{name}` is gone" for name in old if name not in new]
    for name, one in new.items():
        if name not in old:
            lines.append(f"- `{name}` is new: {one['rows']:,} rows")
        elif one["rows"] != old[name]["rows"]:
            lines.append(f"- `{name}`: {old[name]['rows']:,} rows became {one['rows']:,}")
        elif one["key"] != old[name]["key"]:
            lines.append(f"- `{name}`: made by other steps, {one['rows']:,} rows as before")
    return lines or ["- No table changed."]


def _shown(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in record["tables"].items() if not one["internal"]}
