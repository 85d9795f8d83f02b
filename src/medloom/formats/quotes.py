"""Find again what an annotation quotes, where its offsets have drifted."""

import re

_SPACE = re.compile(r"\s+")
_MARKS = re.compile(r"[\W_]+")
_NEAR = 10_000
"""How many characters around the given place are looked through."""


def placed(
    text: str,
    start: int,
    end: int,
    quote: str,
    *,
    prefix: str = "",
    suffix: str = "",
    near: int = _NEAR,
) -> tuple[int, int] | None:
    """Where a quote stands: at its place, else the nearest where most of its surroundings agree.

    White space of any kind and length counts as the same; so do marks and case at the given place
    where the quote is found nowhere. None where it is not found within `near` characters.

    >>> placed("No pain. Chest pain.", 3, 7, "pain"), placed("No pain. Chest pain.", 14, 18, "pain")
    ((3, 7), (15, 19))
    >>> placed("pain pain", 0, 4, "pain", prefix="pain ")
    (5, 9)
    """
    here = text[max(start, 0) : max(end, 0)]

    def disagree(place: tuple[int, int]) -> int:
        before = text.endswith(prefix, 0, max(place[0], 0))
        return 2 - before - text.startswith(suffix, max(place[1], 0))

    if same(here, quote) and not disagree((start, end)):
        return start, end
    words = [re.escape(word) for word in quote.split()]
    if not words:
        return None
    pattern = re.compile(r"\s+".join(words))
    found = [m.span() for m in pattern.finditer(text, max(0, start - near), max(0, end + near))]
    found += [(start, end)] if same(here, quote) else []

    def rank(place: tuple[int, int]) -> tuple[int, int]:
        return disagree(place), abs(place[0] - start)

    return min(found, key=rank, default=(start, end) if _alike(here, quote) else None)


def same(one: str, other: str) -> bool:
    """Whether two texts are the same but for their white space.

    >>> same("a  b", "a\\nb")
    True
    """
    return one == other or _SPACE.sub(" ", one).strip() == _SPACE.sub(" ", other).strip()


def _alike(one: str, other: str) -> bool:
    """Whether the letters and digits are the same: corpora change quotation marks and dashes."""
    letters = _MARKS.sub("", one).casefold()
    return bool(letters) and letters == _MARKS.sub("", other).casefold()
