"""Searching a small collection: what is found, in what order, and what is said of mistakes."""

import pytest

from medloom.errors import CollectionError, InputError
from medloom.search.index import index
from medloom.search.index_state import NoIndexError
from medloom.search.parsing import parse
from medloom.search.query import Fuzzy, Phrase, Prefix, Ways, Word
from medloom.search.searcher import Searcher
from medloom.search.words import Words
from tests.search.helpers import build

TEXTS = {
    "d01": ("Vitamin A in the eye", "Retinol, also called vitamin A, is needed for night vision."),
    "d02": ("Vitamins B and C", "A study of vitamin C and of B vitamins in the elderly."),
    "d03": ("No fever in sepsis", "The patient had no fever and no rigors. BRCA1 was normal."),
    "d04": ("Fever of unknown origin", "High fevers with rigors; IL-2 and β-catenin were raised."),
    "d05": ("Myocardial infarction", "A heart attack after aspirin was stopped. The infarct grew."),
    "d06": ("Stroke", "Stroke and aspirin in women: the heart was normal."),
    "d07": ("Sjögren's syndrome", "Dry eyes in Sjögren syndrome. Naïve T cells."),
    "d08": ("染色体 analysis", "Chromosomes (染色体) of 10 patients."),
    "d09": ("Cardiology", "Cardiomyopathy and cardiac failure in the young."),
    "d10": ("Cohort", "the of and in a an: nothing but words that are everywhere."),
}


def _rows():
    for number, (id, (title, text)) in enumerate(TEXTS.items()):
        yield {
            "id": id,
            "title": title,
            "text": text,
            "year": 2010 + number,
            "license": "CC-BY" if number % 2 else "CC0",
            "patient_id": f"p{number // 3}",
            "topics": ["eye", "diet"] if number < 2 else ["heart"] if number in (4, 5, 8) else [],
        }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    uri = build(tmp_path_factory.mktemp("searcher"), _rows())
    index(uri, encoder="none")
    return uri


@pytest.fixture(scope="module")
def searcher(made):
    return Searcher.open(made, expander=lambda query: query)


def ids(found):
    return {hit.id for hit in found.hits}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ('"vitamin A"', {"d01"}),
        ('"no fever"', {"d03"}),
        ('"vitamins B and C"', {"d02"}),
        ("rigors AND NOT no", {"d04"}),
        ("fever -unknown", {"d03"}),
        ('fever -"no fever"', {"d04"}),
        ("(heart attack OR stroke) AND aspirin", {"d05", "d06"}),
        ("heart AND NOT (attack OR failure)", {"d06"}),
        ("title:fever", {"d03", "d04"}),
        ("text:cardiology", set()),
        ("title:cardiology", {"d09"}),
        ("text:stroke", {"d06"}),
        ('title:"no fever"', {"d03"}),
        ("title:fever OR text:retinol", {"d01", "d03", "d04"}),
        ("cardio*", {"d09"}),
        ("title:cardio*", {"d09"}),
        ("infaction~", {"d05"}),
        ("ritenol~2", {"d01"}),
        ("sjogren", {"d07"}),
        ("naive", {"d07"}),
        ("SJÖGREN", {"d07"}),
        ("染色体", {"d08"}),
        ("β-catenin", {"d04"}),
        ("IL-2 AND fever", {"d04"}),
        ("brca1", {"d03"}),
        ("zebra", set()),
        ("zebra* OR stroke", {"d06"}),
        ("xylophone~ stroke", {"d06"}),
        ("infarct", {"d05"}),
    ],
)
def test_what_is_found(searcher, query, wanted):
    assert ids(searcher.find(query)) == wanted


def test_phrases_do_not_go_from_one_column_into_the_next(searcher):
    assert ids(searcher.find('"syndrome dry eyes"')) == set()
    assert ids(searcher.find('"eye retinol"')) == set()


def test_more_and_rarer_words_come_first(searcher):
    assert searcher.find("heart attack aspirin").hits[0].id == "d05"
    assert searcher.find("the vitamin of the eye").hits[0].id == "d01"


