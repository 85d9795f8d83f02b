"""Search by meaning, and by words and meaning together."""

import numpy as np
import pytest

from medloom.kit.encoders import text_encoder
from medloom.search.index import index
from medloom.search.searcher import Searcher
from tests.search.helpers import build

TEXTS = [
    "The patient had a heart attack and was given aspirin.",
    "Myocardial infarction after a clot in a coronary artery.",
    "A fracture of the hip bone after a fall.",
    "Broken femur in an elderly woman; surgery was done.",
    "Seizures in a child with epilepsy, treated with valproate.",
    "Convulsions and fits: an old account of the falling sickness.",
    "Cataract surgery of the left eye restored vision.",
    "Diabetes mellitus with high blood sugar, given insulin.",
]
ROWS = [{"id": f"d{n}", "text": text, "year": 2000 + n} for n, text in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    uri = build(tmp_path_factory.mktemp("hybrid"), ROWS)
    (done,) = index(uri)
    assert done.encoder == "static"
    return Searcher.open(uri)


def test_by_meaning_alone_the_nearest_rows_are_found(searcher):
    encoder = text_encoder("static")
    (query,) = encoder.encode(["heart attack"])
    best = np.argsort(-(encoder.encode(TEXTS) @ query))
    found = searcher.find("heart attack", mode="dense", expand=False)
    assert [hit.id for hit in found.hits] == [f"d{n}" for n in best]
    assert found.total is None


def test_both_together_find_what_words_alone_do_not(searcher):
    words = {hit.id for hit in searcher.find("heart attack", mode="lexical", expand=False).hits}
    both = searcher.find("heart attack", expand=False).hits
    assert "d1" not in words
    assert {"d0", "d1"} == {hit.id for hit in both[:2]}
    assert set(both[0].parts) == {"bm25", "vector"}


def test_what_must_match_holds_for_meaning_too(searcher):
    assert {hit.id for hit in searcher.find('"heart attack"').hits} == {"d0"}
    assert "d0" not in {hit.id for hit in searcher.find("infarction -aspirin", mode="hybrid").hits}
    found = searcher.find("surgery", where="year >= 2005", mode="hybrid").hits
    assert {hit.id for hit in found} <= {"d5", "d6", "d7"}


def test_pages_of_fused_hits_do_not_overlap(searcher):
    whole = [hit.id for hit in searcher.find("surgery in a patient", limit=8).hits]
    pages = [
        hit.id
        for at in range(0, 8, 3)
        for hit in searcher.find("surgery in a patient", limit=3, offset=at).hits
    ]
    assert pages == whole
    assert len(set(whole)) == 8


def test_without_vectors_words_are_used_and_told(tmp_path):
    uri = build(tmp_path, ROWS)
    index(uri, encoder="none")
    found = Searcher.open(uri).find("surgery", mode="hybrid")
    assert {hit.id for hit in found.hits} == {"d3", "d6"}
    assert any("no vectors" in note for note in found.notes)
    assert index(uri)[0].encoder == "none"
    assert index(uri, encoder="static")[0].encoder == "static"
    assert Searcher.open(uri).find("surgery", mode="hybrid").hits[0].parts["vector"] > 0


def test_the_first_rows_are_ordered_again(searcher):
    plain = searcher.find("heart attack", expand=False).hits
    again = searcher.find("heart attack", expand=False, rerank=True).hits
    assert {hit.id for hit in again} == {hit.id for hit in plain}
    assert all("rerank" in hit.parts for hit in again)
    assert again[0].id == "d0"
    assert [hit.score for hit in again] == sorted((hit.score for hit in again), reverse=True)


def test_words_and_rows_that_the_encoder_does_not_know(tmp_path):
    uri = build(tmp_path, [*ROWS, {"id": "d8", "text": "١٢٣ ☂☂ ١٢٣", "year": 1}])
    index(uri)
    searcher = Searcher.open(uri)
    assert [hit.id for hit in searcher.find("١٢٣", expand=False).hits][:1] == ["d8"]
    assert searcher.find("☂x☂", mode="dense", expand=False).total is None
    assert "d8" not in {hit.id for hit in searcher.find("surgery", mode="dense").hits}
