"""The network of a tagger in NumPy: from word forms and names to the scores of tags.

A token sees two tokens to each side, then five, then the mean of what stands around the same word
elsewhere in its text, then nine in all (convolutions as in Strubell et al. 2017; the word's other
places as in Krishnan and Manning 2006). The first layer is worked out once for each different
token of a batch, the document layer once for each different word of a text.
"""

from collections.abc import Sequence

import numpy as np

from medloom.tagging.arrays import times
from medloom.tagging.gazetteer import Gazetteer
from medloom.tagging.wordforms import WordForms

GAP = 2
"""Empty rows between texts, so that none sees another."""
_N_STATES = 5


def layout(lengths: Sequence[int]) -> tuple[np.ndarray, int]:
    """Where each text's tokens begin among rows with gaps, and the number of rows."""
    ends = np.cumsum(np.array([0, *lengths], np.int64) + GAP)
    return ends[:-1], int(ends[-1])


def emissions(
    forms: WordForms,
    gazetteer: Gazetteer,
    weights: dict[str, np.ndarray],
    ids: np.ndarray,
    spaced: np.ndarray,
    text_of: np.ndarray,
) -> np.ndarray:
    """The scores of all tags of all heads for rows of tokens with gaps (id 0): float32[n, m].

    `spaced` says whether white space stands before a token, `text_of` numbers the texts.
    """
    gap = ids == 0
    states = gazetteer.states(
        forms.key[ids], forms.alone[ids], forms.opens[ids], forms.skipped[ids]
    )
    hidden = _near(forms, weights, ids, spaced, states)
    hidden[gap] = 0
    hidden += np.maximum(_around(hidden, weights, "middle", 1), 0)
    hidden[gap] = 0
    hidden += _document(hidden, weights, text_of * (len(forms.low) + 1) + forms.low[ids])
    hidden[gap] = 0
    hidden += np.maximum(_around(hidden, weights, "far", 2), 0)
    found: np.ndarray = times(hidden, weights["out.weight"]) + weights["out.bias"]
    return found


def _near(
    forms: WordForms,
    weights: dict[str, np.ndarray],
    ids: np.ndarray,
    spaced: np.ndarray,
    states: np.ndarray,
) -> np.ndarray:
    """The first layer: the products of each different token, then their sums over neighbours."""
    powers = _N_STATES ** np.arange(len(states), dtype=np.int64)
    code = states.T.astype(np.int64) @ powers
    key = (ids * 2 + spaced) * (_N_STATES ** len(states)) + code
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    named = np.zeros((len(first), weights["states.weight"].shape[1]), np.float32)
    for v, row in enumerate(states[:, first]):
        named += weights["states.weight"][v * _N_STATES + row]
    parts = [forms.vector[ids[first]], np.maximum(named, 0), spaced[first, None]]
    inputs = np.concatenate(parts, axis=1, dtype=np.float32)
    inputs[ids[first] == 0] = 0
    weight, width = weights["near.weight"], weights["near.bias"].shape[0]
    side = len(weight) // inputs.shape[1] // 2
    products = times(inputs, np.concatenate(np.split(weight, 2 * side + 1), axis=1))
    hidden = np.tile(weights["near.bias"], (len(ids), 1))
    for at in range(-side, side + 1):
        here = products[:, (at + side) * width : (at + side + 1) * width]
        if at < 0:
            hidden[-at:] += here[which[:at]]
        else:
            hidden[: len(ids) - at] += here[which[at:]]
    np.maximum(hidden, 0, out=hidden)
    return hidden


def _around(
    hidden: np.ndarray, weights: dict[str, np.ndarray], layer: str, apart: int
) -> np.ndarray:
    """A convolution over a token and one to each side, `apart` tokens away."""
    before, here, after = np.split(weights[f"{layer}.weight"], 3)
    products = times(hidden, np.concatenate([before, here, after], axis=1))
    size = hidden.shape[1]
    found: np.ndarray = products[:, size : 2 * size] + weights[f"{layer}.bias"]
    found[apart:] += products[:-apart, :size]
    found[:-apart] += products[apart:, 2 * size :]
    return found


def _document(hidden: np.ndarray, weights: dict[str, np.ndarray], group: np.ndarray) -> np.ndarray:
    """What stands around the same word in a text, on average, transformed."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(starts, append=len(order))
    means = np.add.reduceat(hidden[order], starts, axis=0) / sizes[:, None].astype(np.float32)
    told = np.maximum(times(means, weights["document.weight"]) + weights["document.bias"], 0)
    found = np.empty_like(hidden)
    found[order] = np.repeat(told, sizes, axis=0)
    return found
