"""Mentions of diseases, chemicals and more by a small model that comes with Medloom."""

from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from medloom.step import DigestedBy, adds
from medloom.tables import MadeBy, Span
from medloom.tagging.modelfile import BUILT_IN, Head, ModelError, digest_of, load, place_of
from medloom.tagging.tagger import Tagger


def _is_there(model: str) -> str:
    try:
        place_of(model)
    except ModelError as error:
        raise ValueError(str(error)) from None
    return model


def _known(given: ValidationInfo) -> tuple[Head, ...]:
    try:
        return load(given.data["model"]).heads if "model" in given.data else ()
    except ModelError as error:
        raise ValueError(str(error)) from None


def _are_heads(heads: list[str], given: ValidationInfo) -> list[str]:
    known = [one.name for one in _known(given)]
    unknown = [one for one in heads if known and one not in known]
    if unknown:
        raise ValueError(f"there is no head {unknown[0]}; the model has {', '.join(known)}")
    return heads


def _are_labels(labels: list[str], given: ValidationInfo) -> list[str]:
    known = sorted({label for one in _known(given) for label in one.labels})
    unknown = [one for one in labels if known and one not in known]
    if unknown:
        raise ValueError(f"there is no label {unknown[0]}; the model has {', '.join(known)}")
    return labels


@adds("spans")
class tag:  # noqa: N801 - a step is named as recipes call it
    """Find mentions with a small model that comes with Medloom, on the processor, offline.

    A model has one head for each corpus that it learned, and the heads do not mix guidelines:
    `heads` names those to ask, `labels` the labels to keep; empty is all. The heads of the
    built-in model are in `docs/reference/models.md`. `model` may be a file that
    `medloom tagger train` made. Each text is a document of its own: give it whole, since the
    same word elsewhere in the text helps. Spans come in order of their place, those of
    different heads may overlap, and are told apart by `made_by.rule`, which names the head.

    The score is the least of the probabilities of the tags that make the mention, of a linear
    chain (a conditional random field; Lafferty et al. 2001); spans below `min_score` are left
    out.

    >>> find = tag(heads=["bc5cdr"])
    >>> [(s.text, s.label) for s in find(["Lithium may cause tremor and renal failure."])[0]]
    [('Lithium', 'Chemical'), ('tremor', 'Disease'), ('renal failure', 'Disease')]
    """

    def __init__(
        self,
        *,
        model: Annotated[str, AfterValidator(_is_there), DigestedBy(digest_of)] = BUILT_IN,
        heads: Annotated[list[str], AfterValidator(_are_heads)] = ["bc5cdr"],  # noqa: B006
        labels: Annotated[list[str], AfterValidator(_are_labels)] = [],  # noqa: B006
        min_score: float = 0.0,
    ) -> None:
        loaded = load(model)
        self._tagger = Tagger(loaded, heads or None)
        self._labels = frozenset(labels or (one for h in self._tagger.heads for one in h.labels))
        self._min_score = min_score
        name = str(loaded.card["name"])
        self._made_by = {
            head.name: MadeBy("tag", name, loaded.digest, head.name) for head in loaded.heads
        }

    def __call__(self, text: list[str]) -> list[list[Span]]:
        """The spans of each text, in order."""
        return [
            [
                Span(
                    one.start,
                    one.end,
                    one.label,
                    whole[one.start : one.end],
                    score=one.score,
                    made_by=self._made_by[one.head],
                )
                for one in found
                if one.label in self._labels and one.score >= self._min_score
            ]
            for whole, found in zip(text, self._tagger.mentions(text), strict=True)
        ]
