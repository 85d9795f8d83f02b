"""The BioC reader: XML and JSON give the same rows, and bad files cannot do harm."""

import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.errors import NotThisFormat, SourceError
from medloom.kit.reading import in_memory
from medloom.steps.ingest.bioc import bioc
from medloom.tables.literature import Article, Document

Json = Any
GRID = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<table frame="hsides"><thead><tr><th>Arm</th>'
    '<th colspan="2">n &amp; %</th></tr></thead><tbody><tr><td rowspan="2">A<xref>a</xref></td>'
    "<td>1</td><td>2</td></tr><tr><td>3</td><td/></tr></tbody></table>\n"
)


def passage(text: str, section_type: str = "", type_: str = "", **infons: str) -> Json:
    known = {"section_type": section_type, "type": type_}
    return {"text": text, "infons": {k: v for k, v in known.items() if v} | infons}


FRONT = {
    "article-id_pmc": "555",
    "article-id_pmid": "101",
    "article-id_doi": "10.1000/loom.1",
    "kwd": "warp; weft",
    "year": "2020",
    "license": "This is open access.",
    "name_0": "surname:Ng;given-names:Ada B.",
    "name_10": "surname:Last;given-names:Zoë",
    "name_2": "surname:Ek;given-names:C.",
}
REF = {
    "name_0": "surname:Ng;given-names:A",
    "source": "Lancet",
    "year": "1999",
    "volume": "354",
    "fpage": "1984",
    "lpage": "90",
    "pub-id_pmid": "77",
    "pub-id_doi": "10.1000/ref",
}
PASSAGES = [
    passage("On  looms &\nweaving", "TITLE", "front", **FRONT),
    passage("Aim", "ABSTRACT", "abstract_title_1"),
    passage("To see < 5.", "ABSTRACT", "abstract"),
    passage("Results", "ABSTRACT", "abstract_title_1"),
    passage("Seen.", "ABSTRACT", "abstract"),
    passage("Background", "INTRO", "title_1"),
    passage("Looms are old.", "INTRO", "paragraph"),
    passage("Methods", "METHODS", "title_1"),
    passage("Threads", "METHODS", "title_2"),
    passage("We took threads.", "METHODS", "paragraph"),
    passage("A loom", "FIG", "fig_title_caption", file="f1.jpg", id="F1"),
    passage("(A) Left. (B) Right.", "FIG", "fig_caption", file="f1.jpg", id="F1"),
    passage("Counts", "TABLE", "table_caption", file="T1.xml", id="T1"),
    passage("Arm\tn", "TABLE", "table", file="T1.xml", id="T1", xml=GRID),
    passage("a Mean.", "TABLE", "table_foot", file="T1.xml", id="T1"),
    passage("Warps", "METHODS", "title_2"),
    passage("We took warps.", "METHODS", "paragraph"),
    passage("We thank.", "ACK_FUND", "paragraph"),
    passage("References", "REF", "title"),
    passage("On sepsis", "REF", "ref", **REF),
    passage("Ek C. Looms of 1950. Weave 2001;1:2.", "REF", "ref"),
    passage("", "REF", "ref"),
    passage("Late figure", "FIG", "fig_caption", file="f2.gif", id="F2"),
]
COLLECTION = {
    "source": "PMC",
    "date": "20240101",
    "key": "pmc.key",
    "infons": {},
    "documents": [{"id": "555", "infons": {"license": "CC BY-NC"}, "passages": PASSAGES}],
}


def as_xml(collection: Json) -> str:
    def infons(of: Json) -> str:
        pairs = of.get("infons", {}).items()
        return "".join(f'<infon key="{key}">{escape(value)}</infon>' for key, value in pairs)

    documents = "".join(
        f"<document><id>{document['id']}</id>{infons(document)}"
        + "".join(
            f"<passage>{infons(p)}<offset>0</offset><text>{escape(p['text'])}</text>"
            "<annotation id='1'><infon key='type'>Gene</infon><text>x</text></annotation>"
            "</passage>"
            for p in document["passages"]
        )
        + "</document>"
        for document in collection["documents"]
    )
    return (
        f'<?xml version="1.0"?><!DOCTYPE collection SYSTEM "BioC.dtd"><collection><source>'
        f"{collection['source']}</source><date/><key/>{documents}</collection>"
    )


