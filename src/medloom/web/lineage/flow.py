"""The ledger as a picture: a bar a table, cut into rows that are kept, dropped and failed."""

from html import escape

from medloom.web.lineage.nodes import Node

_WIDTH, _ROW, _TOP = 960, 34, 8
_NAME = 250
_BAR_LEFT, _BAR_WIDTH = _NAME + 12, 430
_INDENT = 18


def flow(tables: list[Node]) -> str:
    """An SVG of the ledger of all tables, as a tree.

    Each bar is as long as the table's rows are part of the largest; what was lost stands at its
    end, at least three pixels wide, so that one row of a million is seen.
    """
    most = max((one.sum.rows_in for one in tables), default=1) or 1
    height = _TOP * 2 + _ROW * len(tables)
    rows = {one.name: number for number, one in enumerate(tables)}
    parts = [_connector(one, rows) for one in tables if one.parent]
    parts += [_lane(one, number, most) for number, one in enumerate(tables)]
    return (
        f'<svg class="flow" viewBox="0 0 {_WIDTH} {height}" role="group" '
        f'aria-label="Rows of each table: kept, dropped, failed">{"".join(parts)}</svg>'
    )


def _y(number: int) -> int:
    return _TOP + number * _ROW + _ROW // 2


def _connector(one: Node, rows: dict[str, int]) -> str:
    x = 8 + _INDENT * (one.depth - 1) + 4
    top, bottom = _y(rows[str(one.parent)]) + 10, _y(rows[one.name])
    return f'<path class="edge" d="M{x} {top}V{bottom - 6}q0 6 6 6h{_INDENT - 12}"/>'


def _lane(one: Node, number: int, most: int) -> str:
    y, x = _y(number), 8 + _INDENT * one.depth
    told = _told(one)
    name = escape(one.name if len(one.name) < 30 else one.name[:28] + "…")
    label = f'<text x="{x}" y="{y + 5}" font-size="14.5" font-weight="600">{name}</text>'
    return (
        f'<a href="/lineage#{escape(one.name)}" aria-label="{escape(told)}">'
        f"<title>{escape(told)}</title>"
        f'<rect class="lane" y="{y - _ROW // 2 + 2}" width="{_WIDTH}" height="{_ROW - 4}" rx="5"/>'
        f"{label}{_bar(one, y, most)}{_numbers(one, y)}</a>"
    )


def _bar(one: Node, y: int, most: int) -> str:
    parts, x = [], float(_BAR_LEFT)
    counts = (
        (one.sum.rows_out, "bar-fill"),
        (one.sum.dropped, "warn-fill"),
        (one.sum.failed, "bad-fill"),
    )
    for count, kind in counts:
        if count:
            width = max(_BAR_WIDTH * count / most, 3.0)
            parts.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{y - 8}" width="{width:.1f}" height="16"/>'
            )
            x += width + 1
    return "".join(parts)


def _numbers(one: Node, y: int) -> str:
    right = _BAR_LEFT + _BAR_WIDTH + 92
    place = f'x="{right}" y="{y + 5}" font-size="14" text-anchor="end"'
    found = f"<text {place}>{one.sum.rows_out:,}</text>"
    lost = [(one.sum.dropped, "dropped", "warn-fill"), (one.sum.failed, "failed", "bad-fill")]
    told = [f'<tspan class="{kind}">{n:,} {what}</tspan>' for n, what, kind in lost if n]
    if told:
        found += f'<text x="{right + 16}" y="{y + 5}" font-size="13">{" ".join(told)}</text>'
    return found


def _told(one: Node) -> str:
    total = one.sum
    told = f"{one.name}: {total.rows_in:,} rows in, {total.rows_out:,} kept"
    return f"{told}, {total.dropped:,} dropped, {total.failed:,} failed"
