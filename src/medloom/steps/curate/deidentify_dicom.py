"""DICOM files without what tells who the patient is."""

from typing import Annotated, Literal, TypeAlias

from medloom.kit.dicom.columns import instance_of
from medloom.kit.dicom.deidentifying import Settings, deidentified
from medloom.kit.dicom.profile import Option
from medloom.kit.dicom.reading import parse
from medloom.kit.pseudonyms import (
    VARIABLE,
    fingerprint_of_file,
    fingerprint_of_variable,
    secret_of,
)
from medloom.step import DigestedBy, updates
from medloom.tables.arrow import columns_of
from medloom.tables.dicom import Instance

_KEEP: list[Option] = ["patient"]
_COLUMNS = tuple(columns_of(Instance))
_Text: TypeAlias = str | None
_Row: TypeAlias = tuple[
    str, _Text, _Text, _Text, _Text, _Text, _Text, _Text, _Text, _Text, _Text, _Text, float | None,
    _Text, _Text, _Text, int | None, int | None, int | None, int | None, _Text, _Text, _Text,
    str, bytes, str,
]  # fmt: skip
"""The values of an Instance."""


@updates(*_COLUMNS)
class deidentify_dicom:  # noqa: N801 - a step is named as recipes call it
    """De-identify DICOM files and the columns that were read from them.

    Basic Application Level Confidentiality Profile (DICOM PS3.15, table E.1-1), in sequences, too:
    names, numbers, places, descriptions and comments go; private elements, overlays and curves go;
    every UID is another one. What the table does not name stays, unless it holds a part of the
    patient's name or a number of the patient. Pixels are not looked at: see `has_burned_in_text`.

    Patient, accession number, institution and UIDs become pseudonyms under a secret, so that files,
    and rows of other tables (`pseudonymous`), still belong together. `dates: shifted` moves all
    dates of a patient by the same days as `deidentify` does in texts; `removed` empties them.
    `keep` retains characteristics of the `patient` (sex, age up to 89, size), the `device`, the
    `institution`. Structured reports and documents are failed rows: their content is text.

    The secret is in the environment variable `secret_variable` or in `secret_file`.

    >>> import os
    >>> os.environ["MY_SECRET"] = "0f3c6d1e9b7a4852"
    >>> deidentify_dicom(secret_variable="MY_SECRET", dates="removed").settings.dates
    'removed'
    """

    def __init__(
        self,
        *,
        dates: Literal["shifted", "removed"] = "shifted",
        keep: list[Option] = _KEEP,
        most_days: int = 365,
        keep_weekday: bool = False,
        secret_variable: Annotated[str, DigestedBy(fingerprint_of_variable)] = VARIABLE,
        secret_file: Annotated[str | None, DigestedBy(fingerprint_of_file)] = None,
    ) -> None:
        secret = secret_of(secret_variable, secret_file)
        self.settings = Settings(secret, tuple(keep), dates, most_days, keep_weekday)

    def __call__(
        self,
        id: list[str],
        patient_id: list[str | None],
        study_id: list[str | None],
        series_id: list[str | None],
        accession: list[str | None],
        kind: list[str | None],
        modality: list[str | None],
        body_part: list[str | None],
        view: list[str | None],
        laterality: list[str | None],
        date: list[str | None],
        sex: list[str | None],
        age_years: list[float | None],
        site: list[str | None],
        manufacturer: list[str | None],
        model: list[str | None],
        rows: list[int | None],
        columns: list[int | None],
        frames: list[int | None],
        bits: list[int | None],
        photometric: list[str | None],
        transfer_syntax: list[str | None],
        burned_in_annotation: list[str | None],
        header: list[str],
        bytes: list[bytes],
        sha256: list[str],
    ) -> list[_Row]:
        """The rows of the new files; nothing of the old columns is in them."""
        return [self._one(data) for data in bytes]

    def _one(self, data: bytes) -> Instance:
        cleaned = deidentified(parse(data), self.settings)
        return instance_of(parse(cleaned), cleaned)