def read(
    data: Json, name: str = "a.json", beside: dict[str, bytes] | None = None
) -> list[Document]:
    if not isinstance(data, bytes):
        data = (data if isinstance(data, str) else json.dumps(data)).encode()
    return list(bioc(in_memory(name, data, beside)))


def document(*passages: Json, id_: str = "7", source: str = "test", **extra: Json) -> Document:
    one = {"id": id_, "passages": list(passages), **extra}
    (found,) = read({"source": source, "documents": [one]})
    return found


def until_error(data: bytes, name: str) -> tuple[list[Document], str]:
    documents = []
    try:
        for one in bioc(in_memory(name, data)):
            documents.append(one)
    except (SourceError, NotThisFormat) as error:
        return documents, str(error)
    return documents, ""


FORMS: dict[str, Callable[[Json], str]] = {
    "xml": as_xml,
    "collection": json.dumps,
    "pmc": lambda collection: json.dumps([collection]),
    "pubtator3": lambda c: json.dumps({"source": c["source"], "PubTator3": c["documents"]}),
}


@pytest.mark.parametrize("form", FORMS)
class TestFullText:
    def whole(self, form: str) -> Document:
        (found,) = read(FORMS[form](COLLECTION), beside={"img/f1.jpg": b""})
        return found

    def row(self, form: str) -> Article:
        return self.whole(form).articles[0]

    def test_ids(self, form: str) -> None:
        row = self.row(form)
        assert (row.id, row.pmcid, row.pmid) == ("PMC555", "PMC555", "101")
        assert row.doi == "10.1000/loom.1"

    def test_front(self, form: str) -> None:
        row = self.row(form)
        assert (row.title, row.year, row.keywords) == ("On looms & weaving", 2020, ["warp", "weft"])
        assert [author[:2] for author in row.authors] == [
            ("Ng", "Ada B."),
            ("Ek", "C."),
            ("Last", "Zoë"),
        ]
        assert (row.license, row.license_source, row.license_text) == (
            "CC-BY-NC",
            "metadata",
            "This is open access.",
        )
        assert row.issues == []

    def test_abstract(self, form: str) -> None:
        row = self.row(form)
        assert row.abstract == "Aim: To see < 5.\nResults: Seen."
        assert [section.title for section in row.abstracts[0].sections] == ["Aim", "Results"]

    def test_passages(self, form: str) -> None:
        passages = self.whole(form).passages
        assert [p.id for p in passages] == [f"PMC555/p/{n}" for n in range(1, len(passages) + 1)]
        assert [(p.kind, p.section, p.section_kind, p.part) for p in passages] == [
            ("title", [], "other", "front"),
            ("heading", ["Abstract", "Aim"], "abstract", "front"),
            ("abstract", ["Abstract", "Aim"], "abstract", "front"),
            ("heading", ["Abstract", "Results"], "abstract", "front"),
            ("abstract", ["Abstract", "Results"], "abstract", "front"),
            ("heading", ["Background"], "introduction", "body"),
            ("paragraph", ["Background"], "introduction", "body"),
            ("heading", ["Methods"], "methods", "body"),
            ("heading", ["Methods", "Threads"], "methods", "body"),
            ("paragraph", ["Methods", "Threads"], "methods", "body"),
            ("caption", ["Methods", "Threads"], "methods", "body"),
            ("caption", ["Methods", "Threads"], "methods", "body"),
            ("caption", ["Methods", "Threads"], "methods", "body"),
            ("table_note", ["Methods", "Threads"], "methods", "body"),
            ("heading", ["Methods", "Warps"], "methods", "body"),
            ("paragraph", ["Methods", "Warps"], "methods", "body"),
            ("paragraph", [], "acknowledgement", "back"),
            ("heading", ["References"], "other", "back"),
            ("caption", [], "other", "floats"),
        ]
        assert [p.about for p in passages if p.about] == [
            "PMC555/fig/F1",
            "PMC555/fig/F1",
            "PMC555/table/T1",
            "PMC555/table/T1",
            "PMC555/fig/F2",
        ]

    def test_text_is_as_it_is(self, form: str) -> None:
        assert self.whole(form).passages[0].text == "On  looms &\nweaving"

    def test_references(self, form: str) -> None:
        first, second = self.row(form).references
        assert (first.title, first.source, first.year, first.authors) == (
            "On sepsis",
            "Lancet",
            1999,
            ["Ng A"],
        )
        assert (first.pmid, first.doi) == ("77", "10.1000/ref")
        assert first.raw == "Ng A On sepsis Lancet 1999 354 1984 90"
        assert (second.title, second.year) == (None, 2001)
        assert second.raw == "Ek C. Looms of 1950. Weave 2001;1:2."

    def test_figures(self, form: str) -> None:
        first, second = self.whole(form).figures
        assert (first.id, first.title) == ("PMC555/fig/F1", "A loom")
        assert first.caption == "A loom\n(A) Left. (B) Right."
        assert [tuple(file) for file in first.files] == [("f1.jpg", "img/f1.jpg", True)]
        assert (second.title, second.part, second.files[0].found) == (None, "floats", False)

    def test_tables(self, form: str) -> None:
        (table,) = self.whole(form).tables
        assert (table.caption, table.footnotes, table.n_header_rows) == ("Counts", ["a Mean."], 1)
        assert table.rows == [["Arm", "n & %", "n & %"], ["Aa", "1", "2"], ["Aa", "3", ""]]
        assert [(c.r, c.c, c.rowspan, c.colspan) for c in table.cells][:3] == [
            (0, 0, 1, 1),
            (0, 1, 1, 2),
            (1, 0, 2, 1),
        ]
        assert table.html is not None
        assert '<th colspan="2">n &amp; %</th>' in table.html
        assert "xref" not in table.html


