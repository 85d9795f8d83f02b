"""Given mentions get the right concepts, however they are written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.steps.annotate.link import link
from medloom.steps.annotate.link.normal import keys
from medloom.steps.annotate.link.queries import parts
from medloom.tables.spans import Span
from medloom.terminology.compiling import compile_to
from medloom.terminology.mend import mended
from medloom.terminology.model import Entry, Synonym, Terminology

TERMS = (
    ("T:1", "Breast Neoplasms", "Breast cancer|Mammary cancer|Cancer of breast"),
    ("T:2", "Ovarian Neoplasms", "Ovarian cancer|Ovary cancer"),
    ("T:3", "Diabetes Mellitus, Type 1", "Insulin-dependent diabetes"),
    ("T:4", "Diabetes Mellitus, Type 2", "Adult-onset diabetes"),
    ("T:5", "Alzheimer Disease", "Senile dementia"),
    ("T:6", "Kidney Diseases", "Renal disease"),
    ("T:7", "Tumour Necrosis Factor-alpha", "TNF alpha"),
    ("T:8", "Haemorrhage", "Bleeding"),
    ("T:9", "Myotonic Dystrophy", "Steinert disease"),
    ("T:10", "Diabetes Mellitus", "Diabetes"),
    ("T:11", "Glutamic Acid", "Acide glutamique"),
    ("T:12", "Pentylenetetrazole", "Pentetrazole"),
    ("T:13", "Sodium", "Natrium"),
)


@pytest.fixture(scope="module")
def terminology(tmp_path_factory):
    entries = [
        Entry(id, name, tuple(Synonym(one) for one in more.split("|"))) for id, name, more in TERMS
    ]
    place = tmp_path_factory.mktemp("terms") / "toy.lexicon"
    compile_to(place, Terminology("toy", entries, "1"))
    return str(place)


@pytest.fixture(scope="module")
def linker(terminology):
    return link(terminology=terminology)


def linked(linker, *mentions):
    """The concepts of mentions of one text, one after the other."""
    text, spans = "", []
    for one in mentions:
        spans.append(Span(len(text), len(text) + len(one), "D", one))
        text += one + "; "
    return linker([text], [spans])[0]


@pytest.mark.parametrize(
    ("mention", "id"),
    [
        ("breast cancer", "T:1"),
        ("BREAST  CANCERS", "T:1"),
        ("cancer of the breast", "T:1"),
        ("Alzheimer's disease", "T:5"),
        ("Alzheimer’s disease", "T:5"),
        ("type II diabetes mellitus", "T:4"),
        ("diabetes mellitus type 1", "T:3"),
        ("TNF-α", "T:7"),
        ("tumor necrosis factor alpha", "T:7"),
        ("hemorrhages", "T:8"),
        ("haemorraghe", "T:8"),
        ("mammary tumors", "T:1"),
        ("nephropathy", "T:6"),
        ("glutamate", "T:11"),
        ("ácide glutamiqué", "T:11"),
        ("Na+", "T:13"),
        ("diabetic", "T:10"),
    ],
)
def test_a_mention_may_be_written_in_other_ways(linker, mention, id):
    (span,) = linked(linker, mention)
    assert span.concepts[0].id == id


def test_concepts_carry_names_scores_and_the_terminology(linker):
    (span,) = linked(linker, "breast cancer")
    best = span.concepts[0]
    assert (best.name, best.terminology) == ("Breast Neoplasms", "toy 1")
    scores = [one.score for one in span.concepts]
    assert scores == sorted(scores, reverse=True)
    assert 0 < sum(scores) <= 1.001


def test_a_coordination_gets_a_concept_for_each_part(linker):
    (span,) = linked(linker, "breast and ovarian cancer")
    assert [one.id for one in span.concepts[:2]] == ["T:1", "T:2"]


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        ("breast and/or ovarian cancer", ["breast cancer", "ovarian cancer"]),
        ("cancer of the breast or ovary", ["cancer of the breast", "cancer of the ovary"]),
        ("breast, lung, and skin cancer", ["breast cancer", "lung cancer", "skin cancer"]),
        ("breast cancer", []),
    ],
)
def test_coordinations_are_taken_apart(mention, expected):
    assert parts(mention) == expected


def test_short_forms_mean_what_their_document_says(linker):
    text = "Myotonic dystrophy (DM) is rare. Seizures by pentylenetetrazole; PTZ again. DM."
    found = linker([text], [[at(text, "Myotonic dystrophy"), at(text, "DM"), at(text, "PTZ"),
                             at(text, "pentylenetetrazole"), Span(len(text) - 3, len(text) - 1,
                             "D", "DM")]])[0]  # fmt: skip
    assert [one.concepts[0].id for one in found] == ["T:9", "T:9", "T:12", "T:12", "T:9"]


def test_a_definition_in_one_text_holds_in_the_others_of_the_document(linker):
    texts = ["DM in adults", "Myotonic dystrophy (DM) is rare."]
    found = linker(texts, [[at(texts[0], "DM")], [at(texts[1], "Myotonic dystrophy")]])
    assert found[0][0].concepts[0].id == "T:9"


def at(text, part):
    return Span(text.index(part), text.index(part) + len(part), "D", part)


def test_labels_top_k_and_min_score_narrow_what_is_given(terminology):
    narrow = link(terminology=terminology, labels=["D"], top_k=1, min_score=0.4)
    text = "breast cancer, xyzzy"
    spans = [at(text, "breast cancer"), at(text, "xyzzy"), Span(0, 6, "Anatomy", "breast")]
    found = narrow([text], [spans])[0]
    assert [len(one.concepts) for one in found] == [1, 0, 0]
    assert found[2] == spans[2]


def test_names_of_other_languages_are_names(tmp_path):
    entries = [
        Entry(
            "T:1",
            "Heart failure",
            (
                Synonym("Insuficiencia cardíaca", language="es"),
                Synonym("Herzschwäche", language="de"),
            ),
        ),
        Entry("T:2", "Liver cirrhosis", (Synonym("Leberzirrhose", language="de"),)),
    ]
    place = tmp_path / "both.lexicon"
    compile_to(place, mended(Terminology("both", entries)))
    found = linked(link(terminology=str(place)), "insuficiencia cardiaca", "HERZSCHWACHE")
    assert [one.concepts[0].id for one in found] == ["T:1", "T:1"]
    german = link(terminology=str(place), languages=["de"])
    (span,) = linked(german, "Leberzirrhosen")
    assert [one.id for one in span.concepts][:1] == ["T:2"]


def test_a_missing_terminology_is_told_when_the_recipe_is_checked():
    with pytest.raises(ValueError, match="there is no terminology nowhere"):
        link.using(terminology="nowhere")


@settings(max_examples=60)
@given(st.lists(st.text(max_size=25), max_size=5))
def test_any_mention_passes_and_spans_are_kept(linker, mentions):
    spans = linked(linker, *mentions)
    assert [one.text for one in spans] == mentions
    assert all(one.score is not None for span in spans for one in span.concepts)


@given(st.text(max_size=40))
def test_keys_do_not_depend_on_case_or_space(text):
    assert keys(text)[0] == keys(f" {text} ")[0]


def test_an_index_on_disk_gives_the_same(terminology, monkeypatch, tmp_path):
    monkeypatch.setenv("MEDLOOM_CACHE", str(tmp_path))
    monkeypatch.setattr("medloom.steps.annotate.link.resources._WORTH_KEEPING", 1)
    first = linked(link(terminology=terminology), "mammary tumor", "DM2")
    again = linked(link(terminology=terminology), "mammary tumor", "DM2")
    assert first == again
    assert list((tmp_path / "terminologies" / "by-digest").glob("*.linking"))
