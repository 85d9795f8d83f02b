# ruff: noqa: E501 (markup in strings is not broken)
"""Tables: the grid, its spans, header rows, notes, OASIS markup."""

from hypothesis import given
from hypothesis import strategies as st

from medloom.steps.ingest.jats import parse
from medloom.tables.literature import Table


def read(wrap: str) -> Table:
    data = f"<article><body><table-wrap id='T1'>{wrap}</table-wrap></body></article>"
    (table,) = parse(data.encode(), name="a.xml").tables
    return table


def test_spans_are_placed_and_filled() -> None:
    table = read(
        "<table><thead><tr><th rowspan='2'>A</th><th colspan='2'>B</th></tr><tr><th>x</th><th>y</th>"
        "</tr></thead><tbody><tr><td>1</td><td rowspan='2' colspan='2'>2</td></tr><tr><td>3</td></tr>"
        "</tbody></table>"
    )
    assert table.rows == [["A", "B", "B"], ["A", "x", "y"], ["1", "2", "2"], ["3", "2", "2"]]
    assert [cell[:4] for cell in table.cells] == [
        *((0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1)),
        *((2, 0, 1, 1), (2, 1, 2, 2), (3, 0, 1, 1)),
    ]
    assert table.n_header_rows == 2
    assert table.html == (
        '<table><thead><tr><th rowspan="2">A</th><th colspan="2">B</th></tr><tr><th>x</th><th>y</th>'
        '</tr></thead><tbody><tr><td>1</td><td rowspan="2" colspan="2">2</td></tr><tr><td>3</td></tr>'
        "</tbody></table>"
    )


def test_a_row_span_may_leave_its_head_but_not_the_table() -> None:
    table = read(
        "<table><thead><tr><th rowspan='9'>A</th><th>B</th></tr></thead><tbody><tr><td>b</td></tr>"
        "</tbody></table>"
    )
    assert table.rows == [["A", "B"], ["A", "b"]]
    assert table.cells[0].rowspan == 2


def test_cells_keep_breaks_apart_and_indents_as_level() -> None:
    table = read(
        "<table><tr><td>Sex</td><td>n<break/>(%)</td></tr><tr><td>&#8195;male</td><td><p>1</p><p>2</p>"
        "</td></tr><tr><td>&#160;&#160;&#160;&#160;young</td><td><hr/></td></tr></table>"
    )
    assert table.rows == [["Sex", "n (%)"], ["male", "1 2"], ["young", ""]]
    assert [cell.indent for cell in table.cells if cell.c == 0] == [0, 1, 2]


def test_header_rows_without_a_thead() -> None:
    table = read("<table><tr><th>A</th></tr><tr><th>1</th><td>2</td></tr></table>")
    assert table.n_header_rows == 1
    assert [cell.header for cell in table.cells] == [True, True, False]


def test_label_caption_and_notes() -> None:
    table = read(
        "<label>Table 1</label><caption><title>T</title><p>P</p></caption><table><tr><td>1</td></tr>"
        "</table><table-wrap-foot><fn><label>a</label><p>One.</p></fn><p>Two.</p></table-wrap-foot>"
    )
    assert (table.label, table.title, table.caption) == ("Table 1", "T", "T\nP")
    assert table.footnotes == ["a One.", "Two."]


def test_notes_are_passages_about_the_table() -> None:
    data = (
        b"<article><body><table-wrap id='T'><table><tr><td>c</td></tr></table><table-wrap-foot><fn>"
        b"<p>n</p></fn></table-wrap-foot></table-wrap></body></article>"
    )
    (passage,) = parse(data, name="a").passages
    assert (passage.kind, passage.about) == ("table_note", "file:a/table/T")


def test_several_grids_stand_below_each_other() -> None:
    table = read("<table><tr><td>1</td></tr></table><table><tr><td>2</td><td>3</td></tr></table>")
    assert table.rows == [["1", ""], ["2", "3"]]


def test_a_table_that_is_only_an_image() -> None:
    table = read(
        "<alternatives><graphic xmlns:x='http://www.w3.org/1999/xlink' x:href='t1'/></alternatives>"
    )
    assert (table.cells, table.rows, table.html) == ([], [], None)
    assert [file.href for file in table.files] == ["t1"]


def test_oasis_tables() -> None:
    table = read(
        "<oasis:table xmlns:oasis='http://www.niso.org/standards/z39-96/ns/oasis-exchange/table'>"
        "<oasis:tgroup cols='3'><oasis:colspec colname='c1'/><oasis:colspec colname='c2'/>"
        "<oasis:colspec colname='c3'/><oasis:thead><oasis:row><oasis:entry morerows='1'>A</oasis:entry>"
        "<oasis:entry namest='c2' nameend='c3'>B</oasis:entry></oasis:row><oasis:row>"
        "<oasis:entry colname='c3'>y</oasis:entry></oasis:row></oasis:thead><oasis:tbody><oasis:row>"
        "<oasis:entry>1</oasis:entry><oasis:entry>2</oasis:entry></oasis:row></oasis:tbody>"
        "</oasis:tgroup></oasis:table>"
    )
    assert table.rows == [["A", "B", "B"], ["A", "", "y"], ["1", "2", ""]]
    assert table.n_header_rows == 2


def test_absurd_spans_are_an_issue_and_lose_only_that_table() -> None:
    data = (
        b"<article><body><table-wrap><table>"
        + b"<tr><td colspan='1000' rowspan='60000'>x</td>" * 9
        + b"</tr>" * 9
        + b"</table></table-wrap><p>kept</p></body></article>"
    )
    document = parse(data, name="a")
    assert document.passages[-1].text == "kept"


cells = st.tuples(st.text("ab<&", max_size=3), st.integers(0, 4), st.integers(1, 4))


@given(st.lists(st.lists(cells, max_size=4), min_size=1, max_size=6))
def test_filled_rows_are_rectangular_and_agree_with_the_cells(
    rows: list[list[tuple[str, int, int]]],
) -> None:
    markup = "".join(
        "<tr>"
        + "".join(
            f"<td rowspan='{tall}' colspan='{wide}'><![CDATA[{text}]]></td>"
            for text, tall, wide in row
        )
        + "</tr>"
        for row in rows
    )
    table = read(f"<table>{markup}</table>")
    assert len({len(row) for row in table.rows}) <= 1
    assert len(table.cells) == sum(map(len, rows))
    for r, c, rowspan, colspan, text, _, _ in table.cells:
        assert r + rowspan <= len(table.rows)
        assert table.rows[r][c] == text
        assert len(table.rows[r]) >= c + colspan
