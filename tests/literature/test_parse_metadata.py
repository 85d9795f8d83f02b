# ruff: noqa: E501 (markup in strings is not broken)
"""What the front of an article says: ids, people, dates, licence, abstracts, retraction."""

from typing import Any

import pytest

from medloom.errors import NotThisFormat
from medloom.steps.ingest.jats import parse
from medloom.tables.literature import Affiliation, Article, Date, Document, Funding, Related

XLINK = "xmlns:xlink='http://www.w3.org/1999/xlink'"


def read_document(meta: str, rest: str = "", *, attributes: str = "", **known: Any) -> Document:
    data = (
        f"<article {XLINK} xmlns:ali='http://www.niso.org/schemas/ali/1.0/' {attributes}>"
        f"<front><article-meta>{meta}</article-meta></front>{rest}</article>"
    )
    return parse(data.encode(), name="folder/name.xml", metadata=known or None)


def read(meta: str, rest: str = "", *, attributes: str = "", **known: Any) -> Article:
    return read_document(meta, rest, attributes=attributes, **known).articles[0]


@pytest.mark.parametrize(
    ("ids", "article_id", "pmcid"),
    [
        ("<article-id pub-id-type='pmc'>123</article-id>", "PMC123", "PMC123"),
        ("<article-id pub-id-type='pmcid'>PMC123</article-id>", "PMC123", "PMC123"),
        ("<article-id pub-id-type='pmcaid'>999</article-id><article-id pub-id-type='pmcid'>PMC1"
         "</article-id>", "PMC1", "PMC1"),
        ("<article-id pub-id-type='pmcaid'>999</article-id>", "file:name", None),
        ("<article-id pub-id-type='doi'>https://doi.org/10.1/A</article-id>", "doi:10.1/A", None),
        ("<article-id pub-id-type='pmid'>77</article-id>", "pmid:77", None),
    ],
)  # fmt: skip
def test_ids(ids: str, article_id: str, pmcid: str | None) -> None:
    article = read(ids)
    assert (article.id, article.pmcid) == (article_id, pmcid)


def test_metadata_fills_what_the_xml_lacks() -> None:
    article = read(
        "<article-id pub-id-type='pmid'>1</article-id>",
        pmcid="PMC5",
        pmid=9,
        doi="10.1/x",
        version=2,
        license_code="CC BY-NC",
        is_retracted=True,
    )
    assert (article.id, article.pmid, article.doi, article.version) == ("PMC5", "1", "10.1/x", 2)
    assert (article.license, article.license_source) == ("CC-BY-NC", "metadata")
    assert article.is_retracted


PEOPLE = """<contrib-group><contrib contrib-type='author' corresp='yes'><contrib-id
contrib-id-type='orcid'>http://orcid.org/0000-0002-1825-0097</contrib-id><name><surname>Smith</surname>
<given-names>Ann</given-names></name><xref ref-type='aff' rid='a1 a2'/></contrib>
<contrib contrib-type='author'><name-alternatives><name><surname>Li</surname><given-names>Bo</given-names>
</name><name><surname>X</surname></name></name-alternatives></contrib>
<contrib contrib-type='author'><collab>The Group<contrib-group><contrib contrib-type='author'><name>
<surname>Member</surname></name></contrib></contrib-group></collab></contrib>
<contrib contrib-type='author'><anonymous/></contrib>
<contrib contrib-type='editor'><name><surname>Ed</surname></name></contrib></contrib-group>
<aff id='a1'><label>1</label><institution>Inst</institution>, <country>UK</country></aff>
<aff id='a2'><sup>2</sup>Dept of X, Y</aff>"""


def test_authors_and_affiliations() -> None:
    article = read(PEOPLE)
    assert [tuple(author) for author in article.authors] == [
        ("Smith", "Ann", None, "0000-0002-1825-0097", True, ["a1", "a2"]),
        ("Li", "Bo", None, None, False, []),
        (None, None, "The Group", None, False, []),
        (None, None, "Anonymous", None, False, []),
    ]
    assert article.affiliations == [
        Affiliation("a1", "Inst, UK", "UK"),
        Affiliation("a2", "Dept of X, Y", None),
    ]


def test_an_affiliation_that_nobody_cites_is_everybodys() -> None:
    article = read(
        "<contrib-group><contrib contrib-type='author'><name><surname>A</surname></name></contrib>"
        "<contrib contrib-type='author'><name><surname>B</surname></name></contrib>"
        "<aff>One place</aff></contrib-group>"
    )
    assert {tuple(author.affiliations) for author in article.authors} == {("aff-1",)}
    assert article.affiliations[0].text == "One place"


