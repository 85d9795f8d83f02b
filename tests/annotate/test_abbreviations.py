"""Short forms: what a document defines, and where it uses it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.kit.short_forms import definitions
from medloom.kit.short_forms.alignment import align
from medloom.kit.short_forms.rules import RULES
from medloom.steps.annotate.abbreviations import abbreviations


def pairs(text: str) -> list[tuple[str, str]]:
    return [(one.short, one.long) for one in definitions(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We used magnetic resonance imaging (MRI) first.", "MRI", "magnetic resonance imaging"),
        ("An electrocardiogram (ECG) was normal.", "ECG", "electrocardiogram"),
        ("Levels of messenger RNA (mRNA) rose.", "mRNA", "messenger RNA"),
        ("The area under the curve [AUC] was small.", "AUC", "area under the curve"),
        ("Heart rate (HR; beats/min) fell.", "HR", "Heart rate"),
        ("the sensor (heart rate variability, HRV) was", "HRV", "heart rate variability"),
        ("HRV (heart rate variability) fell.", "HRV", "heart rate variability"),
        ("(HRV = heart rate variability)", "HRV", "heart rate variability"),
        ("The blood flow ratio (hereafter BFR) fell.", "BFR", "blood flow ratio"),
        ("They gave 1,3-dimethylbutane (DMB) twice.", "DMB", "1,3-dimethylbutane"),
        ("two-dimensional imaging (2DI) was", "2DI", "two-dimensional imaging"),
        ("A cast (of plaster, and the lower leg cast (LLC)) held.", "LLC", "lower leg cast"),
        ("Die obere Grenze der Norm (OGN) war", "OGN", "obere Grenze der Norm"),
    ],
)
def test_a_long_form_before_brackets(text, short, long):
    assert pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "()",
        "(",
        "A group of men (n = 12) came.",
        "Pain fell (Table 2).",
        "It rose (p < 0.01).",
        "(A) A cell. (B) Big cells.",
        "The segment(s) shrank.",
        "as we saw (i.e. in spring)",
        "the first. (TF) is not defined here",
        "Of alleles (A) and beads (B) none",
        "(IL-6, IL-10)",
    ],
)
def test_other_brackets_define_nothing(text):
    assert pairs(text) == []


def test_every_use_in_a_document_means_what_one_of_its_texts_defines():
    texts = ["PE and outcome", "Pulmonary embolism (PE) kills. PEs are common.", "PE", ""]
    found = abbreviations(["t", "a", "b", "c"], texts)
    assert [[use.short for use in row] for row in found] == [["PE"], ["PE", "PE"], ["PE"], []]
    assert {use.long for row in found for use in row} == {"Pulmonary embolism"}
    assert {use.defined_in for row in found for use in row} == {"a"}
    assert [use.long_start for use in found[1]] == [0, None]


@given(st.lists(st.text(alphabet="aAbBé́ߪא🫀 (),.[]-/2α\n", max_size=60), max_size=4))
def test_offsets_are_exact(texts):
    found = abbreviations([str(n) for n in range(len(texts))], texts)
    for text, row in zip(texts, found, strict=True):
        for use in row:
            assert text[use.start : use.end] == use.short
            if use.long_start is not None:
                assert text[use.long_start : use.long_end] == use.long


@pytest.mark.parametrize(
    "text",
    [
        "Abbreviations: BMI, body mass index; WC, waist circumference.",
        "BMI = body mass index; WC = waist circumference",
        "BMI: body mass index, WC: waist circumference; n: number",
    ],
)
def test_a_list_of_abbreviations(text):
    found = abbreviations(["a"], [text])[0]
    long = {use.short: use.long for use in found}
    assert long["BMI"] == "body mass index"
    assert long["WC"] == "waist circumference"


def test_what_stands_below_the_heading_of_a_list():
    texts = [
        "BID and STI",
        "Abbreviations",
        "BID twice daily",
        "STI sexually transmitted infection",
    ]
    found = abbreviations(["1", "2", "3", "4"], texts)
    assert [use.long for use in found[0]] == ["twice daily", "sexually transmitted infection"]
    assert found[2][0].long_start == 4


def test_a_plural_defines_the_singular():
    (found,) = abbreviations(["a"], ["Randomized trials (RTs). An RT, two RTs, no ARTs."])
    assert [(use.start, use.short) for use in found] == [(19, "RTs"), (28, "RT"), (36, "RTs")]


def test_a_document_may_define_a_short_form_twice():
    texts = ["Physical therapy (PT). PT helps. Prothrombin time (PT). PT rose."]
    longs = [use.long for use in abbreviations(["a"], texts)[0]]
    assert longs == ["Physical therapy"] * 2 + ["Prothrombin time"] * 2


def test_a_single_letter_is_meant_only_in_the_text_that_defines_it():
    texts = ["P was low.", "Progesterone (P) rose; P fell (P < 0.05). Alfentanil (A). A dose."]
    found = abbreviations(["t", "a"], texts)
    assert [[(use.start, use.short) for use in row] for row in found] == [
        [], [(14, "P"), (23, "P"), (54, "A")],
    ]  # fmt: skip


def test_the_longest_short_form_wins():
    text = "Interleukin (IL) and interleukin 6 (IL-6). IL-6 is an IL."
    shorts = [use.short for use in abbreviations(["a"], [text])[0]]
    assert shorts == ["IL", "IL-6", "IL-6", "IL"]


def test_the_score_is_the_sum_of_what_is_seen():
    for short, window in [("ECG", "the electrocardiogram"), ("IL6", "b. interleukin 6 of mice")]:
        found = align(short, window)
        weights = RULES.weights
        assert found.score == pytest.approx(sum(weights[w] * n for w, n in found.seen.items()))


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "(a" * 50_000, "a (b) " * 20_000, "A, b; " * 20_000]
)
def test_long_and_odd_texts_take_little_time(text):
    started = time.process_time()
    abbreviations(["a"], [text])
    assert time.process_time() - started < 10


def test_gold_pairs(data):
    """On half of 600 abstracts; the other half was looked at while building."""
    file = data / "annotation/abbrev_ab3p/MED1250_dev600.txt"
    blocks = [block.split("\n") for block in file.read_text(encoding="utf-8").split("\n\n")]
    hits = made = gold = 0
    for _, *lines in blocks[1::2]:
        wanted = {tuple(line.strip().split("|")) for line in lines if line.startswith("  ")}
        text = "\n".join(line for line in lines if not line.startswith(("  ", "//")))
        found = set(pairs(text))
        hits, made, gold = hits + len(wanted & found), made + len(found), gold + len(wanted)
    assert 2 * hits / (made + gold) > 0.89
