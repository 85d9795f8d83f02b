"""Draws that a secret decides: the same key, patient and value give the same, for nobody else."""

import hashlib
import hmac
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

_Item = TypeVar("_Item")
LEAST_SECRET = 16
"""Bytes of a secret that is not easily guessed."""


def secret_of(variable: str, file: str | None = None) -> bytes:
    """The secret in a file, or in an environment variable.

    Raises ValueError where there is none, or where it is short. The secret is never in the message.
    """
    if file is not None:
        try:
            found = Path(file).read_bytes().strip()
        except OSError as error:
            raise ValueError(f"the secret cannot be read from {file}: {error.strerror}") from None
    else:
        found = os.environ.get(variable, "").encode()
    if len(found) < LEAST_SECRET:
        where = file or f"the environment variable {variable}"
        raise ValueError(
            f"{where} holds no secret of {LEAST_SECRET} bytes or more; make one with: "
            'python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return found


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
    step = 7 if keep_weekday else 1
    most = max(1, most_days // step)
    drawn = Draws(key, "shift", patient).below(2 * most)
    return step * (drawn - most if drawn < most else drawn - most + 1)
