"""Vectors brought to a plane, the same way each time, once a version of a table."""

from collections import OrderedDict
from importlib.util import find_spec
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.collection.collection import Collection
from medloom.errors import InputError
from medloom.web.records.vectors import Places, Vectors, read, sample

MOST_POINTS = 200_000
_FITTED_ON = 20_000
_SEED = 0
_LEAST_POINTS = 3
Floats = npt.NDArray[np.float32]


class Method(NamedTuple):
    """A way to project: its name, the package that it needs, the most points that it takes."""

    name: str
    title: str
    package: str | None
    most: int


METHODS = (
    Method("pca", "PCA", None, MOST_POINTS),
    Method("umap", "UMAP", "umap", 50_000),
    Method("tsne", "t-SNE", "sklearn", 1_500),
)


class Projection(NamedTuple):
    """Points in a plane, x and y between -1 and 1, with the positions of their rows."""

    points: Floats
    places: Places
    n_rows: int
    """All rows of the table."""
    n_sampled: int
    """Rows that were drawn; those of them without a vector are not among the points."""
    explained: float | None
    """Of PCA: the share of the variance that the plane keeps."""


_held: "OrderedDict[tuple[Any, ...], Projection]" = OrderedDict()
_lock = Lock()
_working = Lock()


def methods() -> list[Method]:
    """The methods whose packages are installed."""
    return [one for one in METHODS if one.package is None or find_spec(one.package)]


def project(collection: Collection, which: Vectors, method: str) -> Projection:
    """Project the vectors of a table; the same table gives the same picture.

    Raises InputError for a method that is not there and where there are too few vectors.
    """
    chosen = next((one for one in methods() if one.name == method), None)
    if chosen is None:
        known = ", ".join(one.name for one in methods())
        raise InputError(f"no projection '{method}' here; there are: {known}")
    version = collection.record["tables"][which.table]["version"]
    key = (collection.uri, which, version, method)
    with _working:  # a second request for the same waits for the first
        with _lock:
            if key in _held:
                _held.move_to_end(key)
                return _held[key]
        made = _projected(collection, which, chosen)
        with _lock:
            _held[key] = made
            while len(_held) > 6:
                _held.popitem(last=False)
    return made


def _projected(collection: Collection, which: Vectors, method: Method) -> Projection:
    drawn, n_rows = sample(collection, which, method.most, _SEED)
    if method.package:
        pieces = list(read(collection, which, drawn))
        places, values = _joined(pieces)
        points, explained = _neighbours(method.name, values), None
    else:
        places, points, explained = _pca(collection, which, drawn)
    order = np.argsort(places, kind="stable")
    return Projection(_scaled(points[order]), places[order], n_rows, len(drawn), explained)


def _joined(pieces: list[Any]) -> tuple[Places, Floats]:
    size = pieces[0].values.shape[1] if pieces else 0
    kept = [one for one in pieces if one.values.shape[1] == size]
    if sum(len(one.places) for one in kept) < _LEAST_POINTS:
        raise InputError("there are too few vectors for a map: it takes three")
    return np.concatenate([p.places for p in kept]), np.concatenate([p.values for p in kept])


def _pca(collection: Collection, which: Vectors, drawn: Places) -> tuple[Places, Floats, float]:
    """Principal components, fitted on 20,000 of the rows at most, read in pieces."""
    step = max(1, -(-len(drawn) // _FITTED_ON))
    _, values = _joined(list(read(collection, which, drawn[::step])))
    mean = values.mean(axis=0, dtype=np.float64)
    centred = values - mean
    spread, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred / len(values))
    two = axes[:, ::-1][:, :2]
    two = two * np.sign(two[np.abs(two).argmax(axis=0), [0, 1]])  # else the sign is anybody's
    places, points = [], []
    for piece in read(collection, which, drawn):
        if piece.values.shape[1] == len(mean):
            places.append(piece.places)
            points.append((piece.values - mean) @ two)
    share = float(spread[::-1][:2].sum() / max(spread.sum(), 1e-12))
    return np.concatenate(places), np.concatenate(points).astype(np.float32), share


def _neighbours(method: str, values: Floats) -> Floats:
    """UMAP or t-SNE over vectors of length one, from a fixed seed."""
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    if method == "umap":
        import umap  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415

        made = umap.UMAP(metric="cosine", random_state=_SEED, n_jobs=1).fit_transform(unit)
    else:
        from sklearn.manifold import TSNE  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

        likes = min(30.0, (len(unit) - 1) / 3)
        made = TSNE(perplexity=likes, init="pca", random_state=_SEED).fit_transform(unit)
    return np.asarray(made, np.float32)


def _scaled(points: Floats) -> Floats:
    """Both axes by the same factor into -1 to 1."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = float((high - low).max()) / 2 or 1.0
    return np.asarray((points - (low + high) / 2) / half, np.float32)
