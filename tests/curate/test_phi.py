"""Protected health information: what is found, by which rule, and what is left alone."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.kit.phi import find, findings
from medloom.kit.phi.categories import categories, kinds_of
from medloom.kit.phi.checks import CHECKS, dni, iban, luhn, nhs
from medloom.kit.phi.finding import Finding, settled
from medloom.kit.phi.hunting import hunted
from medloom.kit.phi.rulebook import rules_of
from medloom.steps.curate.k_anonymity import k_anonymity
from medloom.steps.curate.phi import phi
from medloom.steps.curate.phi_residual import phi_residual
from medloom.tables.rows import Rows


def told(text: str, language: str = "en", **given: object) -> list[tuple[str, str]]:
    return [(one.text, one.label) for one in find(text, language=language, **given)]


@pytest.mark.parametrize(
    ("text", "value", "label"),
    [
        ("Seen by Dr. Marrow today.", "Marrow", "NAME"),
        ("Mrs. Van der Berg came.", "Van der Berg", "NAME"),
        ("Patient: Ana Villar, MRN 0012345", "Ana Villar", "NAME"),
        ("Patient: Ana Villar, MRN 0012345", "0012345", "MRN"),
        ("Medical Record Number: AB-44921", "AB-44921", "MRN"),
        ("Electronically signed by K. Osei, M.D.", "K. Osei", "NAME"),
        ("He lives at 12 Alder Street, Apt 4.", "12 Alder Street, Apt 4", "ADDRESS"),
        ("Moved to Salem, OR 97301 last year", "97301", "ADDRESS"),
        ("admitted on 03/04/2019", "03/04/2019", "DATE"),
        ("admitted on March 3rd, 2019.", "March 3rd, 2019", "DATE"),
        ("on 3 Mar 2019", "3 Mar 2019", "DATE"),
        ("in January 2019", "January 2019", "DATE"),
        ("2019-03-04T10:22", "2019-03-04", "DATE"),
        ("seen on 3/14 for cough", "3/14", "DATE"),
        ("a 93-year-old man", "93", "AGE"),
        ("a ninety-two-year-old man", "ninety-two-year-old", "AGE"),
        ("Call (555) 201-4433.", "(555) 201-4433", "PHONE"),
        ("Fax: 555-201-4433", "555-201-4433", "FAX"),
        ("SSN 460-89-9847", "460-89-9847", "SSN"),
        ("NHS number 943 476 5919", "943 476 5919", "HEALTH_PLAN"),
        ("write to ann.bell@clinic.org now", "ann.bell@clinic.org", "EMAIL"),
        ("see https://portal.clinic.org/p/9.", "https://portal.clinic.org/p/9", "URL"),
        ("from 192.168.4.77", "192.168.4.77", "IP"),
        ("card 4111 1111 1111 1111", "4111 1111 1111 1111", "ACCOUNT"),
        ("GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32", "ACCOUNT"),
        ("serial number: PM-40291X", "PM-40291X", "DEVICE"),
        ("passport number X4920183", "X4920183", "LICENSE"),
        ("transferred from Harborview Medical Center.", "Harborview Medical Center", "HOSPITAL"),
    ],
)
def test_what_is_found_in_english(text, value, label):
    assert (value, label) in told(text)


@pytest.mark.parametrize(
    ("text", "value", "label"),
    [
        ("Nombre: Lucía.\nApellidos: Ferrer Gil.", "Lucía", "NAME"),
        ("Nombre: Lucía.\nApellidos: Ferrer Gil.", "Ferrer Gil", "NAME"),
        ("NHC: 4471902.", "4471902", "MRN"),
        ("CIPA: nhc-915943.", "915943", "MRN"),
        ("NASS: 26 63514095 12.", "26 63514095 12", "HEALTH_PLAN"),
        ("DNI 12345678Z", "12345678Z", "LICENSE"),
        ("con NIE X-1234567-L", "X-1234567-L", "LICENSE"),
        ("Dra. María del Carmen Ruiz Sanz NºCol: 28 28 57403", "28 28 57403", "LICENSE"),
        ("Médico: Iván Soto Prieto NºCol: 28 28 57403", "Iván Soto Prieto", "NAME"),
        ("ingresa el 3 de marzo de 2019 por", "3 de marzo de 2019", "DATE"),
        ("Fecha de nacimiento: 20/02/1983.", "20/02/1983", "DATE"),
        ("Domicilio: Calle Olmo, 4, 2 B.\n", "Calle Olmo, 4, 2 B", "ADDRESS"),
        ("Provincia: Madrid.\nCP: 28007.", "28007", "ADDRESS"),
        ("Provincia: Madrid.\nCP: 28007.", "Madrid", "LOCATION"),
        ("mujer de 94 años que", "94", "AGE"),
        ("Tel.: 93 416 97 00", "93 416 97 00", "PHONE"),
        ("Hospital General de Móstoles.", "Hospital General de Móstoles", "HOSPITAL"),
        ("ES91 2100 0418 4502 0005 1332", "ES91 2100 0418 4502 0005 1332", "ACCOUNT"),
    ],
)
def test_what_is_found_in_spanish(text, value, label):
    assert (value, label) in told(text, "es")


@pytest.mark.parametrize(
    "text",
    [
        "Parkinson disease, Hodgkin lymphoma and Crohn's disease were excluded.",
        "A Foley catheter and a Swan-Ganz catheter were placed.",
        "Babinski negative. Murphy sign positive. Apgar 8/9. Glasgow Coma Scale 15.",
        "BRCA1, TP53 and HER2; IL-6 was 5.2 pg/mL, p < 0.001.",
        "Metoprolol 50 mg p.o. b.i.d., Lipitor 20 mg, Coumadin 2.5 mg.",
        "BP 132/84, HR 76, T 98.6, O2 98%. Na 138, K 4.2, Cl 101.",
        "L4-L5 disc, T2-weighted images, C5/C6, 10-15 mm, 3/5 strength.",
        "A 54-year-old woman; 12 weeks of gestation; 90% stenosis; over 95 patients.",
        "We will see how she may do in the fall.",
        "PMID 12345678, ClinicalTrials identifier NCT01234567.",
    ],
)
def test_medicine_is_left_alone(text):
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Enfermedad de Parkinson y síndrome de Down. Escala de Glasgow 15.",
        "Hemoglobina 13,3 g/dl, plaquetas 281.000/ul, TA 120/80, saturación 98%.",
        "Tratamiento con metformina 850 mg cada 12 horas durante 10 días.",
        "Signo de Babinski negativo, Murphy negativo, Blumberg positivo.",
    ],
)
def test_spanish_medicine_is_left_alone(text):
    assert told(text, "es") == []


def test_a_name_is_found_again_where_it_stands_alone():
    assert told("Mr. Okafor came. Later Okafor slept.") == [("Okafor", "NAME")] * 2


def test_kinds_that_do_not_identify_are_asked_for():
    text = "A 54-year-old man from Spain, in 1999."
    assert told(text) == []
    asked = told(text, entities=["age", "sex", "year"])
    assert asked == [("54", "AGE"), ("man", "SEX"), ("1999", "DATE")]


def test_unknown_entities_and_languages_are_told():
    with pytest.raises(ValueError, match="there is no entity NAMES"):
        find("x", entities=["NAMES"])
    with pytest.raises(ValueError, match="no rules for de"):
        find("x", language="de")
    with pytest.raises(ValueError, match="NAMES"):
        phi.using(entities=["NAMES"])


def test_every_finding_says_which_rule():
    for one in find("Mr. Okafor, MRN 4471902, seen 3/4/2019."):
        assert one.made_by is not None
        assert one.made_by.resource
        assert one.made_by.digest
        assert one.score is not None
        assert one.made_by.rule in {
            rule.id for book in ("common", "en", "es") for rule in rules_of(book).rules
        }


def test_rules_have_names_of_their_own_and_known_kinds():
    rules = [one for book in ("common", "en", "es") for one in rules_of(book).rules]
    assert len({one.id for one in rules}) == len(rules)
    assert {one.kind for one in rules} <= set(categories())
    assert kinds_of(None) < set(categories())


@pytest.mark.parametrize(
    ("check", "value"),
    [(luhn, "5555555555554444"), (iban, "DE89370400440532013000"), (dni, "00000000T")],
)
def test_one_wrong_digit_is_seen(check, value):
    assert check(value)
    for at in [at for at, mark in enumerate(value) if mark.isdigit()]:
        wrong = value[:at] + str((int(value[at]) + 1) % 10) + value[at + 1 :]
        assert not check(wrong)


@given(st.text(max_size=40))
def test_checks_take_any_text_that_a_pattern_gives(text):
    for name, check in CHECKS.items():
        if name != "ssn":
            assert check(text) in (True, False)


@given(st.integers(min_value=100_000_000, max_value=999_999_999))
def test_nhs_numbers_have_one_check_digit_or_none(stem):
    assert sum(nhs(f"{stem}{last}") for last in range(10)) <= 1


@given(
    st.lists(
        st.builds(
            lambda s, n, k, c: Finding(s, s + n, k, c, "r", ""),
            st.integers(0, 60),
            st.integers(1, 12),
            st.sampled_from(["name", "city"]),
            st.floats(0, 1),
        )
    )
)
def test_settled_findings_never_overlap_and_cover_the_surest(found):
    kept = settled(found)
    assert all(a.end <= b.start for a, b in pairwise(kept))
    if found:
        assert max(one.score for one in found) in {one.score for one in kept}


_WORDS = (
    "Dr. Mr. Patient: Nombre: MRN SSN: Calle Hospital de Smith García 12/03/2019 28007 555-123-4567"
    " Juan , . \n - / @ ( 1 99 años 93 years old Ünal 😀 \u0301 ﬁ İ C/ Tel. http:// www. x@y.zz"
)
_PIECES = st.sampled_from(_WORDS.split(" "))


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=6), max_size=30).map(" ".join))
def test_any_text_is_taken_and_spans_are_in_it(text):
    for language in ("auto", "en", "es"):
        spans = find(text, language=language, entities=list(categories()))
        assert all(text[one.start : one.end] == one.text and one.text for one in spans)
        assert all(a.end <= b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(
    "piece", ["A", "Aa ", "1", "1 ", "1-", "a.", "a@", "De la ", "Dr. ", "A. "]
)
def test_long_texts_of_one_piece_are_quick(piece):
    begin = time.process_time()
    findings(piece * (20_000 // len(piece)))
    assert time.process_time() - begin < 8


def test_the_model_finds_names_that_no_list_has():
    texts = ["Discussed with Zorvane Quellik, MD, who agrees."]
    assert "Zorvane Quellik" in {one.text for one in phi(language="en")(texts)[0]}


def test_what_the_row_knows_is_hunted():
    step = phi(language="en", model_en=None, model_es=None)
    found = step(["will come; WILL FERN slept, no. 44-719-02"], ["Will Fern"], ["4471902"])[0]
    assert [one.text for one in found] == ["WILL FERN", "44-719-02"]
    assert {one.made_by.rule for one in found} == {"known"}
    more = step(["The ranch at Dusty Hollow"], known_phi=[["dusty hollow"]])[0]
    assert [one.text for one in more] == ["Dusty Hollow"]


def test_allow_and_deny():
    text = ["Dr. Marrow wrote to the blue clan."]
    assert [
        one.text
        for one in phi(model_en=None, model_es=None, allow=["marrow"], deny=["blue clan"])(text)[0]
    ] == ["blue clan"]


@given(st.text("abcAB .,'-éÑ", min_size=1, max_size=20), st.text("abc xyz.", max_size=10))
def test_a_known_value_that_stands_alone_is_always_found(value, around):
    pieces = re.findall(r"[^\W_]+", value)
    if not pieces:
        return
    text = f"{around} {value.strip()} {around}"
    found = list(hunted(text, value, "name"))
    assert found
    for piece in pieces:
        assert any(piece.lower() in text[one.start : one.end].lower() for one in found)


def test_leftovers_and_their_risk():
    clean, none = phi_residual("the patient was seen by the team, and slept.")
    assert (clean, none) == (0.0, [])
    risk, found = phi_residual("told to Garcia, who wrote to x@y.org on 3/4/19, file 4471902")
    assert {one.made_by.rule for one in found} == {"listed-name", "mark", "date-like", "digits"}
    assert 0.8 < risk < 1
    less, _ = phi_residual("told to Garcia, who wrote", found[:1])
    assert less == 0.0


def test_how_many_share_what_others_may_know():
    rows = Rows.of(
        {
            "id": ["a", "b", "c", "d"],
            "patient_id": ["1", "1", "2", "3"],
            "sex": ["f", "f", "f", None],
        }
    )
    assert k_anonymity(rows, quasi=["sex"]) == [2, 2, 2, 1]
