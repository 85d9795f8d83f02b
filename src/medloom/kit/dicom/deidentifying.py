"""Take out of a DICOM dataset what tells who the patient is (PS3.15, annex E)."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date
from io import BytesIO
from typing import Any, Literal, NamedTuple

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    SecondaryCaptureImageStorage,
)

from medloom.errors import SourceError
from medloom.kit.dicom.columns import text_of
from medloom.kit.dicom.profile import CODES, Option, actions
from medloom.kit.dicom.reading import tolerant
from medloom.kit.pseudonyms import day_shift, pseudonym, shifted, uid

Dates = Literal["shifted", "removed"]

_CAPTURE = SecondaryCaptureImageStorage
_STANDARD = "1.2.840.10008."
"""The root of UIDs that mean the same everywhere: classes, syntaxes."""
_TEXTS = frozenset({"LO", "SH", "ST", "LT", "UT", "UC", "CS", "AE", "UR"})
_BULK = frozenset({"OB", "OW", "OD", "OF", "OL", "OV"})
_DUMMIES = {
    **{"PN": "REMOVED", "DA": "19000101", "TM": "000000", "DT": "19000101", "AS": "000Y"},
    **{"IS": "0", "DS": "0", "US": 0, "UL": 0, "SS": 0, "SL": 0, "FL": 0.0, "FD": 0.0},
    **{"AT": 0, "UV": 0, "SV": 0},
}
_OF_PATIENT = (
    *("PatientName", "PatientID", "OtherPatientNames", "OtherPatientIDs", "PatientBirthName"),
    *("PatientMotherBirthName", "AccessionNumber", "ReferringPhysicianName"),
)
_LEAST_CHARACTERS = 4
"""Of a part of a name or number that is looked for in all other texts."""
_OLDEST_YEARS = 89
_FIRST_GROUP = 0x0008
"""What is below are commands and the meta group, which have no place in a dataset."""
_DOCUMENTS = ("EncapsulatedDocument", "ContentSequence")


class Settings(NamedTuple):
    """How to de-identify; the secret stays in memory."""

    secret: bytes
    keep: Collection[Option] = frozenset({"patient"})
    dates: Dates = "shifted"
    largest_days: int = 365
    keep_weekday: bool = False


def deidentified(dataset: FileDataset, settings: Settings) -> bytes:
    """The file without what tells who the patient is; the dataset is changed.

    Patient, accession and UIDs become pseudonyms under the secret, so that files of one patient
    and study still belong together. Raises SourceError for a document (a structured report, a PDF):
    its content is text, which this does not clean.
    """
    with tolerant():
        for name in _DOCUMENTS:
            if name in dataset:
                raise SourceError(f"holds a document ({name}), which is not cleaned: leave it out")
        try:
            _Cleaner(dataset, settings).clean(dataset)
            _mark(dataset, settings)
            return _written(dataset)
        except Exception as error:  # its words may hold values of the patient
            raise SourceError(f"cannot be de-identified: {type(error).__name__}") from None


class _Cleaner:
    def __init__(self, dataset: Dataset, settings: Settings) -> None:
        self._settings, self._actions = settings, actions(settings.keep)
        patient = text_of(dataset, "PatientID")
        self._patient = patient or f"study {text_of(dataset, 'StudyInstanceUID')}"
        self._days = day_shift(
            settings.secret,
            self._patient,
            largest_days=settings.largest_days,
            keep_weekday=settings.keep_weekday,
        )
        self._known = set(_known(dataset))
        self._pseudonyms = {
            "PatientID": patient and pseudonym(settings.secret, "patient", patient),
            "PatientName": pseudonym(settings.secret, "patient", self._patient),
            "AccessionNumber": self._pseudonym(dataset, "AccessionNumber", "accession"),
        }
        if "institution" not in settings.keep:
            self._pseudonyms["InstitutionName"] = self._pseudonym(
                dataset, "InstitutionName", "site"
            )

    def _pseudonym(self, dataset: Dataset, name: str, kind: str) -> str | None:
        value = text_of(dataset, name)
        return value and pseudonym(self._settings.secret, kind, value)

    def clean(self, dataset: Dataset) -> None:
        """Clean all elements, and those of its sequences."""
        for tag in list(dataset.keys()):
            try:
                kept = self._is_kept(tag) and self._clean(dataset, dataset[tag])
            except SourceError:
                raise
            except Exception:  # any error of a value that breaks its own rules
                kept = False
            if not kept:
                del dataset[tag]

    def _is_kept(self, tag: BaseTag) -> bool:
        group = tag.group & 0xFF00
        if tag.is_private or group == 0x5000 or tag.group < _FIRST_GROUP:
            return False
        overlay = group == 0x6000 and tag.element in (0x3000, 0x4000)
        return not overlay and self._actions.get(tag) != "X"

    def _clean(self, dataset: Dataset, element: DataElement) -> bool:
        """Change an element; False where it must go."""
        action, name = self._actions.get(element.tag), element.keyword
        if element.VR == "UN" or not name:
            return False
        if name in self._pseudonyms and element.value:
            element.value = self._pseudonyms[name] or ""
            return True
        if element.VR == "SQ":
            return self._clean_items(element, action)
        if action == "K":
            return self._clean_kept(element)
        if element.VR == "UI":
            element.value = self._uids(element.value)
            return True
        if element.VR in ("DA", "DT", "TM"):
            return self._clean_time(element, action)
        if action in ("Z", "D") or element.VR == "PN":
            element.value = _dummy(element.VR) if action == "D" else None
            return element.VR not in _BULK
        return not self._tells(element)

    def _clean_items(self, element: DataElement, action: str | None) -> bool:
        if action == "Z":
            element.value = Items([])
        for item in element.value or ():
            self.clean(item)
        return True

    def _clean_kept(self, element: DataElement) -> bool:
        if element.keyword == "PatientAge":
            years = str(element.value or "")
            if years.endswith("Y") and years[:-1].isdigit() and int(years[:-1]) > _OLDEST_YEARS:
                element.value = "090Y"
        return not self._tells(element)

    def _uids(self, value: Any) -> Any:
        if not value:
            return value
        if isinstance(value, str):
            standard = value.startswith(_STANDARD) and UID(value).is_valid
            return value if standard else uid(self._settings.secret, value)
        return [self._uids(str(one)) for one in value]

    def _clean_time(self, element: DataElement, action: str | None) -> bool:
        if element.keyword.startswith("PatientBirth") or self._settings.dates == "removed":
            element.value = _dummy(element.VR) if action == "D" else None
        elif element.VR != "TM":
            values = [element.value] if isinstance(element.value, str) else element.value
            moved = [self._moved(str(one)) for one in values or ()]
            element.value = moved if len(moved) > 1 else "".join(moved)
        return True

    def _moved(self, said: str) -> str:
        """A date, or a date and time, some days away; empty where it is not whole."""
        day, rest = said.strip().replace(".", "", 2 if said[4:5] == "." else 0), ""
        day, rest = day[:8], day[8:]
        with suppress(ValueError):
            found = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
            return shifted(found, self._days).strftime("%Y%m%d").zfill(8) + rest
        return ""

    def _tells(self, element: DataElement) -> bool:
        """Whether a text that the table does not name holds a name or number of the patient."""
        if element.VR not in _TEXTS or not element.value:
            return False
        said = str(element.value).casefold()
        return any(known in said for known in self._known)


def _known(dataset: Dataset) -> Iterator[str]:
    """Parts of names, and numbers, of the patient."""
    for name in _OF_PATIENT:
        for word in (text_of(dataset, name) or "").casefold().replace("^", " ").split():
            if len(word) >= _LEAST_CHARACTERS:
                yield word
    birth = text_of(dataset, "PatientBirthDate")
    if birth and len(birth) >= _LEAST_CHARACTERS:
        yield birth


def _dummy(vr: str) -> Any:
    return _DUMMIES.get(vr, "REMOVED" if vr in _TEXTS else None)


def _mark(dataset: Dataset, settings: Settings) -> None:
    """Say in the file what was done."""
    done = ["basic", *sorted(settings.keep), *(["shifted"] if settings.dates == "shifted" else [])]
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "DICOM PS3.15 E.1-1; private elements removed"
    dataset.LongitudinalTemporalInformationModified = (
        "MODIFIED" if settings.dates == "shifted" else "REMOVED"
    )
    codes = []
    for name in done:
        code = Dataset()
        code.CodeValue, code.CodeMeaning = CODES[name]
        code.CodingSchemeDesignator = "DCM"
        codes.append(code)
    dataset.DeidentificationMethodCodeSequence = Items(codes)


def _written(dataset: FileDataset) -> bytes:
    """The file, with a preamble and a meta group that hold nothing but what they must."""
    old = dataset.file_meta
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(str(old.get("TransferSyntaxUID") or _syntax_of(dataset)))
    meta.MediaStorageSOPClassUID = UID(
        str(dataset.get("SOPClassUID") or SecondaryCaptureImageStorage)
    )
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta, dataset.preamble = meta, b"\0" * 128
    out = BytesIO()
    dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def _syntax_of(dataset: FileDataset) -> str:
    implicit, little = dataset.original_encoding
    if implicit:
        return str(ImplicitVRLittleEndian)
    return str(ExplicitVRLittleEndian if little else ExplicitVRBigEndian)
