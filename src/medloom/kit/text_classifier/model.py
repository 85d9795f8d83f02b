"""Train, save, load and ask a classifier of texts."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from medloom.kit.digests import digest_of_file
from medloom.kit.text_classifier.fitting import Linear, Matrix, calibrate, fit, folds, softmax
from medloom.kit.text_classifier.hashing import N_BUCKETS, Sparse, counted

FORMAT = 1
_N_FOLDS, _LEAST_TEXTS, _PENALTY = 5, 2, 0.05


class ModelFileError(ValueError):
    """A file is not a classifier that can be used; the message says why."""


@dataclass(frozen=True)
class Classifier:
    """A trained classifier: what it looks at, and what it makes of it."""

    labels: tuple[str, ...]
    buckets: NDArray[np.int32]
    """The hashed words and pairs that it knows, ascending."""
    rarity: NDArray[np.float32]
    """Of each: the logarithm of how rare it is among texts."""
    linear: Linear
    scale: NDArray[np.float64]
    """The factor and the constants of the calibration."""
    about: dict[str, Any]
    """What it was trained on: counts, and scores of texts held out."""

    def probabilities(self, texts: Sequence[str]) -> Matrix:
        """The calibrated probability of each label, a row a text."""
        if not texts:
            return np.zeros((0, len(self.labels)))
        rows = _weighted(_known(counted(texts), self.buckets), self.rarity)
        return softmax(self.linear.scores(rows) * self.scale[0] + self.scale[1:])

    def save(self, path: str | Path) -> None:
        """Write it to a file; the same classifier makes the same bytes."""
        arrays: dict[str, NDArray[Any]] = {
            "buckets": self.buckets,
            "rarity": self.rarity.astype(np.float16),
            "weights": self.linear.weights.astype(np.float16),
            "constants": self.linear.constants,
            "scale": self.scale,
        }
        card = {"format": FORMAT, "labels": self.labels, "about": self.about}
        with ZipFile(path, "w", ZIP_DEFLATED) as packed:
            packed.writestr(_entry("card.json"), json.dumps(card, sort_keys=True))
            for name, array in arrays.items():
                raw = io.BytesIO()
                np.save(raw, array, allow_pickle=False)
                packed.writestr(_entry(f"{name}.npy"), raw.getvalue())


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # not now: the bytes would differ
    entry.compress_type = ZIP_DEFLATED
    return entry


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    groups: Sequence[str] | None = None,
    penalty: float = _PENALTY,
) -> tuple[Classifier, Matrix]:
    """A classifier, and the probabilities that it gave each text when the text was held out.

    `groups` keeps texts that belong together (of an article, of a patient) in one fold. Raises
    ValueError where there are fewer than two labels, or fewer than two texts of one.

    >>> texts = [f"{sort} number {n}" for n in range(9) for sort in ("cough", "tumour")]
    >>> model, _ = train(texts, [text.split()[0] for text in texts])
    >>> model.probabilities(["a tumour"]).argmax(), model.labels
    (np.int64(1), ('cough', 'tumour'))
    """
    names, numbers = _numbered(labels)
    rows = counted(texts)
    held_out = _out_of_fold(rows, numbers, len(names), groups or list(texts), penalty)
    scale = calibrate(held_out, numbers)
    chances = softmax(held_out * scale[0] + scale[1:])
    known = _common(rows)
    rarity = _rarity(_known(rows, known))
    linear = fit(_weighted(_known(rows, known), rarity), numbers, len(names), penalty)
    of_label = dict(zip(names, np.bincount(numbers).tolist(), strict=True))
    about = {"texts": len(texts), "of_label": of_label, "penalty": penalty}
    return Classifier(names, known, rarity, linear, scale, about), chances


def out_of_fold(
    texts: Sequence[str],
    labels: Sequence[str],
    groups: Sequence[str] | None = None,
    penalty: float = _PENALTY,
) -> tuple[tuple[str, ...], Matrix]:
    """The labels, and the calibrated probabilities of each text by models that did not see it."""
    names, numbers = _numbered(labels)
    scores = _out_of_fold(counted(texts), numbers, len(names), groups or list(texts), penalty)
    scale = calibrate(scores, numbers)
    return names, softmax(scores * scale[0] + scale[1:])


@lru_cache(8)
def _loaded(path: str, digest: str) -> Classifier:
    try:
        with ZipFile(path) as packed:
            card = json.loads(packed.read("card.json"))
            if card["format"] != FORMAT:
                raise ModelFileError(f"{path} is of format {card['format']}, not {FORMAT}")
            names = ("buckets", "rarity", "weights", "constants", "scale")
            raw = [io.BytesIO(packed.read(f"{name}.npy")) for name in names]
    except (BadZipFile, KeyError, ValueError) as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(f"{path} is not a file of `medloom filter train`") from error
    buckets, rarity, weights, constants, scale = (np.load(one, allow_pickle=False) for one in raw)
    linear = Linear(weights.astype(np.float64), constants)
    return Classifier(
        tuple(card["labels"]), buckets, rarity.astype(np.float32), linear, scale, card["about"]
    )


def load(path: str | Path) -> Classifier:
    """A classifier from its file, read once. Raises ModelFileError."""
    return _loaded(str(path), digest_of(str(path)))


def digest_of(path: str) -> str:
    """A hash of a classifier's file. Raises ModelFileError where it cannot be read."""
    try:
        return digest_of_file(path)
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror}") from error


