"""Tables: XHTML and OASIS (CALS) markup, several grids in one wrap, notes, image-only tables."""

from collections.abc import Iterator

from lxml import etree

from medloom.steps.ingest.jats.captions import read_caption, read_notes
from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.grid import RawCell, fill, place, to_html
from medloom.steps.ingest.jats.media import image_files
from medloom.steps.ingest.jats.text import Line, plain
from medloom.tables.literature import Cell, Table

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
        else:
            grids += _grids(child)
    caption = read_caption(draft, captions, table_id)
    for note in notes:
        footnotes += read_notes(draft, note, table_id, "table_note")
    cells, rows, n_header_rows = _read_grids(draft, grids)
    table = Table(
        table_id,
        draft.article_id,
        label,
        caption.title,
        caption.text,
        draft.part,
        footnotes,
        n_header_rows,
        cells,
        to_html(cells, len(rows), n_header_rows) if cells else None,
        rows,
        image_files(wrap, draft.siblings),
        [],
    )
    draft.rows.tables.append(table)
    draft.links.add(wrap, "table", table_id, label, table.mentions)
    return table_id


def _grids(element: etree._Element) -> list[etree._Element]:
    """The outermost grids in an element: HTML tables, and the groups of OASIS tables."""
    if element.tag == "table" and element.find("tgroup") is None:
        return [element]
    if element.tag in {"tgroup", "array"}:
        return [element]
    return [grid for child in element for grid in _grids(child)]


def _read_grids(draft: Draft, grids: list[etree._Element]) -> tuple[list[Cell], list[list[str]], int]:
    """All grids of a table, one below the other; only the first one's head is the table's."""
    rows: Rows = []
    ends: list[int] = []
    n_header_rows = 0
    for grid in grids:
        groups = list(_row_groups(draft, grid))
        first = not rows
        for is_head, group in groups:
            rows += group
            ends += [len(rows)] * len(group)
            if is_head and first and n_header_rows == len(rows) - len(group):
                n_header_rows = len(rows)
    cells = place(rows, ends)
    filled = fill(cells, len(rows))
    return cells, filled, n_header_rows or _leading_header_rows(rows)


def _leading_header_rows(rows: Rows) -> int:
    """Without a `thead`: the first rows that hold nothing but header cells."""
    n = 0
    for row in rows[:-1]:
        if not row or not all(cell.header for cell in row):
            break
        n += 1
    return n


def _row_groups(draft: Draft, grid: etree._Element) -> Iterator[tuple[bool, Rows]]:
    columns = _column_names(grid) if grid.tag == "tgroup" else {}
    loose: Rows = []
    feet: list[Rows] = []
    for child in grid:
        tag = child.tag
        if tag in _GROUPS:
            is_head = tag == "thead"
            group = [_row(draft, row, is_head, columns) for row in child if row.tag in _ROWS]
            if tag == "tfoot":
                feet.append(group)
            else:
                yield is_head, group
        elif tag in _ROWS:
            loose.append(_row(draft, child, False, columns))
    if loose:
        yield False, loose
    for group in feet:
        yield False, group


_ROWS = frozenset({"tr", "row"})


def _row(draft: Draft, row: etree._Element, is_head: bool, columns: dict[str, int]) -> list[RawCell]:
    cells: list[RawCell] = []
    for cell in row:
        tag = cell.tag
        text, indent = _text(draft, cell)
        get = cell.get
        if tag == "entry":
            cells.append(_entry(cell, text, is_head, indent, columns))
        else:
            rowspan, colspan = get("rowspan"), get("colspan")
            cells.append(
                RawCell(
                    text,
                    1 if rowspan is None else _span(rowspan, 65534, 0),
                    1 if colspan is None else _span(colspan, 1000, 1),
                    is_head or tag == "th",
                    indent,
                )
            )
    return cells


def _text(draft: Draft, cell: etree._Element) -> tuple[str, int]:
    """The text of a cell, and how deep the spaces in front of it indent it."""
    if len(cell):
        line = Line(cell, flat=True)
        raw = "".join(line.parts)
        if line.inlines:
            draft.inlines(line.inlines, None)
    else:
        raw = cell.text or ""
    text = " ".join(raw.split())
    if "\xad" in text:
        text = " ".join(text.replace("\xad", "").split())
    if text and raw[0] != text[0]:
        return text, _indent(raw)
    return text, 0


def _indent(raw: str) -> int:
    halves = sum(_EM.get(c, 0) for c in raw[: len(raw) - len(raw.lstrip())])
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
    return RawCell(text, rowspan, min(colspan, 1000), is_head, indent, start)
