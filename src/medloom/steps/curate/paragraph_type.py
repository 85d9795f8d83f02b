"""What a paragraph of an article tells: a study, a review, a patient's case, or something else."""

import re

from medloom.step import adds

STUDY, REVIEW, CASE, OTHER = "study", "review", "clinical_case", "other"
_OTHER_SECTIONS = frozenset(
    ("acknowledgement", "funding", "conflict", "contributions", "ethics", "data", "abbreviations",
     "supplementary")
)  # fmt: skip
_OF_ARTICLE = {
    "case-report": CASE,
    "review-article": REVIEW,
    "systematic-review": REVIEW,
    "research-article": STUDY,
    "brief-report": STUDY,
    "rapid-communication": STUDY,
}
_STUDY_SECTIONS = frozenset(("methods", "results"))
_PERSON = r"(?:man|woman|boy|girl|male|female|infant|child|patient|gentleman|lady|neonate|newborn)"
_ONE_PATIENT = re.compile(
    rf"\b\d{{1,3}}[- ](?:year|month|week|day)s?[- ]old\b[^.]{{0,60}}\b{_PERSON}\b(?!s)"
    rf"|\b(?:our|this|the) patient\b(?!s|'s? (?:group|population))[^.]{{0,60}}"
    r"\b(?:was|had|presented|underwent|developed|reported|denied|complained)\b",
    re.IGNORECASE,
)


@adds("paragraph_type")
def paragraph_type(
    text: str, section_kind: str, article_type: str | None, *, case_in_any_article: bool = True
) -> str:
    """Tell what a paragraph is about, by where it stands and how it speaks of patients.

    `clinical_case`: the story of one patient, in a case report or anywhere; `study`: methods and
    results, and other text of an article of research; `review`: text of a review; `other`:
    statements, acknowledgements, and articles of no known type. The kinds are those of
    Biomed-Enriched (Touchent et al. 2025), which has them from a language model. Better labels
    come from a seed and `medloom filter train`.

    >>> paragraph_type("A 54-year-old woman was admitted with fever.", "case", "case-report")
    'clinical_case'
    >>> paragraph_type("Groups were compared by t test.", "methods", "research-article")
    'study'
    >>> paragraph_type("The authors thank the nurses.", "acknowledgement", "research-article")
    'other'
    """
    if section_kind in _OTHER_SECTIONS:
        return OTHER
    if section_kind == "case":
        return CASE
    of_article = _OF_ARTICLE.get(article_type or "", OTHER)
    tells_of_one = case_in_any_article or of_article == CASE
    if tells_of_one and section_kind not in _STUDY_SECTIONS and _ONE_PATIENT.search(text):
        return CASE
    if of_article == CASE:
        return REVIEW if section_kind in ("introduction", "discussion") else OTHER
    return STUDY if section_kind in _STUDY_SECTIONS and of_article == OTHER else of_article
