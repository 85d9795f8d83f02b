"""What a mention says: spelled out, put in other words, taken apart."""

import re
from collections.abc import Iterable, Mapping, Sequence

from medloom.kit.short_forms.alignment import align
from medloom.tables.spans import Span

_BRACKETED = re.compile(r"\s?[\[(]\s?([^\s()\[\]]{2,12}?)\s?[\]),;]")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_COORDINATED = re.compile(
    r"\s*(?:,\s*(?:and|or)\b|,|\band/or\b|\band\b|\bor\b|/|\bas well as\b)\s*"
)
_LEAST_ALIGNED = 0.0
_LONGEST_SHORT = 8


def is_short_form(text: str) -> bool:
    """Whether a mention looks like an abbreviation.

    >>> [is_short_form(one) for one in ("HD", "AdolCALD", "Huntington", "p53", "anemia")]
    [True, True, False, False, False]
    """
    letters = [one for one in text if one.isalpha()]
    upper = sum(one.isupper() for one in letters)
    if " " in text:
        return False
    return (upper > 1 and len(text) <= _LONGEST_SHORT) or (text.isupper() and len(text) < 6)


def bracketed(text: str, spans: Sequence[Span]) -> dict[str, str]:
    """Short forms that stand in brackets behind a mention, with the mention.

    The letters may come in another order than the words, as in many names of diseases.

    >>> text = "myotonic dystrophy (DM)"
    >>> bracketed(text, [Span(0, 18, "D", text[:18])])
    {'DM': 'myotonic dystrophy'}
    """
    found: dict[str, str] = {}
    for one in spans:
        behind = _BRACKETED.match(text, one.end)
        if behind is None or not is_short_form(behind[1]) or len(behind[1]) >= len(one.text):
            continue
        if _letters_in(behind[1], one.text):
            found.setdefault(behind[1], one.text)
    return found


def _letters_in(short: str, long: str) -> bool:
    rest = list(long.lower())
    letters = [one for one in short.lower() if one.isalpha()]
    missing = 0
    for one in letters:
        if one in rest:
            rest.remove(one)
        else:
            missing += 1
    return missing * 3 <= len(letters)


def aligned(short: str, longs: Iterable[str]) -> str | None:
    """The one of some long forms that a short form fits best.

    >>> aligned("PTZ", ["seizures", "pentylenetetrazole"])
    'pentylenetetrazole'
    """
    best, most = None, _LEAST_ALIGNED
    for long in longs:
        if long[:1].lower() != short[:1].lower():
            continue
        found = align(short, long)
        if found and found.start == 0 and found.score > most:
            best, most = long, found.score
    return best


def spelled_out(mention: str, long_forms: Mapping[str, str]) -> str:
    """A mention with the short forms in it written out.

    >>> spelled_out("HD patients", {"HD": "Huntington disease"})
    'Huntington disease patients'
    """
    if mention in long_forms:
        return long_forms[mention]
    return _WORD.sub(lambda word: long_forms.get(word[0], word[0]), mention)


def parts(mention: str) -> list[str]:
    """The mentions that one with a coordination stands for; none where there is none.

    >>> parts("breast and ovarian cancer"), parts("cancer of the colon or lung")
    (['breast cancer', 'ovarian cancer'], ['cancer of the colon', 'cancer of the lung'])
    """
    pieces = [one for one in _COORDINATED.split(mention) if one]
    if len(pieces) < 2 or len(pieces) > 6:
        return []
    first, last = pieces[0].split(), pieces[-1].split()
    if len(first) > 1 and any(word in ("of", "in") for word in first):
        lead = first[:-1]
        return [pieces[0]] + [" ".join([*lead, *one.split()]) for one in pieces[1:]]
    if len(last) > 1:
        head = last[-1]
        return [f"{one} {head}" for one in pieces[:-1]] + [pieces[-1]]
    return pieces
