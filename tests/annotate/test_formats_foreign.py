"""Files as other tools write them, with what goes wrong in them."""

import io
import json

import pytest

from medloom.errors import NotThisFormat, SourceError
from medloom.formats import bioc, conll, label_studio, pubtator, web_annotation
from medloom.formats.loss import Losses
from medloom.formats.rows import joined
from medloom.kit.reading import in_memory
from medloom.registry import load_reader
from medloom.tables.spans import Attribute, Concept, Range, Relation, Span
from medloom.tables.texts import Text


def read(reader, key, data, beside=None, **settings):
    data = data.encode() if isinstance(data, str) else data
    files = {name: text.encode() for name, text in (beside or {}).items()}
    return list(load_reader(reader)(in_memory(key, data, files), **settings))


def issues(row):
    return [one.value for one in row.attributes if one.name == "issue"]


# PubTator


def test_pubtator_relations_link_the_first_mentions_of_concepts():
    text = (
        "7|t|Drug A and pain.\n7|a|Drug A again.\n"
        "7\t0\t6\tDrug A\tChemical\tD001\n7\t17\t23\tDrug A\tChemical\tD001\n"
        "7\t11\t15\tpain\tDisease\tD002|D003\n7\tCID\tD001\tD003\tNovel\n7\tCID\tD001\tD999\n"
    )
    (row,) = read("pubtator", "a.pubtator", text)
    (one,) = row.relations
    assert (one.kind, one.head, one.tail) == ("CID", "0:6:Chemical", "11:15:Disease")
    assert [concept.id for concept in row.spans[2].concepts] == ["D002", "D003"]
    assert row.attributes == [Attribute("relation", "CID\tD001\tD999")]
    file = io.BytesIO()
    pubtator.write([[row]], file)
    assert set(file.getvalue().decode().split("\n")) - {""} == set(text.splitlines())


def test_pubtator_documents_without_a_blank_line_between_and_the_same_id():
    rows = read("pubtator", "a.pubtator", "1|t|One.\n1|a|\n2|t|Two.\n2|a|\n\n1|t|Again.\n1|a|\n")
    assert [(row.id, row.document_id, row.text) for row in rows] == [
        ("1", "1", "One."),
        ("2", "2", "Two."),
        ("1-2", "1-2", "Again."),
    ]


def test_pubtator_lines_that_do_not_fit_are_told_and_lose_nothing_else():
    text = (
        "7|t|A rash.\n7|a|\n7\t2\t6\trash\tSign\n"
        "7\t90\t99\tfever\tSign\n7\tx\n7\t3\t7\trash\tSign\n"
    )
    (row,) = read("pubtator", "a.pubtator", text)
    assert [(span.start, span.end) for span in row.spans] == [(2, 6), (2, 6)]
    assert issues(row) == [
        "7\t90\t99\tfever\tSign: the text does not say so",
        "7\tx: neither a mention nor a relation",
        "3-7 Sign: moved to 2-6",
    ]


# BioC


def bioc_document(**passage):
    passage = {"offset": 0, "infons": {"type": "abstract"}, "text": "Älter: fever.", **passage}
    return json.dumps({"documents": [{"id": "7", "infons": {"year": 1999}, "passages": [passage]}]})


def annotation(offset, length, text, **infons):
    place = {"offset": offset, "length": length}
    return {"id": "T1", "infons": {"type": "Sign", **infons}, "text": text, "locations": [place]}


def test_bioc_offsets_that_count_bytes():
    (row,) = read(
        "annotated_bioc", "a.json", bioc_document(annotations=[annotation(8, 5, "fever")])
    )
    assert row.spans[0].text == "fever"
    assert row.spans[0].start == 7
    assert issues(row) == ["T1: [(8, 13)] read as [(7, 12)]"]


def test_bioc_concepts_and_assertions_out_of_infons():
    one = annotation(7, 5, "fever", MESH="D005334", negated="true", certainty="high")
    (row,) = read("annotated_bioc", "a.json", bioc_document(annotations=[one]))
    (span,) = row.spans
    assert span.concepts == (Concept("MESH:D005334", "", ""),)
    assert span.assertion.negated
    assert span.attributes == (Attribute("certainty", "high"),)
    assert (row.kind, row.attributes) == ("abstract", [Attribute("document:year", "1999")])


RELATED = """<collection><source>x</source><document><id>7</id>
<passage><infon key="type">title</infon><offset>0</offset><text>Drug A.</text>
<annotation id="1"><infon key="type">Chemical</infon><location offset="0" length="6"/>
<text>Drug A</text></annotation></passage>
<passage><offset>8</offset><text>It hurts.</text>
<annotation id="2"><infon key="type">Sign</infon><location offset="11" length="5"/>
<text>hurts</text></annotation></passage>
<relation id="R1"><infon key="type">causes</infon><node refid="1" role="agent"/>
<node refid="2" role="tail"/></relation></document></collection>"""


