"""Copies of texts: what counts as one, and that the order of rows does not matter."""

import csv
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.kit.clusters import Star, clusters
from medloom.kit.near_duplicates import Told, is_variant, words
from medloom.kit.near_duplicates.aligning import regions
from medloom.kit.near_duplicates.comparing import jaccard
from medloom.kit.near_duplicates.words import cut, places, plain
from medloom.steps.curate.copies_in import copies_in
from medloom.steps.curate.drop_copies import drop_copies
from medloom.steps.curate.drop_duplicates import drop_duplicates
from medloom.steps.curate.duplicate_pairs import duplicate_pairs
from medloom.steps.curate.near_duplicates import near_duplicates
from medloom.tables.rows import Rows

BASE = (
    "We gave 5 mg of oral prednisone twice a day to children with acute asthma who came to the "
    "clinic in the first week of winter. Symptoms did not return in most of them, and lung "
    "function was higher at the end of the trial. Parents filled in a diary about sleep and cough, "
    "which the nurses read at each visit. No child was taken to hospital, and none had to stop the "
    "treatment because of nausea, which 12% felt on the second day (p < 0.05)."
)


def marked(texts, **settings):
    """Clusters and duplicates of texts whose ids are their numbers."""
    columns = {"id": [str(n) for n in range(len(texts))], "text": texts}
    columns |= settings.pop("columns", {})
    return near_duplicates(Rows.of(columns), **settings)


def kind(one, other, **settings):
    """How the first text sees the second: exact, near, variant, or None."""
    (cluster, seen), _ = marked([one, other], **settings)
    found = seen[0].kind if seen else None
    assert (cluster is not None) == (found in ("exact", "near"))
    return found


@pytest.mark.parametrize(
    "other",
    [
        BASE.upper(),
        BASE.replace(", ", " ").replace("(p", "p"),
        BASE.replace(" ", "\u00a0 \n"),
        BASE.replace("5 mg", "５ ｍｇ").replace("fi", "ﬁ"),
        BASE.replace("tion", "tio\u00adn"),
        "\ufeff" + BASE,
    ],
)
def test_the_same_in_another_dress_is_an_exact_copy(other):
    assert kind(BASE, other) == "exact"


SENTENCES = BASE.split(". ")


@pytest.mark.parametrize(
    "other",
    [
        BASE[: len(BASE) * 3 // 4],
        BASE[:-31],
        ". ".join([*SENTENCES[:1], *SENTENCES[2:]]),
        ". ".join([SENTENCES[1], SENTENCES[0], *SENTENCES[2:]]),
        "Author manuscript; available in PMC 2014 March 05. " + BASE,
        BASE + " Copyright 2012 The Authors. Published by the society. All rights reserved.",
        BASE + " PMID: 19470452 [Indexed for MEDLINE]",
        BASE.replace("children", "chidlren").replace("treatment", "treatmnt"),
        BASE.replace("filled in a", "in filled a"),
        BASE.replace("oral prednisone", "oralprednisone"),
        BASE.replace("5 mg", "five milligrams"),
        BASE.replace("of oral", "oral").replace("which the nurses", "that the nurses"),
    ],
)
def test_a_copy_that_lacks_or_adds_or_moves_a_part_is_near(other):
    assert kind(BASE, other) == "near"


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("5 mg", "50 mg"),
        BASE.replace("5 mg", "5 g"),
        BASE.replace("5 mg", "5 μg"),
        BASE.replace("5 mg of", "of"),
        BASE.replace("12%", "21%"),
        BASE.replace("12%", "12"),
        BASE.replace("p < 0.05", "p > 0.05"),
        BASE.replace("0.05", "0.5"),
        BASE.replace("0.05", "-0.05"),
        BASE.replace("twice", "once"),
        BASE.replace("did not return", "did return"),
        BASE.replace("No child", "One child"),
        BASE.replace("was higher", "was lower"),
        BASE.replace("first week", "second week"),
        BASE.replace("prednisone", "salbutamol"),
        BASE.replace("asthma", "bronchiolitis"),
        BASE.replace("children", "adults"),
        BASE.replace("end of the trial", "end of part II of the trial"),
        # A change elsewhere does not hide it, nor does a missing part.
        BASE.replace("5 mg", "6 mg").replace("treatment", "tretament"),
        ". ".join(SENTENCES[:3]).replace("5 mg", "6 mg"),
        ". ".join([SENTENCES[1], SENTENCES[0].replace("5", "6"), *SENTENCES[2:]]),
        ". ".join([*SENTENCES[1:4], SENTENCES[0].replace("first", "third")]),
    ],
)
def test_another_number_dose_unit_negation_or_drug_makes_a_variant(other):
    assert kind(BASE, other) == "variant"
    assert kind(other, BASE) == "variant"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("part 1 of 4", "part 2 of 4"),
        ("part I", "part II"),
        ("hepatitis B", "hepatitis C"),
        ("TNF-alpha", "TNF-beta"),
        ("stage III", "stage IV"),
        ("the left knee", "the right knee"),
        ("IL-6", "IL-8"),
        ("10³ cells", "103 cells"),
        ("1,000 cells", "100 cells"),
        ("HER2+ tumours", "HER2 tumours"),
        ("non-small cell cancer", "small cell cancer"),
        ("January 2001", "June 2001"),
        ("5 of 10", "10 of 5"),
    ],
)
def test_short_differences_that_tell(one, other):
    text = BASE + " This report is about {}, and what follows from it for the care of people."
    assert kind(text.format(one), text.format(other)) == "variant"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000 cells", "1000 cells"),
        ("p<.05", "p < 0.05"),
        ("IL-6", "IL6"),
        ("TNF-α", "TNF alpha"),
        ("2 hours", "2 hr"),
        ("10 µg", "10 mcg"),
        ("follow-up", "followup"),
        ("three", "3"),
        ("a child's", "a child’s"),
        ("≥5", ">= 5"),
        ("5·2", "5.2"),
        ("kg(-1)", "kg-1"),
    ],
)
def test_short_differences_that_do_not(one, other):
    text = BASE + " This report is about {}, and what follows from it for the care of people."
    assert kind(text.format(one), text.format(other)) in ("exact", "near")


