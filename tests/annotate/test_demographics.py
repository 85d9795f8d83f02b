import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.kit.demographics import LANGUAGES, language_of, of_text, rules_of
from medloom.steps.annotate.demographics import demographics


def age_of(text, language="en"):
    age = of_text(text, language).age
    return age and (age.number, age.unit, age.kind)


def sex_of(text, language="en"):
    sex = of_text(text, language).sex
    return sex and sex.value


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("A 54-year-old woman presented with cough.", 54, "year"),
        ("A 54 years old woman presented with cough.", 54, "year"),
        ("A 54‐year‐old woman; hyphens of the other kind.", 54, "year"),
        ("A 54–year–old woman; dashes.", 54, "year"),
        ("The patient, 54 years of age, fell.", 54, "year"),
        ("54F with chest pain.", 54, "year"),
        ("This 54 yo M fell.", 54, "year"),
        ("A 54 y/o lady fell.", 54, "year"),
        ("A 54 y.o. man fell.", 54, "year"),
        ("M/54 presented after a fall.", 54, "year"),
        ("A 67 y/oRHM noticed double vision.", 67, "year"),
        ("A man aged 54 fell.", 54, "year"),
        ("A fifty-four-year-old man fell.", 54, "year"),
        ("A forty one year old man fell.", 41, "year"),
        ("A 2½-year-old boy fell.", 2.5, "year"),
        ("A two and a half year old boy fell.", 2.5, "year"),
        ("A 5-month-old boy fell.", 5, "month"),
        ("A 3-week-old girl vomited.", 3, "week"),
        ("A 36-hour-old neonate vomited.", 36, "hour"),
        ("She presented at the age of 19 with fever.", 19, "year"),
        ("Male, 54 years, with fever.", 54, "year"),
    ],
)
def test_ages_in_the_ways_that_people_write_them(text, number, unit):
    assert age_of(text)[:2] == (number, unit)


def test_parts_of_an_age_add_up():
    age = of_text("A 1-year- and 6-month-old girl fell.", "en").age
    assert (age.number, age.unit, age.years) == (1, "year", 1.5)


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("A woman in her sixties fell.", "decade", 60, 69),
        ("A man in his early 70s fell.", "decade", 70, 73),
        ("An octogenarian lady fell.", "decade", 80, 89),
        ("Men, 20- to 30-year-old, were asked.", "range", 20, 30),
        ("An approximately 50-year-old man fell.", "approximate", 50, None),
        ("A 50-year-old man fell.", "exact", 50, None),
    ],
)
def test_ages_that_are_not_exact_say_so(text, kind, low, high):
    age = of_text(text, "en").age
    assert (age.kind, age.years, age.high_years) == (kind, low, high)


def test_newborns_have_a_range_unless_an_age_follows():
    newborn = of_text("A newborn girl had a rash.", "en").age
    assert (newborn.number, newborn.kind) == (0, "range")
    assert age_of("A newborn boy was admitted. The 3-day-old was pale.")[:2] == (3, "day")


@pytest.mark.parametrize(
    "text",
    [
        "Her 80-year-old mother had a stroke.",
        "He had measles at age 6.",
        "He has a 10-year history of asthma.",
        "A 3-day-old wound was found.",
        "Temperature was 98F.",
        "A 5-year-old spayed Labrador retriever was lame.",
        "Survival at 5 years was 40%.",
        "",
    ],
)
def test_ages_of_others_things_and_times_are_not_the_patients(text):
    assert age_of(text) is None


def test_the_patients_age_wins_over_those_before_and_after():
    text = "His father died at age 60. The patient, a 34-year-old man, had asthma since age 3."
    assert age_of(text)[0] == 34


def test_the_mother_of_a_newborn_is_not_the_patient():
    text = "A 12-day-old boy, born to a 31-year-old mother at 38 weeks of gestation, vomited."
    said = of_text(text, "en")
    assert (said.age.number, said.age.unit, said.sex.value) == (12, "day", "male")
    assert said.gestational_weeks == 38


def test_a_child_brought_by_its_mother():
    said = of_text("A mother brought her 3-year-old son, who limped.", "en")
    assert (said.age.number, said.sex.value) == (3, "male")


def test_weeks_of_gestation_are_never_the_age():
    said = of_text("A 30-year-old G2P1 at 32+3 weeks of gestation.", "en")
    assert (said.age.years, said.gestational_weeks) == (30, pytest.approx(32.43, abs=0.01))
    assert of_text("A 38-week gestation girl.", "en").age is None


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("A 54-year-old right-handed Caucasian gentleman fell.", "male"),
        ("A 54-year-old presented. She had fallen. Her son helped her.", "female"),
        ("A 30-year-old G2P1 bled.", "female"),
        ("54F with pain.", "female"),
        ("Mrs X is 54 years old.", "female"),
        ("A 70-year-old with carcinoma of the prostate.", "male"),
        ("A 54-year-old patient with a male partner. She is well.", "female"),
        ("The patient is well.", None),
    ],
)
def test_sex(text, sex):
    assert sex_of(text) == sex


@pytest.mark.parametrize(
    ("text", "language", "number", "sex"),
    [
        ("Mujer de 54 años que acude por dolor.", "es", 54, "female"),
        ("Varón de cincuenta y cuatro años de edad con fiebre.", "es", 54, "male"),
        ("Eine 54-jährige Frau wurde aufgenommen.", "de", 54, "female"),
        ("Der sieben Jahre alte Junge hatte Fieber.", "de", 7, "male"),
        ("Une femme âgée de 54 ans est admise.", "fr", 54, "female"),
        ("Un homme de soixante-douze ans est hospitalisé.", "fr", 72, "male"),
    ],
)
def test_other_languages(text, language, number, sex):
    assert language_of(text) == language
    assert (age_of(text, "auto")[0], sex_of(text, "auto")) == (number, sex)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_rules(language):
    assert set(rules_of(language).contexts) == set(rules_of("en").contexts)


PIECES = st.sampled_from(
    [
        "A 54-year-old woman",
        "he",
        "\u0627\u0644",
        "👩‍⚕️",
        "e\u0301",
        "3 mo",
        "M/54",
        "\n",
        " ",
        "½",
        ".",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=12).map(" ".join))
def test_offsets_are_those_of_the_text(text):
    for said in demographics(text)[:2]:
        if said:
            assert 0 <= said.start < said.end <= len(text)
            assert text[said.start : said.end].strip()


def test_text_before_an_age_moves_it():
    before = "مرحبا 👩‍⚕️ e\u0301. "
    age = of_text(before + "A 54-year-old woman fell.", "en").age
    assert (before + "A 54-year-old woman fell.")[age.start : age.end] == "54-year-old"


def test_a_huge_text_takes_no_time():
    assert (
        of_text("A 54-year-old woman. " + "She had 3 years of cough. " * 2_000_000).age.number == 54
    )


def test_the_gold_is_well_formed():
    lines = Path(__file__).with_name("gold_demographics.jsonl").read_text().splitlines()
    golds = [json.loads(line) for line in lines]
    assert len({one["id"] for one in golds}) == len(golds) >= 199
