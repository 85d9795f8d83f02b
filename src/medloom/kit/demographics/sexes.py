"""The sex of the patient of whom a text tells."""

import re
from collections import Counter

from medloom.kit.demographics.rules import Rules
from medloom.tables.cases import Age, Sex

_NEAR = 60
_STOP = re.compile(r"[.;:]\s|\n")
_FEW = 400


def sex_of(text: str, age: Age | None, rules: Rules, of_relative: bool = False) -> Sex | None:
    """The sex of the patient: by the noun beside the age, else by pronouns, else by organs.

    >>> from medloom.kit.demographics.rules import rules_of
    >>> text = "The patient is 40. She has a husband. He is well. She smokes."
    >>> sex_of(text, None, rules_of("en"))
    Sex(value='female', start=19, end=22, rule='pronouns', where='text')
    """
    if of_relative:
        nouns = _nouns(text[:_NEAR], 0, rules)
        if nouns:
            return nouns[0]
    return (
        _first(text, "labels", "label", rules)
        or _beside(text, age, rules)
        or _first(text[:_FEW], "titles", "title", rules)
        or _most(text, "pronouns", rules)
        or _noun(text, rules)
        or _most(text, "words", rules)
    )


def _beside(text: str, age: Age | None, rules: Rules) -> Sex | None:
    """The noun or tag that stands with the age, in the same sentence."""
    if age is None:
        return None
    tag = _tag(text, age, rules)
    if tag:
        return tag
    inside = _nouns(text[age.start : age.end], age.start, rules)
    after = _STOP.split(text[age.end : age.end + _NEAR])[0]
    after = rules.contexts["noun_ends"].split(after)[0]
    found = inside or _nouns(after, age.end, rules)
    if found:
        return found[0]
    start = max(0, age.start - _NEAR)
    before = text[start : age.start]
    cut = max(before.rfind(". "), before.rfind("; "), before.rfind("\n")) + 1
    relatives = {start + one.start() for one in rules.contexts["relatives"].finditer(before)}
    found = [one for one in _nouns(before[cut:], start + cut, rules) if one.start not in relatives]
    return found[-1] if found else None


def _tag(text: str, age: Age, rules: Rules) -> Sex | None:
    """A letter beside the age: `54F`, `M/54`, `54 yo M`."""
    for sex, lists in rules.sexes.items():
        for at in (age.end, age.start):
            match = lists["tags"].match(text, at)
            if match and text[match.start(1)].isupper() | ("yo" in age.rule):
                return Sex(sex, *match.span(1), "tag")
    return None


def _nouns(text: str, offset: int, rules: Rules) -> list[Sex]:
    hidden = [match.span() for match in rules.contexts["not_sexed"].finditer(text)]
    found = []
    for sex, lists in rules.sexes.items():
        for match in lists["nouns"].finditer(text):
            if any(start <= match.start() < end for start, end in hidden):
                continue
            found.append(Sex(sex, offset + match.start(), offset + match.end(), "noun"))
    return sorted(found, key=lambda sex: sex.start)


def _noun(text: str, rules: Rules) -> Sex | None:
    """The first noun that names no relative."""
    relatives = {match.start() for match in rules.contexts["relatives"].finditer(text)}
    for sex in _nouns(text, 0, rules):
        if sex.start not in relatives:
            return sex._replace(rule="other-noun")
    return None


def _first(text: str, kind: str, rule: str, rules: Rules) -> Sex | None:
    found = [
        Sex(sex, *match.span(), rule)
        for sex, lists in rules.sexes.items()
        for match in [lists[kind].search(text)]
        if match
    ]
    return min(found, key=lambda sex: sex.start, default=None)


def _most(text: str, kind: str, rules: Rules) -> Sex | None:
    """The sex of most pronouns or words; None where it is even."""
    firsts: dict[str, Sex] = {}
    counts: Counter[str] = Counter()
    for sex, lists in rules.sexes.items():
        for match in lists[kind].finditer(text):
            firsts.setdefault(sex, Sex(sex, *match.span(), kind))
            counts[sex] += 1
    if not counts:
        return None
    most = counts.most_common()
    if len(most) > 1 and most[0][1] == most[1][1]:
        return None
    return firsts[most[0][0]]
