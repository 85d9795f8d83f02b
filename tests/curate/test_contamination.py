"""Texts that stand in another set: what is found, where, and how much of it."""

import csv
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.errors import InputError
from medloom.kit.near_duplicates.words import words
from medloom.kit.other_sets import digest_of_set, rows_of
from medloom.kit.overlap import OtherTexts, OtherVectors
from medloom.steps.curate.contamination import contamination
from medloom.steps.curate.contamination_by_vector import contamination_by_vector
from medloom.steps.curate.drop_contaminated import drop_contaminated

QUESTION = (
    "A 54-year-old woman has had fever and a cough for three days, and now a rash on both arms. "
    "Which drug should be stopped first?"
)
SHORT = "Which nerve moves the lateral rectus of the eye?"
PAGE = f"Case of the week. {QUESTION.upper()}  The answer is below, with the reasons for it."


@pytest.fixture
def against(tmp_path):
    file = tmp_path / "test.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        made = csv.writer(lines)
        made.writerows([("id", "text"), ("q1", QUESTION), ("q2", SHORT), ("q3", "Too short?")])
    return str(file)


def test_a_question_inside_a_page_is_found_with_its_place(against):
    ((found,),) = contamination(against=against)([PAGE])
    assert (found.other_id, found.by, found.share_of_other) == ("q1", "text", 1.0)
    assert PAGE[found.start : found.end] == QUESTION.upper()[:-1]
    assert 0.3 < found.share < 0.8


def test_a_short_question_is_found_by_eight_words_and_a_tiny_one_is_not(against):
    step = contamination(against=against)
    assert [one.other_id for one in step([f"Q: {SHORT}"])[0]] == ["q2"]
    assert step(["Too short? Too short?", "", "Which nerve moves it?"]) == [[], [], []]


def test_part_of_a_question_has_its_share(against):
    half = " ".join(QUESTION.split()[:18])
    ((found,),) = contamination(against=against)([half])
    assert found.share == 1.0
    assert found.share_of_other == pytest.approx(0.5, abs=0.1)
    assert contamination(against=against, least_share=1.1)([half]) == [[]]
    assert drop_contaminated([found]) is not None
    assert drop_contaminated([found], of="other", least_share=0.6) is None
    assert drop_contaminated([]) is None


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "tsv", "folder"])
def test_other_sets_of_any_kind(tmp_path, kind):
    rows = [{"key": 1, "body": QUESTION}, {"key": 2, "body": None}]
    file = tmp_path / f"set.{'jsonl' if kind == 'folder' else kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), file)
    elif kind == "tsv":
        file.write_text(f"key\tbody\n1\t{QUESTION}\n2\t\n", encoding="utf-8")
    else:
        file.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    place = str(tmp_path if kind == "folder" else file)
    step = contamination(against=place, id_column="key", text_column="body")
    assert [one.other_id for one in step([PAGE])[0]] == ["1"]
    digest = digest_of_set(place)
    file.write_bytes(file.read_bytes() + b"\n")
    assert digest_of_set(place) != digest


def test_a_set_that_cannot_be_read_says_why(tmp_path):
    (tmp_path / "a.csv").write_text("id,body\n1,x\n")
    (tmp_path / "a.txt").write_text("x")
    for place, why in [
        (tmp_path / "a.csv", "no column text; columns there: id, body"),
        (tmp_path / "a.txt", "give a file that ends in"),
        (tmp_path / "b.csv", "no such file or folder"),
        (f"{tmp_path}#cases", "is not a collection"),
    ]:
        with pytest.raises(InputError, match=why):
            list(rows_of(str(place), ["id", "text"]))
    with pytest.raises(ValueError, match="no such file or folder"):
        contamination.using(against=str(tmp_path / "b.csv"))


WORDS = [f"w{letter}{other}" for letter in "abcdef" for other in "ghijkl"]


@given(st.integers(0, 10**6))
def test_shares_are_what_counting_gives(seed):
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(WORDS[: draw.randrange(2, 36)], k=draw.randrange(40)))
             for _ in range(6)]  # fmt: skip
    mixed = texts[0].split()[3:25] + texts[1].split()[:20]
    given_texts = [" ".join(mixed), *texts[2:4]]
    others = [texts[:3], texts[3:]]
    found = OtherTexts(others, 5, 3).shared(given_texts)
    for text, row in zip(given_texts, found, strict=True):
        wanted = {}
        for number, other in enumerate(texts):
            its = words(other)
            n = 5 if len(its) >= 5 else 3
            grams = {tuple(its[i : i + n]) for i in range(len(its) - n + 1)}
            mine = [tuple(words(text)[i : i + n]) for i in range(len(words(text)) - n + 1)]
            hits = [one for one in mine if one in grams]
            if hits:
                wanted[number] = (len(hits) / len(mine), len(set(hits)) / len(grams))
        assert {one.other: (one.share, one.share_of_other) for one in row} == wanted
        for one in row:
            stretch = words(text[one.start : one.end])
            n = 5 if len(words(texts[one.other])) >= 5 else 3
            its = " ".join(words(texts[one.other]))
            assert all(" ".join(stretch[i : i + n]) in its for i in range(len(stretch) - n + 1))


@given(st.integers(1, 40), st.integers(0, 10**6))
def test_close_vectors_are_all_found(n, seed):
    draw = random.Random(seed)
    given_vectors = [[draw.gauss(0, 1) for _ in range(3)] for _ in range(n)]
    found = OtherVectors([given_vectors[:5], given_vectors[5:], []]).close(given_vectors, 0.9)
    for number, row in enumerate(found):
        assert number in [other for other, _ in row]
        assert all(cosine >= 0.9 for _, cosine in row)
        assert [c for _, c in row] == sorted((c for _, c in row), reverse=True)


def test_rows_by_vector(tmp_path):
    file = tmp_path / "v.jsonl"
    rows = [{"id": "a", "vector": None}, {"id": "b", "vector": [0.0, 3.0]}]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    step = contamination_by_vector(against=str(file))
    (one,), none = step([[0.01, 1.0], [1.0, 0.0]])
    assert (one.other_id, one.by, one.start, none) == ("b", "vector", None, [])
    assert one.share > 0.99


def test_claims_leak_from_no_abstract_but_their_own(data, tmp_path):
    """PubMedQA's own contexts are found in a training set that holds them, and in no other."""
    file = data / "questions/qa_pubmedqa/dev500.json"
    rows = list(json.loads(file.read_text("utf-8")).values())[:200]
    texts = [" ".join(one["CONTEXTS"]) for one in rows]
    place = tmp_path / "test.jsonl"
    lines = (json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts[:100]))
    place.write_text("\n".join(lines), encoding="utf-8")
    found = contamination(against=str(place))(texts)
    assert [row[0].other_id for row in found[:100]] == [str(n) for n in range(100)]
    assert all(row[0].share == 1.0 for row in found[:100])
    assert sum(drop_contaminated(row) is not None for row in found[100:]) == 0
