"""What a row knows of its patient, hunted in its text."""

import re
from collections.abc import Iterable, Iterator

from medloom.kit.phi.finding import Finding
from medloom.kit.phi.lexicons import lexicons

RESOURCE = "row"
_PIECE = re.compile(r"[^\W_]+(?:['’-][^\W\d_]+)*")
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "sr",
        "sra",
        "don",
        "doña",
        "de",
        "la",
        "del",
        "los",
        "las",
        "y",
        "van",
        "von",
        "der",
        "jr",
    ]
)


def hunted(text: str, value: str, kind: str) -> Iterator[Finding]:
    """A value that is known, and of a name its parts, wherever they stand as words of their own.

    White space, case, and marks between digits do not matter.

    >>> from medloom.kit.phi.finding import settled
    >>> found = hunted("ANA VILLAR came. Villar slept.", "Ana Villar", "name")
    >>> [(one.start, one.end) for one in settled(found)]
    [(0, 10), (17, 23)]
    >>> [(f.start, f.end) for f in hunted("No. 12-34 56", "123456", "record_number")]
    [(4, 12)]
    """
    pieces = _PIECE.findall(value)
    if not pieces:
        return
    yield from _found(text, _pattern(pieces, value), kind, "known", 1.0)
    if kind.endswith("name") and len(pieces) > 1:
        backwards = [pieces[-1], *pieces[:-1]]
        yield from _found(text, r"[\s,]+".join(map(re.escape, backwards)), kind, "known", 1.0)
        for piece in pieces:
            if len(piece) > 2 and piece.lower() not in _TITLES:
                score, loose = 0.95, re.escape(piece)
                if _is_ordinary(piece):  # `Will`, `Rose`: only where it is written as a name
                    loose = f"(?-i:{re.escape(piece.capitalize())}|{re.escape(piece.upper())})"
                yield from _found(text, loose, kind, "known-part", score)


def deny_listed(text: str, values: Iterable[str]) -> Iterator[Finding]:
    """Strings that are to be found always."""
    for value in values:
        for one in hunted(text, value, "other_id"):
            yield one._replace(rule="deny-list", resource="settings")


def _pattern(pieces: list[str], value: str) -> str:
    if value.replace(" ", "").isdigit() and len(value) > 4:
        return r"[ ./-]?".join(re.findall(r"\d", value))
    whole = value[value.index(pieces[0]) : value.rindex(pieces[-1]) + len(pieces[-1])]
    return rf"{re.escape(whole)}|" + r"[\s,.'’-]{0,3}".join(map(re.escape, pieces))


def _found(text: str, pattern: str, kind: str, rule: str, score: float) -> Iterator[Finding]:
    for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE):
        yield Finding(match.start(), match.end(), kind, score, rule, RESOURCE)


def _is_ordinary(piece: str) -> bool:
    low, known = piece.lower(), lexicons()
    given = known.given.get(low)
    return bool(given and given.weak) or bool(known.surnames.get(low))
