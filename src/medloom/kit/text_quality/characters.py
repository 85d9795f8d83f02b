"""What the characters of a text are, counted at once."""

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SPACE, LOWER, UPPER, LETTER, DIGIT, MARK, SYMBOL, BROKEN = range(8)
_MARKS = frozenset(".,;:!?()[]{}'\"-/%&+=<>±×·–—‐‑−‘’“”«»¿¡…≤≥≈°µ~*†‡§®™©、。，；：（）「」・")
"""The marks of running text, and those that measurements are written with."""
_BMP = 0x10000


class Counted(NamedTuple):
    """How many characters of each kind a text has."""

    space: int
    lower: int
    upper: int
    other_letters: int
    digits: int
    marks: int
    symbols: int
    broken: int

    @property
    def letters(self) -> int:
        """Letters of any case."""
        return self.lower + self.upper + self.other_letters

    @property
    def visible(self) -> int:
        """All but space."""
        return self.letters + self.digits + self.marks + self.symbols + self.broken


def counted(text: str) -> Counted:
    """Count the characters of a text by kind.

    >>> counted("BMI 25 µ\\ufffd")
    Counted(space=2, lower=0, upper=3, other_letters=0, digits=2, marks=1, symbols=0, broken=1)
    """
    raw = text.encode("utf-32-le", "surrogatepass")
    codes = np.minimum(np.frombuffer(raw, np.uint32), _BMP)
    counts = np.bincount(_kinds()[codes], minlength=8)
    return Counted(*counts.tolist())


@cache
def _kinds() -> NDArray[np.uint8]:
    """The kind of each character of the basic plane; beyond it, all are symbols."""
    kinds = np.full(_BMP + 1, SYMBOL, np.uint8)
    for code in range(_BMP):
        kinds[code] = _kind(chr(code))
    return kinds


def _kind(character: str) -> int:
    if character.isspace():
        return SPACE
    if character in _MARKS:
        return MARK
    category = unicodedata.category(character)
    by_case = {"Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Cf": MARK}
    if character == "\ufffd" or category in ("Cc", "Co", "Cs", "Cn"):
        return BROKEN
    if category[0] in "LM":
        return by_case.get(category, LETTER)
    return DIGIT if category[0] == "N" else by_case.get(category, SYMBOL)
