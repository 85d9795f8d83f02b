# ruff: noqa: E501 (markup in strings is not broken)
"""Running text: normalisation, marks, reading order, blocks inside paragraphs, mentions."""

import pytest

from medloom.steps.ingest.jats import parse
from medloom.tables.literature import Document, Passage

FIGURES = "".join(
    f"<fig id='F{n}'><label>Figure {n}</label><caption><p>Cap {n}.</p></caption></fig>"
    for n in range(1, 5)
)
REFERENCES = (
    "<back><ref-list>"
    + "".join(
        f"<ref id='B{n}'><label>{n}</label><mixed-citation>Work {n}.</mixed-citation></ref>"
        for n in range(1, 10)
    )
    + "</ref-list></back>"
)


def read(body: str, rest: str = "") -> Document:
    return parse(f"<article><body>{body}</body>{rest}</article>".encode(), name="a.xml")


def texts(document: Document, *kinds: str) -> list[str]:
    return [p.text for p in document.passages if not kinds or p.kind in kinds]


def mentions(passage: Passage) -> list[tuple[str, str, str, list[str], bool]]:
    return [
        (m.kind, m.target_id.rpartition("/")[2], passage.text[m.start : m.end], m.panels, m.implied)
        for m in passage.mentions
    ]


def first_mentions(paragraph: str) -> list[tuple[str, str, str, list[str], bool]]:
    return mentions(read(f"<p>{paragraph}</p>{FIGURES}", REFERENCES).passages[0])


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("  a \n\t b  ", "a b"),
        ("a&#160;b&#8201;c", "a b c"),
        ("soft&#173;ly", "softly"),
        ("a<break/>b", "a b"),
        ("x<!-- no -->y<?pi no?>z", "xyz"),
        ("H<sub>2</sub>O", "H2O"),
        ("a <inline-formula><tex-math>\\documentclass{x}</tex-math></inline-formula> b", "a b"),
        ("<![CDATA[a < b]]>", "a < b"),
        ("a<unknown>b</unknown>c", "abc"),
        ("<named-content>a <italic>b</italic></named-content>", "a b"),
        ("a<inline-graphic/>b", "ab"),
    ],
)
def test_text_is_normalised(xml: str, text: str) -> None:
    assert texts(read(f"<p>{xml}</p>")) == [text]


def test_marks_cover_the_text_of_their_markup() -> None:
    (passage,) = read(
        "<p>  A\n <bold> fat <italic>&#160;leaning</italic> </bold>x<sup>2</sup><sub> </sub></p>"
    ).passages
    assert [(passage.text[m.start : m.end], m.kind) for m in passage.marks] == [
        ("fat leaning", "bold"),
        ("leaning", "italic"),
        ("2", "sup"),
    ]


def test_a_paragraph_flows_around_floats_and_is_split_by_lists() -> None:
    document = read(
        "<p>one <fig id='f'><caption><p>cap</p></caption></fig>two"
        "<list><list-item><label>1.</label><p>item</p></list-item>"
        "<list-item><p>next</p><list><list-item><p>inner</p></list-item></list></list-item></list>"
        "three<fn><label>*</label><p>note</p></fn></p>"
    )
    assert [(p.kind, p.text) for p in document.passages] == [
        ("paragraph", "one two"),
        ("caption", "cap"),
        ("list_item", "1. item"),
        ("list_item", "next"),
        ("list_item", "inner"),
        ("paragraph", "three"),
        ("footnote", "* note"),
    ]


def test_a_list_inside_markup_splits_it_too() -> None:
    document = read("<p><bold>a<list><list-item><p>b</p></list-item></list>c</bold></p>")
    assert texts(document) == ["a", "b", "c"]
    assert [p.marks[0][:2] for p in document.passages if p.marks] == [(0, 1), (0, 1)]


