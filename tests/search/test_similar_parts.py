"""What each part of `medloom similar` scores: words, sets, ages, vectors, citations, findings."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.search.similar import sentence_scores
from medloom.search.similar.citations import CitationGraph, keys_of
from medloom.search.similar.concepts import concepts_of_row
from medloom.search.similar.demographics import Person, person_of_row, person_of_text
from medloom.search.similar.demographics import scores as by_person
from medloom.search.similar.findings import FindingIndex, said_by_text
from medloom.search.similar.lexical import TextIndex, words
from medloom.search.similar.sets import SetIndex
from medloom.search.similar.vectors import cosines, matrix

TEXTS = ["chest pain and fever", "fever in a child", "a broken leg", "", None]
texts = st.lists(st.one_of(st.none(), st.text(max_size=60)), max_size=8)


@given(texts, st.text(max_size=60))
def test_scores_of_words_lie_between_nought_and_one(some, query):
    scores = TextIndex(some).scores(query)
    assert scores.shape == (len(some),)
    assert np.isfinite(scores).all() and ((scores >= 0) & (scores <= 1)).all()  # noqa: PT018


def test_rare_words_weigh_more_and_a_text_is_most_like_itself():
    index = TextIndex(TEXTS)
    scores = index.scores("broken leg with fever")
    assert scores.argmax() == 2
    assert scores[1] > 0 == scores[3] == scores[4]
    for number, text in enumerate(TEXTS[:3]):
        assert index.scores(text).argmax() == number
        assert index.scores(text)[number] == pytest.approx(1, abs=1e-5)


def test_bm25_as_rank_bm25_orders():
    """By a count from the formula, without the layout of the index."""
    draw = np.random.default_rng(3)
    some = [" ".join(draw.choice(list("bcdfghjk"), draw.integers(1, 12))) for _ in range(40)]
    index = TextIndex(some)
    held = [words(one) for one in some]
    mean = np.mean([len(one) for one in held])

    def by_hand(query, doc):
        total = 0.0
        for word in set(query):
            n = sum(word in one for one in held)
            idf = np.log1p((len(held) - n + 0.5) / (n + 0.5))
            tf = doc.count(word)
            weight = query.count(word) * 9 / (query.count(word) + 8)
            total += idf * weight * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * len(doc) / mean))
        return total

    query = words("b c c d")
    wanted = np.array([by_hand(query, doc) for doc in held])
    found = index.scores("b c c d")
    assert np.corrcoef(wanted, found)[0, 1] == pytest.approx(1, abs=1e-6)


def test_words_fold_case_accents_and_plurals():
    assert words("Ménière’s DISEASES, viruses; no virus") == [
        "meniere", "disease", "viruse", "no", "virus"]  # fmt: skip
    assert words("ﬁbrosis İstanbul") == ["fibrosis", "istanbul"]


def test_a_long_text_costs_what_its_telling_words_cost():
    index = TextIndex(["fever"] * 50 + ["cough"])
    assert index.scores("fever " * 200_000 + "cough")[-1] > 0


@given(st.lists(st.sets(st.sampled_from("abcdef")), max_size=6), st.sets(st.sampled_from("abcxyz")))
def test_sets(held, wanted):
    index = SetIndex(held)
    for scores in (index.cosines(wanted), index.covers(wanted)):
        assert ((scores >= 0) & (scores <= 1 + 1e-6)).all()
    for number, one in enumerate(held):
        if one:
            assert index.cosines(one)[number] == pytest.approx(1, abs=1e-5)
            assert index.covers(one)[number] == pytest.approx(1, abs=1e-5)


def test_ages_are_compared_by_their_ratio():
    persons = [Person(years, "female") for years in (1, 5, 51, 55)]
    from_one, from_51 = (by_person(Person(y, None), persons) for y in (1, 51))
    assert from_one[1] < from_51[3]
    assert by_person(Person(None, None), persons) is None
    assert by_person(Person(51, "female"), persons).argmax() == 2
    assert by_person(Person(51, "male"), persons).max() < 0.6


def test_age_and_sex_in_all_forms_of_columns():
    assert person_of_row({"age": 54, "sex": "F"}) == Person(54, "f")
    assert person_of_row({"age": None, "sex": None}) == Person(None, None)
    assert person_of_row({"age": True}) == Person(None, None)
    assert person_of_text("no person at all") == Person(None, None)


def test_vectors_of_any_list_type():
    for kind in (pa.list_(pa.float32()), pa.list_(pa.float32(), 2), pa.large_list(pa.float64())):
        found = matrix(pa.chunked_array([pa.array([[3, 4], None], kind), pa.array([], kind)]))
        assert found.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
    assert matrix(pa.array([None, None], pa.list_(pa.float32()))).shape == (2, 0)
    with pytest.raises(ValueError, match="different sizes"):
        matrix(pa.array([[1.0], [1.0, 2.0]]))
    with pytest.raises(ValueError, match="has 3 numbers, the column 2"):
        cosines(np.eye(2, dtype=np.float32), [1, 2, 3])
    odd = matrix(pa.array([[float("nan"), 1.0], [float("inf"), 0.0]]))
    assert cosines(odd, [0, 1]).tolist() == [1.0, 0.0]


def test_one_work_under_several_names():
    """The first article cites a work by DOI, the second by PMID, the third by both."""
    graph = CitationGraph(
        [["pmid:1"], ["pmid:2"], ["pmid:3"], []],
        [[["doi:x"]], [["pmid:9"]], [["pmid:9", "doi:x"], ["pmid:1"]], []],
    )
    scores = graph.scores(graph.works_of(0), graph.own(0))
    assert scores["coupling"].round(2).tolist()[1] == 1
    assert 0 < scores["coupling"][2] < 1
    assert scores["cites"].tolist() == [0, 0, 1, 0]
    assert not any(one[3] for one in scores.values())


def test_co_citation():
    cited = [[], [], [], [["pmid:0"], ["pmid:1"]], [["pmid:0"], ["pmid:1"], ["pmid:2"]]]
    graph = CitationGraph([[f"pmid:{n}"] for n in range(5)], cited)
    found = graph.scores(graph.works_of(0), graph.own(0))["co-citation"]
    assert found[1] > found[2] > 0 == found[3]


def test_names_of_works():
    assert keys_of({"keys": ["pmid:1"]}) == ["pmid:1"]
    assert keys_of({"keys": [], "pmid": None, "pmcid": "PMC1", "doi": "10.1/A"}) == [
        "PMC1", "doi:10.1/a"]  # fmt: skip
    assert keys_of({}) == []


def test_only_what_is_asserted_of_the_patient_counts():
    def span(name, **said):
        return {"concepts": [{"id": name}], "assertion": said or None}

    spans = [span("a"), span("b", negated=True), span("c", experiencer="family"),
             span("d", negated=False, experiencer="patient"), {"concepts": []}]  # fmt: skip
    assert concepts_of_row(spans) == {"a", "d"}
    assert concepts_of_row(None) == set()


REPORTS = [
    "Chest radiograph shows a large left pleural effusion.",
    "No pleural effusion. There is a rib fracture.",
    "Possible pleural effusion.",
    "CT of the liver shows a cyst.",
    "Kaplan-Meier curves.",
]


def test_findings_are_told_apart_by_what_is_asserted():
    index = FindingIndex(said_by_text(REPORTS))

    def order(query):
        scores = index.findings(said_by_text([query])[0])
        return [int(n) for n in np.argsort(-scores, kind="stable")], scores

    positive, scores = order("pleural effusion")
    assert positive[0] == 0
    assert scores[0] > scores[4] == 0 > scores[1]
    negative, scores = order("no pleural effusion")
    assert negative[0] == 1
    assert scores[0] < 0
    uncertain, _ = order("possible pleural effusion")
    assert uncertain[0] == 2
    anatomy = index.anatomy(said_by_text(["liver"])[0])
    assert anatomy.argmax() == 3


def test_sentences():
    index = TextIndex(["Aspirin prevents stroke.", "Rest helps.", "Tea is hot."])
    some = ["Stroke is common.", "Aspirin prevented stroke.", "We thank all."]
    scores = sentence_scores("aspirin for stroke", some, index)
    assert scores.argmax() == 1
    assert scores[2] == 0
    assert sentence_scores("aspirin", [], index).tolist() == []
    same = ["Aspirin helps."] * 3
    assert np.diff(sentence_scores("aspirin", same, index, abstract=True)).min() > 0
