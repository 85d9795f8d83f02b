"""Whatever the bytes are, readers raise nothing but Medloom's own errors, and places are exact."""

import io
import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.errors import NotThisFormat, SourceError
from medloom.formats import (
    bioc,
    brat,
    conll,
    docbin,
    hf_tokens,
    label_studio,
    pubtator,
    web_annotation,
    webanno,
)
from medloom.formats.loss import Losses
from medloom.kit.reading import in_memory
from medloom.registry import load_reader
from medloom.tables.spans import Assertion, Concept, Range, Relation, Span
from medloom.tables.texts import Text

TEXT = "No \U0001f600 rash.\nLeft and right lung: \u05d0\u0301 clear."
SPANS = [
    Span(5, 9, "Sign", "rash", "T1", (), (Concept("HP:1", "Rash", "hpo"),), Assertion(True)),
    Span(11, 30, "Part", "Left lung", None, (Range(11, 15), Range(26, 30))),
    Span(20, 30, "Part", "right lung", score=0.5),
]
ROW = Text("n/1", "n", "note", TEXT, SPANS, [Relation("at", "T1", "20:30:Part")], [])


def written(write):
    file = io.BytesIO()
    write([[ROW]], file)
    return file.getvalue()


FILES = {
    "annotated_bioc": [("a.xml", written(bioc.write_xml)), ("a.json", written(bioc.write_json))],
    "pubtator": [("a.pubtator", written(pubtator.write))],
    "brat": [("a.ann", dict(brat.write([[ROW]], Losses()))["n.ann"])],
    "conll": [("a.conll", written(conll.write))],
    "webanno": [("a.tsv", dict(webanno.write([[ROW]], Losses()))["n.tsv"])],
    "label_studio": [("a.json", written(label_studio.write))],
    "web_annotation": [("a.jsonld", dict(web_annotation.write([[ROW]], Losses()))["n.jsonld"])],
    "docbin": [("a.spacy", written(docbin.write))],
    "hf_tokens": [
        ("a.jsonl", written(hf_tokens.write_jsonl)),
        (
            "a.parquet",
            written(lambda rows, file: hf_tokens.write_parquet(rows, file, ["Sign", "Part"])),
        ),
    ],
    "texts": [
        ("a.csv", b"id,text\n1,No rash\n"),
        ("a.jsonl", b'{"text": "No"}\n'),
        ("a.txt", b"No"),
    ],
}
N = int(os.environ.get("MEDLOOM_EXAMPLES", 30))
KINDS = [(reader, *file) for reader, files in FILES.items() for file in files]


@st.composite
def mutated(draw, data):
    """The bytes with a few of them replaced, taken out, repeated, or put elsewhere."""
    data = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at, end = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
        piece = draw(
            st.binary(max_size=3)
            | st.sampled_from(
                [b"\n", b"\t", b"-1", b"999999999999999", b"null", b"[]", b"{}", b'"']
            )
            | st.just(bytes(data[at : at + 20]))
        )
        data[at : draw(st.sampled_from([at, at + 1, end]))] = piece
    return bytes(data)


def read(reader, key, data):
    try:
        rows = list(load_reader(reader)(in_memory(key, data, {"a.txt": TEXT.encode()})))
    except (SourceError, NotThisFormat):
        return
    assert len({row.id for row in rows}) == len(rows)
    for row in rows if reader != "texts" else ():  # plain notes have no spans
        for span in row.spans:
            parts = span.fragments or ((span.start, span.end),)
            assert 0 <= span.start < span.end <= len(row.text)
            assert span.text == " ".join(row.text[a:b] for a, b in parts)
        keys = {span.key for span in row.spans}
        assert all({one.head, one.tail} <= keys for one in row.relations)


@pytest.mark.parametrize(("reader", "key", "whole"), KINDS, ids=[key for _, key, _ in KINDS])
def test_damaged_files(reader, key, whole):
    @settings(max_examples=N * 40 // 30)
    @given(data=mutated(whole))
    def check(data):
        read(reader, key, data)

    read(reader, key, whole)
    check()


@pytest.mark.parametrize(("reader", "key", "whole"), KINDS, ids=[key for _, key, _ in KINDS])
def test_any_bytes(reader, key, whole):
    @settings(max_examples=N * 20 // 30)
    @given(data=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
    def check(data):
        read(reader, key, data)
        read(reader, key, whole[:20] + data)

    check()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**13) | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("reader", "key", "whole"),
    [kind for kind in KINDS if kind[1].endswith((".json", ".jsonld", ".jsonl"))],
)
def test_json_with_values_of_other_kinds(reader, key, whole):
    """Any value in a sound document may be of any kind."""
    document = json.loads(whole)
    paths = list(paths_of(document))

    @settings(max_examples=N * 60 // 30)
    @given(path=st.sampled_from(paths), value=JSON)
    def check(path, value):
        changed = json.loads(json.dumps(document))
        inside = changed
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = value
        read(reader, key, json.dumps(changed).encode())

    check()


def paths_of(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inside in items:
        yield (*path, key)
        if isinstance(inside, dict | list):
            yield from paths_of(inside, (*path, key))


@pytest.mark.parametrize("depth", [50, 900, 940, 960, 980, 5000])
def test_values_that_are_nested_deeply(depth):
    deep = "[" * depth + "]" * depth
    passages = '{"documents": [{"id": "1", "passages": [{"text": "a", "infons": {"a": HERE}}]}]}'
    tasks = '[{"data": {"text": "a", "b": HERE}}]'
    anno = '{"target": "a.txt", "body": HERE}'
    read("annotated_bioc", "a.json", passages.replace("HERE", deep).encode())
    read("label_studio", "a.json", tasks.replace("HERE", deep).encode())
    read("web_annotation", "a.jsonld", anno.replace("HERE", deep).encode())
    read("brat", "a.ann", f"T1\tA 0 1\tN\n#1\tMedloom T1\t{deep}\n".encode())