def test_numbers_that_change_places_make_a_variant():
    one = "Of the men 5 died of sepsis and 10 of stroke, while all of the women lived for years."
    other = "Of the men 10 died of sepsis and 5 of stroke, while all of the women lived for years."
    assert is_variant(Told(words(one)), Told(words(other)))


def test_an_imprint_may_be_missing_and_not_another_one():
    printed = BASE + " Copyright 2016."
    assert kind(BASE, printed) == "near"
    assert kind(printed, printed.replace("2016", "2816")) == "variant"
    assert kind(BASE, BASE + " Page 3 of 12") == "near"


def test_guards_can_be_taken_off():
    changed = BASE.replace("5 mg", "50 mg")
    assert kind(BASE, changed, numeric_guard=False) == "near"
    other = BASE.replace("prednisone", "salbutamol")
    assert kind(BASE, other, word_guard=False) == "near"
    assert kind(BASE, BASE[:-50], exact_only=True) is None
    assert kind(BASE, BASE.lower(), exact_only=True) == "exact"


def test_variants_never_meet_through_a_third_text():
    """A cut copy, which lacks the number, is a copy of one of the two and not of both."""
    high = BASE + " In the last year of the long study the dose was 80 mg on all days of the week."
    low = high.replace("80", "40")
    for texts in ([high, BASE, low], [BASE, low, high], [low, high, BASE]):
        of = dict(zip(texts, [cluster for cluster, _ in marked(texts)], strict=True))
        assert of[high] is None or of[high] != of[low]
        assert of[BASE] is not None


def test_texts_about_two_things_never_meet_through_what_both_quote():
    parts = [
        "The liver makes bile, and its lobes filter what the gut has taken up into the blood. ",
        "Kidneys keep salt and water in balance, and press blood through very fine filters. ",
    ]
    texts = [BASE, *(BASE + " " + part * 1 + part.lower()[:60] for part in parts)]
    of = [cluster for cluster, _ in marked(texts, similarity=0.5)]
    assert of[1] is None or of[1] != of[2]


def test_which_row_is_kept():
    texts = [BASE[:-60], BASE, BASE.lower() + " "]
    assert [one for one, _ in marked(texts)] == ["0", "0", "0"]
    assert [one for one, _ in marked(texts, keep="longest")] == ["2", "2", "2"]
    years = {"year": [2001, None, 2003], "doi": ["x", "y", None]}
    newest = marked(texts, columns=years, prefer={"year": "greatest"})
    assert {one for one, _ in newest} == {"2"}
    fullest = marked(texts, columns=years, prefer={"doi": "present", "year": "least"})
    assert {one for one, _ in fullest} == {"0"}


