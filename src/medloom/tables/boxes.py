"""Row types of images with boxes: what COCO and Pascal VOC hold."""

from typing import NamedTuple

from medloom.tables.spans import Attribute


class Box(NamedTuple):
    """A box on an image. Its corner `x`, `y` is its left and upper edge; 0, 0 is the image's."""

    x: float
    y: float
    width: float
    height: float
    """Pixels of the image, edges and not centres of pixels: a box of one pixel has a width of 1."""
    label: str
    attributes: tuple[Attribute, ...] = ()
    """What more a source says: pose, truncated, iscrowd, segmentation, score, ..."""


class LabelledImage(NamedTuple):
    """An image with the boxes that somebody drew on it."""

    id: str
    file: str
    """The name of the image file as the source says it."""
    bytes: bytes | None
    """The image file; null where it is not beside the boxes."""
    width: int | None
    height: int | None
    """Pixels, as the source says them."""
    boxes: list[Box]
    attributes: list[Attribute]
    """What more a source says of the image; `issue` is what of it could not be kept."""
