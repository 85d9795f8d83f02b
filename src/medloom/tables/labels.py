"""The row types of what figures and panels show."""

from typing import NamedTuple

from medloom.tables.literature import FigureMention


class FigureLabel(NamedTuple):
    """A modality, body part, plane, stain or use of contrast, and the words that say so."""

    kind: str
    """modality, body_part, plane, contrast, stain."""
    label: str
    """The key in the taxonomy: `ct`, `histology`, `chart`, `lower_limb`, `axial`."""
    name: str
    group: str | None
    """Of a modality: radiology, micrograph, visible light, signal, laboratory, graphic."""
    code: str | None
    """Of a modality, that of DICOM where there is one: `DCM:CT`."""
    score: int
    """The points of the words together, 5 at most; a modality with less than 2 is a guess."""
    source: str
    """Where the words stand: `caption`, `figure` (the caption around a panel), `mention`."""
    start: int
    end: int
    text: str
    """The words, which stand at `start` to `end` of the source's text."""
    rule: str
    """strong, plain, weak, pattern: how surely the words speak for the label."""


class PanelInFigure(NamedTuple):
    """A panel with what its figure says of all panels: `Panel`, and the last two columns."""

    id: str
    figure_id: str
    article_id: str
    letters: list[str]
    caption: str
    start: int
    end: int
    """Places in the figure's caption."""
    lead: str
    """The figure's caption in front of its first panel."""
    mentions: list[FigureMention]
    """Mentions of this panel, or of the whole figure."""