def test_filters(searcher):
    assert ids(searcher.find("fever", where="year >= 2013")) == {"d04"}
    assert ids(searcher.find("vitamin", where="license = 'CC0'")) == {"d01"}
    assert ids(searcher.find("aspirin", where="array_has(topics, 'heart') AND year = 2015")) == {
        "d06"
    }
    with pytest.raises(InputError, match=r"no column yeer[\s\S]*did you mean year\?"):
        searcher.find("fever", where="yeer = 3")
    with pytest.raises(InputError, match="does not fit docs"):
        searcher.find("fever", where="year >")
    with pytest.raises(InputError, match="does not fit docs"):
        searcher.find("fever", where="year = 'x' AND")


def test_facets_count_all_rows_that_match(searcher):
    found = searcher.find("fever OR vitamin", limit=1, facets=["license", "topics"])
    assert found.total == 4
    assert found.facets["license"] == (("CC-BY", 2), ("CC0", 2))
    assert found.facets["topics"] == (("diet", 2), ("eye", 2))
    with pytest.raises(InputError, match="did you mean license"):
        searcher.find("fever", facets=["licence"])


def test_groups_keep_the_best_of_each(searcher):
    found = searcher.find("fever OR vitamin", group="patient_id")
    assert sorted(hit.group for hit in found.hits) == ["p0", "p1"]


def test_values_and_parts(searcher):
    (hit,) = searcher.find("retinol", values=["year", "topics"]).hits
    assert hit.values == {"year": 2010, "topics": ["eye", "diet"]}
    assert hit.title == "Vitamin A in the eye"
    assert hit.parts["bm25"] > 0


def test_snippets_mark_all_forms_of_a_word_at_code_points(searcher):
    (snippet,) = searcher.find("fever rigor β-catenin", limit=1).hits[0].snippets
    marked = [snippet.text[start:end] for start, end in snippet.marks]
    assert marked == ["fevers", "rigors", "β", "catenin"]


def test_a_typed_id_comes_first(searcher):
    assert searcher.find("d08").hits[0].id == "d08"


def test_columns_to_look_in(searcher):
    assert ids(searcher.find("stroke", columns=["title"])) == {"d06"}
    assert ids(searcher.find("heart", columns=["title"])) == set()
    with pytest.raises(InputError, match="did you mean title"):
        searcher.find("heart", columns=["titel"])
    with pytest.raises(InputError, match="no field 'foo'"):
        searcher.find("foo:bar")


def test_an_expander_is_used_and_can_be_left_out(made):
    def expand(query):
        other = (Phrase("myocardial infarction"), 0.6)
        return Ways(Word("MI"), (other,)) if query == Word("MI") else query

    searcher = Searcher.open(made, expander=expand)
    assert ids(searcher.find("MI")) == {"d05"}
    assert ids(searcher.find("MI", expand=False)) == set()
    assert searcher.find(parse("heart attack"), expand=False).hits[0].id == "d05"


def test_a_collection_without_an_index_is_told(tmp_path):
    uri = build(tmp_path, _rows())
    with pytest.raises(NoIndexError, match="has no search index\n  fix: medloom index"):
        Searcher.open(uri)
    with pytest.raises(CollectionError, match="no collection in"):
        Searcher.open(str(tmp_path / "nowhere"))


def test_names_that_are_not_there(searcher):
    with pytest.raises(InputError, match="did you mean docs"):
        searcher.find("a", tables=["doc"])
    with pytest.raises(InputError, match="no mode 'fast'"):
        searcher.find("a", mode="fast")


def test_prefixes_find_rare_words_of_large_tables(searcher):
    dataset = searcher._table("docs").dataset
    words = Words(dataset, rows_read=2)
    assert "cardiac" not in words.known
    assert words.like(Prefix("cardio")) == ["cardiology", "cardiomyopathy"]
    assert words.like(Prefix("no*'")) == Words(dataset).like(Prefix("no"))
    assert Words(dataset).like(Fuzzy("infaction")) == ["infarction"]


def test_values_that_the_index_does_not_hold_come_from_the_table(tmp_path):
    odd = {"id": "it's", "text": "a fever here", "parts": [{"a": 1, "b": "x"}]}
    uri = build(tmp_path, [odd])
    index(uri, encoder="none")
    (hit,) = Searcher.open(uri).find("fever", values=["parts", "nothing"], expand=False).hits
    assert hit.values == {"parts": [{"a": 1, "b": "x"}], "nothing": None}