class TestOtherExports:
    def test_pubtator_document(self) -> None:
        one = {
            "_id": "101|PMC555",
            "id": "101",
            "infons": {},
            "pmid": 101,
            "pmcid": None,
            "journal": "Nat Commun",
            "year": 2020,
            "authors": ["Ng A", "de Silva BC"],
            "passages": [
                passage("Title.", type_="title", journal="Nat Commun; 2020 Mar"),
                passage("Abstract.", type_="abstract"),
            ],
        }
        (found,) = read(one)
        row = found.articles[0]
        assert (row.id, row.pmid, row.journal, row.year) == ("PMC555", "101", "Nat Commun", 2020)
        assert [author[:2] for author in row.authors] == [("Ng", "A"), ("de Silva", "BC")]
        assert (row.title, row.abstract) == ("Title.", "Abstract.")

    @pytest.mark.parametrize(
        ("source", "id_"), [("PubTator", "pmid:7"), ("PMC", "PMC7"), ("MyCorpus", "file:a#7")]
    )
    def test_what_the_id_of_a_document_is(self, source: str, id_: str) -> None:
        assert document(passage("Text."), source=source).articles[0].id == id_

    def test_sentences_without_a_passage_text(self) -> None:
        one = {
            "infons": {},
            "offset": 10,
            "sentences": [{"offset": 10, "text": "One."}, {"offset": 16, "text": "Two."}],
        }
        assert document(one).passages[0].text == "One.  Two."
        xml = (
            "<collection><document><id>7</id><passage><offset>0</offset><sentence><offset>0"
            "</offset><text>One.</text></sentence><sentence><offset>5</offset><text>Two.</text>"
            "</sentence></passage></document></collection>"
        )
        assert read(xml, "a.xml")[0].passages[0].text == "One. Two."

    def test_json_lines(self) -> None:
        lines = [json.dumps({"id": str(i), "passages": [passage(f"T{i}.")]}) for i in range(3)]
        texts = [one.passages[0].text for one in read("\n".join(lines), "a.jsonl")]
        assert texts == ["T0.", "T1.", "T2."]

    def test_a_bad_line_does_not_lose_the_others(self) -> None:
        good = json.dumps({"id": "1", "passages": [passage("T.")]})
        data = f"{good}\n{{broken\n\n{good}\n{'[' * 100_000}\n{good}\n".encode()
        documents, message = until_error(data, "a.jsonl")
        assert len(documents) == 3
        assert message == "2 lines are not JSON: 2, 5"

    def test_a_table_without_xml_has_rows_of_its_text(self) -> None:
        found = document(passage("x\tn\t \ta\t1", "TABLE", "table", id="T1"))
        assert found.tables[0].rows == [["x", "n"], ["a", "1"]]
        assert found.tables[0].cells == []

    def test_a_bad_table_is_an_issue(self) -> None:
        found = document(passage("x\tn", "TABLE", "table", id="T1", xml="<table><tr>"))
        assert found.tables[0].rows == [["x", "n"]]
        assert [issue.code for issue in found.articles[0].issues] == ["bad-table"]

    def test_floats_without_id_belong_together_when_they_stand_together(self) -> None:
        found = document(
            passage("A", "FIG", "fig_title_caption"),
            passage("a.", "FIG", "fig_caption"),
            passage("Text.", "RESULTS", "paragraph"),
            passage("b.", "FIG", "fig_caption"),
        )
        assert [(f.id, f.caption) for f in found.figures] == [
            ("file:a#7/fig/1", "A\na."),
            ("file:a#7/fig/2", "b."),
        ]

    def test_no_licence(self) -> None:
        assert document(passage("T")).articles[0].license == "none"
        row = document(passage("T"), infons={"license": "NO-CC CODE"}).articles[0]
        assert row.license == "none"
        words = "distributed under the Creative Commons Attribution License"
        row = document(passage("T", "TITLE", "front", license=words)).articles[0]
        assert (row.license, row.license_source) == ("CC-BY", "text")

    def test_same_id_twice_keeps_both(self) -> None:
        one = {"id": "PMC1", "passages": [passage("T")]}
        assert [d.articles[0].id for d in read({"documents": [one, one]})] == ["PMC1", "PMC1-2"]