@pytest.mark.parametrize(
    ("xml", "passages"),
    [
        ("<disp-quote><p>q</p><attrib>x</attrib></disp-quote>", ["quote q", "attribution x"]),
        ("<boxed-text><title>T</title><p>b</p></boxed-text>", ["heading T", "paragraph b"]),
        ("<def-list><def-item><term>a</term><def><p>b</p></def></def-item></def-list>",
         ["definition a b"]),
        ("<speech><speaker>S</speaker><p>b</p></speech>", ["speech S", "speech b"]),
        ("<verse-group><verse-line>v</verse-line></verse-group>", ["verse v"]),
        ("<preformat>x  y</preformat>", ["code x y"]),
        ("<statement><label>1</label><p>s</p></statement>", ["heading 1", "statement s"]),
        ("stray <p>p</p> tail", ["paragraph stray", "paragraph p", "paragraph tail"]),
        ("<odd>text</odd>", ["paragraph text"]),
        ("<odd><p>a</p><p>b</p></odd>", ["paragraph a", "paragraph b"]),
    ],
)  # fmt: skip
def test_blocks(xml: str, passages: list[str]) -> None:
    assert [f"{p.kind} {p.text}" for p in read(xml).passages] == passages


def test_sections_and_their_kinds() -> None:
    document = read(
        "<sec sec-type='methods'><label>2.</label><title>What we did</title><p>a</p>"
        "<sec><title>Results of this</title><p>b</p></sec>"
        "<sec><title>Ethics statement</title><p>c</p></sec></sec><sec><title>Case 1</title>"
        "<p>d</p></sec>",
        "<back><ack><p>e</p></ack><app-group><app><title>App</title><p>f</p></app></app-group>"
        "<fn-group><fn fn-type='conflict'><p>g</p></fn></fn-group></back>",
    )
    found = {p.text: (p.section, p.section_kind, p.part) for p in document.passages}
    assert found["a"] == (["What we did"], "methods", "body")
    assert found["b"] == (["What we did", "Results of this"], "methods", "body")
    assert found["c"][1] == "ethics"
    assert found["d"][1] == "case"
    assert found["e"] == ([], "acknowledgement", "back")
    assert found["f"] == (["App"], "other", "appendix")
    assert found["g"][1] == "conflict"
    assert "2. What we did" in found


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<xref ref-type='fig' rid='F1'>Fig. 1</xref>A", [("F1", ["a"], False)]),
        ("<xref ref-type='fig' rid='F1'>Fig 1C-E</xref>", [("F1", ["c", "d", "e"], False)]),
        ("<xref rid='F1'>Figure 1</xref>C&#8211;E show", [("F1", ["c", "d", "e"], False)]),
        ("<xref rid='F2'>Figure 2A</xref> and B", [("F2", ["a", "b"], False)]),
        ("<xref rid='F1'>Figs. 1A,B</xref>", [("F1", ["a", "b"], False)]),
        ("<xref rid='F1'>Fig. 1</xref> (a)", [("F1", ["a"], False)]),
        ("<xref rid='F1'>Fig. 1</xref> A total", [("F1", [], False)]),
        ("<xref rid='F1'>Figure 1A</xref>, a total", [("F1", ["a"], False)]),
        ("<xref rid='F1 F2'>Figs 1 and 2</xref>", [("F1", [], False), ("F2", [], False)]),
        ("<xref rid='F1 F2'>Figs 1A and 2C</xref>", [("F1", ["a"], False), ("F2", ["c"], False)]),
        (
            "<xref rid='F1'>Fig 1</xref>&#8211;<xref rid='F3'>3</xref>",
            [("F1", [], False), ("F2", [], True), ("F3", [], False)],
        ),
        ("<xref rid='F1'>Figs 1-3</xref>",
         [("F1", [], False), ("F2", [], True), ("F3", [], True)]),
        ("<xref rid='F1'>Fig 1A</xref>-<xref rid='F1'>D</xref>",
         [("F1", ["a"], False), ("F1", ["b", "c"], True), ("F1", ["d"], False)]),
        ("see Figure 2B.", [("F2", ["b"], False)]),
        ("see Supplementary Figure 2.", []),
        ("see Figure 22.", []),
    ],
)  # fmt: skip
def test_figure_mentions(xml: str, expected: list[tuple[str, list[str], bool]]) -> None:
    assert [(m[1], m[3], m[4]) for m in first_mentions(xml)] == expected


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("[<xref ref-type='bibr' rid='B3'>3</xref>-<xref ref-type='bibr' rid='B6'>6</xref>]",
         [("B3", False), ("B4", True), ("B5", True), ("B6", False)]),
        ("<sup><xref rid='B1'>1</xref>,<xref rid='B3'>3</xref></sup>",
         [("B1", False), ("B3", False)]),
        ("<xref rid='B3'>[3-5]</xref>", [("B3", False), ("B4", True), ("B5", True)]),
        ("<xref rid='B3 B5'>[3-5]</xref>", [("B3", False), ("B5", False), ("B4", True)]),
        ("<xref rid='B2 B4 B5'>2,4,5</xref>", [("B2", False), ("B4", False), ("B5", False)]),
    ],
)  # fmt: skip
def test_reference_mentions(xml: str, expected: list[tuple[str, bool]]) -> None:
    found = first_mentions(xml)
    assert [(m[1], m[4]) for m in found] == expected
    assert {m[0] for m in found} == {"reference"}


