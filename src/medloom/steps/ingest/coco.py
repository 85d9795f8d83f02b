"""Images with boxes in COCO files."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal

from medloom.errors import SourceError
from medloom.formats import coco as coco_format
from medloom.formats.box_values import safe_file
from medloom.formats.rows import key_without_ending
from medloom.kit.images_beside import image_beside
from medloom.kit.reading import Opened
from medloom.step import Failure, reads
from medloom.tables.boxes import LabelledImage


@reads("*.json", "*.json.gz")
def coco(
    source: Opened, *, missing: Literal["fail", "null"] = "fail", images: bool = True
) -> Iterator[LabelledImage | Failure]:
    """Read COCO: each image that a JSON file names is one row, with its boxes.

    The image lies beside the JSON file, in `images`, or beside its folder in `images` or in a
    folder that the file is named after (`instances_train2017.json`: `train2017`). Where it is
    missing the image is a failed row, or with `missing: null` its bytes are null; without `images`
    none is read. What COCO says beside is among the attributes, as JSON where it is no text.

    >>> from medloom.kit.reading import in_memory
    >>> data = b'''{"images": [{"id": 7, "file_name": "a.jpg"}],
    ... "annotations": [{"id": 1, "image_id": 7, "category_id": 2, "bbox": [1, 2, 3, 4]}],
    ... "categories": [{"id": 2, "name": "WBC"}]}'''
    >>> (row,) = coco(in_memory("c.json", data, {"images/a.jpg": b"..."}))
    >>> row.id, row.bytes, row.boxes[0].label
    ('c/a.jpg', b'...', 'WBC')
    """
    named_after = PurePosixPath(source.name).stem.rpartition("_")[2]
    folders = ("", "images", "../images", named_after, f"../{named_after}", "..")
    prefix = key_without_ending(source.key)
    for row in coco_format.read(source.read()):
        row_id, data = f"{prefix}/{row.id}", None
        if images:
            try:
                data = image_beside(source, safe_file(row.file), folders)
            except SourceError as error:
                if missing == "fail":
                    yield Failure(row_id, str(error))
                    continue
        yield row._replace(id=row_id, bytes=data)
