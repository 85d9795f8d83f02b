"""Ids of patients as pseudonyms."""

from typing import Annotated

from medloom.kit.pseudonyms import (
    VARIABLE,
    fingerprint_of_file,
    fingerprint_of_variable,
    pseudonym,
    secret_of,
)
from medloom.step import DigestedBy, updates


@updates("patient_id")
class pseudonymous:  # noqa: N801 - a step is named as recipes call it
    """Put a keyed pseudonym in the place of an id: `pseudonymous: {reads: {patient_id: visit}}`.

    The same id of the same `of` has the same pseudonym in all tables, and in DICOM files
    (`deidentify_dicom`: `patient`, `accession`). Nobody can make or undo it without the secret,
    which is in the environment variable `secret_variable` or in `secret_file`.

    >>> import os
    >>> os.environ["MY_SECRET"] = "0f3c6d1e9b7a4852"
    >>> pseudonymous(secret_variable="MY_SECRET")(["P-17", None])
    ['f49e5e5d25f431ac', None]
    """

    def __init__(
        self,
        *,
        of: str = "patient",
        secret_variable: Annotated[str, DigestedBy(fingerprint_of_variable)] = VARIABLE,
        secret_file: Annotated[str | None, DigestedBy(fingerprint_of_file)] = None,
    ) -> None:
        self._of, self._secret = of, secret_of(secret_variable, secret_file)

    def __call__(self, patient_id: list[str | None]) -> list[str | None]:
        """The pseudonyms; of nothing, nothing."""
        stripped = [one.strip() if one else None for one in patient_id]
        return [pseudonym(self._secret, self._of, one) if one else None for one in stripped]