@pytest.mark.parametrize(
    ("dates", "year", "expected"),
    [
        ("<pub-date pub-type='ppub'><year>2015</year></pub-date><pub-date pub-type='epub'><day>3</day>"
         "<month>12</month><year>2014</year></pub-date>", 2014,
         [Date("ppub", "2015"), Date("epub", "2014-12-03")]),
        ("<pub-date pub-type='collection'><year>2013</year></pub-date><pub-date date-type='pub'"
         " publication-format='electronic'><month>May</month><year>2014</year></pub-date>", 2014,
         [Date("collection", "2013"), Date("epub", "2014-05")]),
        ("<pub-date pub-type='collection'><season>Fall</season><year>2013</year></pub-date>", 2013,
         [Date("collection", "2013")]),
        ("<pub-date iso-8601-date='2020-02-03'/>", 2020, [Date("pub", "2020-02-03")]),
        ("<pub-date><year>soon</year></pub-date>", None, []),
    ],
)  # fmt: skip
def test_dates(dates: str, year: int | None, expected: list[Date]) -> None:
    article = read(dates)
    assert article.year == year
    assert article.dates == expected
    assert [i.code for i in article.issues] == ([] if expected else ["bad-date"])


@pytest.mark.parametrize(
    ("permissions", "code", "source"),
    [
        ("<license xlink:href='https://creativecommons.org/licenses/by/4.0/'/>", "CC-BY", "url"),
        ("<license xlink:href='http://creativecommons.org/licenses/by-nc-nd/3.0/igo'/>",
         "CC-BY-NC-ND", "url"),
        ("<license><ali:license_ref>https://creativecommons.org/publicdomain/zero/1.0/"
         "</ali:license_ref></license>", "CC0", "url"),
        ("<license><license-p>See <ext-link xlink:href='http://creativecommons.org/licenses/by-sa/2.0'>"
         "it</ext-link></license-p></license>", "CC-BY-SA", "url"),
        ("<license><p>Creative Commons Attribution-NonCommercial-NoDerivatives 4.0</p></license>",
         "CC-BY-NC-ND", "text"),
        ("<license><p>Creative Commons Attribution License</p></license>", "CC-BY", "text"),
        ("<license license-type='CC BY-NC'/>", "CC-BY-NC", "text"),
        ("<license><p>This article is in the public domain.</p></license>", "public-domain", "text"),
        ("<license><p>All rights reserved by us.</p></license>", "other", None),
        ("<copyright-statement>Distributed under Creative Commons Attribution 2.0</copyright-statement>",
         "CC-BY", "text"),
        ("<copyright-statement>(c) Us 2001</copyright-statement>", "none", None),
    ],
)  # fmt: skip
def test_licences(permissions: str, code: str, source: str | None) -> None:
    article = read(f"<permissions>{permissions}</permissions>")
    assert (article.license, article.license_source) == (code, source)


def test_abstracts() -> None:
    article = read(
        "<abstract><title>Abstract</title><sec><title>Aim</title><p>One.</p></sec><sec>"
        "<title>Result:</title><p>Two.</p><p>Three.</p></sec></abstract>"
        "<abstract abstract-type='graphical'><p><fig id='g'><graphic xlink:href='g'/></fig></p></abstract>"
        "<trans-abstract xml:lang='es'><p>Uno.</p></trans-abstract>",
        attributes="xml:lang='en'",
    )
    assert article.abstract == "Aim: One.\nResult: Two. Three."
    main, graphical, translated = article.abstracts
    assert (main.kind, main.language) == ("main", "en")
    assert [tuple(section) for section in main.sections] == [
        ("Aim", "One."),
        ("Result:", "Two. Three."),
    ]
    assert graphical.kind == "graphical"
    assert (translated.language, translated.sections[0].text) == ("es", "Uno.")


