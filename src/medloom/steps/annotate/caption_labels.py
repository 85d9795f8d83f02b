"""What figures show, from their captions alone."""

from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.figure_labels import Text, label
from medloom.kit.figure_labels.taxonomy import checked, digest, of_file
from medloom.step import DigestedBy, adds
from medloom.tables.labels import FigureLabel

Taxonomy = Annotated[str | None, AfterValidator(checked), DigestedBy(digest)]


@adds("labels")
class caption_labels:  # noqa: N801
    """Say what a figure shows (modality, body part, plane, stain, contrast) from its caption.

    Rules only: each label comes with the words that fired and their places. `taxonomy` is the path
    of a YAML file of your own, like `taxonomy.yaml` in `medloom/kit/figure_labels`. Where there are
    sentences that mention a figure, `figure_labels` reads them too; panels have `panel_labels`.

    >>> found = caption_labels()(["Axial CT of the chest showing a nodule (arrow)."])[0]
    >>> [(one.kind, one.label, one.text) for one in found]
    [('modality', 'ct', 'Axial CT'), ('body_part', 'chest', 'chest'), ('plane', 'axial', 'Axial')]
    """

    def __init__(self, *, taxonomy: Taxonomy = None) -> None:
        self.known = of_file(taxonomy)

    def __call__(self, caption: list[str]) -> list[list[FigureLabel]]:
        """The labels of each caption."""
        return [label([Text("caption", one)], self.known) for one in caption]
