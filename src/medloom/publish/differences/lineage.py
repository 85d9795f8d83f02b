"""What differs in how two builds were made: inputs, steps, settings, code."""

from collections.abc import Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]


def what_changed(before: Record, after: Record) -> list[str]:
    """Say what differs between the records of two builds.

    >>> old = {"recipe": {"name": "a"}, "inputs": {}, "code": {"daft": "1"}, "tables": {}}
    >>> what_changed(old, {**old, "code": {"daft": "2"}})
    ['code: daft 1 became 2']
    """
    found = list(_inputs(before["inputs"], after["inputs"]))
    if before["recipe"]["name"] != after["recipe"]["name"]:
        found.append(f"recipe: {before['recipe']['name']} became {after['recipe']['name']}")
    for table in dict.fromkeys([*before["tables"], *after["tables"]]):
        name = table.partition("~")[0]
        steps = [record["tables"].get(table, {}).get("steps", []) for record in (before, after)]
        if table in before["tables"] and table in after["tables"]:
            found += [f"{name}: {what}" for what in _steps(*steps)]
    for package, version in after["code"].items():
        was = before["code"].get(package)
        if was != version:
            found.append(f"code: {package} {was} became {version}")
    return list(dict.fromkeys(found))


def _inputs(before: Record, after: Record) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield f"input of {name} is {'new' if old is None else 'gone'}"
        elif old["fingerprint"] != new["fingerprint"]:
            yield f"input of {name}: {old['sources']:,} sources became {new['sources']:,}"


def _steps(before: list[Record], after: list[Record]) -> Iterator[str]:
    old, new = ({one["name"]: one for one in steps} for steps in (before, after))
    yield from (f"step {name} is new" for name in new if name not in old)
    yield from (f"step {name} is gone" for name in old if name not in new)
    for name in new.keys() & old.keys():
        was, now = old[name]["settings"], new[name]["settings"]
        for setting in dict.fromkeys([*was, *now]):
            if was.get(setting) != now.get(setting):
                told = f"{was.get(setting)!r} became {now.get(setting)!r}"
                yield f"step {name}: {setting} {told}"
        if old[name]["code"] != new[name]["code"]:
            yield f"step {name}: its code changed"
    common = [name for name in old if name in new]
    if common != [name for name in new if name in old]:
        yield "the steps stand in another order"
