"""Readers of reading lists: pages in the form of known sites, feeds, BibTeX, and bad input."""

import gzip
import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import medloom
from medloom.errors import NotThisFormat, SourceError
from medloom.kit.papers.bibtex import Entry, entries
from medloom.kit.papers.dates import iso_date
from medloom.kit.papers.latex import plain
from medloom.kit.reading import Opened, in_memory
from medloom.kit.sources import Source
from medloom.step import Failure
from medloom.steps.curate.orphaned import orphaned
from medloom.steps.curate.superseded import superseded
from medloom.steps.ingest.bibtex import bibtex
from medloom.steps.ingest.paper_lists import paper_lists
from medloom.tables.literature import Article, Document
from medloom.tables.rows import Rows

PUBMED = """<html><body><section class="search-results-list">
<article class="full-docsum" data-rel-pos="1"><div class="docsum-content">
<a class="docsum-title" href="/900001/" data-article-id="900001">Looms and <b>sepsis</b>: a
trial.</a>
<div class="docsum-citation full-citation">
<span class="docsum-authors full-authors">Ng AB, Ek C, van der Berg D.</span>
<span class="docsum-authors short-authors">Ng AB, et al.</span>
<span class="docsum-journal-citation full-journal-citation">J Loom. 2024 Mar 5;12(3):1-9. doi:
10.1000/loom.5. Epub 2024 Feb 1. PMCID: PMC990001</span>
<span class="docsum-journal-citation short-journal-citation">J Loom. 2024.</span>
<span class="citation-part">PMID: <span class="docsum-pmid">900001</span></span></div>
<div class="docsum-snippet"><div class="full-view-snippet">We wove &lt; 5 looms
…</div></div></div></article>
<article class="full-docsum"><a class="docsum-title">Second one.</a>
<span class="docsum-pmid">900002</span></article>
<article class="full-docsum"><span class="docsum-pmid">900003</span></article>
</section></body></html>"""

PUBMED_ABSTRACTS = """<div class="results-article"><div class="article-overview">
<div class="article-source"><button class="journal-actions-trigger">Loom Med</button>
<span class="cit">2023 Nov;4(1):7.</span></div>
<h1 class="heading-title"><a href="/77/">Warp and weft</a></h1>
<div class="authors-list"><span class="authors-list-item"><a class="full-name">Ada Ng</a></span>
<span class="authors-list-item"><a class="full-name">Cy Ek</a></span></div>
<ul class="identifiers"><li>PMID: <strong class="current-id">77</strong></li>
<li>PMCID: PMC9977</li><li>DOI: 10.1000/warp</li></ul>
<div class="abstract"><h2>Abstract</h2><div class="abstract-content
selected"><p><strong>Aim:</strong>
To weave.</p><p>Woven.</p></div></div></div></div>"""

ARXIV = """<dl id='articles'><dt><a name='item1'>[1]</a>
<a href="/abs/2401.01234" title="Abstract" id="2401.01234">arXiv:2401.01234</a></dt>
<dd><div class='meta'><div class='list-title mathjax'><span class='descriptor'>Title:</span>
 Weaving networks</div><div class='list-authors'><a href="x">Ada B. Ng</a>, <a href="y">Cy
Ek</a></div>
<p class='mathjax'>We weave $x$.</p></div></dd></dl>"""

ARXIV_SEARCH = """<ol><li class="arxiv-result"><p class="list-title"><a
href="https://arxiv.org/abs/2402.00001v2">arXiv:2402.00001</a></p><p class="title is-5">Deep
looms</p>
<p class="authors"><span>Authors:</span> <a>Ada Ng</a>, <a>Cy Ek</a></p>
<p class="abstract mathjax"><span>Abstract</span>: <span class="abstract-short">Short… <a>▽ More</a>
</span><span class="abstract-full">The whole abstract. <a>△ Less</a></span></p>
<p class="is-size-7"><span>Submitted</span> 3 February, 2024; originally announced
February.</p></li></ol>"""

BIORXIV = """<ul><li class="first search-result"><div class="highwire-article-citation"><div
class="highwire-cite highwire-citation"><span class="highwire-cite-title"><a
class="highwire-cite-linked-title" href="/content/10.1101/2024.03.02.582222v1.full">Looms in
mice</a>
</span><div class="highwire-cite-authors"><span class="highwire-citation-author">Ada Ng</span>,
<span class="highwire-citation-author">Cy Ek</span></div><div class="highwire-cite-metadata"><span
class="highwire-cite-metadata-journal">bioRxiv </span><span class="highwire-cite-metadata-doi">doi:
https://doi.org/10.1101/2024.03.02.582222</span></div></div></div></li></ul>"""

