"""Find what tells who a person is: protected health information, in English and Spanish."""

from collections.abc import Collection

from medloom.kit.phi.categories import categories, kinds_of
from medloom.kit.phi.dictionary import by_dictionary, repeated
from medloom.kit.phi.finding import Finding, by_rules, settled
from medloom.kit.phi.language import LANGUAGES, languages_of
from medloom.kit.phi.rulebook import rules_of
from medloom.tables.spans import Attribute, MadeBy, Span

_RIVALS = frozenset(name for name, one in categories().items() if not one.asked)
"""Kinds that are looked for always: what they take, others do not get."""

__all__ = ["find", "findings", "span_of"]


def find(
    text: str, *, language: str = "auto", entities: Collection[str] | None = None
) -> list[Span]:
    """Find protected health information by rules and dictionaries, in order of place.

    Labels are by the Safe Harbor list of HIPAA (`NAME`, `DATE`, `MRN`, ...; all are in
    `categories.yaml`); the attribute `kind` says it more finely. `entities` names the labels or
    kinds that are wanted. What does not identify by itself (years, ages below 90, countries,
    professions, sex) is found only where it is named. `made_by` tells rule file and rule.

    >>> [(s.text, s.label) for s in find("Mr. Smith, MRN 0012345, seen 03/04/2019.")]
    [('Smith', 'NAME'), ('0012345', 'MRN'), ('03/04/2019', 'DATE')]
    """
    wanted = kinds_of(entities)
    found = findings(text, language, wanted)
    return [span_of(text, one) for one in found if one.kind in wanted]


def findings(
    text: str, language: str = "auto", kinds: Collection[str] | None = None
) -> list[Finding]:
    """Findings in a text, of all kinds or of some; overlaps are settled.

    Raises ValueError where there are no rules for a language.
    """
    if language != "auto" and language not in LANGUAGES:
        raise ValueError(f"there are no rules for {language}; there are {', '.join(LANGUAGES)}")
    names = languages_of(text) if language == "auto" else (language,)
    books = [rules_of("common"), *map(rules_of, names)]
    of_rules = by_rules(text, books, categories() if kinds is None else {*kinds, *_RIVALS})
    found = settled([*of_rules, *by_dictionary(text)])
    return settled([*found, *repeated(text, found)])


def span_of(text: str, one: Finding) -> Span:
    """A finding as a span, with its label, its kind, and who made it."""
    return Span(
        one.start,
        one.end,
        categories()[one.kind].label,
        text[one.start : one.end],
        score=one.score,
        made_by=MadeBy("phi", one.resource, one.digest, one.rule),
        attributes=(Attribute("kind", one.kind),),
    )
