# ruff: noqa: E501 (markup in strings is not broken)
"""Figures, groups, panels, files and supplements."""

from medloom.steps.ingest.jats import parse
from medloom.tables.literature import Document

XLINK = "xmlns:xlink='http://www.w3.org/1999/xlink'"


def read(content: str, siblings: tuple[str, ...] = ()) -> Document:
    data = f"<article {XLINK}>{content}</article>".encode()
    return parse(data, name="a.xml", siblings=siblings)


def test_a_caption_of_several_children_is_kept_whole() -> None:
    (figure,) = read(
        "<body><fig id='F1'><label>Figure 1.</label><caption><title>Title.</title><p>(<bold>A</bold>) One."
        "</p><p>(<bold>B</bold>) Two.</p><list><list-item><p>item</p></list-item></list></caption>"
        "<graphic xlink:href='f1.jpg'/></fig></body>"
    ).figures
    assert figure.id == "file:a/fig/F1"
    assert (figure.label, figure.title) == ("Figure 1.", "Title.")
    assert figure.caption == "Title.\n(A) One.\n(B) Two.\nitem"
    assert [figure.caption[m.start : m.end] for m in figure.caption_marks] == ["A", "B"]


def test_caption_passages_name_their_figure() -> None:
    document = read("<body><fig id='F1'><caption><title>T</title><p>P</p></caption></fig></body>")
    assert [(p.kind, p.about, p.text) for p in document.passages] == [
        ("caption", "file:a/fig/F1", "T"),
        ("caption", "file:a/fig/F1", "P"),
    ]


def test_panels_are_stretches_of_the_caption() -> None:
    document = read(
        "<body><fig id='F1'><caption><p>Both. (A) One. (B) Two.</p></caption></fig></body>"
    )
    assert [(p.id, p.letters) for p in document.panels] == [
        ("file:a/fig/F1/panel/a", ["a"]),
        ("file:a/fig/F1/panel/b", ["b"]),
    ]
    for panel in document.panels:
        assert document.figures[0].caption[panel.start : panel.end] == panel.caption


def test_figures_are_found_wherever_they_stand() -> None:
    fig = "<fig><caption><p>c</p></caption></fig>"
    document = read(
        f"<body><p>x {fig}</p><boxed-text>{fig}</boxed-text><sec><fig-group>{fig}</fig-group></sec>"
        f"</body><back><app>{fig}</app></back><floats-group>{fig}</floats-group>"
        f"<sub-article id='S'><body>{fig}</body></sub-article>"
    )
    assert [figure.part for figure in document.figures] == [
        *("body", "body", "body", "appendix", "floats", "body")
    ]
    assert document.figures[-1].id == "file:a/sub/S/fig/1"
    assert len({figure.id for figure in document.figures}) == 6


def test_repeated_ids_are_made_unique() -> None:
    document = read("<body><fig id='F'/><fig id='F'/><fig id='F'/></body>")
    assert [figure.id for figure in document.figures] == [
        "file:a/fig/F",
        "file:a/fig/F-2",
        "file:a/fig/F-3",
    ]
    assert {i.code for i in document.articles[0].issues} == {"duplicate-id"}


def test_a_figure_without_caption_inherits_that_of_its_group() -> None:
    document = read(
        "<body><fig-group id='G'><label>Figure 1</label><caption><p>All.</p></caption>"
        "<fig id='a'><graphic xlink:href='a'/></fig><fig id='b'><caption><p>Own.</p></caption></fig>"
        "</fig-group></body>"
    )
    assert [(f.label, f.caption) for f in document.figures] == [
        ("Figure 1", "All."),
        ("Figure 1", "Own."),
    ]
    assert {f.group_id for f in document.figures} == {"file:a/fig-group/G"}
    assert [p.text for p in document.passages] == ["All.", "Own."]


def test_a_file_is_found_with_and_without_its_suffix() -> None:
    document = read(
        "<body><fig><graphic xlink:href='x-g001'/></fig><fig><graphic xlink:href='X-g002.TIF'/></fig>"
        "<fig><graphic xlink:href='info:doi/10.1371/journal.pone.01.g001'/></fig>"
        "<fig><graphic xlink:href='gone.jpg'/></fig></body>",
        ("PMC1/x-g001.gif", "PMC1/x-g001.jpg", "PMC1/x-g002.png", "pone.01.g001.tif"),
    )
    assert [figure.files[0].uri for figure in document.figures] == [
        *("PMC1/x-g001.jpg", "PMC1/x-g002.png", "pone.01.g001.tif", None)
    ]


def test_alternatives_give_every_rendition_the_found_one_first() -> None:
    (figure,) = read(
        "<body><fig><alternatives><graphic xlink:href='big.tif'/><graphic xlink:href='web.svg'/>"
        "</alternatives></fig></body>",
        ("web.svg",),
    ).figures
    assert [(f.href, f.found) for f in figure.files] == [("web.svg", True), ("big.tif", False)]


def test_a_licence_of_its_own() -> None:
    (figure,) = read(
        "<body><fig><permissions><license xlink:href='http://creativecommons.org/licenses/by-nc/4.0/'/>"
        "</permissions></fig></body>"
    ).figures
    assert figure.license == "CC-BY-NC"


def test_supplements() -> None:
    document = read(
        "<body><supplementary-material id='S1'><label>File 1</label><caption><title>Data</title>"
        "<p>See <ext-link xlink:href='10.1/x'>x</ext-link>.</p></caption>"
        "<media xlink:href='s1.xlsx' mimetype='application' mime-subtype='excel'/>"
        "</supplementary-material><p>And <inline-supplementary-material xlink:href='s2.pdf'>File 2"
        "</inline-supplementary-material>.</p></body>",
        ("s1.xlsx",),
    )
    one, two = document.supplements
    assert one[2:] == ("File 1", "Data\nSee x.", "s1.xlsx", "application/excel", "s1.xlsx", True)
    assert (two.caption, two.href, two.found) == ("File 2", "s2.pdf", False)


def test_media_urls_with_a_checksum_match_by_name() -> None:
    (figure,) = read(
        "<body><fig><graphic xlink:href='f.jpg'/></fig></body>", ("s3://b/PMC1.1/f.jpg?md5=00ff",)
    ).figures
    assert figure.files[0].found
