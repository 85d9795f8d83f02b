"""The words of an index: what a prefix or a nearly right spelling stands for.

The index itself knows only stems. So the words are read from the texts: from all rows of a small
table, and from rows at even distances of a large one. For a prefix in a large table the rows that
hold such a word are looked for, too, so that rare words are not missed.
"""

import re
from collections.abc import Iterable, Iterator

import lance
import pyarrow as pa

from medloom.search.index_rows import ALL_TEXT
from medloom.search.matching import is_near, words_of
from medloom.search.query import Fuzzy, Prefix
from medloom.search.stems import folded

_MOST = 200
ROWS_READ = 20_000
_ROWS_WITH_PREFIX = 2_000
_CHUNK = 500


class Words:
    """The words of the texts, read when they are first needed."""

    def __init__(self, dataset: lance.LanceDataset, rows_read: int = ROWS_READ) -> None:
        self._dataset = dataset
        self._rows_read = rows_read
        self._known: set[str] | None = None

    def like(self, leaf: Prefix | Fuzzy) -> list[str]:
        """The words that a prefix begins, or that are spelt nearly so; at most 200."""
        wanted = folded("".join(words_of(leaf.text)[-1:]))
        if isinstance(leaf, Prefix):
            every = self.known | self._beginning_with(wanted)
            found = [one for one in every if one.startswith(wanted)]
        else:
            found = [one for one in self.known if is_near(wanted, one, leaf.edits)]
        return sorted(found, key=lambda one: (len(one), one))[:_MOST]

    @property
    def known(self) -> set[str]:
        """Words of the texts, without case and accents."""
        if self._known is None:
            self._known = _distinct(self._texts())
        return self._known

    def _texts(self) -> Iterator[pa.Array]:
        rows = self._dataset.count_rows()
        if rows <= self._rows_read:
            for batch in self._dataset.scanner(columns=[ALL_TEXT]).to_batches():
                yield batch.column(0)
        else:
            places = [n * rows // self._rows_read for n in range(self._rows_read)]
            yield self._dataset.take(places, columns=[ALL_TEXT])[ALL_TEXT].combine_chunks()

    def _beginning_with(self, prefix: str) -> set[str]:
        if self._dataset.count_rows() <= self._rows_read or not prefix.isascii():
            return set()
        pattern = f"(?i)(^|[^a-z0-9]){re.escape(prefix)}"
        scanner = self._dataset.scanner(
            columns=[ALL_TEXT],
            filter=f"regexp_like({ALL_TEXT}, '{pattern}')",
            limit=_ROWS_WITH_PREFIX,
        )
        return _distinct(batch.column(0) for batch in scanner.to_batches())


def _distinct(texts: Iterable[pa.Array]) -> set[str]:
    seen: set[str] = set()
    for column in texts:
        values = column.to_pylist()
        for at in range(0, len(values), _CHUNK):
            seen.update(" ".join(one or "" for one in values[at : at + _CHUNK]).split())
    return {folded(word) for one in seen for word in words_of(one)}
