"""Cells on a grid: where spans put them, what stands at each place, and the same as HTML."""

from html import escape

from medloom.tables.literature import Cell

_MAX_COLUMNS = 2000
_MAX_PLACES = 1_000_000
_make = tuple.__new__  # `_make(Cell, (...))` costs half of `Cell(...)`


RawCell = tuple[str, bool, int, int, int, int | None]
"""A cell as the source has it: text, is it a header, indent, rowspan, colspan, and its column
where the source names one. A rowspan of 0 reaches the last of the rows added with it."""


class Grid:
    """Rows of cells, placed where the spans of the rows above leave room.

    >>> grid = Grid()
    >>> tall, short = ("x", False, 0, 2, 1, None), ("a < b", False, 0, 1, 1, None)
    >>> grid.add([[tall, short], [short]], n_header_rows=0)
    >>> [(cell.text, cell.r, cell.c) for cell in grid.cells]
    [('x', 0, 0), ('a < b', 0, 1), ('a < b', 1, 1)]
    >>> grid.filled()
    [['x', 'a < b'], ['x', 'a < b']]
    >>> grid.html()[:62]
    '<table><tbody><tr><td rowspan="2">x</td><td>a &lt; b</td></tr>'
    """

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.n_header_rows = 0
        self._rows: list[list[str]] = []
        self._html: list[str] = []
        self._width = 0

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rows: list[list[RawCell]], *, n_header_rows: int) -> None:
        """Add rows that no span leaves: those of a head, of a body, or of a whole table."""
        if n_header_rows and self.n_header_rows == len(self):
            self.n_header_rows += n_header_rows
        end = len(self) + len(rows)
        waiting: dict[int, dict[int, str]] = {}
        for r, row in enumerate(rows, start=len(self)):
            self._add_row(r, row, end, waiting)

    def _add_row(
        self, r: int, row: list[RawCell], end: int, waiting: dict[int, dict[int, str]]
    ) -> None:
        cells, html = self.cells, []
        texts: list[str] = []
        taken = waiting.pop(r, None)
        column = 0
        for text, header, indent, rowspan, colspan, fixed in row:
            if fixed is not None and fixed > column:
                texts += [""] * (fixed - column)
                column = fixed
            while taken and column in taken:
                _put(texts, column, taken.pop(column))
                column += 1
            shown = text
            if "&" in text or "<" in text or ">" in text:
                shown = escape(text, quote=False)
            if rowspan == 1 == colspan:
                html.append(f"<th>{shown}</th>" if header else f"<td>{shown}</td>")
                texts.append(text)
            else:
                rowspan = min(rowspan or end - r, end - r)
                texts += [text] * colspan
                for below in range(r + 1, r + rowspan):
                    places = waiting.setdefault(below, {})
                    places |= dict.fromkeys(range(column, column + colspan), text)
                name = "th" if header else "td"
                html.append(f"<{name}{_span_attributes(rowspan, colspan)}>{shown}</{name}>")
            cells.append(_make(Cell, (r, column, rowspan, colspan, text, header, indent)))
            column += colspan
        if taken:
            for place in sorted(taken):
                _put(texts, place, taken[place])
        self._width = max(self._width, len(texts))
        if self._width > _MAX_COLUMNS or self._width * (r + 1) > _MAX_PLACES:
            raise ValueError(f"a grid of {r + 1} x {self._width} is too large")
        self._rows.append(texts)
        self._html.append("".join(html))

    def filled(self) -> list[list[str]]:
        """The rows, every span filled with the text of its cell, all equally long."""
        width = self._width
        for row in self._rows:
            if len(row) < width:
                row += [""] * (width - len(row))
        return self._rows

    def html(self) -> str:
        """The table as canonical HTML: head, body, spans and text, nothing else."""
        n = self.n_header_rows
        head, body = "</tr><tr>".join(self._html[:n]), "</tr><tr>".join(self._html[n:])
        head = f"<thead><tr>{head}</tr></thead>" if n else ""
        body = f"<tbody><tr>{body}</tr></tbody>" if n < len(self) else ""
        return f"<table>{head}{body}</table>"


def _put(texts: list[str], column: int, text: str) -> None:
    """Set the text of a column at or behind the end of a row."""
    if column < len(texts):
        texts[column] = text
    else:
        texts += [""] * (column - len(texts))
        texts.append(text)


def _span_attributes(rowspan: int, colspan: int) -> str:
    tall = f' rowspan="{rowspan}"' if rowspan > 1 else ""
    return tall + (f' colspan="{colspan}"' if colspan > 1 else "")