class TestSafety:
    @pytest.mark.parametrize(
        "data",
        [
            "<article/>",
            "<collection/>",
            "<collection><document><x/></document></collection>",
            "{}",
            "[]",
            "[1, 2]",
            '{"documents": []}',
            '{"documents": [{"id": 1}]}',
            '{"a": "b"}',
        ],
    )
    def test_other_files_are_not_this_format(self, data: str) -> None:
        with pytest.raises(NotThisFormat, match="not BioC"):
            read(data)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b" \0",
            b"{",
            b"[{",
            b'{"a": 1, }',
            b"<collection>",
            b"plain",
            b'{"documents": [',
            b"[" * 100_000,
            b"\xff\xfe{",
            b'{"id": ' + b"9" * 5000 + b"}",
            b'{"a" 1}',
        ],
    )
    def test_unsound_files_are_source_errors(self, data: bytes) -> None:
        with pytest.raises(SourceError):
            read(data)

    def test_documents_in_front_of_a_break_are_kept(self) -> None:
        text = json.dumps(
            {"documents": [{"id": str(i), "passages": [passage("T")]} for i in range(100)]}
        )
        documents, message = until_error(text[: text.index('"70"')].encode(), "a.json")
        assert len(documents) == 70
        assert message.startswith("not JSON")
        xml = as_xml(
            {
                "source": "s",
                "documents": [{"id": str(i), "passages": [passage("T")]} for i in range(100)],
            }
        )
        documents, message = until_error(xml[: xml.index("<id>70")].encode(), "a.xml")
        assert len(documents) == 70
        assert message.startswith("not well-formed XML")

    def test_a_bad_document_does_not_lose_the_others(self) -> None:
        good = {"id": "1", "passages": [passage("T"), 3]}
        data = json.dumps({"documents": [good, {"id": "2", "passages": None}, good]}).encode()
        documents, message = until_error(data, "a.json")
        assert [d.articles[0].issues[0].code for d in documents] == ["bad-passage"] * 2
        assert message == "1 of 3 documents have no passages"

    def test_entities_are_refused(self) -> None:
        xml = '<!DOCTYPE collection [<!ENTITY a "b">]><collection>&a;</collection>'
        with pytest.raises(SourceError, match="refused"):
            read(xml)

    def test_entities_in_a_table_are_not_expanded(self) -> None:
        xml = (
            '<!DOCTYPE table [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            "<table><tr><td>&x;</td></tr></table>"
        )
        found = document(passage("t", "TABLE", "table", id="T", xml=xml))
        assert "root:" not in str(found)

    @pytest.mark.parametrize("span", ["99999999999", "-1", "1000", "x" * 9])
    def test_absurd_spans(self, span: str) -> None:
        row = f"<tr><td colspan='{span}' rowspan='{span}'>a</td></tr>"
        found = document(passage("t", "TABLE", "table", id="T", xml=f"<table>{row * 999}</table>"))
        assert sum(map(len, found.tables[0].rows)) <= 250_000

    def test_what_no_store_takes_is_replaced(self) -> None:
        found = document(passage("a\0b\ud800c", "TITLE", "front"))
        assert found.passages[0].text == "a\ufffdb\ufffdc"

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
    def test_encodings(self, encoding: str) -> None:
        data = json.dumps({"id": "1", "passages": [passage("Zoë")]}, ensure_ascii=False)
        assert read(data.encode(encoding))[0].passages[0].text == "Zoë"
        xml = as_xml({"source": "s", "documents": [{"id": "1", "passages": [passage("Zoë")]}]})
        assert read(xml.encode(encoding), "a.xml")[0].passages[0].text == "Zoë"


