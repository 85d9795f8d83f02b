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

VARIABLE = "MEDLOOM_SECRET"
"""The environment variable with the secret, unless a setting names another, or a file."""

LEAST_BYTES = 16
"""Of a secret: who guesses it can link pseudonyms to patients."""

LARGEST_SHIFT_DAYS = 365


class SecretError(MedloomError, ValueError):
    """There is no secret where a setting says, or it is too short."""


def secret_of(variable: str = VARIABLE, file: str | None = None) -> bytes:
    """The secret in a file, or in an environment variable.

    Raises SecretError where there is none or a short one. The secret is never in the message.

    >>> os.environ["MY_SECRET"] = "0f3c6d1e9b7a4852"
    >>> secret_of("MY_SECRET")
    b'0f3c6d1e9b7a4852'
    """
    if file is None:
        found = os.environ.get(variable, "").strip().encode()
    else:
        try:
            found = Path(file).read_bytes().strip()
        except OSError as error:
            raise SecretError(f"the secret cannot be read from {file}: {error.strerror}") from None
    if len(found) < LEAST_BYTES:
        where = file or f"the environment variable {variable}"
        raise SecretError(
            f"{where} holds no secret of {LEAST_BYTES} bytes or more; make one with: "
            'python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return found


def fingerprint_of_variable(variable: str) -> str:
    """A short, slow hash of a secret: rows are stale where it changed, yet it tells nobody much.

    For `Annotated[str, DigestedBy(...)]`; empty where the variable has no secret.

    >>> os.environ["MY_SECRET"] = "0f3c6d1e9b7a4852"
    >>> len(fingerprint_of_variable("MY_SECRET")), fingerprint_of_variable("NOT_SET")
    (8, '')
    """
    found = os.environ.get(variable, "").strip()
    return _slow_hash(found.encode()) if found else ""


def fingerprint_of_file(file: str) -> str:
    """As `fingerprint_of_variable`, of the secret in a file."""
    try:
        return _slow_hash(Path(file).read_bytes().strip())
    except OSError:
        return ""


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


def day_shift(
    secret: bytes,
    patient_id: str,
    *,
    largest_days: int = LARGEST_SHIFT_DAYS,
    keep_weekday: bool = False,
) -> int:
    """By how many days all dates of a patient are moved: never 0, at most `largest_days`.

    One function for texts, tables and images: what was three days after a scan still is. With
    `keep_weekday`, whole weeks, one at least.

    >>> day_shift(b"0f3c6d1e9b7a4852", "P-17")
    236
    """
    step = 7 if keep_weekday else 1
    most = max(1, largest_days // step)
    at = chosen(secret, "days", patient_id.strip(), 2 * most)
    return step * (at - most if at < most else at - most + 1)


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
