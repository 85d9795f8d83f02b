"""Row types of cases: patients whose story a text tells, and what belongs to them."""

from typing import NamedTuple


class Age(NamedTuple):
    """The age of a patient, as a text states it."""

    number: float
    """In `unit`; of a range or decade its lower end."""
    unit: str
    """year, month, week, day, hour: the first that is stated."""
    years: float
    """All parts together: 1 year and 6 months are 1.5."""
    kind: str
    """exact, approximate (about 50), decade (in her sixties), range (20 to 30 years; newborn)."""
    high_years: float | None
    """The upper end of a range or decade; null where there is none."""
    start: int
    end: int
    """Where it stands in the text."""
    rule: str
    """The pattern of the language's rule file that found it."""
    where: str = "text"
    """text (of the row); title or abstract of the article, where the row's text says nothing."""


class Sex(NamedTuple):
    """The sex of a patient, as a text states it or lets one know."""

    value: str
    """male or female."""
    start: int
    end: int
    """The words that told it: the noun, else the first pronoun or word that counts."""
    rule: str
    """label (sex: F), noun (beside the age), tag (54F), title (Mrs), pronouns, other-noun, words
    (prostate, gravida)."""
    where: str = "text"


class CasePassage(NamedTuple):
    """A passage of a case, and where it stands in the text of the case."""

    passage_id: str
    start: int
    end: int
    passage_start: int
    """Where the stretch begins in the passage: more than 0 where patients share a passage."""


class CaseFigure(NamedTuple):
    """A figure that belongs to a case."""

    id: str
    """`PMC1/case/1/fig/F1`."""
    case_id: str
    figure_id: str
    article_id: str
    label: str | None
    caption: str
    panels: list[str]
    """Lower-case letters that the case names; empty means the whole figure."""
    why: str
    """mentioned, caption (it names the label), section (it stands there), only-case (nobody
    mentions it, and the article has one patient)."""
    files: list[str]
    """Names of its image files as the source gives them."""
    passages: list[str]
    """Ids of the passages of the case that mention it."""


class Case(NamedTuple):
    """A patient whose story an article tells, with what belongs to it."""

    id: str
    """`PMC1/case/1`."""
    article_id: str
    number: int
    """1 for the first patient of the article."""
    label: str | None
    """What the article calls the patient: `Case 1`, `Patient II-2`; null where nothing."""
    title: str | None
    """The title of the section in which the story stands."""
    text: str
    """The passages of the story, a blank line between them."""
    age: Age | None
    sex: Sex | None
    gestational_weeks: float | None
    """As stated in the text, of a pregnancy or at birth; never the age."""
    presentation: str
    """single or several: how many patients the article tells of."""
    how: str
    """What found it: section, subsections, labels, ordinals, ages, paragraphs, abstract."""
    passages: list[CasePassage]
    figures: list[CaseFigure]
    tables: list[str]
    """Ids of tables that its passages mention, or that stand in its section alone."""
    language: str | None
    license: str
    year: int | None
    pmid: str | None
    doi: str | None


class CitedWork(NamedTuple):
    """A work that an article cites, by every id that the reference gives."""

    ref_id: str
    keys: list[str]
    """`pmid:1`, `PMC2`, `doi:10.1/x` in lower case; the best one first."""
    title: str | None


class Citations(NamedTuple):
    """What an article cites, and the patients of whom it tells."""

    id: str
    """That of the article."""
    keys: list[str]
    """Its own ids, as in `CitedWork`."""
    cases: list[str]
    """Ids of its patients; empty where it tells of none."""
    cites: list[CitedWork]


class LinkedArticle(NamedTuple):
    """An article that another one cites or is cited by."""

    article: str
    """Its id in the collection, else the best id that the reference gives."""
    through: str
    """cites, cited-by."""
    in_collection: bool
    cases: list[str]


class PatientArticle(NamedTuple):
    """An article that is relevant to a patient, through citations."""

    id: str
    case_id: str
    article: str
    """The id in the collection, else `pmid:...`, `PMC...` or `doi:...`."""
    relevance: int
    """2: it tells of patients, too, or is the patient's own article; 1: another one."""
    through: str
    """own, cites, cited-by."""
    in_collection: bool


class PatientPatient(NamedTuple):
    """A patient who is similar to another, through their articles."""

    id: str
    case_id: str
    similar_id: str
    similarity: int
    """2: of the same article; 1: of an article that cites the other's or is cited by it."""