def mutations(original: bytes) -> st.SearchStrategy[bytes]:
    known = [b"<text>", b"</passage>", b"null", b"[", b"}", b'"', b"\\ud800", b"&nbsp;"]
    new = st.binary(max_size=8) | st.sampled_from([*known, b"9" * 5000])
    edit = st.tuples(st.integers(0, len(original)), st.integers(0, 60), new)

    def apply(edits: list[tuple[int, int, bytes]]) -> bytes:
        data = original
        for at, length, piece in edits:
            data = data[:at] + piece + data[at + length :]
        return data

    return st.lists(edit, max_size=5).map(apply)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_mutated_files_give_rows_or_a_clear_error(form: str, data: st.DataObject) -> None:
    mutated = data.draw(mutations(FORMS[form](COLLECTION).encode()))
    documents, message = until_error(mutated, "a.json")
    assert documents or message
    for one in documents:
        json.dumps(one, ensure_ascii=False).encode()
        assert len({p.id for p in one.passages}) == len(one.passages)
        assert len({f.id for f in one.figures}) == len(one.figures)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "infons",
                    "passages",
                    "text",
                    "sentences",
                    "offset",
                    "documents",
                    "id",
                    "source",
                    "type",
                    "name_0",
                    "xml",
                    "year",
                    "_id",
                    "authors",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(passages=st.lists(json_values, max_size=4), infons=json_values)
def test_any_json_in_a_document_gives_a_row(passages: list[Json], infons: Json) -> None:
    one = {"id": infons, "infons": infons, "passages": passages}
    assert len(read({"documents": [one]})) == 1