def test_titles_journal_keywords_funding_and_links() -> None:
    document = parse(
        f"""<article {XLINK}><front><journal-meta><journal-title-group><journal-title>J &amp; M
        </journal-title></journal-title-group><issn pub-type='epub'>1234-5678</issn><publisher>
        <publisher-name>P</publisher-name></publisher></journal-meta><article-meta><title-group>
        <article-title>A <italic>B</italic><xref rid='x'>*</xref></article-title><subtitle>Sub</subtitle>
        <trans-title-group><trans-title>Otro</trans-title></trans-title-group></title-group>
        <article-categories><subj-group><subject>Research</subject></subj-group></article-categories>
        <kwd-group><kwd>one</kwd><kwd>two</kwd></kwd-group><funding-group><award-group><funding-source>
        <institution-wrap><institution-id>x</institution-id><institution>NIH</institution>
        </institution-wrap></funding-source><award-id>R01</award-id></award-group><funding-statement>Paid.
        </funding-statement></funding-group><related-article related-article-type='corrected-article'
        ext-link-type='doi' xlink:href='10.1/z'/></article-meta></front></article>""".encode(),
        name="a",
    )
    (article,) = document.articles
    assert (article.title, article.journal, article.publisher) == ("A B* Sub", "J & M", "P")
    assert (article.issn, article.subjects) == (["1234-5678"], ["Research"])
    assert article.keywords == ["one", "two"]
    assert article.funding == [Funding("NIH", "R01")]
    assert article.related == [Related("corrected-article", "10.1/z", "doi")]
    assert [p.text for p in document.passages] == ["A B* Sub", "Paid."]


RETRACTED_LINK = f"<related-article {XLINK} related-article-type='{{}}' xlink:href='10.1/a'/>"


@pytest.mark.parametrize(
    ("attributes", "meta", "expected"),
    [
        ("article-type='retraction'", RETRACTED_LINK.format("retracted-article"), False),
        ("article-type='retraction'", "<title-group><article-title>Retraction: X</article-title>"
         "</title-group>", False),
        ("article-type='retracted-article'", "", True),
        ("", RETRACTED_LINK.format("retraction-forward"), True),
        ("", "<title-group><article-title>RETRACTED: X</article-title></title-group>", True),
        ("", "<title-group><article-title>Retracted nerves</article-title></title-group>", False),
        ("", RETRACTED_LINK.format("corrected-article"), False),
    ],
)  # fmt: skip
def test_retraction(attributes: str, meta: str, expected: bool) -> None:
    assert read(meta, attributes=attributes).is_retracted is expected


def test_sub_articles_are_articles_of_their_own() -> None:
    document = read_document(
        "<article-id pub-id-type='pmc'>1</article-id>",
        "<body><p>a <xref ref-type='fig' rid='SF'>there</xref></p></body><sub-article id='S1'"
        " article-type='reply'><front-stub><title-group><article-title>Reply</article-title>"
        "</title-group></front-stub><body><p>b</p><fig id='SF'/></body><back><ref-list><ref id='R'/>"
        "</ref-list></back></sub-article><response id='S2'><body><p>c</p></body></response>",
    )
    assert [(a.id, a.parent_id, a.title) for a in document.articles] == [
        ("PMC1", None, None),
        ("PMC1/sub/S1", "PMC1", "Reply"),
        ("PMC1/sub/S2", "PMC1", None),
    ]
    assert [len(a.references) for a in document.articles] == [0, 1, 0]
    assert document.figures[0].id == "PMC1/sub/S1/fig/SF"
    assert document.passages[0].mentions[0].target_id == "PMC1/sub/S1/fig/SF"


@pytest.mark.parametrize(
    "wrapper",
    [
        "<article xmlns='http://jats.nlm.nih.gov'>{}</article>",
        "<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><GetRecord><record><metadata>"
        "<article xmlns='https://jats.nlm.nih.gov/ns/archiving/1.3/'>{}</article></metadata></record>"
        "</GetRecord></OAI-PMH>",
        "<pmc-articleset><article>{}</article></pmc-articleset>",
        "<!DOCTYPE article PUBLIC '-//NLM//DTD Journal Archiving 2.3//EN' 'archivearticle.dtd'>"
        "<article>{}</article>",
    ],
)
def test_wrappers_and_namespaces(wrapper: str) -> None:
    article = (
        "<front><article-meta><article-id pub-id-type='pmc'>7</article-id></article-meta></front>"
        "<body><p>x <xref ref-type='fig' rid='f'>1</xref></p><fig id='f'/></body>"
    )
    document = parse(wrapper.format(article).encode(), name="a")
    assert document.articles[0].id == "PMC7"
    assert document.passages[0].mentions[0].target_id == "PMC7/fig/f"


def test_a_set_gives_all_its_articles() -> None:
    one = "<article><body><p>x</p></body></article>"
    document = parse(f"<pmc-articleset>{one}{one}</pmc-articleset>".encode(), name="set.xml")
    assert len({a.id for a in document.articles}) == 2
    assert len({p.id for p in document.passages}) == 2


@pytest.mark.parametrize("root", ["manifest", "PubmedArticleSet", "html"])
def test_other_roots_are_not_this_format(root: str) -> None:
    with pytest.raises(NotThisFormat, match=root):
        parse(f"<{root}><x/></{root}>".encode(), name="a")