def test_bioc_relations_between_passages():
    title, passage = read("annotated_bioc", "a.xml", RELATED)
    assert (title.id, passage.id) == ("7/1", "7/2")
    assert not title.relations
    assert [one.name for one in title.attributes] == ["relation"]
    (whole,) = read("annotated_bioc", "a.xml", RELATED, whole=True)
    role = Attribute("head_role", "agent")
    assert whole.relations == [Relation("causes", "1", "2", id="R1", attributes=(role,))]
    assert [span.text for span in whole.spans] == ["Drug A", "hurts"]


@pytest.mark.parametrize("write", [bioc.write_xml, bioc.write_json])
def test_bioc_relations_between_passages_are_written_back(write):
    rows = read("annotated_bioc", "a.xml", RELATED)
    file = io.BytesIO()
    write([rows], file)
    assert list(bioc.read(file.getvalue())) == rows


def test_bioc_sentences_are_put_together():
    sentences = [
        {"offset": 5, "text": "One.", "annotations": [annotation(5, 3, "One")]},
        {"offset": 11, "text": "Two.", "annotations": [annotation(11, 3, "Two")]},
    ]
    passage = {"offset": 5, "text": "", "sentences": sentences}
    (row,) = read("annotated_bioc", "a.json", bioc_document(**passage))
    assert row.text == "One.  Two."
    assert [span.text for span in row.spans] == ["One", "Two"]


# brat

LINES = """T1\tDrug 0 6\tDrug A
T2\tSign 16 21;26 30\tleft side
T3\tCause 7 13\tcauses
A1\tNegation T2
A2\tSeverity T2 High
M1\tSpeculation E1
N1\tReference T1 MESH:D001\tDrug A
R1\tcauses Arg1:T1 Arg2:T2\t
E1\tCause:T3 Theme:T1 Effect:T2
*\tEquiv T1 T3
#1\tAnnotatorNotes T1\ta brand
nonsense
T9\tSign 400 405\tfever
"""
TEXT = "Drug A causes a left foot side"


def test_brat_reads_all_its_lines():
    (row,) = read("brat", "d/n7.ann", LINES.replace("16 21", "16 20"), {"n7.txt": TEXT})
    drug, sign, trigger = row.spans
    assert (row.id, drug.concepts) == ("d/n7", (Concept("MESH:D001", "Drug A", ""),))
    assert drug.attributes == (Attribute("note", "a brand"),)
    assert (sign.text, sign.fragments) == ("left side", (Range(16, 20), Range(26, 30)))
    assert sign.assertion.negated
    assert sign.attributes == (Attribute("Severity", "High"),)
    assert trigger.assertion.uncertain
    event = (Attribute("event", "E1"),)
    assert {one._replace(attributes=()) for one in row.relations if one.attributes} == {
        Relation("Theme", "T3", "T1"),
        Relation("Effect", "T3", "T2"),
    }
    assert all(event[0] in one.attributes for one in row.relations if one.head == "T3")
    assert Relation("causes", "T1", "T2", id="R1") in row.relations
    assert Relation("Equiv", "T1", "T3") in row.relations
    assert issues(row) == ["not a line of brat: nonsense", "T9: the text does not say so"]


def test_brat_events_of_shared_tasks_lie_in_a_second_file():
    beside = {"n.txt": "A causes B", "n.a2": "T3\tCause 2 8\tcauses\nE1\tCause:T3 Theme:T1\n"}
    (row,) = read("brat", "n.a1", "T1\tDrug 0 1\tA\n", beside)
    assert [(one.kind, one.head, one.tail) for one in row.relations] == [("Theme", "T3", "T1")]


def test_brat_mentions_over_a_line_break_have_no_gaps():
    (row,) = read("brat", "n.ann", "T1\tSign 0 5;6 10\tChest pain\n", {"n.txt": "Chest\npain"})
    assert row.spans == [Span(0, 10, "Sign", "Chest\npain", "T1")]


def test_brat_without_its_text_fails():
    with pytest.raises(SourceError, match=r"n\.txt"):
        read("brat", "n.ann", "T1\tSign 0 5\tChest\n")


# CoNLL


@pytest.mark.parametrize(
    "tags",
    ["O B-A I-A B-A O I-B", "O I-A I-A B-A O I-B", "O B-A E-A S-A O S-B", "O B-A L-A U-A O U-B"],
    ids=["bio", "iob1", "bioes", "bilou"],
)
def test_conll_schemes(tags):
    lines = "".join(f"w{n} x {tag}\n" for n, tag in enumerate(tags.split()))
    (row,) = read("conll", "a.conll", lines)
    assert [(span.text, span.label) for span in row.spans] == [
        ("w1 w2", "A"),
        ("w3", "A"),
        ("w5", "B"),
    ]


