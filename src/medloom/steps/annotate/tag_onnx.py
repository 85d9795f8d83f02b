"""Mentions by a neural model in an ONNX file, on the processor."""

from typing import Annotated

from pydantic import AfterValidator, Field

from medloom.step import DigestedBy, adds
from medloom.tables.spans import MadeBy, Span
from medloom.tagging.merging import Aggregation
from medloom.tagging.onnx_model import checked, digest_of, files_of, load


@adds("spans")
class tag_onnx:  # noqa: N801 - a step is named as recipes call it
    """Find mentions with any token classification model in ONNX form.

    `model` is a folder with `model.onnx`, `tokenizer.json` and `config.json`, as exporters write
    it, or the `.onnx` file itself. Long texts are seen through windows of `window` tokens that
    share `overlap`; every token is answered by the window that sees it best. The tokens of a word
    decide by the `first` of them, by the surest (`max`) or by their `mean`. The score is the mean
    probability of a mention's words; mentions below `min_score` are left out. `labels` keeps
    only some, by the model's names.

    >>> try:
    ...     tag_onnx.using(model="no/such/folder")
    ... except ValueError as error:
    ...     print(error.errors()[0]["msg"])
    Value error, no/such/folder: there is no such model; give a folder or a .onnx file
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
    ) -> None:
        self._model = load(
            model,
            window=window,
            overlap=overlap,
            batch_tokens=batch_tokens,
            aggregation=aggregation,
            threads=threads,
        )
        self._labels, self._min_score = frozenset(labels), min_score
        self._made_by = MadeBy("tag_onnx", files_of(model).model.name, digest_of(model))

    def __call__(self, text: list[str]) -> list[list[Span]]:
        """The spans of each text, in order."""
        return self._model.spans(text, self._labels, self._min_score, self._made_by)
