"""Cells on a grid: where spans put them, what stands at each place, and the same as HTML."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from medloom.tables.literature import Cell

_MAX_COLUMNS = 2000
_MAX_PLACES = 1_000_000


class RawCell(NamedTuple):
    """A cell as the source has it; column null means the next free one."""

    text: str
    rowspan: int
    colspan: int
    header: bool
    indent: int
    column: int | None = None


def place(rows: Sequence[Sequence[RawCell]], ends: Sequence[int]) -> list[Cell]:
    """Put the cells of each row where rows above leave room; no span leaves its row group.

    `ends[r]` is the row after the last one of the group (head, body, foot) that row r is in.

    >>> tall, a, b = RawCell("x", 2, 1, False, 0), RawCell("a", 1, 1, False, 0), RawCell("b", 1, 1, False, 0)
    >>> [(c.text, c.r, c.c) for c in place([[tall, a], [b]], [2, 2])]
    [('x', 0, 0), ('a', 0, 1), ('b', 1, 1)]
    """
    cells: list[Cell] = []
    taken: dict[int, set[int]] = {}
    for r, row in enumerate(rows):
        column = 0
        full = taken.pop(r, None)
        for text, rowspan, colspan, header, indent, fixed in row:
            if fixed is not None:
                column = fixed
            if full:
                while column in full:
                    column += 1
            if rowspan != 1:
                rowspan = min(rowspan or ends[r] - r, ends[r] - r)
                for below in range(r + 1, r + rowspan):
                    taken.setdefault(below, set()).update(range(column, column + colspan))
            cells.append(Cell(r, column, rowspan, colspan, text, header, indent))
            column += colspan
    return cells


def fill(cells: Sequence[Cell], n_rows: int) -> list[list[str]]:
    """The grid with every span filled with the text of its cell; all rows equally long.

    >>> fill([Cell(0, 0, 1, 2, "x", True, 0), Cell(1, 1, 1, 1, "y", False, 0)], 2)
    [['x', 'x'], ['', 'y']]
    """
    width = max([c + colspan for _, c, _, colspan, _, _, _ in cells], default=0)
    if width > _MAX_COLUMNS or width * n_rows > _MAX_PLACES:
        raise ValueError(f"a grid of {n_rows} x {width} is too large")
    rows = [[""] * width for _ in range(n_rows)]
    for r, c, rowspan, colspan, text, _, _ in cells:
        if not text:
            continue
        if rowspan == 1 == colspan:
            rows[r][c] = text
        else:
            for row in rows[r : r + rowspan]:
                row[c : c + colspan] = [text] * colspan
    return rows


def to_html(cells: Sequence[Cell], n_rows: int, n_header_rows: int) -> str:
    """The table as canonical HTML: head, body, spans and text, nothing else.

    >>> to_html([Cell(0, 0, 1, 2, "a < b", True, 0)], 1, 1)
    '<table><thead><tr><th colspan="2">a &lt; b</th></tr></thead></table>'
    """
    rows: list[list[str]] = [[] for _ in range(n_rows)]
    for r, _, rowspan, colspan, text, header, _ in cells:
        tag = "th" if header else "td"
        if "&" in text or "<" in text or ">" in text:
            text = escape(text, quote=False)
        if rowspan == 1 == colspan:
            rows[r].append(f"<{tag}>{text}</{tag}>")
        else:
            tall = f' rowspan="{rowspan}"' if rowspan > 1 else ""
            wide = f' colspan="{colspan}"' if colspan > 1 else ""
            rows[r].append(f"<{tag}{tall}{wide}>{text}</{tag}>")
    lines = ["".join(row).join(("<tr>", "</tr>")) for row in rows]
    head, body = "".join(lines[:n_header_rows]), "".join(lines[n_header_rows:])
    return "".join(
        (
            "<table>",
            head and f"<thead>{head}</thead>",
            body and f"<tbody>{body}</tbody>",
            "</table>",
        )
    )
