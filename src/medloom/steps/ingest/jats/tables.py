"""Tables: XHTML and OASIS (CALS) markup, several grids in one wrap, notes, image-only tables."""

from lxml import etree

from medloom.steps.ingest.jats.captions import read_caption, read_notes
from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.grid import Grid, RawCell
from medloom.steps.ingest.jats.media import image_files
from medloom.steps.ingest.jats.names import children_of
from medloom.steps.ingest.jats.normal import tidy
from medloom.steps.ingest.jats.source import drop_namespace
from medloom.steps.ingest.jats.text import MATHML, Line, plain
from medloom.tables.literature import Table

_ROWS = frozenset({"tr", "row"})
_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_NOTES = frozenset({"table-wrap-foot", "fn", "fn-group", "attrib", "p", "list", "disp-quote"})
_EM = {"\u2003": 2, "\u2001": 2, "\u2002": 1, "\u2000": 1, "\xa0": 1, "\u3000": 2}
"""Spaces that indent, in halves of an em."""

Rows = list[list[RawCell]]


def read_table(draft: Draft, wrap: etree._Element) -> str:
    """Add the row of a `table-wrap` (or of a bare `table`), and its passages. Returns its id."""
    table_id = draft.new_id("table", wrap)
    label: str | None = None
    captions: list[etree._Element] = []
    footnotes: list[str] = []
    grids: list[etree._Element] = [wrap] if wrap.tag in {"table", "array"} else []
    notes: list[etree._Element] = []
    for child in wrap if not grids else ():
        tag = child.tag
        if tag == "label":
            label = plain(child) or None
        elif tag == "caption" or tag == "title":
            captions.append(child)
        elif tag in _NOTES:
            notes.append(child)
        elif tag == "media" or tag == "supplementary-material":
            draft.floats.append(child)
        else:
            grids += _grids(child)
    caption = read_caption(draft, captions, table_id)
    for note in notes:
        footnotes += read_notes(draft, note, table_id, "table_note")
    grid = read_grids(draft, grids)
    table = Table(
        table_id,
        draft.article_id,
        label,
        caption.title,
        caption.text,
        draft.part,
        footnotes,
        grid.n_header_rows,
        grid.cells,
        grid.html() if grid.cells else None,
        grid.filled(),
        image_files(wrap, draft.siblings),
        [],
    )
    draft.rows.tables.append(table)
    draft.links.add(wrap, "table", table_id, label, table.mentions)
    return table_id


def _grids(element: etree._Element) -> list[etree._Element]:
    """The outermost grids in an element: HTML tables, and the groups of OASIS tables."""
    if element.tag[0] == "{" and not element.tag.startswith(MATHML):
        drop_namespace(element)  # OASIS tables keep their own
    if element.tag == "table" and element.find("tgroup") is None:
        return [element]
    if element.tag in {"tgroup", "array"}:
        return [element]
    return [grid for child in element for grid in _grids(child)]


def read_grids(draft: Draft, tables: list[etree._Element]) -> Grid:
    """All grids of a table, one below the other; the head of the first is the table's head."""
    grid = Grid()
    for table in tables:
        columns = _column_names(table) if table.tag == "tgroup" else {}
        head: Rows = []
        rest: Rows = []
        foot: Rows = []
        for child in table:
            tag = child.tag
            if tag in _ROWS:
                rest.append(_row(draft, child, False, columns))
            elif tag == "thead" and not rest:
                head += [_row(draft, row, True, columns) for row in child]
            elif tag in _GROUPS:
                rows = [_row(draft, row, tag == "thead", columns) for row in child]
                (foot if tag == "tfoot" else rest).extend(rows)
        if _head_reaches_body(head, rest):
            grid.add(head + rest + foot, n_header_rows=len(head))
        else:
            grid.add(head, n_header_rows=len(head))
            grid.add(rest + foot, n_header_rows=0)
    if not grid.n_header_rows:
        grid.n_header_rows = _leading_header_rows(grid)
    return grid


def _head_reaches_body(head: Rows, body: Rows) -> bool:
    """Whether spans of the head leave it, and the first row of the body leaves room for them.

    Some publishers put the second header row into the body; others just write a wrong span.
    """
    if not head or not body:
        return True
    reaching = sum(c[4] for r, row in enumerate(head) for c in row if r + c[3] > len(head))
    return reaching + sum(c[4] for c in body[0]) <= sum(c[4] for c in head[0])


def _leading_header_rows(grid: Grid) -> int:
    """Without a `thead`: the first rows that hold nothing but header cells."""
    plain_rows = [cell.r for cell in grid.cells if not cell.header]
    first = min(plain_rows, default=0)
    return first if any(cell.header for cell in grid.cells) else 0


def _row(
    draft: Draft, row: etree._Element, is_head: bool, columns: dict[str, int]
) -> list[RawCell]:
    cells: list[RawCell] = []
    for cell in children_of(row):
        n = len(cell)
        if n == 0 or (n == 1 and (rule := cell[0]).tag == "hr" and not rule.tail):
            raw = cell.text or ""  # PMC draws its rules with cells like this
        else:
            raw = _running_text(draft, cell)
        text = tidy(raw) if raw else ""
        indent = _indent(raw) if text and raw[0] != text[0] else 0
        tag = cell.tag
        if tag == "entry":
            cells.append(_entry(cell, text, is_head, indent, columns))
            continue
        tall, wide = cell.get("rowspan"), cell.get("colspan")
        cells.append(
            (
                text,
                is_head or tag == "th",
                indent,
                1 if tall is None or tall == "1" else _span(tall, 65534, 0),
                1 if wide is None or wide == "1" else _span(wide, 1000, 1),
                None,
            )
        )
    return cells


def _running_text(draft: Draft, cell: etree._Element) -> str:
    """The raw text of a cell that holds breaks, blocks or formulas."""
    line = Line(cell, flat=True)
    if line.inlines:
        draft.inlines(line.inlines, None)
    return "".join(line.parts)


def _indent(raw: str) -> int:
    """How deep the spaces in front of a text indent it, in em."""
    halves = sum([_EM.get(c, 0) for c in raw[: len(raw) - len(raw.lstrip())]])
    return (halves + 1) // 2


def _span(value: str, most: int, least: int) -> int:
    value = value.strip()
    return max(min(int(value), most), least) if value.isdecimal() else 1


def _column_names(tgroup: etree._Element) -> dict[str, int]:
    """OASIS: the places of named columns, and of spans by name (start of the span)."""
    columns: dict[str, int] = {}
    for i, spec in enumerate(tgroup.findall("colspec")):
        number = (spec.get("colnum") or "").strip()
        columns[spec.get("colname") or f"col{i + 1}"] = int(number) - 1 if number.isdecimal() else i
    return columns


def _entry(
    cell: etree._Element, text: str, is_head: bool, indent: int, columns: dict[str, int]
) -> RawCell:
    start = columns.get(cell.get("namest") or cell.get("colname") or "")
    end = columns.get(cell.get("nameend") or "")
    colspan = end - start + 1 if start is not None and end is not None and end >= start else 1
    more = (cell.get("morerows") or "0").strip()
    rowspan = int(more) + 1 if more.isdecimal() else 1
    return text, is_head, indent, rowspan, min(colspan, 1000), start
