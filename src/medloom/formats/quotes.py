"""Find again what an annotation quotes, where its offsets have drifted."""

import re

_SPACE = re.compile(r"\s+")
_MARKS = re.compile(r"[\W_]+")
_NEAR = 10_000
"""How many characters around the given place are looked through."""


def placed(
    text: str, start: int, end: int, quote: str, prefix: str = "", suffix: str = ""
) -> tuple[int, int] | None:
    """Where a quote stands: at its place, else the nearest where most of its surroundings agree.

    White space of any kind and length counts as the same; so do marks and case at the given place
    where the quote is found nowhere. None where it is not found within 10,000 characters.

    >>> placed("No pain. Chest pain.", 3, 7, "pain"), placed("No pain. Chest pain.", 14, 18, "pain")
    ((3, 7), (15, 19))
    >>> placed("pain pain", 0, 4, "pain", prefix="pain ")
    (0, 4)
    >>> placed("pain pain", 2, 6, "pain", prefix="pain ")
    (5, 9)
    """
    here = text[max(start, 0) : max(end, 0)]
    if same(here, quote):
        return start, end
    words = [re.escape(word) for word in quote.split()]
    if not words:
        return None
    near = max(0, start - _NEAR)
    pattern = re.compile(r"\s+".join(words))
    found = [m.span() for m in pattern.finditer(text, near, max(near, end + _NEAR))]

    def distance(place: tuple[int, int]) -> tuple[int, int]:
        agree = _ends(text[: place[0]], prefix) + _begins(text[place[1] :], suffix)
        return -agree, abs(place[0] - start)

    return min(found, key=distance, default=(start, end) if _alike(here, quote) else None)


def same(one: str, other: str) -> bool:
    """Whether two texts are the same but for their white space.

    >>> same("a  b", "a\\nb")
    True
    """
    return one == other or _SPACE.sub(" ", one).strip() == _SPACE.sub(" ", other).strip()


def _alike(one: str, other: str) -> bool:
    """Whether the letters and digits are the same: corpora change quotation marks and dashes."""
    return (
        bool(letters := _MARKS.sub("", one).casefold())
        and letters == _MARKS.sub("", other).casefold()
    )


def _ends(text: str, prefix: str) -> bool:
    return bool(prefix) and text[-len(prefix) :] == prefix


def _begins(text: str, suffix: str) -> bool:
    return bool(suffix) and text[: len(suffix)] == suffix