SEMANTIC = """<div class="cl-paper-row" data-paper-id="ff"><a class="x"
href="https://doi.org/10.1000/s">
<h2 class="cl-paper-title">Semantic looms</h2></a><ul class="cl-paper-meta"><li
class="cl-paper-authors"><span class="cl-paper-authors__author-box">Ada Ng</span><span
class="cl-paper-authors__author-box">Cy Ek</span></li><li class="cl-paper-venue">Loom Conf</li>
<li class="cl-paper-pubdates">1 May 2022</li></ul><div class="tldr-abstract-replacement">TLDR Looms
mean. Expand</div></div>"""

SCHOLAR = """<div class="gs_r gs_or gs_scl"><div class="gs_ri"><h3 class="gs_rt"><span>[PDF]</span>
<a href="https://x.org/10.1000/gs">Scholarly looms</a></h3><div class="gs_a">A Ng, C Ek… -
Journal of
Looms, 2019 - loom.org</div><div class="gs_rs">Looms are …</div></div></div>
<div class="gs_r gs_or"><div class="gs_ri"><h3 class="gs_rt">[BOOK] Old looms</h3><div
class="gs_a">B Ra - 1999 - Press</div></div></div>"""

HIGHWIRE = """<head><meta name="citation_title" content="Meta looms &amp; more">
<meta name="citation_author" content="Ng, Ada"><meta name="citation_author" content="Ek, Cy">
<meta name="citation_journal_title" content="J Meta"><meta name="citation_doi"
content="doi:10.1000/m">
<meta name="citation_publication_date" content="2021/06/07"><meta name="citation_pmid" content="5">
<meta property="og:type" content="article"><meta property="og:description" content="About looms.">
</head>"""

LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "A site"},
        {
            "@type": ["ScholarlyArticle"],
            "headline": "Linked <i>looms</i>",
            "author": [{"@type": "Person", "givenName": "Ada", "familyName": "Ng"}],
            "datePublished": "2020-02-03",
            "description": "On links.",
            "sameAs": "https://doi.org/10.1000/ld",
            "isPartOf": {"@type": "PublicationIssue", "isPartOf": {"name": "J Links"}},
        },
    ],
}

MICRODATA = """<div itemscope itemtype="https://schema.org/ScholarlyArticle"><h2
itemprop="headline">
Micro looms</h2><span itemprop="author" itemscope itemtype="http://schema.org/Person"><span
itemprop="name">Ada Ng</span></span><time itemprop="datePublished" datetime="2018-05-01">May</time>
<p itemprop="abstract">Small.</p><a itemprop="sameAs"
href="https://doi.org/10.1000/mi">x</a></div>"""


def articles(name: str, page: str | bytes) -> list[Article]:
    data = page.encode() if isinstance(page, str) else page
    found = list(paper_lists(in_memory(name, data)))
    return [one.articles[0] for one in found if isinstance(one, Document)]


def names(article: Article) -> list[tuple[str | None, str | None]]:
    return [(one.surname, one.given) for one in article.authors]


def test_results_of_pubmed() -> None:
    found = list(paper_lists(in_memory("pubmed.html", PUBMED.encode())))
    first, second, third = found
    assert isinstance(first, Document)
    one = first.articles[0]
    assert (one.id, one.pmid, one.doi) == ("PMC990001", "900001", "10.1000/loom.5")
    assert one.title == "Looms and sepsis: a trial."
    assert one.abstract == "We wove < 5 looms …"
    assert names(one) == [("Ng", "AB"), ("Ek", "C"), ("van der Berg", "D")]
    assert (one.journal, one.year, one.dates[0].date) == ("J Loom", 2024, "2024-03-05")
    assert [issue.code for issue in one.issues] == ["short-abstract"]
    assert [p.kind for p in first.passages] == ["title", "abstract"]
    assert isinstance(second, Document)
    assert second.articles[0].id == "pmid:900002"
    assert third == Failure("paper-3", "no title")


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        (PUBMED_ABSTRACTS, ("PMC9977", "Warp and weft", "Aim: To weave. Woven.", "2023-11")),
        (ARXIV, ("doi:10.48550/arXiv.2401.01234", "Weaving networks", "We weave $x$.", "2024-01")),
        (
            ARXIV_SEARCH,
            ("doi:10.48550/arXiv.2402.00001", "Deep looms", "The whole abstract.", "2024-02-03"),
        ),
        (BIORXIV, ("doi:10.1101/2024.03.02.582222", "Looms in mice", None, "2024-03-02")),
        (SEMANTIC, ("doi:10.1000/s", "Semantic looms", "Looms mean.", "2022-05-01")),
        (HIGHWIRE, ("doi:10.1000/m", "Meta looms & more", "About looms.", "2021-06-07")),
        (MICRODATA, ("doi:10.1000/mi", "Micro looms", "Small.", "2018-05-01")),
    ],
)
def test_known_pages(page: str, wanted: tuple[str, ...]) -> None:
    (one,) = articles("a.html", page)
    assert (one.id, one.title, one.abstract, one.dates[0].date) == wanted
    assert names(one)[0][0] == "Ng"


