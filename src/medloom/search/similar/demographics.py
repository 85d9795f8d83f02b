"""How like patients are in age and sex."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from medloom.kit.demographics import of_text
from medloom.search.similar.lexical import Scores

_UNKNOWN = 0.5
"""What an age or sex that is not known scores: it speaks neither for a row nor against it."""


class Person(NamedTuple):
    """What is known of a patient; None where a text does not say."""

    years: float | None
    sex: str | None


def person_of_row(row: Mapping[str, Any]) -> Person:
    """Age and sex from the columns that the steps `case_reports` and `demographics` make.

    >>> person_of_row({"age": {"years": 3.0}, "sex": {"value": "male"}})
    Person(years=3.0, sex='male')
    """
    age, sex = row.get("age"), row.get("sex")
    years = age.get("years") if isinstance(age, Mapping) else age
    value = sex.get("value") if isinstance(sex, Mapping) else sex
    is_number = isinstance(years, int | float) and not isinstance(years, bool)
    known = float(years) if is_number and years is not None else None
    return Person(known, str(value).lower() if value else None)


def person_of_text(text: str) -> Person:
    """Age and sex as a text states them.

    >>> person_of_text("A 54-year-old woman with fever.")
    Person(years=54.0, sex='female')
    """
    said = of_text(text)
    return Person(said.age and said.age.years, said.sex and said.sex.value)


def scores(wanted: Person, persons: Sequence[Person]) -> Scores | None:
    """How like each is: the mean of sex (same or not) and age; None where nothing is wanted.

    Ages are compared by their ratio, from two years on: 1 and 5 differ more than 51 and 55.

    >>> scores(Person(54, "male"), [Person(54, "male"), Person(4, "male"), Person(None, None)])
    array([1.   , 0.506, 0.5  ], dtype=float32)
    """
    parts = []
    if wanted.sex:
        same = [_UNKNOWN if p.sex is None else float(p.sex == wanted.sex) for p in persons]
        parts.append(np.array(same, np.float32))
    if wanted.years is not None:
        years = np.array([np.nan if p.years is None else p.years for p in persons], np.float64)
        apart = np.abs(np.log((np.maximum(years, 0) + 2) / (max(wanted.years, 0) + 2)))
        parts.append(np.nan_to_num(np.exp(-2 * apart), nan=_UNKNOWN).astype(np.float32))
    return np.asarray(np.mean(parts, axis=0).round(3), np.float32) if parts else None
