"""Vectors of another set, and which of them lie close to given ones."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
_AT_ONCE = 4_096


def unit(vectors: Sequence[Sequence[float]]) -> F32:
    """Vectors at length 1; those of length 0 stay.

    >>> unit([[3.0, 4.0], [0.0, 0.0]]).round(2).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    made = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(made, axis=1, keepdims=True)
    np.divide(made, lengths, out=made, where=lengths > 0)
    return made


class OtherVectors:
    """The vectors of the other set, at length 1.

    >>> OtherVectors([[[1.0, 0.0]], [[0.0, 2.0]]]).close([[0.1, 5.0]], least=0.9)
    [[(1, 0.9998000264167786)]]
    """

    def __init__(self, batches: Iterable[Sequence[Sequence[float]]]) -> None:
        parts = [unit(some) for some in batches if len(some)]
        self.vectors = np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)

    def close(
        self, vectors: Sequence[Sequence[float]], least: float
    ) -> list[list[tuple[int, float]]]:
        """The vectors of the other set whose cosine is at least `least`, the closest first."""
        found: list[list[tuple[int, float]]] = [[] for _ in vectors]
        if not len(vectors) or not len(self.vectors):
            return found
        given = unit(vectors)
        for start in range(0, len(self.vectors), _AT_ONCE):
            cosines = given @ self.vectors[start : start + _AT_ONCE].T
            for one, other in np.argwhere(cosines >= least).tolist():
                found[one].append((start + other, float(cosines[one, other])))
        for row in found:
            row.sort(key=lambda one: (-one[1], one[0]))
        return found
