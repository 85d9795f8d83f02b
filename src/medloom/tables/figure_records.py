"""The row type of a figure image that stands for itself, with all that is said of it."""

from typing import NamedTuple

from medloom.tables.literature import FigureMention


class FigureRecord(NamedTuple):
    """One image of a figure with its caption, its article and its licence."""

    id: str
    article_id: str
    figure_id: str
    label: str | None
    """As printed: `Figure 1`."""
    caption: str
    mentions: list[FigureMention]
    """The passages that refer to the figure, with the sentences that do."""
    pmid: str | None
    doi: str | None
    title: str | None
    """Of the article."""
    journal: str | None
    year: int | None
    is_retracted: bool
    license: str
    """The code of the figure's own licence, else that of its article."""
    file: str
    bytes: bytes
    """The image file, as it came."""
    format: str
    """As Pillow names it: JPEG, PNG, TIFF, GIF, WEBP."""
    width: int
    height: int
    """Pixels."""
