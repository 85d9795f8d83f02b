"""Rows for tests of formats, and each format as one function from rows to rows."""

import io
from collections.abc import Callable
from itertools import pairwise

from hypothesis import strategies as st

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
    webanno_read,
)
from medloom.formats.loss import Losses
from medloom.tables.spans import (
    Assertion,
    Attribute,
    Concept,
    Cue,
    MadeBy,
    Range,
    Relation,
    span_of,
)
from medloom.tables.texts import Text

LETTERS = (
    "abXY 12.,-|;:\\[]_*#=\"'<>&\t\n\r"
    "\u0301\u05d0\u0627\u00e9\u00df\u03b1\u2028\U0001f600\U0001d54f"
)
NAMES = st.sampled_from(
    [
        "note",
        "score",
        "negated",
        "type",
        "label",
        "colour",
        "text",
        "A b",
        "attribute:x",
        "é",
        "cue",
    ]
)
LABELS = st.sampled_from(["DIS", "Gene/Protein", "B-x", "ß label", "O"])
WORDS = st.text(alphabet=LETTERS, max_size=8)
IDS = st.sampled_from(["HP:0001250", "D001|D002", "-1", "MESH:D003", "x y", "c|SUB|A|12|G"])


def attributes():
    one = st.builds(Attribute, NAMES, WORDS)
    return st.lists(one, max_size=3, unique_by=lambda a: a.name).map(
        lambda found: tuple(sorted(found))
    )


SCORES = st.none() | st.floats(0, 1, width=32)
MADE_BY = st.none() | st.builds(MadeBy, WORDS, st.none() | WORDS, st.none(), st.none() | WORDS)
CONCEPTS = st.lists(
    st.builds(Concept, IDS, WORDS, st.sampled_from(["", "hpo 2026"]), SCORES), max_size=2
).map(tuple)


@st.composite
def assertions(draw, text):
    cues = []
    if draw(st.booleans()):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        cues.append(Cue("negated", start, end, text[start:end], draw(WORDS)))
    who = draw(st.sampled_from(["patient", "family", "other"]))
    return Assertion(*draw(st.tuples(*[st.booleans()] * 5)), experiencer=who, cues=tuple(cues))


@st.composite
def spans(draw, text, with_gaps=True):
    n = draw(st.sampled_from([2, 2, 4] if with_gaps else [2]))
    places = st.lists(st.integers(0, len(text)), min_size=n, max_size=n, unique=len(text) > n).map(
        sorted
    )
    places = draw(places.filter(lambda p: all(a < b for a, b in pairwise(p))))
    parts = tuple(Range(a, b) for a, b in zip(places[::2], places[1::2], strict=True))
    return span_of(
        text,
        places[0],
        places[-1],
        draw(LABELS),
        id=draw(st.none() | st.sampled_from([f"T{n}" for n in range(1, 30)] + ["x#1", "é:2"])),
        fragments=parts if len(parts) > 1 else (),
        concepts=draw(CONCEPTS),
        assertion=draw(st.none() | assertions(text)),
        score=draw(SCORES),
        made_by=draw(MADE_BY),
        attributes=draw(attributes()),
    )


@st.composite
def texts(draw, min_size=6):
    """A row with overlapping spans, spans with gaps, and relations between them."""
    text = draw(st.text(alphabet=LETTERS, min_size=min_size, max_size=40))
    found = draw(st.lists(spans(text), max_size=4, unique_by=lambda one: one.key))
    keys = st.sampled_from([one.key for one in found]) if found else st.nothing()
    relation = st.builds(
        Relation,
        st.sampled_from(["located_at", "CID"]),
        keys,
        keys,
        SCORES,
        MADE_BY,
        st.none() | st.sampled_from(["R1", "R7", "q"]),
        attributes(),
    )
    relations = draw(st.lists(relation, max_size=2)) if found else []
    notes = list(draw(attributes()))
    kind = draw(st.sampled_from(["note", "title", ""]))
    return Text("d1/1", "d1", kind, text, found, relations, notes)


def in_file(write: Callable, read: Callable) -> Callable[[Text], tuple[Text, Losses]]:
    def there_and_back(row):
        file = io.BytesIO()
        losses = write([[row]], file)
        (again,) = read(file.getvalue())
        return again, losses

    return there_and_back


def by_brat(row):
    losses = Losses()
    (_, text), (_, lines) = brat.write([[row]], losses)
    return brat.read(text, [lines], row.id), losses


def by_web_annotation(row):
    losses = Losses()
    (_, text), (_, data) = web_annotation.write([[row]], losses)
    (page,) = web_annotation.read(data)
    return page.row(text.decode(), row.id), losses


def by_webanno(row):
    losses = Losses()
    ((_, data),) = webanno.write([[row]], losses)
    return webanno_read.read(data, row.id), losses


def by_parquet(row):
    labels = sorted({one.label for one in row.spans})
    return in_file(
        lambda documents, file: hf_tokens.write_parquet(documents, file, labels),
        lambda data: hf_tokens.read(data, "d1"),
    )(row)


WAYS: dict[str, Callable[[Text], tuple[Text, Losses]]] = {
    "bioc-xml": in_file(bioc.write_xml, bioc.read),
    "bioc-json": in_file(bioc.write_json, bioc.read),
    "pubtator": in_file(pubtator.write, pubtator.read),
    "brat": by_brat,
    "conll": in_file(conll.write, lambda data: conll.read(data, "d1")),
    "webanno": by_webanno,
    "label-studio": in_file(label_studio.write, lambda data: label_studio.read(data, "d1")),
    "web-annotation": by_web_annotation,
    "docbin": in_file(docbin.write, lambda data: docbin.read(data, "d1")),
    "hf-tokens": in_file(hf_tokens.write_jsonl, lambda data: hf_tokens.read(data, "d1")),
    "hf-parquet": by_parquet,
}
