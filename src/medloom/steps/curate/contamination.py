"""Rows that stand in another set, too: a test that leaked into training texts."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.other_sets import checked, digest_of_set, rows_of
from medloom.kit.overlap import OtherTexts
from medloom.step import DigestedBy, adds
from medloom.tables.duplicates import Overlap


@adds("contamination")
class contamination:  # noqa: N801 - steps are named as functions are
    """Find the texts of another set of which a row's text has a part.

    Compared are normalised runs of `n_words` words; with a text of the other set that has fewer,
    runs of `n_short` words; even shorter ones are not compared. Listed are the `most_listed`
    texts with the greatest share, from `least_share` of the row's runs, or of the other text's.

    `against` is a Parquet, JSONL, CSV or TSV file, a folder of such files, or `COLLECTION#table`;
    its rows need the columns `text_column` and `id_column`. They are read once for each worker and
    take about 12 bytes a word there.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     test = Path(folder, "test.csv")
    ...     _ = test.write_text("id,text\\nq1,Which drug at which dose stops a child's fits?\\n")
    ...     step = contamination(against=str(test))
    >>> found = step(["Q: which drug, at which dose, stops a child’s fits? A: none.", "No."])
    >>> [(one.other_id, one.share_of_other, one.start, one.end) for one in found[0]], found[1]
    ([('q1', 1.0, 3, 50)], [])
    """

    def __init__(
        self,
        *,
        against: Annotated[str, AfterValidator(checked), DigestedBy(digest_of_set)],
        text_column: str = "text",
        id_column: str = "id",
        n_words: int = 13,
        n_short: int = 8,
        least_share: float = 0.0,
        most_listed: int = 10,
    ) -> None:
        self._ids: list[str] = []
        self._texts = OtherTexts(self._read(against, id_column, text_column), n_words, n_short)
        self._least, self._most = least_share, most_listed

    def __call__(self, text: list[str]) -> list[list[Overlap]]:
        """What each text shares with those of the other set."""
        return [
            [
                Overlap(self._ids[one.other], "text", *one[1:])
                for one in row
                if max(one.share, one.share_of_other) >= self._least
            ][: self._most]
            for row in self._texts.shared(text)
        ]

    def _read(self, against: str, id_column: str, text_column: str) -> Iterator[Sequence[str]]:
        for some in rows_of(against, [id_column, text_column]):
            self._ids += map(str, some[id_column])
            yield [text or "" for text in some[text_column]]
