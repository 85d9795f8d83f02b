"""The XML of a BioC table as cells on a grid; without XML, the rows of its text."""

import re
from html import escape

from lxml import etree

from medloom.tables.literature import Cell

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>(?:\\n|\s)*")
_MAX_SPAN, _MAX_PLACES = 1000, 250_000


class Grid:
    """Cells, and what stands at each place of the grid.

    >>> grid = read_grid("<table><tr><th>x</th><th>n</th></tr>"
    ...                  "<tr><td rowspan='2'>a</td><td>1 &lt; 2</td></tr><tr><td>3</td></tr>"
    ...                  "</table>")
    >>> grid.rows, grid.n_header_rows
    ([['x', 'n'], ['a', '1 < 2'], ['a', '3']], 1)
    >>> grid.html()[:51]
    '<table><thead><tr><th>x</th><th>n</th></tr></thead>'
    """

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.n_header_rows = 0
        self._places: dict[tuple[int, int], str] = {}

    def add_row(self, r: int, row: list[tuple[str, bool, int, int]]) -> None:
        """Place cells (text, whether a header, rowspan, colspan) where those above leave room."""
        c = 0
        for text, header, rowspan, colspan in row:
            while (r, c) in self._places:
                c += 1
            if len(self._places) + rowspan * colspan > _MAX_PLACES:
                raise ValueError(f"a grid of more than {_MAX_PLACES} places")
            self.cells.append(Cell(r, c, rowspan, colspan, text, header, 0))
            self._places |= {
                (y, x): text for y in range(r, r + rowspan) for x in range(c, c + colspan)
            }
            c += colspan

    @property
    def rows(self) -> list[list[str]]:
        """The rows, every span filled with the text of its cell, all equally long."""
        if not self._places:
            return []
        height, width = (max(place[i] for place in self._places) + 1 for i in (0, 1))
        if height * width > _MAX_PLACES:
            raise ValueError(f"a grid of {height} x {width} is too large")
        return [[self._places.get((r, c), "") for c in range(width)] for r in range(height)]

    def html(self) -> str:
        """The table as canonical HTML: head, body, spans and text, nothing else."""
        rows: dict[int, str] = {}
        for cell in self.cells:
            rows[cell.r] = rows.get(cell.r, "") + _html_cell(cell)
        n = self.n_header_rows
        head = "".join(f"<tr>{row}</tr>" for r, row in rows.items() if r < n)
        body = "".join(f"<tr>{row}</tr>" for r, row in rows.items() if r >= n)
        head = f"<thead>{head}</thead>" if head else ""
        return f"<table>{head}<tbody>{body}</tbody></table>" if body else f"<table>{head}</table>"


def read_grid(xml: str) -> Grid:
    """Read a table's XML (XHTML rows, or those of OASIS); raise ValueError where it is none."""
    try:
        root = etree.fromstring(_DECLARATION.sub("", xml).encode(), _PARSER)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the table is not well-formed: {error.msg}") from error
    grid = Grid()
    lines = list(root.iter("tr", "row"))
    for r, line in enumerate(lines):
        left = len(lines) - r
        grid.add_row(r, [_cell(cell, left) for cell in line.iterchildren("td", "th", "entry")])
    in_head = sum(next(line.iterancestors("thead"), None) is not None for line in lines)
    grid.n_header_rows = in_head or _leading_header_rows(grid)
    return grid


def rows_of_text(text: str) -> list[list[str]]:
    """The rows of a table's text: PMC puts a tab between cells, and a lone space between rows.

    >>> rows_of_text("x\\tn\\t \\ta\\t\\t \\tb\\t3")
    [['x', 'n'], ['a', ''], ['b', '3']]
    """
    rows = [[cell.strip() for cell in row.split("\t")] for row in text.split("\t \t")]
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows] if text.strip() else []


def _cell(cell: etree._Element, rows_left: int) -> tuple[str, bool, int, int]:
    raw: str = etree.tostring(cell, encoding="unicode", method="text", with_tail=False)
    header = cell.tag == "th" or next(cell.iterancestors("thead"), None) is not None
    more = _number(cell.get("morerows"), 0) + 1
    rowspan = min(_number(cell.get("rowspan"), more) or rows_left, rows_left)
    return " ".join(raw.split()), header, max(1, rowspan), max(1, _number(cell.get("colspan"), 1))


def _number(value: str | None, default: int) -> int:
    text = (value or "").strip()
    return min(int(text), _MAX_SPAN) if text.isdecimal() and len(text) < 6 else default


def _leading_header_rows(grid: Grid) -> int:
    plain = [cell.r for cell in grid.cells if not cell.header]
    return min(plain, default=0) if any(cell.header for cell in grid.cells) else 0


def _html_cell(cell: Cell) -> str:
    name = "th" if cell.header else "td"
    tall = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    wide = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    return f"<{name}{tall}{wide}>{escape(cell.text, quote=False)}</{name}>"
