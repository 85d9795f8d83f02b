"""What figures and panels show, from their captions and the sentences that mention them."""

from collections.abc import Sequence
from itertools import repeat
from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.figure_labels import Text, label
from medloom.kit.figure_labels.taxonomy import checked, digest, of_file
from medloom.step import DigestedBy, adds
from medloom.tables.labels import FigureLabel
from medloom.tables.literature import FigureMention

Taxonomy = Annotated[str | None, AfterValidator(checked), DigestedBy(digest)]


@adds("labels")
class caption_labels:  # noqa: N801
    """Say what a figure shows: modality, body part, plane, stain, contrast.

    Rules only: each label comes with the words that fired and their places. What the caption does
    not say is looked for where the table has it: in `lead`, what the figure's caption says in front
    of its panels (`source` is `figure`; the step `panels_in_figures` makes it), then in the
    sentences that mention it, where only words that say it surely count (`source` is `mention`, and
    places are those in the sentence). `taxonomy` is the path of a YAML file of your own, like
    `taxonomy.yaml` in `medloom/kit/figure_labels`.

    >>> found = caption_labels()(["Axial CT of the chest showing a nodule (arrow)."])[0]
    >>> [(one.kind, one.label, one.text) for one in found]
    [('modality', 'ct', 'Axial CT'), ('body_part', 'chest', 'chest'), ('plane', 'axial', 'Axial')]
    >>> found = caption_labels()(["After surgery."], ["MRI of the brain."])[0]
    >>> [(one.label, one.source) for one in found]
    [('mri', 'figure'), ('brain', 'figure')]
    """

    def __init__(self, *, taxonomy: Taxonomy = None) -> None:
        self.known = of_file(taxonomy)

    def __call__(
        self,
        caption: list[str],
        lead: Sequence[str | None] = (),
        mentions: Sequence[list[FigureMention] | None] = (),
    ) -> list[list[FigureLabel]]:
        """The labels of each figure or panel."""
        rows = zip(caption, lead or repeat(None), mentions or repeat(None), strict=False)
        return [label(_texts(*row), self.known) for row in rows]


def _texts(caption: str, lead: str | None, mentions: Sequence[FigureMention] | None) -> list[Text]:
    texts = [Text("caption", caption)]
    if lead is not None:
        texts.append(Text("figure", lead))
    return texts + [Text("mention", one.sentence) for one in mentions or ()]
