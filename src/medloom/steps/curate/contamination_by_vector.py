"""Rows whose vector lies close to one of another set."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.other_sets import checked, digest_of_set, rows_of
from medloom.kit.overlap import OtherVectors
from medloom.step import DigestedBy, adds
from medloom.tables.duplicates import Overlap


@adds("contamination_by_vector")
class contamination_by_vector:  # noqa: N801 - steps are named as functions are
    """Find the rows of another set whose vector is close to a row's: the same in other words.

    All pairs are compared: nothing is missed, and the time grows with the product of the two sets.
    `least_cosine` depends on the model that made the vectors; look at some pairs first. `against`
    is as in `contamination`; its rows need `vector_column` and `id_column`.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     test = Path(folder, "test.jsonl")
    ...     _ = test.write_text('{"id": "q1", "vector": [1.0, 0.0]}\\n')
    ...     step = contamination_by_vector(against=str(test))
    >>> [[one.other_id for one in row] for row in step([[0.99, 0.01], [0.0, 1.0]])]
    [['q1'], []]
    """

    def __init__(
        self,
        *,
        against: Annotated[str, AfterValidator(checked), DigestedBy(digest_of_set)],
        vector_column: str = "vector",
        id_column: str = "id",
        least_cosine: float = 0.95,
        most_listed: int = 10,
    ) -> None:
        self._ids: list[str] = []
        self._others = OtherVectors(self._read(against, id_column, vector_column))
        self._least, self._most = least_cosine, most_listed

    def __call__(self, vector: list[list[float]]) -> list[list[Overlap]]:
        """The rows of the other set that are close to each vector."""
        return [
            [
                Overlap(self._ids[other], "vector", cosine, cosine, None, None)
                for other, cosine in row[: self._most]
            ]
            for row in self._others.close(vector, self._least)
        ]

    def _read(
        self, against: str, id_column: str, vector_column: str
    ) -> Iterator[Sequence[Sequence[float]]]:
        for some in rows_of(against, [id_column, vector_column]):
            known = [
                (row_id, one)
                for row_id, one in zip(some[id_column], some[vector_column], strict=True)
                if one is not None
            ]
            self._ids += [str(row_id) for row_id, _ in known]
            yield [one for _, one in known]
