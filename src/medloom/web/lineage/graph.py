"""The recipe as a picture: a box a table, its steps with the rows that went in and came out."""

from html import escape

from medloom.collection.ledger import StepCount
from medloom.web.lineage.nodes import Node

_BOX_WIDTH, _HEAD, _LINE, _PAD = 268, 30, 19, 8
_BETWEEN_X, _BETWEEN_Y, _MARGIN = 70, 20, 10


def graph(tables: list[Node]) -> str:
    """An SVG of boxes from left to right; dashed lines lead from tables that a step looked at."""
    places = _places(tables)
    width = max((x for x, _ in places.values()), default=0) + _BOX_WIDTH + _MARGIN
    height = max((places[one.name][1] + _height(one) for one in tables), default=0) + _MARGIN
    edges = [_edge(one.parent, one, places, "edge") for one in tables if one.parent]
    edges += [_edge(name, one, places, "edge looks") for one in tables for name in one.looks_at]
    boxes = [_box(one, *places[one.name]) for one in tables]
    return (
        f'<svg class="recipe" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="group" aria-label="Tables and the steps that made them">'
        f"{''.join(edges)}{''.join(boxes)}</svg>"
    )


def _height(one: Node) -> int:
    return _HEAD + _LINE * len(one.steps) + _PAD


def _places(tables: list[Node]) -> dict[str, tuple[int, int]]:
    """The corner of each box: columns by depth, one under the other, not above the parent."""
    bottoms: dict[int, int] = {}
    found: dict[str, tuple[int, int]] = {}
    for one in tables:
        top = found[one.parent][1] if one.parent in found else _MARGIN
        y = max(bottoms.get(one.depth, _MARGIN), top)
        found[one.name] = (_MARGIN + one.depth * (_BOX_WIDTH + _BETWEEN_X), y)
        bottoms[one.depth] = y + _height(one) + _BETWEEN_Y
    return found


def _edge(start: str | None, end: Node, places: dict[str, tuple[int, int]], kind: str) -> str:
    if start not in places:
        return ""
    (x1, y1), (x2, y2) = places[start], places[end.name]
    if x2 <= x1:  # beside or before: around the left side
        y1, y2 = y1 + 22, y2 + 22
        return f'<path class="{kind}" d="M{x1} {y1}C{x1 - 50} {y1} {x2 - 50} {y2} {x2} {y2}"/>'
    x1 += _BOX_WIDTH
    bend = (x2 - x1) / 2
    return (
        f'<path class="{kind}" d="M{x1} {y1 + 15}C{x1 + bend:.0f} {y1 + 15} '
        f'{x2 - bend:.0f} {y2 + 15} {x2} {y2 + 15}"/>'
    )


def _box(one: Node, x: int, y: int) -> str:
    kind = "box" if one.is_stored else "box unstored"
    lines = [_step(step, x, y + _HEAD + _LINE * n) for n, step in enumerate(one.steps)]
    size = f'width="{_BOX_WIDTH}" height="{_height(one)}"'
    return (
        f'<a href="#{escape(one.name)}" aria-label="{escape(one.name)}: {one.sum.rows_out:,} rows">'
        f'<rect class="{kind}" x="{x}" y="{y}" {size} rx="6"/>'
        f'<text x="{x + 10}" y="{y + 20}" font-size="14" font-weight="650">{_cut(one.name, 22)}'
        f'</text><text x="{x + _BOX_WIDTH - 10}" y="{y + 20}" font-size="13" text-anchor="end">'
        f"{one.sum.rows_out:,}</text>{''.join(lines)}</a>"
    )


def _step(step: StepCount, x: int, y: int) -> str:
    lost = [(step.dropped, "warn-fill"), (step.failed, "bad-fill")]
    told = " ".join(f'<tspan class="{kind}">−{n:,}</tspan>' for n, kind in lost if n)
    out = told or (
        f"{step.rows_out:,}" if step.kind in ("reads", "expands", "changes", "sums") else ""
    )
    right = x + _BOX_WIDTH - 10
    size = f'class="soft-text" y="{y + 12}" font-size="12.5"'
    return (
        f'<text {size} x="{x + 10}">{_cut(step.step, 24)}</text>'
        f'<text {size} x="{right}" text-anchor="end">{out}</text>'
    )


def _cut(text: str, most: int) -> str:
    return escape(text if len(text) <= most else text[: most - 1] + "…")
