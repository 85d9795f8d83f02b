"""The network of a tagger in PyTorch, for training; `medloom.tagging.encoder` is its twin."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as f

from medloom.tagging.training.plan import Settings


class Batch(NamedTuple):
    """Rows of tokens with gaps, as `encoder.emissions` has them; word forms are listed once."""

    feature_rows: Tensor
    """The features of all forms, one after the other."""
    feature_starts: Tensor
    feature_counts: Tensor
    known: Tensor
    form_of: Tensor
    """int64[n]: which form each row is."""
    states: Tensor
    """int64[n, n_vocabularies]: rows of the table of states."""
    spaced: Tensor
    real: Tensor
    """float32[n, 1]: 0 in gaps."""
    group: Tensor
    """int64[n]: rows with the same number are the same word in the same text."""


class Network(nn.Module):  # type: ignore[misc]
    """Word forms, names, two convolutions, the document, one more, and the scores of tags."""

    def __init__(self, settings: Settings, known: int, n_states: int, n_outputs: int) -> None:
        super().__init__()
        self.settings = settings
        hidden, states = settings.hidden_width, settings.state_width
        self.features = nn.EmbeddingBag(settings.feature_rows, settings.feature_width, mode="sum")
        nn.init.normal_(self.features.weight, std=0.1)
        self.states = nn.EmbeddingBag(max(n_states, 1), states, mode="sum")
        nn.init.normal_(self.states.weight, std=0.1)
        self.form = nn.Linear(settings.feature_width + known, hidden)
        self.near = nn.Linear((hidden + states + 1) * 5, hidden)
        self.middle = nn.Linear(hidden * 3, hidden)
        self.document = nn.Linear(hidden, hidden)
        self.far = nn.Linear(hidden * 3, hidden)
        self.out = nn.Linear(hidden, n_outputs)

    def forward(self, batch: Batch) -> Tensor:
        """The scores of all tags of all heads: float32[n, n_outputs]."""
        settings, real = self.settings, batch.real
        forms = self._drop(f.relu(self.form(self._form_inputs(batch))))
        kept = self._kept(batch.states.shape, settings.name_dropout, scaled=False)
        if batch.states.shape[1]:
            named = f.relu(self.states(batch.states, per_sample_weights=kept))
        else:
            named = torch.zeros(len(batch.states), settings.state_width)
        inputs = torch.cat([forms[batch.form_of], named, batch.spaced[:, None]], 1) * real
        hidden = self._drop(f.relu(_around(self.near, inputs, 2, 1))) * real
        hidden = hidden + self._drop(f.relu(_around(self.middle, hidden, 1, 1))) * real
        hidden = hidden + self._drop(self._document(hidden, batch.group))[batch.group] * real
        hidden = hidden + self._drop(f.relu(_around(self.far, hidden, 1, 2))) * real
        scores: Tensor = self.out(hidden)
        return scores

    def _form_inputs(self, batch: Batch) -> Tensor:
        kept = self._kept(batch.feature_rows.shape, self.settings.feature_dropout, scaled=True)
        summed = self.features(batch.feature_rows, batch.feature_starts, per_sample_weights=kept)
        known = batch.known
        if self.training:
            known = known * (torch.rand(len(known), 1) > self.settings.known_dropout)
        return torch.cat([summed / batch.feature_counts.sqrt()[:, None], known], 1)

    def _document(self, hidden: Tensor, group: Tensor) -> Tensor:
        size = int(group.max()) + 1
        summed = torch.zeros(size, hidden.shape[1]).index_add(0, group, hidden)
        count = torch.zeros(size).index_add(0, group, torch.ones(len(group)))
        return f.relu(self.document(summed / count[:, None]))

    def _drop(self, values: Tensor) -> Tensor:
        return f.dropout(values, self.settings.dropout, self.training)

    def _kept(self, size: torch.Size, dropped: float, scaled: bool) -> Tensor | None:
        if not self.training or not dropped:
            return None
        kept = (torch.rand(size) > dropped).float()
        return kept / (1 - dropped) if scaled else kept


def _around(layer: nn.Linear, rows: Tensor, side: int, apart: int) -> Tensor:
    n, reach = len(rows), side * apart
    padded = f.pad(rows, (0, 0, reach, reach))
    windows = [padded[at * apart : at * apart + n] for at in range(2 * side + 1)]
    found: Tensor = layer(torch.cat(windows, 1))
    return found


def weights_of(state: dict[str, Tensor]) -> dict[str, np.ndarray]:
    """The weights as a model file has them."""
    found = {}
    for name, tensor in state.items():
        layer, _, kind = name.partition(".")
        array = tensor.detach().numpy().astype(np.float32)
        if layer == "features":
            found["features.table"] = array
        elif layer == "states" or kind != "weight":
            found[name] = array
        else:
            found[name] = array.T.copy()
    return found