def test_conll_documents_and_columns():
    text = "-DOCSTART- -X- O\n\nEU B-ORG x\n\nA O x\n\n-DOCSTART- -X- O\n\nB O x\nbad\n"
    rows = read("conll", "a.conll", text, tag_column=1)
    assert [(row.id, row.document_id) for row in rows] == [
        ("a/1/1", "a/1"),
        ("a/1/2", "a/1"),
        ("a/2/1", "a/2"),
    ]
    assert rows[0].spans[0].label == "ORG"
    assert len(issues(rows[2])) == 2


def test_conll_is_not_any_text():
    with pytest.raises(NotThisFormat):
        read("conll", "a.conll", "To do:\nask Ruth\n")


def test_conll_cuts_tokens_at_mentions():
    row = Text("n", "n", "note", "IL2Ra", [Span(0, 4, "GENE", "IL2R")], [], [])
    assert [line for line in conll.block_of(row, Losses()).splitlines() if "\t" in line] == [
        "IL\tB-GENE",
        "2\tI-GENE",
        "R\tI-GENE",
        "a\tO",
    ]


# WebAnno

WEBANNO = r"""#FORMAT=WebAnno TSV 3.3
#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue
#T_SP=webanno.custom.Finding|label|identifier|certainty
#T_RL=webanno.custom.Link|kind|BT_webanno.custom.Finding


#Text=No 😀 rash.
1-1	0-2	No	DT	_	_	_	_	_
1-2	3-5	😀	_	_	_	_	_	_
1-3	6-10	rash	NN	SIGN[1]|FIND\_ING[2]	HP:1[1]|*[2]	*[1]|high[2]	_	_
1-4	10-11	.	_	FIND\_ING[2]	*[2]	high[2]	_	_

#Text=It hurts.
2-1	12-14	It	_	_	_	_	_	_
2-2	15-20	hurts	_	_	_	_	_	_
2-2.1	15-19	hurt	_	SIGN	*	*	same	1-3[1_0]
2-3	20-21	.	_	_	_	_	_	_
"""


def test_webanno_layers_stacks_relations_and_emoji():
    (row,) = read("webanno", "n.tsv", WEBANNO, layers=["Finding"])
    assert row.text == "No 😀 rash.\nIt hurts."
    assert [(span.text, span.label) for span in row.spans] == [
        ("rash", "SIGN"),
        ("rash.", "FIND_ING"),
        ("hurt", "SIGN"),
    ]
    assert row.spans[0].concepts == (Concept("HP:1", "", ""),)
    assert Attribute("certainty", "high") in row.spans[1].attributes
    assert row.relations == [Relation("same", row.spans[0].key, row.spans[2].key)]
    assert not issues(row)
    every = read("webanno", "n.tsv", WEBANNO)[0].spans
    assert [(s.text, s.label) for s in every if Attribute("layer", "POS") in s.attributes] == [
        ("No", "DT"),
        ("rash", "NN"),
    ]


def test_webanno_is_not_any_table():
    with pytest.raises(NotThisFormat):
        read("webanno", "n.tsv", "id\ttext\n1\tNo rash\n")


# Label Studio

EMOJI = "😀 No rash 😀 today"


def task(start, end, text="rash", **more):
    value = {"start": start, "end": end, "text": text, "labels": ["Sign"]}
    region = {"id": "r1", "from_name": "label", "to_name": "text", "type": "labels", **more}
    return {"id": 4, "data": {"text": EMOJI, "sex": "F"}, "result": [{**region, "value": value}]}


@pytest.mark.parametrize(("start", "end"), [(5, 9), (6, 10)], ids=["code points", "utf-16"])
def test_label_studio_counts_either_way(start, end):
    one = task(start, end)
    one["annotations"] = [{"completed_by": 3, "result": one.pop("result")}]
    (row,) = read("label_studio", "a.json", json.dumps([one]))
    (span,) = row.spans
    assert (span.start, span.end, span.text, span.id) == (5, 9, "rash", "r1")
    assert span.attributes == (Attribute("status", "reviewed"),)
    assert span.made_by.step == "annotator 3"
    assert not issues(row)
    assert row.attributes == [Attribute("sex", "F")]