def test_google_scholar() -> None:
    first, second = articles("s.html", SCHOLAR)
    assert (first.title, first.journal, first.year) == ("Scholarly looms", "Journal of Looms", 2019)
    assert (first.doi, names(first)) == ("10.1000/gs", [("Ng", "A"), ("Ek", "C")])
    assert (second.title, second.journal, second.year) == ("Old looms", None, 1999)
    assert second.id.startswith("title:")


def test_linked_data_beside_broken_linked_data() -> None:
    page = '<script type="application/ld+json">{"@type": </script>'
    page += f'<script type="application/ld+json">{json.dumps(LINKED)}</script>'
    (one,) = articles("a.html", page)
    assert (one.id, one.title, one.abstract) == ("doi:10.1000/ld", "Linked looms", "On links.")
    assert (one.journal, names(one)) == ("J Links", [("Ng", "Ada")])


def test_open_graph_is_the_last_resort() -> None:
    page = '<meta property="og:type" content="article"><meta property="og:title" content="Looms">'
    assert articles("a.html", page)[0].title == "Looms"
    with pytest.raises(NotThisFormat):
        articles("a.html", page.replace("article", "website"))


def test_one_paper_twice_on_a_page_is_one() -> None:
    assert len(articles("a.html", f"{BIORXIV}{BIORXIV}")) == 1


