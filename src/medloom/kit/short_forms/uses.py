"""Every use of the short forms that a document defines."""

import re
from collections.abc import Sequence

from medloom.kit.short_forms.definitions import definitions
from medloom.tables.spans import Abbreviation


def uses(ids: Sequence[str], texts: Sequence[str]) -> list[list[Abbreviation]]:
    """Find in each text of a document the uses of all short forms that the document defines.

    A use means what was last defined before it, else what is defined first after it.

    >>> texts = ["BMI in youth", "Body mass index (BMI) rose."]
    >>> [[(use.start, use.long) for use in found] for found in uses(["t", "a"], texts)]
    [[(0, 'Body mass index')], [(17, 'Body mass index')]]
    """
    known: dict[str, list[tuple[int, int, Abbreviation]]] = {}
    for number, (row, text) in enumerate(zip(ids, texts, strict=True)):
        for one in definitions(text):
            use = Abbreviation(
                one.start, one.end, one.short, one.long, row,
                one.long_start, one.long_end, one.score, one.rule,
            )  # fmt: skip
            known.setdefault(one.short, []).append((number, one.start, use))
    if not known:
        return [[] for _ in texts]
    pattern = _pattern(known)
    return [
        [_use(match, number, known) for match in pattern.finditer(text)]
        for number, text in enumerate(texts)
    ]


def _pattern(shorts: dict[str, list[tuple[int, int, Abbreviation]]]) -> re.Pattern[str]:
    longest_first = sorted(shorts, key=len, reverse=True)
    forms = "|".join(re.escape(short) for short in longest_first)
    return re.compile(rf"(?<!\w)({forms})s?(?!\w)")


def _use(
    match: re.Match[str], number: int, known: dict[str, list[tuple[int, int, Abbreviation]]]
) -> Abbreviation:
    start, end = match.span(1)
    defined = known[match[1]]
    before = [use for text, at, use in defined if (text, at) <= (number, start)]
    use = before[-1] if before else defined[0][2]
    text = next(text for text, _, one in defined if one is use)
    if text == number and use.start == start:
        return use
    return use._replace(start=start, end=end, long_start=None, long_end=None)
