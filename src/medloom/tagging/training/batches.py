"""Batches of examples for the network."""

from collections.abc import Sequence

import numpy as np
import torch

from medloom.tagging.encoder import layout
from medloom.tagging.gazetteer import Gazetteer
from medloom.tagging.training.inputs import Example, Knowledge
from medloom.tagging.training.network import Batch
from medloom.tagging.wordforms import known
from medloom.tagging.words import SKIPPED, key64, normal, rows


class Encoded:
    """The word forms of all examples, looked up once; makes batches."""

    def __init__(self, examples: Sequence[Example], knowledge: Knowledge, n_rows: int) -> None:
        self._ids: dict[str, int] = {"\0": 0}
        for one in examples:
            for word in one.words:
                self._ids.setdefault(word, len(self._ids))
        forms = list(self._ids)
        wanted = [rows(form, n_rows) for form in forms]
        self._sizes = np.array([len(one) for one in wanted])
        self._ends = np.cumsum(self._sizes)
        self._rows = np.concatenate(wanted)
        self._known = torch.from_numpy(known(forms, knowledge.tables))
        low: dict[str, int] = {}
        self._low = np.array([low.setdefault(form.lower(), len(low)) for form in forms])
        self._states: dict[int, np.ndarray] = {}
        self._find_names(examples, forms, knowledge.gazetteer)

    def _find_names(
        self, examples: Sequence[Example], forms: list[str], gazetteer: Gazetteer
    ) -> None:
        key = np.array([key64(normal(form)) for form in forms], np.uint64)
        symbols = np.array([key64("=" + form) for form in forms], np.uint64)
        alone = gazetteer.of_keys(key) | gazetteer.of_keys(symbols)
        opens, skipped = gazetteer.begins(key), np.array([form in SKIPPED for form in forms])
        self._offsets = 5 * np.arange(len(gazetteer.vocabularies))
        for one in examples:
            ids = self.ids(one)
            found = gazetteer.states(key[ids], alone[ids], opens[ids], skipped[ids])
            self._states[id(one)] = found.T + self._offsets

    def ids(self, example: Example) -> np.ndarray:
        """The ids of an example's word forms."""
        return np.array([self._ids[word] for word in example.words])

    def batch(self, examples: Sequence[Example]) -> tuple[Batch, np.ndarray]:
        """The batch of some examples, and the row at which each begins."""
        first, n = layout([len(one.words) for one in examples])
        ids, spaced, text = (np.zeros(n, np.int64) for _ in range(3))
        states = np.tile(self._offsets, (n, 1))
        for number, (one, start) in enumerate(zip(examples, first.tolist(), strict=True), 1):
            at = slice(start, start + len(one.words))
            ids[at], spaced[at], text[at] = self.ids(one), one.spaced, number
            states[at] = self._states[id(one)]
        form, form_of = np.unique(ids, return_inverse=True)
        sizes = self._sizes[form]
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        places = np.repeat(self._ends[form] - sizes - starts, sizes) + np.arange(sizes.sum())
        _, group = np.unique(text * (len(self._low) + 1) + self._low[ids], return_inverse=True)
        real = (ids > 0).astype(np.float32)[:, None]
        made = Batch(
            torch.from_numpy(self._rows[places]),
            torch.from_numpy(starts),
            torch.from_numpy(sizes.astype(np.float32)),
            self._known[torch.from_numpy(form)],
            torch.from_numpy(form_of),
            torch.from_numpy(states),
            torch.from_numpy(spaced).float(),
            torch.from_numpy(real),
            torch.from_numpy(group),
        )
        return made, first
