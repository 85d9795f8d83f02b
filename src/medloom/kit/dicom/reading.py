"""Parse a DICOM file, and tell one that is broken from one that is something else."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from pydicom import config
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import parse_fragments
from pydicom.filereader import dcmread
from pydicom.uid import UID

from medloom.errors import NotThisFormat, SourceError

DIRECTORY = "1.2.840.10008.1.3.10"
_PREAMBLE = 128

logging.getLogger("pydicom").setLevel(logging.CRITICAL)  # its words may hold values of patients


@contextmanager
def tolerant() -> Iterator[None]:
    """Take values as they are, without a warning: files of the wild break many rules."""
    with warnings.catch_warnings(), config.disable_value_validation():
        warnings.simplefilter("ignore")
        yield


def parse(data: bytes) -> FileDataset:
    """Parse a file; files without the DICOM preamble, too, if they name their instance.

    Raises NotThisFormat for something else, and for a DICOMDIR, which holds no data; SourceError
    for a DICOM file that is broken: cut short, without an instance UID, with too few pixels.
    """
    marked = data[_PREAMBLE : _PREAMBLE + 4] == b"DICM"
    try:
        with tolerant():
            dataset = dcmread(BytesIO(data), force=True)
            kind = str(dataset.file_meta.get("MediaStorageSOPClassUID", ""))
            why = None if dataset.get("SOPInstanceUID") else "no instance UID"
            why = why or _odd_syntax(dataset) or lacking(dataset)
    except Exception as error:  # pydicom raises whatever its parts raise
        if marked:
            raise SourceError(f"broken DICOM: {type(error).__name__}") from error
        raise NotThisFormat("not a DICOM file") from error
    if kind == DIRECTORY:
        raise NotThisFormat("a directory of DICOM files, which holds none itself")
    if why == "no instance UID" and not marked:
        raise NotThisFormat("not a DICOM file")
    if why:
        raise SourceError(f"broken DICOM: {why}")
    return dataset


def _odd_syntax(dataset: FileDataset) -> str | None:
    syntax = transfer_syntax(dataset)
    known = syntax is None or syntax.is_transfer_syntax
    return None if known else "a transfer syntax that there is not"


def lacking(dataset: Dataset) -> str | None:
    """What is missing of the pixels of an image; None where all are there."""
    if "PixelData" not in dataset or "Rows" not in dataset:
        return None
    with tolerant():
        data = dataset.PixelData or b""
        syntax = transfer_syntax(dataset)
        if syntax is not None and syntax.is_encapsulated:
            return _lacking_fragments(data)
        try:
            wanted = _n_bytes(dataset)
        except (TypeError, ValueError, AttributeError):
            return "sizes of the image are missing or no numbers"
    return None if len(data) >= wanted else f"{len(data):,} of {wanted:,} bytes of pixels"


def transfer_syntax(dataset: Dataset) -> UID | None:
    """How the file is coded; None where it does not say."""
    meta = getattr(dataset, "file_meta", None)
    found = meta.get("TransferSyntaxUID") if meta is not None else None
    return UID(found) if found else None


def _n_bytes(dataset: Dataset) -> int:
    samples = int(dataset.get("SamplesPerPixel") or 1)
    pixels = int(dataset.Rows) * int(dataset.Columns) * int(dataset.get("NumberOfFrames") or 1)
    bits = pixels * samples * int(dataset.get("BitsAllocated") or 8)
    if str(dataset.get("PhotometricInterpretation")) == "YBR_FULL_422":
        bits = bits * 2 // 3
    return (bits + 7) // 8


def _lacking_fragments(data: bytes) -> str | None:
    try:
        n_fragments, _ = parse_fragments(data)
    except Exception as error:  # any error of its parts
        return f"coded pixels are cut short ({type(error).__name__})"
    return None if n_fragments else "no coded pixels"
