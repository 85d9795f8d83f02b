"""The row type of DICOM files."""

from typing import NamedTuple


class Instance(NamedTuple):
    """One DICOM file: an image, or another object such as a structured report."""

    id: str
    """The SOP instance UID."""
    patient_id: str | None
    study_id: str | None
    """The study instance UID."""
    series_id: str | None
    """The series instance UID."""
    accession: str | None
    """The accession number, by which reports often name a study."""
    kind: str | None
    """The name of the SOP class: `Computed Radiography Image Storage`."""
    modality: str | None
    """CR, DX, CT, MR, US, ..."""
    body_part: str | None
    view: str | None
    """The view position: PA, AP, LL, ..."""
    laterality: str | None
    """L, R, B or U."""
    date: str | None
    """The day of the study, else of the series or the image: `2021-07-01`."""
    sex: str | None
    age_years: float | None
    site: str | None
    """The institution."""
    manufacturer: str | None
    model: str | None
    rows: int | None
    """Height in pixels."""
    columns: int | None
    """Width in pixels."""
    frames: int | None
    bits: int | None
    """Bits stored of a sample."""
    photometric: str | None
    """MONOCHROME1, MONOCHROME2, RGB, ..."""
    transfer_syntax: str | None
    """How pixels are coded: `JPEG Baseline (Process 1)`."""
    burned_in_annotation: str | None
    """What the file says of text in its pixels: YES or NO; many files say nothing."""
    header: str
    """All elements without pixels and other bulk, in the DICOM JSON model (PS3.18, F)."""
    bytes: bytes
    """The file."""
    sha256: str
