"""Age and sex of the patient of a text."""

from typing import Literal

from medloom.kit.demographics import of_text
from medloom.step import adds
from medloom.tables.cases import Age, Sex


@adds("age", "sex", "gestational_weeks")
def demographics(
    text: str, *, language: Literal["auto", "en", "es", "de", "fr"] = "auto"
) -> tuple[Age | None, Sex | None, float | None]:
    """Find the age and sex of the patient of whom a text tells, and the weeks of a pregnancy.

    The first age that is the patient's counts: not a relative's, not one of the past (`had measles
    at age 6`), not that of a wound or an animal. The unit is as stated; `years` has the same in
    years. A decade or a range has a lower and an upper end. Weeks of gestation are never the age.
    The sex is that of the noun beside the age, else of the title, the pronouns, or words such as
    `gravida`. Start and end say where each was found, `rule` how. Of a long text the first 20,000
    characters are read. The rules are files of `medloom/kit/demographics/languages`.

    >>> age, sex, weeks = demographics("A 31-year-old G2P1 at 32 weeks of gestation.")
    >>> age.years, age.kind, sex.value, weeks
    (31.0, 'exact', 'female', 32.0)
    """
    return of_text(text, language)