def test_mention_kinds_come_from_what_the_id_points_to() -> None:
    document = read(
        "<p><xref ref-type='bibr' rid='F1'>x</xref> <xref ref-type='fig' rid='S1'>s</xref> "
        "<xref rid='nowhere'>n</xref> <xref rid='SEC'>m</xref> <xref rid='G'>g</xref></p>"
        f"<sec id='SEC'><title>M</title></sec>{FIGURES}<supplementary-material id='S1'/>"
        "<fig-group id='G'><fig id='g1'/><fig id='g2'/></fig-group>"
    )
    assert [m[:2] for m in mentions(document.passages[0])] == [
        ("figure", "F1"),
        ("supplement", "S1"),
        ("other", "nowhere"),
        ("section", "SEC"),
        ("figure", "g1"),
        ("figure", "g2"),
    ]
    assert [i.code for i in document.articles[0].issues] == ["dangling-rid"]


def test_a_figure_knows_the_sentence_that_mentions_it() -> None:
    document = read(
        "<p>Smith et al. 2010 said so. As shown (e.g. <xref rid='F1'>Fig. 1B</xref>; p = 0.05 vs."
        f" Control) it rose. Then it fell.</p>{FIGURES}"
    )
    (mention,) = document.figures[0].mentions
    assert mention.sentence == "As shown (e.g. Fig. 1B; p = 0.05 vs. Control) it rose."
    assert mention.panels == ["b"]
    assert document.passages[0].text[mention.start : mention.end] == "Fig. 1B"


def test_formulas_keep_their_sources_and_their_place() -> None:
    document = read(
        "<p>where <inline-formula id='e'><alternatives><tex-math>\\documentclass{m}\\begin{document}"
        "$x$\\end{document}</tex-math><mml:math xmlns:mml='http://www.w3.org/1998/Math/MathML'>"
        "<mml:mi>x</mml:mi> <mml:mo>=</mml:mo><mml:mn>1</mml:mn></mml:math></alternatives>"
        "</inline-formula> holds</p><disp-formula><label>(1)</label>E = mc<sup>2</sup></disp-formula>"
    )
    inline, display = document.formulas
    assert texts(document) == ["where x=1 holds", "E = mc2"]
    assert (inline.latex, inline.start, inline.display) == ("$x$", 6, False)
    assert inline.mathml is not None
    assert inline.mathml.startswith("<mml:math")
    assert (display.label, display.display, display.mathml) == ("(1)", True, None)
