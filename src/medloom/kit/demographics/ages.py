"""The age of the patient of whom a text tells."""

import re
from collections.abc import Iterator

from medloom.kit.demographics.rules import Rules, around, number_of
from medloom.tables.cases import Age

_YEARS = {"year": 1.0, "month": 1 / 12, "week": 7 / 365.25, "day": 1 / 365.25, "hour": 1 / 8766}
_OLDEST_YEARS = 120
_SENTENCE = re.compile(r"(?<!\by\.)(?<!\bo\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)[.!?;]\s|\n")
_LOOKS = (500, 4_000, 20_000)
_COMMA = re.compile(r"[,(]")
_WINDOW = 60
_LATE = 150
"""A word like `newborn` gives way to a stated age that follows within so many characters."""


def age_of(text: str, rules: Rules, of_relative: bool = False) -> Age | None:
    """The age of the patient: the first one stated that is not a relative's, past, or a thing's.

    Of a long text the first 20,000 characters are looked at.

    >>> from medloom.kit.demographics.rules import rules_of
    >>> age_of("Her 80-year-old mother brought a girl aged 18 months.", rules_of("en")).years
    1.5
    """
    age = None
    for looked_at in _LOOKS:  # an early certain age makes the rest of the text needless
        age, is_certain = _best(text[:looked_at], rules, of_relative)
        if is_certain or looked_at >= len(text):
            break
    return age


def _best(text: str, rules: Rules, of_relative: bool) -> tuple[Age | None, bool]:
    best: tuple[int, int] | None = None
    chosen = None
    for age, rank in _candidates(text, rules, of_relative):
        place = (rank, age.start + (_LATE if age.rule in rules.words else 0))
        if best is None or place < best:
            best, chosen = place, age
    return chosen, best is not None and best[0] == 0


def gestations(text: str, rules: Rules) -> Iterator[re.Match[str]]:
    """Where a text states weeks of gestation."""
    places = around(text, rules.contexts["gestation_near"])
    return _found(rules.contexts["gestation"], text, places, len(text))


def _found(
    pattern: re.Pattern[str], text: str, places: list[tuple[int, int]], before: int
) -> Iterator[re.Match[str]]:
    for start, end in places:
        if start < before:
            yield from pattern.finditer(text, start, min(end, before))


def _candidates(text: str, rules: Rules, of_relative: bool) -> Iterator[tuple[Age, int]]:
    """Ages with their rank: 0 the patient's, 1 weaker patterns, 2 only where nothing else is."""
    contexts = rules.contexts
    taken = [match.span() for match in gestations(text, rules)]
    places = around(text, contexts["age_near"])
    end = len(text)
    for rule, pattern in rules.ages.items():
        for match in _found(pattern, text, places, end):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            age = _read(match, rule, rules)
            if age is None:
                continue
            taken.append(match.span())
            rank = _rank(text, match, rule, rules, of_relative)
            if rank is not None:
                yield age, rank
            if rank == 0 and match.start() < end:
                end = match.start()  # what comes later cannot win


def _read(match: re.Match[str], rule: str, rules: Rules) -> Age | None:
    got = match.groupdict()
    start, end = match.span()
    if "from" in got:  # what stands before it is only a condition
        start = match.start("from")
    if got.get("word"):
        told = rules.words[rule]
        unit = told["unit"]
        years = told["number"] * _YEARS[unit]
        high = told["high"] * _YEARS[unit]
        return Age(told["number"], unit, years, "range", high, start, end, rule)
    if got.get("decade") or got.get("decade_word"):
        return _decade(got, rule, rules, start, end)
    number = number_of(got["n"], rules)
    if number is None:
        return None
    unit = _unit(got.get("unit"), rules)
    years = number * _YEARS[unit]
    if got.get("n2"):
        years += (number_of(got["n2"], rules) or 0) * _YEARS[_unit(got["unit2"], rules)]
    high_number = number_of(got["high"], rules) if got.get("high") else None
    if years > _OLDEST_YEARS or (high_number is not None and high_number <= number):
        return None
    kind = "exact" if not got.get("about") else "approximate"
    if high_number is not None:
        kind = "range"
    high = None if high_number is None else high_number * _YEARS[unit]
    return Age(number, unit, years, kind, high, start, end, rule)


def _decade(got: dict[str, str | None], rule: str, rules: Rules, start: int, end: int) -> Age:
    word = (got.get("decade_word") or "").lower()
    first = rules.decades[word] if word else int(got["decade"] or 0)
    part = (got.get("part") or "").lower()[:1]
    last = first // 10 * 10 + 9  # the teens begin at 13
    third = (last - first) // 3
    low, high = {
        "e": (first, first + third),
        "m": (first + third + 1, last - third),
        "l": (last - third + 1, last),
    }.get(part, (first, last))
    return Age(low, "year", low, "decade", high, start, end, rule)


def _unit(text: str | None, rules: Rules) -> str:
    if not text:
        return "year"
    for name, pattern in rules.units.items():
        if pattern.match(text):
            return name
    return {"y": "year", "m": "month", "w": "week", "d": "day", "h": "hour"}[text[0].lower()]


def _rank(
    text: str, match: re.Match[str], rule: str, rules: Rules, of_relative: bool
) -> int | None:
    """0 for the patient's age, 1 and 2 for less certain ones, None for an age of something else."""
    before = text[max(0, match.start() - _WINDOW) : match.start()]
    before = _SENTENCE.split(before)[-1]
    after = text[match.end() : match.end() + _WINDOW]
    after = _SENTENCE.split(after)[0]
    contexts = rules.contexts
    head = contexts["noun_ends"].split(_COMMA.split(" ".join(after.split(" ")[:4]))[0])[0]
    if contexts["not_persons"].search(head):
        return None
    if contexts["measures"].search(before) and rule.startswith("compact"):
        return None
    if contexts["mother_before"].search(before) or contexts["by_before"].search(before):
        return None
    relative = not of_relative and _of_relative(before, head, rules)
    history = contexts["history_before"].search(before)
    if rule in rules.weak or (rule == "year-old" and contexts["at_before"].search(before)):
        if relative or (rule not in rules.words and contexts["history_after"].search(after)):
            return None
        if history and not contexts["presentation"].search(before + after):
            return None if rule == "age-of" or contexts["past_before"].search(before) else 3
        return 1
    if relative:
        return None if not contexts["children"].search(head) else 3
    return 2 if history and rule == "year-old" and "when" in history[0].lower() else 0


def _of_relative(before: str, head: str, rules: Rules) -> bool:
    contexts = rules.contexts
    named = contexts["relatives"].search(head)
    if named and contexts["possessive"].search(before):
        return True
    earlier = list(contexts["relatives"].finditer(before))
    if not earlier:
        return False
    between = before[earlier[-1].end() :]
    return len(between) <= 12 and not re.search(r"\b(?:of an?|with an?|brought)\b", between)