def _numbered(labels: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError(f"to learn from, there must be two labels or more; there are: {names}")
    places = {name: number for number, name in enumerate(names)}
    numbers = np.array([places[one] for one in labels])
    rare = [name for name, n in zip(names, np.bincount(numbers), strict=True) if n < 2]
    if rare:
        raise ValueError(
            f"there is a single text of: {', '.join(rare)}; leave it out, or find more"
        )
    return names, numbers


def _out_of_fold(
    rows: Sparse, numbers: NDArray[np.int64], n_classes: int, groups: Sequence[str], penalty: float
) -> Matrix:
    fold = folds(groups, numbers, _N_FOLDS)
    scores = np.zeros((rows.n_rows, n_classes))
    for one in range(_N_FOLDS):
        held = fold == one
        if not held.any() or held.all():
            continue
        learn = rows.some(~held)
        known = _common(learn)
        rarity = _rarity(_known(learn, known))
        linear = fit(_weighted(_known(learn, known), rarity), numbers[~held], n_classes, penalty)
        scores[held] = linear.scores(_weighted(_known(rows.some(held), known), rarity))
    return scores


def _common(rows: Sparse) -> NDArray[np.int32]:
    """The columns that stand in two texts or more; all, where none does."""
    n_texts = np.bincount(rows.columns, minlength=rows.n_columns)
    found = np.flatnonzero(n_texts >= _LEAST_TEXTS)
    return (found if len(found) else np.flatnonzero(n_texts)).astype(np.int32)


def _known(rows: Sparse, buckets: NDArray[np.int32]) -> Sparse:
    """The rows with the columns that are known, counted anew."""
    places = np.full(N_BUCKETS, -1, np.int32)
    places[buckets] = np.arange(len(buckets), dtype=np.int32)
    columns = places[rows.columns]
    keep = columns >= 0
    return Sparse(rows.rows[keep], columns[keep], rows.values[keep], rows.n_rows, len(buckets))


def _rarity(rows: Sparse) -> NDArray[np.float32]:
    n_texts = np.bincount(rows.columns, minlength=rows.n_columns)
    return (np.log((1 + rows.n_rows) / (1 + n_texts)) + 1).astype(np.float32)


def _weighted(rows: Sparse, rarity: NDArray[np.float32]) -> Sparse:
    """TF-IDF with damped counts, each row of length one."""
    values = (1 + np.log(rows.values)) * rarity[rows.columns]
    lengths = np.sqrt(np.bincount(rows.rows, values**2, rows.n_rows))
    return rows._replace(values=(values / lengths[rows.rows]).astype(np.float32))
