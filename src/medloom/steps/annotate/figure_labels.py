"""What figures show, from their captions and the sentences that mention them."""

from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.figure_labels import Text, label
from medloom.kit.figure_labels.taxonomy import checked, digest, of_file
from medloom.step import DigestedBy, adds
from medloom.tables.labels import FigureLabel
from medloom.tables.literature import FigureMention

Taxonomy = Annotated[str | None, AfterValidator(checked), DigestedBy(digest)]


@adds("labels")
class figure_labels:  # noqa: N801
    """Say what a figure shows from its caption and, where that lacks, from its mentions.

    As `caption_labels`; where the caption names no modality or no body part, the sentences that
    mention the figure are read, and only words that say it surely count (`source` is `mention`, and
    the places are those in the sentence).

    >>> mention = FigureMention("PMC1/p/3", 0, 6, [], "Fig. 1: abdominal CT scan on admission.")
    >>> found = figure_labels()(["The patient on admission."], [[mention]])[0]
    >>> [(one.label, one.text, one.source) for one in found]
    [('ct', 'abdominal CT', 'mention'), ('abdomen', 'abdominal', 'mention')]
    """

    def __init__(self, *, taxonomy: Taxonomy = None) -> None:
        self.known = of_file(taxonomy)

    def __call__(
        self, caption: list[str], mentions: list[list[FigureMention]]
    ) -> list[list[FigureLabel]]:
        """The labels of each figure."""
        return [
            label(
                [Text("caption", one), *(Text("mention", each.sentence) for each in about)],
                self.known,
            )
            for one, about in zip(caption, mentions, strict=True)
        ]
