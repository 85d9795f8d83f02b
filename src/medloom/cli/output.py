"""Print tables, records and JSON lines."""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

_NUMBERS = (int, float)
_NARROWEST = 8


def as_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print one JSON object a line."""
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False, default=_plain))


def as_table(rows: Sequence[Mapping[str, Any]], width: int | None = None) -> None:
    """Print rows as aligned columns that fit the terminal; long values are cut, ids last."""
    if not rows:
        click.echo("(no rows)")
        return
    names = list(rows[0])
    cells = [[_short(row.get(name)) for name in names] for row in rows]
    wanted = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(names)]
    total = width or shutil.get_terminal_size((120, 24)).columns
    widths = _fit(wanted, [_is_id(name) for name in names], total)
    right = [all(isinstance(row.get(name), _NUMBERS) for row in rows) for name in names]
    click.echo(_line(names, widths, right))
    click.echo("  ".join("─" * w for w in widths))
    for line in cells:
        click.echo(_line(line, widths, right))


def as_listing(rows: Sequence[Mapping[str, Any]], json_: bool) -> None:
    """Print rows as a command's `--json` says: as JSON lines, else as a table."""
    as_json(rows) if json_ else as_table(rows)


def as_records(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print each row whole, a field a line."""
    for row in rows:
        width = max(map(len, row))
        for name, value in row.items():
            click.echo(f"{name:>{width}}  {_long(value, width + 2)}")
        click.echo()


def note(text: str) -> None:
    """Tell the user something that is not the answer: on stderr."""
    click.echo(text, file=sys.stderr)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    fitted = (_cut(cell, w) for cell, w in zip(cells, widths, strict=True))
    padded = (
        cell.rjust(w) if to_right else cell.ljust(w)
        for cell, w, to_right in zip(fitted, widths, right, strict=True)
    )
    return "  ".join(padded).rstrip()


def _is_id(name: str) -> bool:
    return name in ("id", "source", "row_id") or name.endswith("_id")


def _fit(widths: list[int], whole: list[bool], total: int) -> list[int]:
    """Cut the widest columns until a row fits; those to be kept whole only when nothing else is."""
    room = total - 2 * (len(widths) - 1)
    for may_cut_all in (False, True):
        cuttable = [i for i in range(len(widths)) if may_cut_all or not whole[i]]
        while sum(widths) > room and cuttable:
            widest = max(cuttable, key=lambda i: widths[i])
            if widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1
    return widths


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _short(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, list):
        simple = all(isinstance(item, str) for item in value)
        return ", ".join(value)[:200] if simple else f"[{len(value)}]"
    return " ".join(_text(value).split())[:200]


def _long(value: Any, indent: int) -> str:
    if value is None or isinstance(value, bool):
        return _short(value)
    if isinstance(value, list) and value:
        return ("\n" + " " * indent).join(_text(item) for item in value)
    return _text(value).replace("\n", "\n" + " " * indent)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return f"<{len(value):,} bytes>"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(value)


def _plain(value: Any) -> Any:
    return f"<{len(value)} bytes>" if isinstance(value, bytes) else str(value)
