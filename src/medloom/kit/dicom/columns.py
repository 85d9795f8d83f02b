"""The columns of a DICOM file."""

import hashlib
import json
import re
from contextlib import suppress
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import UID

from medloom.kit.dicom.reading import tolerant, transfer_syntax
from medloom.tables.dicom import Instance

_DAY = re.compile(r"(\d{4})[.-]?(\d\d)[.-]?(\d\d)")
_AGE = re.compile(r"(\d{1,3})([DWMY])?$")
_PER_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0, None: 1.0}
_LARGEST_BYTES = 1024
"""Binary values over this are not in the header."""


def instance_of(dataset: Dataset, data: bytes) -> Instance:
    """The row of a parsed file; what is missing or no good is null."""
    with tolerant():

        def text(name: str) -> str | None:
            return text_of(dataset, name)

        kind, syntax = dataset.get("SOPClassUID"), transfer_syntax(dataset)
        return Instance(
            id=str(dataset.SOPInstanceUID).strip(),
            patient_id=text("PatientID"),
            study_id=text("StudyInstanceUID"),
            series_id=text("SeriesInstanceUID"),
            accession=text("AccessionNumber"),
            kind=UID(str(kind)).name if kind else None,
            modality=text("Modality"),
            body_part=text("BodyPartExamined"),
            view=text("ViewPosition"),
            laterality=text("ImageLaterality") or text("Laterality"),
            date=_date(dataset),
            sex=text("PatientSex"),
            age_years=_age(text("PatientAge")),
            site=text("InstitutionName"),
            manufacturer=text("Manufacturer"),
            model=text("ManufacturerModelName"),
            rows=_number(dataset, "Rows"),
            columns=_number(dataset, "Columns"),
            frames=_number(dataset, "NumberOfFrames") or (1 if "PixelData" in dataset else None),
            bits=_number(dataset, "BitsStored"),
            photometric=text("PhotometricInterpretation"),
            transfer_syntax=syntax.name if syntax else None,
            burned_in_annotation=text("BurnedInAnnotation"),
            header=header_of(dataset),
            bytes=data,
            sha256=hashlib.sha256(data).hexdigest(),
        )


def text_of(dataset: Dataset, name: str) -> str | None:
    """The value of an element as text; null where it is empty or cannot be read."""
    with suppress(Exception):  # any error of a value that breaks its own rules
        value = dataset.get(name)
        found = "" if value is None else str(value).strip("\0 \t\r\n")
        return found or None
    return None


def _number(dataset: Dataset, name: str) -> int | None:
    found = text_of(dataset, name)
    return int(found) if found and found.isdecimal() else None


def _date(dataset: Dataset) -> str | None:
    for name in (
        "StudyDate",
        "SeriesDate",
        "AcquisitionDate",
        "ContentDate",
        "AcquisitionDateTime",
    ):
        if found := _DAY.match(text_of(dataset, name) or ""):
            return "-".join(found.groups())
    return None


def _age(said: str | None) -> float | None:
    """Years of an age as DICOM writes it (AS): 054Y, 018M.

    >>> _age("018M"), _age("054Y"), _age("?")
    (1.5, 54.0, None)
    """
    found = _AGE.match(said or "")
    return round(int(found[1]) / _PER_YEAR[found[2]], 2) if found else None


def header_of(dataset: Dataset) -> str:
    """All elements but pixels and other bulk, in the DICOM JSON model; bad ones are left out."""
    found: dict[str, Any] = {}
    with tolerant():
        for tag in sorted(dataset.keys()):
            if tag.group == 0x7FE0:
                continue
            with suppress(Exception):  # any error of a value that breaks its own rules
                element = dataset[tag]
                if isinstance(element.value, bytes) and len(element.value) > _LARGEST_BYTES:
                    continue
                said = element.to_json_dict(lambda _: "", _LARGEST_BYTES)
                found[f"{tag.group:04X}{tag.element:04X}"] = said
    return json.dumps(found, ensure_ascii=False, sort_keys=True)
