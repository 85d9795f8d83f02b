"""Draws that a secret decides: the same key, patient and value give the same, for nobody else."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

from medloom.kit.pseudonyms import day_shift, secret_of

__all__ = ["Draws", "days_of_shift", "secret_of"]

_Item = TypeVar("_Item")


class Draws:
    """A stream of numbers from a keyed hash (HMAC, RFC 2104) of what it is for.

    >>> a, b = Draws(b"k" * 16, "p1", "name", "smith"), Draws(b"k" * 16, "p1", "name", "smith")
    >>> a.below(1000) == b.below(1000)
    True
    """

    def __init__(self, key: bytes, *purpose: str) -> None:
        self._seed = hmac.new(key, "\0".join(purpose).encode(), hashlib.sha256).digest()
        self._n = 0

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        self._n += 1
        block = hmac.new(self._seed, self._n.to_bytes(8, "big"), hashlib.sha256).digest()
        return int.from_bytes(block, "big") % n

    def choice(self, some: Sequence[_Item]) -> _Item:
        """One of some."""
        return some[self.below(len(some))]


def days_of_shift(key: bytes, patient: str, most_days: int, keep_weekday: bool) -> int:
    """How many days the dates of a patient move: the same for all of them, never 0.

    >>> days = days_of_shift(b"k" * 16, "p1", 365, keep_weekday=True)
    >>> days % 7, days != 0, abs(days) <= 365
    (0, True, True)
    """
    return day_shift(key, patient, largest_days=most_days, keep_weekday=keep_weekday)