RSS1 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:prism="http://purl.org/rss/1.0/modules/prism/"><channel rdf:about="x"/><item rdf:about="y">
<title>Preprint looms</title><description>All of it.</description><dc:creator>Ng, A.</dc:creator>
<dc:date>2024-01-02</dc:date><dc:identifier>doi:10.1101/2024.01.02.1v1</dc:identifier>
<prism:publicationName>bioRxiv</prism:publicationName></item></rdf:RDF>"""
RSS2 = """<rss version="2.0"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>J</title><item>
<title>Fed looms</title><link>https://pubmed.ncbi.nlm.nih.gov/42/?utm=1</link>
<description>&lt;p&gt;On &lt;i&gt;E. coli&lt;/i&gt; &amp;lt; 5&lt;/p&gt;</description>
<guid isPermaLink="false">pubmed:42</guid><pubDate>Mon, 04 Nov 2024 05:00:00 GMT</pubDate>
<dc:creator>Ada Ng</dc:creator><dc:creator>Cy Ek</dc:creator></item></channel></rss>"""
ATOM = """<feed
xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2403.01111v1</id>
<title>Atomic  looms</title><summary>Sum.</summary><published>2024-03-01T00:00:00Z</published>
<author><name>Ada Ng</name></author><author><name>Cy Ek</name></author>
<link href="http://arxiv.org/abs/2403.01111v1" rel="alternate"/></entry></feed>"""


@pytest.mark.parametrize(
    ("feed", "wanted"),
    [
        (RSS1, ("doi:10.1101/2024.01.02.1", "Preprint looms", "All of it.", "2024-01-02")),
        (RSS2, ("pmid:42", "Fed looms", "On E. coli < 5", "2024-11-04")),
        (ATOM, ("doi:10.48550/arXiv.2403.01111", "Atomic looms", "Sum.", "2024-03-01")),
    ],
)
def test_feeds(feed: str, wanted: tuple[str, ...]) -> None:
    (one,) = articles("feed.xml", feed)
    assert (one.id, one.title, one.abstract, one.dates[0].date) == wanted
    assert names(one)[0][0] == "Ng"


def test_other_xml_is_not_a_feed() -> None:
    with pytest.raises(NotThisFormat, match="not RSS or Atom"):
        list(paper_lists(in_memory("a.xml", b"<PubmedArticleSet/>")))


BIB = r"""@string{jl = "J Loom"} Some comment. @comment{ @article{no, title={No}} }
@article{ng20, title = {On the {DNA} of M{\"u}ller's looms}, author = {Ng, Ada and {Food and Drug
Group} and others},
 journal = jl # { B}, year = 2020, month = mar, doi = {https://doi.org/10.1000/B}, abstract = "A
\& b."}
@inproceedings{ek, title="Two", author="Cy Ek and Bo Ra", booktitle={Loom Conf},
date={2021-05-06/2021-05-09},
 eprint={2101.00001}, archiveprefix={arXiv}}
@misc{none, year = 1999}
@article{broken, title = {Never closed
@article{last, title = {Last}, pmid = {99}}
"""


def test_bibtex() -> None:
    found = list(bibtex(in_memory("a.bib", BIB.encode())))
    first, second, none, broken, last = found
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert isinstance(last, Document)
    one, two = first.articles[0], second.articles[0]
    assert one.title == "On the DNA of Müller's looms"
    assert (one.id, one.journal, one.abstract) == ("doi:10.1000/B", "J Loom B", "A & b.")
    assert (one.dates[0].date, one.authors[1].collab) == ("2020-03", "Food & Drug Group")
    assert (two.doi, two.journal, two.dates[0].date) == (
        "10.48550/arXiv.2101.00001",
        "Loom Conf",
        "2021-05-06",
    )
    assert none == Failure("none", "line 9: no title")
    assert broken == Failure("broken", "line 10: a brace is never closed")
    assert last.articles[0].id == "pmid:99"
    assert len(list(paper_lists(in_memory("a.bib", BIB.encode())))) == 5


def test_bibtex_within_limits() -> None:
    deep = "@a{k, title = " + "{" * 5000 + "x" + "}" * 5000 + "}\n@a{l, title={T}}"
    found = list(entries(deep))
    assert "braces in each other" in str(found[0])
    assert isinstance(found[-1], Entry)
    long = "@a{k, title = {" + "x" * 300_000 + "}}\n@a{l, title={T}}"
    assert "too long" in str(next(iter(entries(long))))
    with pytest.raises(NotThisFormat):
        list(bibtex(in_memory("a.bib", b"no entry")))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"{\'e}t\'{e} \c{c}a \v{S} \o", "été ça Š ø"),
        (r"100\,\% of \{x\} in $p<0.05$ ~a", "100,% of {x} in p<0.05 a"),
        (r"na{\"\i}ve \textit{E. coli}", "naïve E. coli"),
    ],
)
def test_latex(text: str, wanted: str) -> None:
    assert plain(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024 Nov-Dec;3(1):5", "2024-11"),
        ("Published online 5th of May", ""),
        ("5th May 2020", "2020-05-05"),
        ("2020-13-45", "2020"),
        ("123456 19991", ""),
        ("Dec. 31, 1999", "1999-12-31"),
    ],
)
def test_dates(text: str, wanted: str) -> None:
    assert iso_date(text) == wanted


# --- bad input ---------------------------------------------------------------------------------


def test_a_bomb_and_a_huge_page_are_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"<p>" * 40_000_000, 9)
    with pytest.raises(SourceError):
        list(paper_lists(in_memory("a.html.gz", packed)))
    with pytest.raises(SourceError, match="over the limit"):
        list(paper_lists(in_memory("a.html", b"<p>" + b" " * (33 * 2**20))))


def test_entities_of_a_feed_are_refused() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><item>&b;</item></rss>'
    with pytest.raises(SourceError, match="entities"):
        list(paper_lists(in_memory("a.rss", bomb)))


def test_a_page_that_is_deep_does_not_harm() -> None:
    deep = "<div>" * 100_000 + BIORXIV
    for page in (deep, BIORXIV + deep):
        with suppress(NotThisFormat, SourceError):
            list(paper_lists(in_memory("a.html", page.encode())))
    nested = "[" * 100_000
    with pytest.raises(NotThisFormat):
        articles("a.html", f'<script type="application/ld+json">{nested}</script><p>x')


def test_external_files_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    feed = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]><rss><item><title>&x;</title></item></rss>'
    with pytest.raises(SourceError):
        list(paper_lists(in_memory("a.rss", feed.encode())))


PIECES = [PUBMED, ARXIV, BIORXIV, SEMANTIC, SCHOLAR, HIGHWIRE, MICRODATA, RSS1, RSS2, ATOM, BIB]
PIECES.append(f'<script type="application/ld+json">{json.dumps(LINKED)}</script>')


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(PIECES)).encode())
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        kind = draw(st.sampled_from(["cut", "put", "twice", "swap"]))
        if kind == "cut":
            del data[at : at + draw(st.integers(1, 60))]
        elif kind == "put":
            data[at:at] = draw(st.binary(max_size=12))
        elif kind == "twice":
            data[at:at] = data[at : at + draw(st.integers(1, 80))]
        elif data:
            data[at] = draw(st.integers(0, 255))
    return bytes(data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged() | st.binary(max_size=200), st.sampled_from(["a.html", "a.xml", "a.rss", "a.bib"]))
def test_no_input_raises_but_as_told(data: bytes, name: str) -> None:
    try:
        for one in paper_lists(in_memory(name, data)):
            assert isinstance(one, Document | Failure)
            if isinstance(one, Document):
                assert one.articles[0].title
    except (NotThisFormat, SourceError):
        pass


@settings(max_examples=100, deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["@type", "name", "headline", "author", "isPartOf", "keywords", "@graph",
                         "identifier", "datePublished", "value", "familyName"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_any_linked_data(held: object) -> None:
    block = json.dumps({"@type": "ScholarlyArticle", "headline": "T", "x": held, "author": held,
                        "isPartOf": held, "keywords": held, "identifier": held})  # fmt: skip
    (one,) = articles("a.html", f'<script type="application/ld+json">{block}</script>')
    assert one.title == "T"


# --- updates of PubMed -------------------------------------------------------------------------


def record(pmid: int, title: str, version: int = 1) -> str:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article>'
        f"<ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )


def article_set(*parts: str) -> str:
    return f"<PubmedArticleSet>{''.join(parts)}</PubmedArticleSet>"


def titles(folder: Path, table: str = "articles", column: str = "title") -> list[str]:
    rows = medloom.open(folder).table(table).to_pydict()[column]
    return sorted(rows)


def test_update_files_replace_and_delete(tmp_path: Path) -> None:
    source, folder = tmp_path / "in", tmp_path / "collection"
    source.mkdir()
    first = article_set(record(1, "One"), record(2, "Two"), record(3, "Three"))
    (source / "pubmed26n0001.xml").write_text(first)
    (source / "list.html").write_text(BIORXIV)
    medloom.build("paper-feed", input=source, into=folder, workers=0)
    assert titles(folder) == ["One", "Three", "Two"]
    delete = '<DeleteCitation><PMID Version="1">2</PMID></DeleteCitation>'
    update = article_set(record(1, "One, mended"), delete, record(4, "Four"))
    (source / "pubmed26n0002.xml.gz").write_bytes(gzip.compress(update.encode()))
    medloom.build("paper-feed", input=source, into=folder, workers=0)
    assert titles(folder) == ["Four", "One, mended", "Three"]
    assert titles(folder, "passages", "text") == ["Four", "One, mended", "Three"]
    assert titles(folder, "listed") == ["Looms in mice"]
    # an older file that is added later does not win
    (source / "pubmed26n0000.xml").write_text(article_set(record(1, "Ancient"), record(2, "Gone")))
    medloom.build("paper-feed", input=source, into=folder, workers=0)
    assert titles(folder) == ["Four", "One, mended", "Three"]
    assert all(one.balanced for one in medloom.open(folder).ledger)


def test_versions_and_what_comes_back_after_a_deletion() -> None:
    rows = Rows.of(
        {
            "id": ["a", "b", "c", "d", "e"],
            "pmid": ["1", "1", "2", "2", "2"],
            "version": [2, 1, 1, None, 1],
            "article_type": [None, None, None, "deleted", None],
            "source": ["n1", "n2", "n1", "n2", "n3"],
        }
    )
    assert superseded(rows) == [
        None,
        "replaced by n1",
        "withdrawn by n2",
        "says that a record is withdrawn",
        None,
    ]
    assert superseded(Rows.of({"id": ["a", "a", "b"]})) == ["replaced by ", None, None]
    held = Rows.of({"id": ["a"], "source": ["n1"]})
    mine = Rows.of({"article_id": ["a", "b"], "source": ["n1", "n1"]}, papers=held)
    assert orphaned(mine, table="papers") == [None, "its article is not in papers"]


REAL = Path(os.environ.get("MEDLOOM_DATA", Path(__file__).resolve().parents[2] / "shared/data"))
NXML = REAL / "literature/pmc_evidence_inference"


@pytest.mark.skipif(not NXML.exists(), reason="no real data here")
def test_real_xml_of_articles_is_dropped_and_never_raises() -> None:
    for path in sorted(NXML.rglob("*.nxml"))[:20]:
        source = Source(path.name, str(path), None, path.stat().st_size, "", [])
        for name in ("a.xml", "a.html"):
            opened = in_memory(name, Opened(source).read())
            try:
                assert all(isinstance(one, Document | Failure) for one in paper_lists(opened))
            except NotThisFormat:
                continue
