"""Pseudonyms and date shifts that only the holder of a secret can repeat.

All are HMAC-SHA-256 of a value under one secret (NIST IR 8053, ISO 25237: keyed pseudonyms), so
the same patient has the same pseudonym and the same shift in every table, text and image, without
a list of who is who. The secret is never stored, neither in a recipe nor in a collection: a
setting says where it is.
"""

import hashlib
import hmac
import os
import uuid
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from medloom.errors import MedloomError

DEFAULT_PLACE = "env:MEDLOOM_SECRET"
"""Where the secret is, unless a setting names another variable (`env:NAME`) or a file."""

LEAST_CHARACTERS = 16
"""Of a secret: who guesses it can link pseudonyms to patients."""

LARGEST_SHIFT_DAYS = 365


@lru_cache(maxsize=8)
def secret_of(place: str = DEFAULT_PLACE) -> bytes:
    """The secret at a place: `env:NAME`, or the path of a file.

    Raises MedloomError where there is none, or one of less than 16 characters.

    >>> os.environ["MY_SECRET"] = "0f3c6d1e9b7a4852"
    >>> secret_of("env:MY_SECRET")
    b'0f3c6d1e9b7a4852'
    """
    name = place.removeprefix("env:")
    try:
        found = os.environ.get(name, "") if name != place else Path(place).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MedloomError(f"the secret in {place} cannot be read: {error}") from error
    secret = found.strip()
    if not secret:
        how = "export MEDLOOM_SECRET=$(openssl rand -hex 32)"
        raise MedloomError(f"no secret in {place}: make one, and keep it apart: {how}")
    if len(secret) < LEAST_CHARACTERS:
        raise MedloomError(f"the secret in {place} is shorter than {LEAST_CHARACTERS} characters")
    return secret.encode()


def fingerprint(place: str) -> str:
    """A short, slow hash of a secret: rows are stale where it changed, yet it tells nobody much.

    For `Annotated[str, DigestedBy(fingerprint)]`. Raises MedloomError where there is no secret.

    >>> os.environ["MY_SECRET"] = "0f3c6d1e9b7a4852"
    >>> len(fingerprint("env:MY_SECRET"))
    8
    """
    return _slow_hash(secret_of(place))


@lru_cache(maxsize=8)
def _slow_hash(secret: bytes) -> str:
    return hashlib.scrypt(secret, salt=b"medloom", n=2**14, r=8, p=1, dklen=4).hex()


def pseudonym(secret: bytes, kind: str, value: str, *, length: int = 16) -> str:
    """The pseudonym of a value of a kind (`patient`, `study`, `name`): hexadecimal digits.

    The same value of another kind has another pseudonym.

    >>> pseudonym(b"0f3c6d1e9b7a4852", "patient", "P-17")
    'f49e5e5d25f431ac'
    """
    return keyed(secret, kind, value).hex()[:length]


def keyed(secret: bytes, kind: str, value: str) -> bytes:
    """32 bytes that depend on the secret, the kind and the value: to choose surrogates with."""
    return hmac.digest(secret, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), "sha256")


def chosen(secret: bytes, kind: str, value: str, n_choices: int) -> int:
    """A number from 0 to `n_choices` - 1 for a value: which surrogate of a list stands for it.

    >>> chosen(b"0f3c6d1e9b7a4852", "name", "Smith", 100)
    54
    """
    return int.from_bytes(keyed(secret, kind, value)[:8], "big") % n_choices


def day_shift(secret: bytes, patient_id: str, *, largest_days: int = LARGEST_SHIFT_DAYS) -> int:
    """By how many days all dates of a patient are moved: never 0, at most `largest_days`.

    One function for texts, tables and images: what was three days after a scan still is.

    >>> day_shift(b"0f3c6d1e9b7a4852", "P-17")
    236
    """
    if largest_days < 1:
        raise ValueError("largest_days is less than 1: dates would not move")
    at = chosen(secret, "days", patient_id, 2 * largest_days)
    return at - largest_days if at < largest_days else at - largest_days + 1


def shifted(day: date, days: int) -> date:
    """A day moved by a shift; the first or last day of the calendar where it would leave it.

    >>> shifted(date(2020, 3, 1), -1)
    datetime.date(2020, 2, 29)
    """
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max


def uid(secret: bytes, original: str) -> str:
    """A DICOM UID in place of another, under the root of UUIDs (PS3.5, B.2).

    >>> uid(b"0f3c6d1e9b7a4852", "1.2.840.113619.2.1")
    '2.25.152374246014603261414992822659557439667'
    """
    made = uuid.UUID(bytes=keyed(secret, "uid", original)[:16], version=4)
    return f"2.25.{made.int}"
