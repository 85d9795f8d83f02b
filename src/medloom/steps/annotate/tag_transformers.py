"""Mentions by a neural model of the transformers library."""

from typing import Annotated

from pydantic import AfterValidator, Field

from medloom.step import DigestedBy, adds
from medloom.tables.spans import MadeBy, Span
from medloom.tagging.merging import Aggregation
from medloom.tagging.transformers_model import checked, digest_of, load


@adds("spans")
class tag_transformers:  # noqa: N801 - a step is named as recipes call it
    """Find mentions with any token classification model that transformers can open.

    `model` is a folder, or a hub id that is in the cache or can be fetched; `device` is `cpu`,
    `cuda` or another of PyTorch. Long texts are seen through windows of `window` tokens that
    share `overlap`; every token is answered by the window that sees it best. The tokens of a word
    decide by the `first` of them, by the surest (`max`) or by their `mean`. The score is the mean
    probability of a mention's words; mentions below `min_score` are left out. `labels` keeps
    only some, by the model's names.

    >>> tag_transformers.settings.model_fields["window"].default
    256
    """

    def __init__(
        self,
        *,
        model: Annotated[str, AfterValidator(checked), DigestedBy(digest_of)],
        labels: list[str] = [],  # noqa: B006
        min_score: Annotated[float, Field(ge=0, le=1)] = 0.0,
        aggregation: Aggregation = "first",
        window: Annotated[int, Field(ge=16)] = 256,
        overlap: Annotated[int, Field(ge=0)] = 64,
        batch_tokens: Annotated[int, Field(ge=16)] = 4096,
        threads: Annotated[int, Field(ge=1)] = 1,
        device: str = "cpu",
    ) -> None:
        self._model = load(
            model,
            window=window,
            overlap=overlap,
            batch_tokens=batch_tokens,
            aggregation=aggregation,
            threads=threads,
            device=device,
        )
        self._labels, self._min_score = frozenset(labels), min_score
        self._made_by = MadeBy("tag_transformers", model, digest_of(model))

    def __call__(self, text: list[str]) -> list[list[Span]]:
        """The spans of each text, in order."""
        return self._model.spans(text, self._labels, self._min_score, self._made_by)
