"""Age and sex of patients in clinical text: rules that steps share."""

from typing import NamedTuple

from medloom.kit.demographics.ages import age_of, gestations
from medloom.kit.demographics.rules import LANGUAGES, Rules, common_words, number_of, rules_of
from medloom.kit.demographics.sexes import sex_of
from medloom.tables.cases import Age, Sex

__all__ = ["LANGUAGES", "Demographics", "Rules", "age_of", "language_of", "of_text", "rules_of"]

_NEAR = 80
_HEAD = 20_000
"""So many characters are looked at: patients are introduced early, and texts may be huge."""


class Demographics(NamedTuple):
    """What a text says of its patient."""

    age: Age | None
    sex: Sex | None
    gestational_weeks: float | None


def of_text(text: str, language: str = "auto", of_relative: bool = False) -> Demographics:
    """Read age, sex and gestational weeks; an animal has none of them.

    With `of_relative` the text tells of the first relative that it names: `Her uncle, aged 57`.

    >>> of_text("A 54F at 32 weeks of gestation.")[2]
    32.0
    """
    text = text[:_HEAD]
    told_in = language_of(text) if language == "auto" else language
    said = _in_language(text, rules_of(told_in), of_relative)
    if said.age is None and language == "auto" and told_in != "en":
        english = _in_language(text, rules_of("en"), of_relative)
        said = english if english.age else said
    return said


def _in_language(text: str, rules: Rules, of_relative: bool) -> Demographics:
    age = age_of(text, rules, of_relative)
    start, end = (age.start, age.end) if age else (0, 2 * _NEAR)
    if rules.contexts["animals"].search(text, max(0, start - _NEAR), end + _NEAR):
        return Demographics(None, None, None)
    sex = sex_of(text, age, rules, of_relative)
    return Demographics(age, sex, _gestation(text, rules))


def language_of(text: str) -> str:
    """The language of LANGUAGES whose most common words a text has most; English if unsure.

    >>> language_of("La paciente fue ingresada por un dolor en el brazo.")
    'es'
    """
    head = text[:500]
    counts = {one: len(common_words(one).findall(head)) for one in LANGUAGES}
    return max(LANGUAGES, key=lambda one: counts[one])


def _gestation(text: str, rules: Rules) -> float | None:
    match = next(gestations(text, rules), None)
    if match is None:
        return None
    got = match.groupdict()
    weeks = number_of(next(v for k, v in got.items() if k[0] == "w" and v), rules)
    days = next((v for k, v in got.items() if k[0] == "d" and v), "0")
    if weeks is None or not 3 <= weeks <= 45:
        return None
    return round(weeks + int(days) / 7, 3)
