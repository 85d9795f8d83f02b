"""Images with boxes in Pascal VOC files."""

from collections.abc import Iterator
from typing import Literal

from medloom.errors import SourceError
from medloom.formats import voc as voc_format
from medloom.formats.box_values import safe_file
from medloom.formats.rows import key_without_ending
from medloom.kit.images_beside import image_beside
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.boxes import LabelledImage

_FOLDERS = ("", "../JPEGImages", "../images", "images", "../Images", "..")


@reads("*.xml", "*.xml.gz")
def voc(
    source: Opened, *, missing: Literal["fail", "null"] = "fail", images: bool = True
) -> Iterator[LabelledImage]:
    """Read Pascal VOC: an XML file with the boxes of one image is one row, the image with it.

    The image lies beside the XML file, or in `JPEGImages` or `images` beside its folder. Where it
    is missing the source fails, or with `missing: null` its bytes are null; without `images` none
    is read. VOC counts pixels from 1 and its corners belong to the box; here 0, 0 is the image's
    corner. What VOC says beside is among the attributes; what of it does not fit is an `issue`.

    >>> from medloom.kit.reading import in_memory
    >>> data = b'''<annotation><filename>a.jpg</filename><object><name>WBC</name><bndbox>
    ... <xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object></annotation>'''
    >>> (row,) = voc(in_memory("Annotations/a.xml", data, {"../JPEGImages/a.jpg": b"..."}))
    >>> row.id, row.bytes, row.boxes[0].label
    ('Annotations/a', b'...', 'WBC')
    """
    row = voc_format.read(source.read())
    data = None
    if images:
        try:
            data = image_beside(source, safe_file(row.file), _FOLDERS)
        except SourceError:
            if missing == "fail":
                raise
    yield row._replace(id=key_without_ending(source.key), bytes=data)
