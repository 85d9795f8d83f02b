"""DICOM files: one row a file."""

from collections.abc import Iterator

from medloom.kit.dicom.columns import instance_of
from medloom.kit.dicom.reading import parse
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.dicom import Instance

__all__ = ["dicom"]


def _identity(row: Instance) -> tuple[str, int]:
    return row.id, 1


@reads(
    *("*.dcm", "*.dicom", "*.ima", "*.dcm.gz", "IM[0-9]*", "I[0-9]*", "IMG[0-9]*", "IMAGE*"),
    identity=_identity,
)
def dicom(source: Opened) -> Iterator[Instance]:
    r"""Read DICOM files: images, and other objects such as structured reports.

    A row has the ids of patient, study, series and instance, what the image is, the header as JSON
    and the file itself. Pixels are not decoded, but there must be enough of them. A broken file is
    a failed row; a copy of an instance, a DICOMDIR and what is not DICOM are dropped ones. Files
    end in .dcm, .dicom or .ima, or are called IM0001, I10, IMG1, as scanners write them.

    >>> from medloom.kit.reading import in_memory
    >>> list(dicom(in_memory("a.dcm", b"no DICOM")))
    Traceback (most recent call last):
        ...
    medloom.errors.NotThisFormat: not a DICOM file
    """
    data = source.read()
    yield instance_of(parse(data), data)
