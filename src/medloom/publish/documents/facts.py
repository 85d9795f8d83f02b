"""What a collection itself can answer of the questions in its documentation."""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow.compute as pc
import yaml

from medloom.audit.view import View, counted
from medloom.collection.collection import Collection
from medloom.collection.ledger import reasons

_MOST = 12


class Facts:
    """The computed answers, by question; a question that no data answers is not among them."""

    def __init__(self, collection: Collection, manifest: Mapping[str, Any] | None = None) -> None:
        self.collection, self.manifest = collection, manifest
        released = list(manifest["tables"]) if manifest else collection.tables
        here = [name for name in released if name in collection.tables]
        self.views = [View(collection, name) for name in here]
        self.recipe: dict[str, Any] = yaml.safe_load(self._record["recipe"].get("text") or "") or {}

    @property
    def _record(self) -> dict[str, Any]:
        return self.collection.record

    @property
    def name(self) -> str:
        """The name of the release, else of the recipe."""
        return str((self.manifest or {}).get("name") or self._record["recipe"]["name"])

    def answers(self) -> dict[str, str]:
        """All of them."""
        found = {name: answer(self) for name, answer in _ANSWERS.items()}
        return {name: text for name, text in found.items() if text}

    def steps(self, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
        """The steps that were run, with their tables; of some kinds or all."""
        return [
            (table.split("~")[0], step)  # a table that the engine cut in two is one to the reader
            for table, one in self._record["tables"].items()
            for step in one["steps"]
            if not kinds or step["kind"] in kinds
        ]

    def shares(self, role: str) -> list[tuple[str, str, list[tuple[str, int]]]]:
        """Of each table that has a column of some meaning: the table, the column, the counts."""
        named = [(view, view.role(role)) for view in self.views]
        return [(v.table, name, counted(v.texts(name))) for v, name in named if name]


def _title(facts: Facts) -> str:
    return facts.name


def _license(facts: Facts) -> str:
    found = {value for *_, counts in facts.shares("license") for value, _ in counts}
    return found.pop() if len(found) == 1 else ""


def _license_mix(facts: Facts) -> str:
    return _listing(facts.shares("license"))


def _languages(facts: Facts) -> str:
    found = [value for *_, counts in facts.shares("language") for value, _ in counts]
    return "\n".join(dict.fromkeys(found))


def _versions(facts: Facts) -> str:
    record, manifest = facts._record, facts.manifest or {}
    name = f"Version {manifest['version']}, " if manifest.get("version") else ""
    return f"{name}build {record['run']} of the collection, recipe digest {_digest(facts)}."


def _digest(facts: Facts) -> str:
    return str(facts._record["recipe"].get("digest"))


def _instances(facts: Facts) -> str:
    abouts = ((v.table, facts._record["tables"][v.table]["about"]) for v in facts.views)
    return "\n".join(f"- `{table}`: {about or 'no description'}" for table, about in abouts)


def _counts(facts: Facts) -> str:
    return "\n".join(f"- `{view.table}`: {len(view):,} rows" for view in facts.views)


def _columns(facts: Facts) -> str:
    return "\n".join(
        f"- `{view.table}`: " + ", ".join(f"`{f.name}` ({_plain(f.type)})" for f in view.schema)
        for view in facts.views
    )


def _sample(facts: Facts) -> str:
    lines = [
        f"- `{one.table}`: {one.rows_in:,} rows came in, {one.rows_out:,} are kept, "
        f"{one.dropped:,} dropped, {one.failed:,} failed"
        for one in facts.collection.ledger
    ]
    why = [
        f"- {one['rows']:,} of `{one['table']}` {one['outcome']} in `{one['step']}`: "
        f"{str(one['reason']).split(': ')[0]}"
        for one in reasons(facts.collection.lost())[:_MOST]
    ]
    return "\n".join(lines + (["", "Why rows were left out:", *why] if why else []))


def _labels(facts: Facts) -> str:
    return _listing(facts.shares("label"))


def _missing(facts: Facts) -> str:
    lines = []
    for view in facts.views:
        for field in view.schema:
            n = int(view.array(field.name).null_count) if _is_small(field) else 0
            if n:
                lines.append(f"- `{view.table}`.`{field.name}`: {n:,} of {len(view):,} rows")
    return "\n".join(lines) or "No value of a plain column is null."


def _is_small(field: Any) -> bool:
    return "binary" not in str(field.type) and "struct" not in str(field.type)


def _relations(facts: Facts) -> str:
    lines = []
    for view in facts.views:
        keys = [n for n in view.schema.names if n.endswith("_id") or n == "cluster"]
        if keys:
            names = ", ".join(f"`{k}`" for k in keys)
            lines.append(f"- `{view.table}`: rows with the same {names} belong together")
    return "\n".join(lines)


def _splits(facts: Facts) -> str:
    text = _listing(facts.shares("split"))
    how = [f"- made by `{_called(s)}` in `{t}`" for t, s in facts.steps() if "split" in s["adds"]]
    return "\n".join([text, *how]) if text else ""


def _errors(facts: Facts) -> str:
    lines = []
    for view in facts.views:
        if "duplicates" in view.schema.names:
            n = pc.sum(pc.greater(pc.list_value_length(view.array("duplicates")), 0)).as_py()
            lines.append(f"- `{view.table}`: {n or 0:,} rows have near-duplicates")
    return "\n".join(lines)


def _confidential(facts: Facts) -> str:
    lines = []
    for view in facts.views:
        if "phi" in view.schema.names:
            n = pc.sum(pc.list_value_length(view.array("phi"))).as_py() or 0
            lines.append(f"- `{view.table}`: {n:,} findings of identifying data are marked")
    return "\n".join(lines)


def _people(facts: Facts) -> str:
    found = facts.shares("patient")
    return "\n".join(f"- `{t}`: {len(c):,} values of `{name}`" for t, name, c in found)


def _subgroups(facts: Facts) -> str:
    return _listing([one for role in ("sex", "race") for one in facts.shares(role)])


def _devices(facts: Facts) -> str:
    return _listing(facts.shares("scanner"))


def _sites(facts: Facts) -> str:
    return _listing(facts.shares("site"))


def _time_frame(facts: Facts) -> str:
    lines = []
    for view in facts.views:
        name = view.role("year")
        years = view.years(name) if name else None
        known = [int(y) for y in years if y == y] if years is not None else []
        if known:
            lines.append(f"- `{view.table}`.`{name}`: {min(known)} to {max(known)}")
    return "\n".join(lines)


def _acquisition(facts: Facts) -> str:
    lines = [f"- `{t}` is read by `{_called(s)}`" for t, s in facts.steps("reads")]
    lines += [
        f"- input of `{name}`: {one['sources']:,} sources, fingerprint {one['fingerprint'][:16]}"
        for name, one in facts._record.get("inputs", {}).items()
    ]
    return "\n".join(lines)


def _inclusion(facts: Facts) -> str:
    return "\n".join(f"- `{t}`: rows leave by `{_called(s)}`" for t, s in facts.steps("drops"))


def _preprocessing(facts: Facts) -> str:
    made: dict[str, list[str]] = {}
    for table, step in facts.steps():
        if step["kind"] != "reads":
            made.setdefault(table, []).append(f"`{_called(step)}`")
    return "\n".join(f"- `{table}`: {', '.join(steps)}" for table, steps in made.items())


def _software(facts: Facts) -> str:
    code = ", ".join(f"{name} {one}" for name, one in facts._record.get("code", {}).items())
    return (
        f"Medloom, with the recipe `{facts._record['recipe']['name']}` ({_digest(facts)}): {code}."
    )


def _raw_kept(facts: Facts) -> str:
    return (
        "The release does not hold the sources. The collection knows the fingerprint of each, and "
        "keeps every row that was dropped, with its reason."
    )


def _distribution(facts: Facts) -> str:
    tables = (facts.manifest or {}).get("tables", {})
    return "\n".join(
        f"- `{name}`: {one['writer']}, "
        + ", ".join(
            f"{split} {part['rows']:,} rows in {len(part['shards'])} files"
            for split, part in one["splits"].items()
        )
        for name, one in tables.items()
    )


def _old_versions(facts: Facts) -> str:
    return "The collection keeps every build; `medloom info DIR --builds` lists them."


_ANSWERS: dict[str, Callable[[Facts], str]] = {
    "title": _title,
    "license": _license,
    "license_mix": _license_mix,
    "languages": _languages,
    "versions": _versions,
    "instances": _instances,
    "counts": _counts,
    "columns": _columns,
    "sample": _sample,
    "labels": _labels,
    "missing": _missing,
    "relations": _relations,
    "splits": _splits,
    "errors": _errors,
    "confidential": _confidential,
    "people": _people,
    "subgroups": _subgroups,
    "devices": _devices,
    "sites": _sites,
    "time_frame": _time_frame,
    "acquisition": _acquisition,
    "inclusion": _inclusion,
    "preprocessing": _preprocessing,
    "software": _software,
    "raw_kept": _raw_kept,
    "distribution": _distribution,
    "old_versions": _old_versions,
}


def _listing(found: list[tuple[str, str, list[tuple[str, int]]]]) -> str:
    lines = []
    for table, name, counts in found:
        told = ", ".join(f"{value} {n:,}" for value, n in counts[:_MOST])
        more = f" and {len(counts) - _MOST} more" if len(counts) > _MOST else ""
        if told:
            lines.append(f"- `{table}`.`{name}`: {told}{more}")
    return "\n".join(lines)


def _called(step: Mapping[str, Any]) -> str:
    """A step with its settings, without paths of this machine."""
    settings = {k: v for k, v in step["settings"].items() if v is not None and v != []}
    told = ", ".join(f"{k}={_short(v)}" for k, v in settings.items())
    return f"{step['name']}({told})" if told else str(step["name"])


def _short(value: Any) -> str:
    text = str(value)
    return text.rstrip("/").rsplit("/", 1)[-1] if isinstance(value, str) and "/" in text else text


def _plain(kind: Any) -> str:
    text = str(kind)
    if "struct" in text:
        return "list of records" if text.startswith(("list", "large_list")) else "record"
    return {"large_binary": "bytes", "double": "number", "string": "text"}.get(text, text)