def test_label_studio_proposed_and_reviewed():
    one = task(5, 9, score=0.5)
    region = one.pop("result")
    choice = {"id": "r1", "type": "choices", "from_name": "a", "value": {"choices": ["Negated"]}}
    one["predictions"] = [{"model_version": "m1", "result": region}]
    one["annotations"] = [{"result": [*region, choice]}, {"result": region, "was_cancelled": True}]
    (row,) = read("label_studio", "a.json", json.dumps([one]))
    reviewed, proposed = row.spans
    assert reviewed.assertion.negated
    assert proposed.assertion is None
    assert (proposed.made_by.step, proposed.score, proposed.attributes) == ("m1", 0.5, ())
    assert len(issues(row)) == 1
    again = label_studio.task_of(row, Losses())
    assert [len(again[key][0]["result"]) for key in ("annotations", "predictions")] == [1, 1]


def test_label_studio_relations_either_direction():
    one = task(5, 9)
    other = {**one["result"][0], "id": "r2", "value": {"start": 2, "end": 4, "labels": ["Neg"]}}
    link = {
        "type": "relation",
        "from_id": "r1",
        "to_id": "r2",
        "direction": "left",
        "labels": ["of"],
    }
    one["predictions"] = [{"result": [*one.pop("result"), other, link]}]
    (row,) = read("label_studio", "a.json", json.dumps([one]))
    assert row.relations == [Relation("of", "r2", "r1")]


def test_label_studio_json_min():
    flat = {"id": 1, "text": "No rash", "label": [{"start": 3, "end": 7, "labels": ["Sign"]}]}
    (row,) = read("label_studio", "a.json", json.dumps([flat]))
    assert [(span.text, span.label) for span in row.spans] == [("rash", "Sign")]


# Web Annotation


def test_web_annotation_finds_a_quote_again_where_the_text_has_changed():
    row = Text("n", "n", "note", "No pain. Chest pain.", [Span(15, 19, "Sign", "pain")], [], [])
    files = dict(web_annotation.write([[row]], Losses()))
    changed = "Seen at night. No pain. Chest pain."
    (again,) = read("web_annotation", "n.jsonld", files["n.jsonld"], {"n.txt": changed})
    assert [(span.start, span.end) for span in again.spans] == [(30, 34)]
    assert len(issues(again)) == 1
    (again,) = read("web_annotation", "n.jsonld", files["n.jsonld"], {"n.txt": "All well."})
    assert not again.spans
    assert len(issues(again)) == 1


def test_web_annotation_of_other_tools():
    items = [
        {
            "id": "http://example.org/a1",
            "type": "Annotation",
            "body": [
                {"type": "TextualBody", "value": "Sign"},
                {"source": "HP:1", "purpose": "identifying"},
            ],
            "creator": {"name": "Ruth"},
            "target": {
                "source": "x/n.txt",
                "selector": {"type": "TextQuoteSelector", "exact": "rash"},
            },
        },
        {"type": "Annotation", "motivation": "commenting", "body": "nice", "target": "x/n.txt"},
    ]
    page = {"type": "AnnotationCollection", "first": {"items": items}}
    (row,) = read("web_annotation", "a.jsonld", json.dumps(page), {"n.txt": "No rash."})
    (span,) = row.spans
    assert (span.text, span.label, span.concepts[0].id) == ("rash", "Sign", "HP:1")
    assert (span.made_by.step, span.id) == ("Ruth", "http://example.org/a1")
    assert row.attributes == [Attribute("commenting", "nice")]


# Hugging Face tokens


def test_hf_tags_as_numbers_need_names():
    line = '{"id": "1", "tokens": ["No", "rash"], "ner_tags": [0, 1]}'
    with pytest.raises(SourceError, match="labels"):
        read("hf_tokens", "a.jsonl", line)
    (row,) = read("hf_tokens", "a.jsonl", line, labels=["O", "B-Sign"])
    assert [(span.text, span.label) for span in row.spans] == [("rash", "Sign")]


def test_hf_tokens_is_not_any_json():
    with pytest.raises(NotThisFormat):
        read("hf_tokens", "a.json", '[{"text": "No rash"}]')


# Documents of several rows


def test_rows_of_a_document_become_one_text():
    title = Text("7/t", "7", "title", "On HT.", [Span(3, 5, "DIS", "HT", "T1")], [], [])
    spans = [Span(0, 2, "DIS", "HT", "T1"), Span(6, 10, "LAB", "high")]
    links = [Relation("is", "T1", "6:10:LAB")]
    abstract = Text("7/a", "7", "abstract", "HT is high.", spans, links, [])
    whole = joined([title, abstract])
    assert (whole.id, whole.text) == ("7", "On HT.\nHT is high.")
    assert [whole.text[one.start : one.end] for one in whole.spans] == ["HT", "HT", "high"]
    assert whole.relations == [Relation("is", whole.spans[1].key, whole.spans[2].key)]
    assert len({one.key for one in whole.spans}) == 3
    file = io.BytesIO()
    pubtator.write([[title, abstract]], file)
    assert file.getvalue().startswith(b"7|t|On HT.\n7|a|HT is high.\n7\t3\t5\tHT\tDIS")
