"""Tag texts with any model that scores the labels of sub-word tokens."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from medloom.errors import MedloomError
from medloom.tables.spans import MadeBy, Span
from medloom.tagging.merging import Aggregation, Mention, mentions, tags, word_starts
from medloom.tagging.windows import Window, batches, parts, windows

Numbers = NDArray[np.int64]
Score = Callable[[Numbers, Numbers], NDArray[np.float32]]
"""From token numbers and mask, both [rows, tokens], to logits [rows, tokens, labels]."""
_PART_CHARACTERS = 50_000
_AT_ONCE_CHARACTERS = 2_000_000


class ModelFileError(MedloomError):
    """A model's files are missing, or are not those of a token classifier."""


class Tokens(NamedTuple):
    """The tokens of a part of a text."""

    ids: list[int]
    places: list[tuple[int, int]]
    """In the whole text."""
    opens: list[bool]


class TokenClassifier:
    """A model with its tokenizer: texts in, mentions out."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        id2label: dict[int, str],
        score: Score,
        *,
        window: int,
        overlap: int,
        batch_tokens: int,
        aggregation: Aggregation,
    ) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer, self._tags, self._score = tokenizer, tags(id2label), score
        self._before, self._after = around(tokenizer)
        self._size = window - len(self._before) - len(self._after)
        self._overlap, self._batch_tokens = min(overlap, self._size // 2), batch_tokens
        self._aggregation = aggregation

    def spans(
        self, texts: Sequence[str], labels: frozenset[str], min_score: float, made_by: MadeBy
    ) -> list[list[Span]]:
        """The mentions of each text that have a wanted label (all, if none is) and score."""
        return [
            [
                Span(
                    one.start,
                    one.end,
                    one.label,
                    text[one.start : one.end],
                    score=round(one.score, 4),
                    made_by=made_by,
                )
                for one in found
                if one.score >= min_score and (not labels or one.label in labels)
            ]
            for text, found in zip(texts, self.mentions(texts), strict=True)
        ]

    def mentions(self, texts: Sequence[str]) -> list[list[Mention]]:
        """The mentions of each text, in order."""
        found: list[list[Mention]] = [[] for _ in texts]
        waiting: list[tuple[int, int, str]] = []
        size = 0
        for number, text in enumerate(texts):
            for start, part in parts(text, _PART_CHARACTERS):
                waiting.append((number, start, part))
                size += len(part)
                if size > _AT_ONCE_CHARACTERS:
                    self._tag(waiting, texts, found)
                    waiting, size = [], 0
        self._tag(waiting, texts, found)
        return found

    def _tag(
        self,
        waiting: Sequence[tuple[int, int, str]],
        texts: Sequence[str],
        found: list[list[Mention]],
    ) -> None:
        """Tag parts of texts, and add what is found to the texts' mentions."""
        tokens = self._tokens(waiting)
        for (number, _, _), one, sure in zip(waiting, tokens, self._probable(tokens), strict=True):
            for mention in mentions(sure, one.places, one.opens, self._tags, self._aggregation):
                if kept := _stripped(mention, texts[number]):
                    found[number].append(kept)

    def _tokens(self, waiting: Sequence[tuple[int, int, str]]) -> list[Tokens]:
        made = self._tokenizer.encode_batch(
            [part for _, _, part in waiting], add_special_tokens=False
        )
        return [
            Tokens(
                one.ids,
                [(start + a, start + b) for a, b in one.offsets],
                word_starts(one.offsets, one.word_ids),
            )
            for (_, start, _), one in zip(waiting, made, strict=True)
        ]

    def _probable(self, tokens: Sequence[Tokens]) -> list[NDArray[np.float32]]:
        """The probabilities of the labels of all tokens, each from the window that sees it best."""
        n_labels = len(self._tags)
        sure = [np.zeros((len(one.ids), n_labels), np.float32) for one in tokens]
        asked: list[tuple[int, Window]] = [
            (number, window)
            for number, one in enumerate(tokens)
            if one.ids
            for window in windows(one.opens, self._size, self._overlap)
        ]
        for batch in batches([w.end - w.start for _, w in asked], self._batch_tokens):
            rows = [asked[at] for at in batch]
            answers = self._answers([tokens[n].ids[w.start : w.end] for n, w in rows])
            for (number, window), answer in zip(rows, answers, strict=True):
                first, last = window.first - window.start, window.last - window.start
                sure[number][window.first : window.last] = softmax(answer[first:last])
        return sure

    def _answers(self, rows: Sequence[list[int]]) -> NDArray[np.float32]:
        before, after = self._before, self._after
        width = max(map(len, rows)) + len(before) + len(after)
        ids = np.zeros((len(rows), width), np.int64)
        mask = np.zeros((len(rows), width), np.int64)
        for number, row in enumerate(rows):
            whole = [*before, *row, *after]
            ids[number, : len(whole)] = whole
            mask[number, : len(whole)] = 1
        scores = self._score(ids, mask)
        if scores.shape != (*ids.shape, len(self._tags)):
            raise ModelFileError(
                f"the model answers {scores.shape}, not {(*ids.shape, len(self._tags))}: "
                "it is no token classifier, or its config.json lists other labels"
            )
        return scores[:, len(before) :]


def around(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The special tokens that a model wants before and behind a text."""
    with_them, without = tokenizer.encode("a").ids, tokenizer.encode("a", add_special_tokens=False)
    n = len(without.ids)
    at = next((i for i in range(len(with_them)) if with_them[i : i + n] == without.ids), 0)
    return with_them[:at], with_them[at + n :]


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities of each row.

    >>> softmax(np.zeros((1, 2), np.float32)).tolist()
    [[0.5, 0.5]]
    """
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True, initial=-1e30))
    found: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return found


def labels_of(config: Path) -> tuple[dict[int, str], dict[str, Any]]:
    """The labels that a `config.json` lists by number, and the whole of it.

    Raises ModelFileError where it cannot be read or lists none.
    """
    try:
        read = json.loads(config.read_text(encoding="utf-8"))
        listed = {int(number): str(label) for number, label in read["id2label"].items()}
        tags(listed)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelFileError(
            f"{config}: no labels in `id2label` ({type(error).__name__}); it must be the config "
            "of a token classification model"
        ) from error
    return listed, read


def _stripped(mention: Mention, text: str) -> Mention | None:
    """A mention without white space at its ends, which some tokenizers count in."""
    inside = text[mention.start : mention.end]
    start = mention.start + len(inside) - len(inside.lstrip())
    end = mention.end - (len(inside) - len(inside.rstrip()))
    return mention._replace(start=start, end=end) if start < end else None