def test_within_equal_columns_only():
    patients = {"patient": ["a", "b", "a"]}
    found = marked([BASE, BASE, BASE[:-40]], columns=patients, within=["patient"])
    assert [cluster for cluster, _ in found] == ["0", None, "0"]


def test_copies_of_rows_of_another_table():
    exam = Rows.of({"id": ["x", "y", "z", "e"], "text": [BASE[:-60], BASE.upper(), BASE, ""]})
    texts = [BASE, BASE.replace("5 mg", "6 mg"), "Go home.", BASE.lower(), ""]
    rows = Rows.of({"id": list("abcde"), "text": texts}, exam=exam)
    found = copies_in(rows, table="exam")
    assert [[(one.other_id, one.kind) for one in row] for row in found] == [
        [("y", "exact")], [("y", "variant"), ("x", "variant")], [], [("y", "exact")], [],
    ]  # fmt: skip
    assert found[1][0].differs == ["6 | 5"]
    assert [drop_copies(row) is not None for row in found] == [True, False, False, True, False]


def test_texts_without_words_are_nobodys_copies():
    assert marked(["", "", "...", " \n"]) == [(None, [])] * 4
    assert marked([]) == []
    assert [one for one, _ in marked(["Yes", "yes.", "no"])] == ["0", "0", None]


def test_dropped_rows_tell_what_is_kept():
    texts = [BASE, BASE.upper(), BASE[:-60], BASE.replace("5 mg", "6 mg")]
    found = marked(texts)
    reasons = [drop_duplicates(str(n), *one) for n, one in enumerate(found)]
    assert (reasons[0], reasons[3]) == (None, None)
    assert reasons[1] == "exact copy: of 0, text 1.00"
    assert reasons[2].startswith("near copy: of 0, text 0.8")


def test_every_pair_is_listed_once_for_review_even_where_lists_are_cut():
    texts = [BASE.replace("5 mg", f"{n} mg") for n in range(101, 131)]
    found = marked(texts, most_listed=3)
    pairs = [pair.id for n, (_, seen) in enumerate(found) for pair in duplicate_pairs(str(n), seen)]
    listed = {
        frozenset((str(n), one.other_id)) for n, (_, seen) in enumerate(found) for one in seen
    }
    assert len(pairs) == len(set(pairs)) == len(listed) >= 30


def test_differences_are_seen_from_each_row():
    (_, (one,)), (_, (other,)) = marked([BASE, BASE.replace("5 mg", "6 mg")])
    assert (one.differs, other.differs) == (["5 | 6"], ["6 | 5"])
    assert one.similarity == other.similarity


def sentence(draw):
    pool = [
        "fever cough rash liver spleen heart valve stent graft node biopsy scan dose serum",
        "nurse doctor ward clinic family school winter summer diet sugar salt water bread milk",
    ]
    named = " ".join(pool).split()
    return " ".join(draw.choice(named) for _ in range(12))


@st.composite
def collections(draw):
    """Texts with copies of each other, cut, joined and changed."""
    random_ = random.Random(draw(st.integers(0, 10**6)))
    bases = [[sentence(random_) for _ in range(5)] for _ in range(draw(st.integers(1, 4)))]
    texts = []
    for _ in range(draw(st.integers(2, 12))):
        parts = list(random_.choice(bases))
        match random_.randrange(5):
            case 0:
                parts.pop(random_.randrange(5))
            case 1:
                random_.shuffle(parts)
            case 2:
                parts[2] += f" dose {random_.randrange(3)} mg"
            case 3:
                parts.append(sentence(random_))
        texts.append(". ".join(parts))
    return texts, random_


def partition(texts, **settings):
    """Which texts are in one cluster, whatever their order."""
    groups = {}
    for text, (cluster, _) in zip(texts, marked(texts, **settings), strict=True):
        if cluster is not None:
            groups.setdefault(cluster, []).append(text)
    return sorted(sorted(group) for group in groups.values())


@given(collections())
def test_clusters_do_not_depend_on_the_order_of_rows(given_texts):
    texts, random_ = given_texts
    mixed = list(texts)
    random_.shuffle(mixed)
    assert partition(texts) == partition(mixed)


@given(collections())
def test_rows_that_are_about_something_else_change_nothing(given_texts):
    texts, _ = given_texts
    others = [
        f"Item {n} of an old list of {'wheels cranks chains bolts '[: n + 6]}" for n in range(9)
    ]
    assert partition([*others, *texts]) == partition(texts)


