"""What the panels of figures show."""

from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.figure_labels import Text, label
from medloom.kit.figure_labels.taxonomy import checked, digest, of_file
from medloom.step import DigestedBy, adds
from medloom.tables.labels import FigureLabel
from medloom.tables.literature import FigureMention

Taxonomy = Annotated[str | None, AfterValidator(checked), DigestedBy(digest)]


@adds("labels")
class panel_labels:  # noqa: N801
    """Say what a panel shows from its part of the caption and, where that lacks, from the rest.

    As `figure_labels`; between the panel's own words and the mentions comes `lead`, what the
    figure's caption says in front of its panels (`source` is `figure`). The step
    `panels_in_figures` makes the rows.

    >>> lead, panels = "MRI of the brain.", ["T2-weighted image.", "After surgery.", "Blood count."]
    >>> found = panel_labels()(panels, [lead] * 3, [[]] * 3)
    >>> [[(one.label, one.source) for one in labels] for labels in found][1]
    [('mri', 'figure'), ('brain', 'figure')]
    """

    def __init__(self, *, taxonomy: Taxonomy = None) -> None:
        self.known = of_file(taxonomy)

    def __call__(
        self, caption: list[str], lead: list[str], mentions: list[list[FigureMention]]
    ) -> list[list[FigureLabel]]:
        """The labels of each panel."""
        rows = zip(caption, lead, mentions, strict=True)
        return [
            label([Text("caption", own), Text("figure", front), *_texts(about)], self.known)
            for own, front, about in rows
        ]


def _texts(mentions: list[FigureMention]) -> list[Text]:
    return [Text("mention", one.sentence) for one in mentions]
