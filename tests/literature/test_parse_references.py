# ruff: noqa: E501 (markup in strings is not broken)
"""Reference lists."""

import pytest

from medloom.steps.ingest.jats import parse
from medloom.tables.literature import Document, Reference


def read_all(refs: str) -> Document:
    data = f"""<article xmlns:xlink='http://www.w3.org/1999/xlink'><back><ref-list><title>R</title>
    {refs}</ref-list></back></article>"""
    return parse(data.encode(), name="a.xml")


def read(ref: str) -> Reference:
    (reference,) = read_all(f"<ref id='B1'><label>1.</label>{ref}</ref>").articles[0].references
    return reference


ELEMENT = """<element-citation publication-type='journal'><person-group person-group-type='author'>
<name><surname>Smith</surname><given-names>J <sup>x</sup></given-names></name><name><surname>Ng</surname>
</name><collab>The Group</collab><etal/></person-group><person-group person-group-type='editor'><name>
<surname>Ed</surname><given-names>A</given-names></name></person-group><article-title>On
<italic>E. coli</italic></article-title><source>J Med</source><year>2001a</year><volume>1</volume>
<fpage>2</fpage><pub-id pub-id-type='pmid'>123</pub-id><pub-id pub-id-type='doi'>https://doi.org/10.1/A(b)
</pub-id><pub-id pub-id-type='pmcid'>PMC9</pub-id></element-citation>"""


def test_an_element_citation() -> None:
    assert read(ELEMENT) == Reference(
        *("B1", "1.", "journal", "On E. coli", "J Med", 2001, ["Smith J x", "Ng", "The Group"]),
        *("123", "10.1/A(b)", "PMC9"),
        "Smith J x Ng The Group et al. Ed A On E. coli J Med 2001a 1 2 123"
        " https://doi.org/10.1/A(b) PMC9",
    )


def test_a_mixed_citation_is_kept_as_printed() -> None:
    reference = read(
        "<mixed-citation><string-name><surname>Smith</surname>, <given-names>J.</given-names>"
        "</string-name> (<year>1999</year>). <article-title>On CO<sub>2</sub></article-title>. "
        "<source>J Med</source>. doi:10.1000/xyz-1.</mixed-citation>"
    )
    assert reference.raw == "Smith, J. (1999). On CO2. J Med. doi:10.1000/xyz-1."
    assert (reference.authors, reference.year, reference.doi) == (
        ["Smith J."],
        1999,
        "10.1000/xyz-1",
    )


def test_names_with_nothing_between_them_stay_apart() -> None:
    name = "<name><surname>A</surname><given-names>B</given-names></name>"
    assert read(f"<mixed-citation>{name}, {name}. T.</mixed-citation>").raw == "A B, A B. T."
    assert read(f"<mixed-citation>{name}<source>J</source></mixed-citation>").raw == "A B J"


@pytest.mark.parametrize(
    ("xml", "doi", "pmid"),
    [
        ("<ext-link xlink:href='http://dx.doi.org/10.1000/1'>link</ext-link>", "10.1000/1", None),
        ("<uri>https://doi.org/10.1000/a%2Fb</uri>", "10.1000/a/b", None),
        ("<comment>PMID <ext-link ext-link-type='pmid'>77</ext-link></comment>", None, "77"),
        ("<pub-id pub-id-type='other'>doi:10.1000/2</pub-id>", "10.1000/2", None),
        ("<ext-link xlink:href='https://pubmed.ncbi.nlm.nih.gov/555/'>x</ext-link>", None, "555"),
        ("<object-id pub-id-type='doi'>10.1000/3</object-id>", "10.1000/3", None),
        ("text (10.1000/4(a)).", "10.1000/4(a)", None),
        ("version 10.5/6 km", None, None),
    ],
)
def test_identifiers_wherever_they_stand(xml: str, doi: str | None, pmid: str | None) -> None:
    reference = read(f"<mixed-citation>{xml}</mixed-citation>")
    assert (reference.doi, reference.pmid) == (doi, pmid)


def test_several_citations_share_their_ref_id_and_alternatives_are_one() -> None:
    document = read_all(
        "<ref id='B1'><mixed-citation>One.</mixed-citation><mixed-citation id='x'>Two.</mixed-citation>"
        "</ref><ref id='B2'><citation-alternatives><element-citation><year>2000</year>"
        "</element-citation><mixed-citation>Three, 2000.</mixed-citation></citation-alternatives></ref>"
        "<ref id='B3'><note><p>A note.</p></note></ref>"
    )
    references = document.articles[0].references
    assert [(r.ref_id, r.raw) for r in references] == [
        *(("B1", "One."), ("B1", "Two."), ("B2", "Three, 2000."), ("B3", "A note."))
    ]
    assert references[2].year == 2000


def test_one_bad_reference_does_not_lose_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from medloom.steps.ingest.jats import references as module  # noqa: PLC0415

    real = module.find_pmid

    def fail(text: str) -> str | None:
        if text == "13":
            raise ValueError(text)
        return real(text)

    monkeypatch.setattr(module, "find_pmid", fail)
    ref = "<ref><element-citation><pub-id pub-id-type='pmid'>{}</pub-id></element-citation></ref>"
    article = read_all("".join(ref.format(n) for n in (12, 13, 14))).articles[0]
    assert [r.pmid for r in article.references] == ["12", "14"]
    assert [i.code for i in article.issues] == ["unreadable"]
    assert article.issues[0].xpath == "/article/back/ref-list/ref[2]"