@given(collections())
def test_a_cluster_is_a_class_whose_name_is_the_kept_row(given_texts):
    texts, _ = given_texts
    found = marked(texts)
    for number, (cluster, seen) in enumerate(found):
        variants = [int(one.other_id) for one in seen if one.kind == "variant"]
        if cluster is None:
            assert all(one.kind != "exact" for one in seen)
            continue
        assert found[int(cluster)][0] == cluster
        assert sum(of == cluster for of, _ in found) > 1
        assert all(found[other][0] != cluster for other in variants), number


def brute(one, other):
    grams = []
    for text in (one, other):
        found = words(text)
        n = min(5, len(found))
        grams.append({tuple(found[i : i + n]) for i in range(len(found) - n + 1)})
    return len(grams[0] & grams[1]) / len(grams[0] | grams[1])


@given(collections())
def test_similarity_is_counted_exactly_and_seen_alike_from_both(given_texts):
    texts, _ = given_texts
    found = marked(texts, similarity=0.3)
    for number, (_, seen) in enumerate(found):
        for one in seen:
            other = int(one.other_id)
            assert one.similarity == pytest.approx(brute(texts[number], texts[other]))
            back = [its for its in found[other][1] if its.other_id == str(number)]
            assert not back or (back[0].similarity, back[0].kind) == (one.similarity, one.kind)


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_jaccard_is_symmetric(one, other):
    assert jaccard(frozenset(one), frozenset(other)) == jaccard(frozenset(other), frozenset(one))


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d", "1", "2"]), max_size=25).map(tuple),
    st.lists(st.sampled_from(["a", "b", "c", "d", "1", "2"]), max_size=25).map(tuple),
)
def test_regions_turn_one_text_into_the_other(one, other):
    rebuilt, at = [], 0
    for place in regions(Told(one), Told(other)):
        rebuilt += [*one[at : place.start], *other[place.its_start : place.its_end]]
        at = place.end
    assert [*rebuilt, *one[at:]] == list(other)


@given(st.text(alphabet="aAée\u0301ﬁ 1٣²½.,-–−'’<≤±%µαΣİ中文\u00ad\u200b\n()", max_size=40))
def test_words_stand_where_they_are_said_to(text):
    cut_words = cut(text)
    assert len(places(text)) == len(cut_words)
    for (start, end), word in zip(places(text), cut_words, strict=True):
        assert 0 <= start < end <= len(text)
        assert plain([word]) == words(text[start:end]) or not text.isascii()
    assert words(" ".join(words(text))) == words(text) or not text.isascii() or "-" in text


@given(st.integers(2, 30), st.data())
def test_clusters_are_components_where_nothing_keeps_rows_apart(n, data):
    pair = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    links = data.draw(st.lists(pair, max_size=40))
    apart = [one for one in data.draw(st.lists(pair, max_size=10)) if one[0] != one[1]]
    free = clusters(n, links)
    assert all(free[one] == free[other] for one, other in links)
    kept_apart = clusters(n, links, apart)
    assert all(kept_apart[one] != kept_apart[other] for one, other in apart)
    assert all(free[one] == free[of] for one, of in enumerate(kept_apart))
    held = clusters(n, links, star=Star(int, lambda one, centre: False))
    assert held == list(range(n))


def test_long_and_odd_texts_take_little_time():
    started = time.process_time()
    for text in ("a " * 50_000, "1 2 " * 25_000, "(" * 100_000, "x" * 100_000, "-" * 100_000):
        assert kind(text, text + " and more of it", similarity=0.0001) in (
            "near",
            "variant",
            "exact",
            None,
        )
    assert time.process_time() - started < 10


def test_time_and_lists_stay_in_line_where_all_rows_are_variants():
    texts = [BASE.replace("5 mg", f"{n} mg") for n in range(100, 1_100)]
    started = time.process_time()
    found = marked(texts)
    assert {cluster for cluster, _ in found} == {None}
    assert max(len(seen) for _, seen in found) < 200
    assert time.process_time() - started < 20


def test_real_notes_that_were_sampled_again_and_again(data):
    file = data / "notes/notes_medcat_mtsamples/pt_notes.csv"
    csv.field_size_limit(10**7)
    with file.open(encoding="utf-8") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    assert (len(texts), len(set(texts))) == (1088, 186)
    found = marked(texts)
    kept = {cluster or str(n) for n, (cluster, _) in enumerate(found)}
    assert len(kept) == 186
    for text, (cluster, _) in zip(texts, found, strict=True):
        assert cluster is None or texts[int(cluster)] == text
