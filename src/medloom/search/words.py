"""The words of an index: what a prefix or a nearly right spelling stands for."""

import lance

from medloom.search.index_rows import ALL_TEXT
from medloom.search.matching import is_near, words_of
from medloom.search.query import Fuzzy, Prefix
from medloom.search.stems import folded

_MOST = 200


class Words:
    """The words of all texts, read once."""

    def __init__(self, dataset: lance.LanceDataset) -> None:
        self._dataset = dataset
        self._known: set[str] | None = None

    def like(self, leaf: Prefix | Fuzzy) -> list[str]:
        """The words that a prefix begins, or that are spelt nearly so; at most 200."""
        wanted = folded("".join(words_of(leaf.text)[-1:]))
        if isinstance(leaf, Prefix):
            found = [one for one in self.known if one.startswith(wanted)]
        else:
            found = [one for one in self.known if is_near(wanted, one, leaf.edits)]
        return sorted(found, key=lambda one: (len(one), one))[:_MOST]

    @property
    def known(self) -> set[str]:
        """Every word of the texts, without case and accents."""
        if self._known is None:
            seen: set[str] = set()
            for batch in self._dataset.scanner(columns=[ALL_TEXT]).to_batches():
                seen.update(" ".join(batch.column(0).to_pylist()).split())
            self._known = {folded(word) for one in seen for word in words_of(one)}
        return self._known
