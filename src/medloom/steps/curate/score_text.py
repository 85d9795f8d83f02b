"""What a classifier learned from labels says of texts."""

from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.text_classifier import ModelFileError, digest_of, load
from medloom.step import DigestedBy, adds
from medloom.tables.text_labels import LabelScore


def _is_model(model: str) -> str:
    try:
        load(model)
    except ModelFileError as error:
        raise ValueError(str(error)) from None
    return model


@adds("text_label", "text_scores")
class score_text:  # noqa: N801 - a step is named as recipes call it
    """Label texts with a classifier that `medloom filter train` made.

    `text_label` is the likeliest label, `text_scores` the calibrated probability of each, the
    likeliest first. Where a recipe asks two models, it names the columns of one anew: `makes:
    {text_label: topic, text_scores: topic_scores}`.

    >>> import tempfile
    >>> from medloom.kit.text_classifier import train
    >>> texts = [f"{sort} number {n}" for n in range(9) for sort in ("cough", "tumour")]
    >>> model, _ = train(texts, [text.split()[0] for text in texts])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model.save(f"{folder}/m.npz")
    ...     (found,) = score_text(model=f"{folder}/m.npz")(["the tumour"])
    >>> found[0], [one.label for one in found[1]]
    ('tumour', ['tumour', 'cough'])
    """

    def __init__(
        self, *, model: Annotated[str, AfterValidator(_is_model), DigestedBy(digest_of)]
    ) -> None:
        self._model = load(model)

    def __call__(self, text: list[str]) -> list[tuple[str, list[LabelScore]]]:
        """The label and the scores of each text."""
        return [self._ordered(row) for row in self._model.probabilities(text).tolist()]

    def _ordered(self, row: list[float]) -> tuple[str, list[LabelScore]]:
        scores = [LabelScore(*one) for one in zip(self._model.labels, row, strict=True)]
        scores.sort(key=lambda one: -one.score)
        return scores[0].label, scores
