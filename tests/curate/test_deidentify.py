"""De-identified texts: nothing of the old is left, and what must stay does."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.kit.phi.dates import shifted
from medloom.kit.phi.draws import days_of_shift, secret_of
from medloom.kit.phi.replacing import Edit, replaced
from medloom.kit.phi.surrogates import Surrogates
from medloom.steps.curate.deidentify import deidentify
from medloom.steps.curate.move_spans import move_spans
from medloom.steps.curate.phi import phi
from medloom.tables import Span
from medloom.tables.spans import span_of

NOTE = (
    "Patient: Ana Villar, MRN 4471902. Mrs. Villar, a 93-year-old woman, was seen by Dr. Okafor at "
    "Harborview Medical Center on 03/04/2019 and on 03/18/2019. Phone (555) 201-4433, "
    "ana.villar@mail.org. Parkinson disease; metoprolol 50 mg."
)
VALUES = [
    "Ana",
    "Villar",
    "4471902",
    "Okafor",
    "Harborview",
    "03/04/2019",
    "03/18/2019",
    "201-4433",
]
KEY = b"0123456789abcdef0123"


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("MEDLOOM_SECRET", KEY.decode())


def done(text: str, patient: str = "p1", **given) -> tuple[str, list[Span]]:
    found = phi(language=given.get("language", "en"), model_en=None, model_es=None)([text])
    return deidentify(**given)([text], found, [patient])[0]


@pytest.mark.parametrize("method", ["mask", "remove", "surrogate", "shift"])
def test_nothing_that_was_found_is_left(method):
    text, _ = done(NOTE, method=method)
    assert not [one for one in VALUES if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)]
    assert "Parkinson disease; metoprolol 50 mg." in text
    assert "93" not in text


def test_masks_say_what_was_there():
    text, _ = done("Mr. Okafor, MRN 4471902, aged 93.", method="mask")
    assert text == "Mr. [NAME], MRN [MRN], aged 90+."


def test_the_same_patient_has_the_same_surrogates_and_another_has_others():
    one, again = done(NOTE, method="surrogate")[0], done(NOTE, method="surrogate")[0]
    other = done(NOTE, "p2", method="surrogate")[0]
    assert one == again
    assert one != other
    name = re.search(r"Patient: (\w+) (\w+),", one)
    assert name
    assert f"Mrs. {name[2]}," in one


def test_another_secret_gives_other_surrogates(monkeypatch):
    one = done(NOTE, method="surrogate")[0]
    monkeypatch.setenv("MEDLOOM_SECRET", "another secret of many letters")
    assert done(NOTE, method="surrogate")[0] != one


def test_surrogates_look_like_what_they_replace():
    text, _ = done("Ms. MARROW, MRN AB-44921, phone (555) 201-4433", method="surrogate")
    assert re.fullmatch(r"Ms\. [A-Z]+, MRN [A-Z]{2}-\d{5}, phone \(\d{3}\) \d{3}-\d{4}", text)


def test_shift_keeps_order_and_intervals_and_masks_the_rest():
    text, _ = done(NOTE, method="shift")
    first, second = (
        date(int(y), int(m), int(d)) for m, d, y in re.findall(r"(\d\d)/(\d\d)/(\d{4})", text)
    )
    assert second - first == timedelta(14)
    assert first != date(2019, 3, 4)
    assert "[NAME]" in text


def test_whole_weeks_keep_the_weekday():
    text, _ = done("Seen Monday, March 4, 2019.", method="shift", keep_weekday=True)
    match = re.search(r"Seen Monday, (\w+ \d+, \d+)", text)
    assert match
    found = re.fullmatch(r"(\w+) (\d+), (\d+)", match[1])
    months = "January February March April May June July August September October November December"
    day = date(int(found[3]), months.split().index(found[1]) + 1, int(found[2]))
    assert day.weekday() == 0


def test_spanish_dates_keep_their_words():
    text, _ = done("Ingresa el 3 de marzo de 2019 en urgencias.", method="shift", language="es")
    assert re.fullmatch(r"Ingresa el \d+ de [a-z]+ de 20\d\d en urgencias\.", text)


def test_without_a_secret_or_with_a_short_one_it_says_so(monkeypatch, tmp_path):
    monkeypatch.delenv("MEDLOOM_SECRET")
    with pytest.raises(ValueError, match="MEDLOOM_SECRET holds no secret"):
        deidentify(method="surrogate")
    (tmp_path / "short").write_text("abc")
    with pytest.raises(ValueError, match="16 bytes") as error:
        deidentify(method="shift", secret_file=str(tmp_path / "short"))
    assert "abc" not in str(error.value)
    (tmp_path / "key").write_bytes(KEY)
    assert secret_of("NOTHING", str(tmp_path / "key")) == KEY
    assert deidentify(method="mask")(["x"], [[]]) == [("x", [])]


def test_surrogates_need_to_know_whose_they_are():
    found = [span_of("Mr. Okafor", 4, 10, "NAME")]
    with pytest.raises(ValueError, match="patient_id"):
        deidentify(method="surrogate")(["Mr. Okafor"], [found], [None])


def test_the_secret_is_in_no_setting():
    step = deidentify.using(method="surrogate")
    assert KEY.decode() not in repr(step.values) + step.digest


def test_a_value_that_stands_again_is_replaced_there_too():
    text = "Code X9-TANGO belongs to X9-TANGO."
    found = [span_of(text, 5, 13, "ID")]
    assert deidentify()([text], [found])[0][0] == "Code [ID] belongs to [ID]."


def test_findings_that_overlap_leave_nothing():
    text = "seen by Ana Villar Prado"
    found = [span_of(text, 8, 18, "NAME"), span_of(text, 12, 24, "NAME")]
    assert deidentify()([text], [found])[0][0] == "seen by [NAME]"


def test_other_spans_move_with_the_text():
    text = "Dr. Okafor heard a cough in Mr. Li."
    found = [span_of(text, 4, 10, "NAME"), span_of(text, 32, 34, "NAME")]
    new, moved = deidentify()([text], [found])[0]
    spans = [
        span_of(text, 19, 24, "SYMPTOM"),
        span_of(text, 0, 16, "CLAUSE"),
        span_of(text, 0, 2, "T"),
    ]
    assert [one.text for one in move_spans(spans, new, moved)] == [
        "cough",
        "Dr. [NAME] heard",
        "Dr",
    ]
    for one in moved:
        assert new[one.start : one.end] == one.text == "[NAME]"


_DAYS = st.dates(date(1930, 1, 1), date(2030, 12, 31))
_FORMS = ["%m/%d/%Y", "%Y-%m-%d", "%B %d, %Y", "%d %b %Y", "%d-%b-%Y", "%Y%m%d", "%m-%d-%Y"]


def _plain(text: str) -> str:
    return re.sub(r"([A-Z][a-z]{2})[a-z]+", r"\1", re.sub(r"\b0(?=\d\b)", "", text))


@given(_DAYS, st.integers(-4000, 4000), st.sampled_from(_FORMS))
def test_dates_move_by_exactly_the_days_in_any_form(day, days, form):
    made, wanted = shifted(day.strftime(form), days), (day + timedelta(days)).strftime(form)
    if "%B" in form or "%b" in form:  # `May 10` does not tell how April 9 is written
        made, wanted = (_plain(one or "") for one in (made, wanted))
    assert made == wanted


@given(_DAYS, st.integers(-4000, 4000))
def test_spanish_numbers_have_the_day_first(day, days):
    form = "%d/%m/%Y"
    assert shifted(day.strftime(form), days, "es") == (day + timedelta(days)).strftime(form)


@given(st.text(max_size=30) | st.from_regex(r"\d{1,5}[/. -]\d{1,3}([/. -]\d{1,5})?"), st.integers())
def test_what_is_no_date_is_none_or_text(text, days):
    made = shifted(text, days)
    assert made is None or isinstance(made, str)


@given(
    st.binary(min_size=16, max_size=32), st.text(max_size=9), st.integers(7, 2000), st.booleans()
)
def test_a_shift_is_never_nothing_nor_too_much(key, patient, most, weeks):
    days = days_of_shift(key, patient, most, weeks)
    assert days == days_of_shift(key, patient, most, weeks)
    assert 0 < abs(days) <= most
    assert not weeks or days % 7 == 0


_VALUES = st.from_regex(r"[A-Z]{0,3}-?[0-9]{4,10}", fullmatch=True)


@given(_VALUES, st.text(min_size=1, max_size=5))
def test_numbers_keep_their_form_and_change(value, patient):
    made = Surrogates(KEY, patient).of("record_number", value)
    assert made != value
    assert re.sub(r"\d", "9", re.sub("[A-Z]", "X", made)) == re.sub(
        r"\d", "9", re.sub("[A-Z]", "X", value)
    )


_LISTED = "Anna Okafor Smith Lucía García Villar O'Neill Li Robin Marrow Ruiz"
_NAMES = st.sampled_from(_LISTED.split())


@settings(deadline=None)
@given(st.lists(_NAMES, min_size=1, max_size=3), st.sampled_from(["en", "es"]), st.booleans())
def test_names_keep_words_and_case_and_share_none(names, language, shouted):
    value = " ".join(names).upper() if shouted else " ".join(names)
    made = Surrogates(KEY, "p", language=language, avoided=value.split()).of("name", value)
    assert not {one.lower() for one in made.split()} & {one.lower() for one in value.split()}
    assert made.isupper() == value.isupper()
    again = [Surrogates(KEY, "p", language=language, avoided=value.split()).of("name", one)
             for one in value.split()]  # fmt: skip
    assert made == " ".join(again)


_EDITS = st.lists(
    st.builds(lambda s, n, new: Edit(s, s + n, new), st.integers(0, 40), st.integers(1, 6),
              st.text("xy", max_size=4)), max_size=6,
)  # fmt: skip


@given(st.text("abc ", min_size=50, max_size=50), _EDITS)
def test_places_outside_of_edits_keep_their_text(text, edits):
    made = replaced(text, edits)
    for start in range(len(text)):
        if not any(one.start <= start < one.end for one in made.edits):
            place = made.moved(start, start + 1)
            assert made.text[place[0] : place[1]] == text[start]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from([*NOTE.split(" "), "\n", "Smith-Okafor", "Ünal"]), max_size=40),
    st.sampled_from(["mask", "remove", "surrogate", "shift"]),
)
def test_any_mix_of_words_leaves_nothing_that_was_found(words, method):
    text = " ".join(words)
    found = phi(language="en", model_en=None, model_es=None)([text])[0]
    new, spans = deidentify(method=method)([text], [found], ["p"])[0]
    for one in found:
        if len(one.text) > 5 and one.label in ("NAME", "MRN", "PHONE", "EMAIL"):
            assert not re.search(rf"(?<!\w){re.escape(one.text)}(?!\w)", new)
    assert all(new[one.start : one.end] == one.text for one in spans)
