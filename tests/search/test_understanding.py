"""What queries mean beside their words, and how it changes a query's tree."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medloom
from medloom.search.index import index
from medloom.search.parsing import QueryError, parse
from medloom.search.query import All, AnyOf, Not, Ranked, Ways, leaves
from medloom.search.searcher import Searcher
from medloom.search.understanding import Understanding, expander, told
from medloom.search.understanding.concepts import Concepts
from medloom.search.understanding.lay import LayTerms, _ways
from medloom.search.understanding.meanings import Meaning, Way, settled
from medloom.search.understanding.of_collection import named_terminologies
from medloom.search.understanding.short_forms import ShortForms
from medloom.search.understanding.spelling import Spellings, _pairs, other_spellings
from medloom.terminology.examples import toy
from medloom.terminology.model import TerminologyError

TOY = Understanding((Spellings(), LayTerms(), Concepts(toy())))


def ways(query: str, understanding: Understanding = TOY) -> dict[str, float]:
    """The other ways in the tree of a query, with their weights."""
    found: dict[str, float] = {}

    def look(tree: object) -> None:
        if isinstance(tree, Ways):
            found.update({str(part): weight for part, weight in tree.others})
            look(tree.said)
        elif isinstance(tree, Ranked | All | AnyOf):
            for part in tree.parts:
                look(part)

    look(expander(understanding)(parse(query)))
    return found


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("tumour", "tumor"),
        ("tumors", "tumours"),
        ("haemoglobin", "hemoglobin"),
        ("hematuria", "haematuria"),
        ("anemia", "anaemia"),
        ("leukaemia", "leukemia"),
        ("ischemic", "ischaemic"),
        ("oedema", "edema"),
        ("esophageal", "oesophageal"),
        ("estrogen", "oestrogen"),
        ("diarrhoea", "diarrhea"),
        ("fetal", "foetal"),
        ("pediatric", "paediatric"),
        ("anaesthesia", "anesthesia"),
        ("sulfate", "sulphate"),
        ("fibre", "fiber"),
        ("randomised", "randomized"),
        ("hospitalization", "hospitalisation"),
        ("behavioural", "behavioral"),
        ("Tumour", "tumor"),
    ],
)
def test_british_and_american(word: str, other: str) -> None:
    assert other_spellings(word) == [other]


@pytest.mark.parametrize(
    "word",
    [
        "exercise",
        "disease",
        "diagnosis",
        "hemisphere",
        "size",
        "otherwise",
        "laboratory",
        "advised",
        "academic",
        "systemic",
        "hepatitis",
        "color1",
        "MI",
        "lung",
        "supervised",
        "noise",
        "hem",
    ],
)
def test_words_with_one_spelling(word: str) -> None:
    assert other_spellings(word) == []


def test_no_spelling_is_its_own_other() -> None:
    assert all(british.pattern.strip("^$") != american for british, american, _, _ in _pairs())


def test_no_lay_term_means_itself() -> None:
    assert not [at for at, found in _ways().items() if at in [tuple(one.split()) for one in found]]


def test_a_synonym_counts_less_than_what_was_said() -> None:
    said = {'"Myocardial infarction"': 0.7, "MI": 0.7, "TOY2": 0.7}
    assert ways("heart attack") == said


def test_a_plural_finds_the_concept() -> None:
    assert '"Myocardial infarction"' in ways("old heart attacks here")


@pytest.mark.parametrize("query", ["TOY:2", "toy:2", "about TOY:2"])
def test_an_id_stands_for_its_names(query: str) -> None:
    assert ways(query) == {
        '"Myocardial infarction"': 1.0,
        '"Heart attack"': 0.7,
        "MI": 0.7,
        "TOY2": 1.0,
    }


def test_an_id_stands_for_what_is_below_it() -> None:
    found = ways("TOY:3")
    assert found["Heart"] == 1.0
    assert '"Cardiac tumor"' not in found
    narrower = TOY.meanings(["TOY:4"])[0]
    assert [way.text for way in narrower.ways if way.why == "toy narrower"] == []


def test_an_unknown_id_is_a_word() -> None:
    assert ways("TOY:999") == {}
    assert str(expander(TOY)(parse("TOY:999"))) == "TOY:999"


def test_what_is_quoted_or_left_out_stays_as_it_is() -> None:
    assert ways('"heart attack"') == {}
    assert ways("lung -tumour NOT heart") == ways("lung")
    tree = expander(TOY)(parse("lung AND NOT tumour"))
    assert isinstance(tree, All)
    assert [str(part.part) for part in tree.parts if isinstance(part, Not)] == ["tumour"]


def test_a_field_is_kept() -> None:
    assert ways("title:haematuria") == {"title:hematuria": 0.9, 'title:"blood in urine"': 0.6}


def test_a_word_of_a_field_must_match_still() -> None:
    tree = expander(TOY)(parse("lung title:haematuria"))
    assert isinstance(tree, Ranked)
    assert isinstance(tree.parts[1], All)


def test_words_of_different_fields_are_no_phrase() -> None:
    assert '"Myocardial infarction"' not in ways("title:heart attack")


def test_inside_a_phrase_spellings_still_count() -> None:
    query = parse("cardiac tumour")
    assert "tumor" in [one.text for one in leaves(expander(TOY)(query))]


def test_all_words_must_still_be_there() -> None:
    tree = expander(TOY)(parse("heart attack AND aspirin"))
    assert str(tree).startswith("((heart AND attack) OR")
    assert isinstance(tree, All)


def test_the_user_is_told() -> None:
    lines = told(expander(TOY)(parse("haematuria after heart attack")))
    assert lines[0] == "haematuria: also hematuria, blood in urine"
    assert "heart attack: also " in lines[1]


def test_longer_meanings_win() -> None:
    found = [Meaning(0, 1, (Way("x", 0.9, ""),)), Meaning(0, 2, (Way("y", 0.5, ""),))]
    assert [(one.start, one.end) for one in settled(found, ["a", "b"])] == [(0, 2)]


def test_short_forms_of_a_collection() -> None:
    known = ShortForms(
        [
            {"short": "MS", "long": "multiple sclerosis", "share": 0.7},
            {"short": "MS", "long": "mass spectrometry", "share": 0.25},
            {"short": "MS", "long": "mitral stenosis", "share": 0.05},
        ]
    )
    spoken = Understanding((known,))
    assert ways("MS relapse", spoken) == {
        '"multiple sclerosis"': 0.586,
        '"mass spectrometry"': 0.35,
    }
    assert ways("multiple sclerosis", spoken) == {"MS": 0.586}
    assert ways("ms", spoken) == {}


def test_a_collection_brings_its_own(tmp_path: Path, articles: Path) -> None:
    medloom.build("abbreviations", input=articles, into=tmp_path / "c")
    collection = medloom.open(tmp_path / "c")
    rows = next(collection.scan("inventory", ["short", "long"], limit=1)).to_pylist()
    spoken = Understanding.of(collection)
    meanings = spoken.meanings([rows[0]["short"]])
    assert rows[0]["long"] in [way.text for one in meanings for way in one.ways]


@pytest.mark.parametrize("text", ["", "a: [", "tables: 3", "terminology: {a: 1}"])
def test_a_recipe_without_terminologies(text: str) -> None:
    assert named_terminologies({"text": text}) == []


def test_a_terminology_that_is_not_there() -> None:
    with pytest.raises(TerminologyError, match="nosuch"):
        Understanding.of(None, ["nosuch"])


@given(st.text(alphabet='heart attack TOY:2 tumour AND OR NOT -"()*~\n', max_size=60))
def test_any_query_can_be_expanded(typed: str) -> None:
    try:
        query = parse(typed)
    except QueryError:
        return
    tree = expander(TOY)(query)
    assert {str(one) for one in leaves(query)} <= {str(one) for one in leaves(tree)} | {"toy:2"}
    told(tree)


def test_annotated_rows_are_found_by_the_id_alone(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(
        '{"id": "a", "text": "She had fits at night."}\n{"id": "b", "text": "HP was seen."}\n'
    )
    terms = tmp_path / "terms.tsv"
    terms.write_text("id\tname\tsynonyms\nHP:0001250\tSeizure\tfits\n")
    recipe = tmp_path / "r.yaml"
    recipe.write_text(
        f"name: r\ntables:\n  t:\n    read: {{jsonl: {{input: {tmp_path}/in.jsonl}}}}\n"
        f"    steps: [concepts: {{terminology: {terms}}}]\n"
    )
    medloom.build(recipe, into=tmp_path / "c", workers=0)
    index(str(tmp_path / "c"), encoder="none")
    terms.unlink()
    searcher = Searcher.open(str(tmp_path / "c"))
    assert [hit.id for hit in searcher.find("HP:0001250").hits] == ["a"]
    assert [hit.id for hit in searcher.find("HP").hits] == ["b"]
    assert [hit.id for hit in searcher.find("HP:0001250", expand=False).hits] != ["a"]
