"""The image files of figures, checked to decode."""

import hashlib
import io
import warnings
from collections.abc import Iterator

from PIL import Image as Pillow

from medloom.step import Failure, expands
from medloom.tables.literature import Figure, FigureFile, Image, MediaFile, Table

_FORMATS = ("JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP", "JPEG2000", "PPM")


@expands
def images(
    figures: list[Figure],
    tables: list[Table],
    media: list[MediaFile],
    *,
    max_megapixels: int = 200,
) -> Iterator[Image | Failure]:
    """Make a row of each image file that a figure, or a table that is only an image, names.

    A file that is missing, does not decode or has more than `max_megapixels` (width x height x
    frames, in millions) is a failed row of the ledger that says why. Every pixel is decoded once,
    so a truncated file does not pass; the bytes are stored as they came.

    >>> from medloom.tables.literature import Figure
    >>> gone = FigureFile("f1.jpg", None, False)
    >>> figure = Figure("PMC1/fig/F1", "PMC1", "1", None, "", [], "body", None, [gone], [], None)
    >>> list(images([figure], [], []))
    [Failure(row_id='PMC1/fig/F1/image/1', error='missing file: f1.jpg')]
    """
    held = {file.uri: file.bytes for file in media}
    owners: list[Figure | Table] = [*figures, *tables]
    for owner in owners:
        for number, file in enumerate(owner.files, start=1):
            image_id = f"{owner.id}/image/{number}"
            try:
                yield _image(image_id, owner, file, held, max_megapixels)
            except (OSError, ValueError, SyntaxError, MemoryError) as error:
                yield Failure(image_id, str(error) or type(error).__name__)


def _image(
    image_id: str,
    owner: Figure | Table,
    file: FigureFile,
    held: dict[str, bytes],
    max_megapixels: int,
) -> Image:
    data = held.get(file.uri or "")
    if data is None:
        raise ValueError(f"missing file: {file.href}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of sizes and tags that we judge ourselves
        with Pillow.open(io.BytesIO(data), formats=_FORMATS) as image:
            frames = getattr(image, "n_frames", 1)
            if image.width * image.height * frames > max_megapixels * 1_000_000:
                raise ValueError(
                    f"{image.width} x {image.height} x {frames} pixels is over the "
                    f"limit of {max_megapixels} megapixels"
                )
            image.load()
            return Image(
                image_id,
                owner.article_id,
                owner.id,
                file.uri or "",
                data,
                image.format or "",
                image.mode,
                image.width,
                image.height,
                frames,
                hashlib.sha256(data).hexdigest(),
            )


Pillow.MAX_IMAGE_PIXELS = None  # `max_megapixels` decides, before anything is decoded
