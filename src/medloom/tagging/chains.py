"""Linear chains over BIOES tags: the best sequence, and how likely its mentions are.

A tag is 0 outside; for the label k: 1+4k begin, 2+4k inside, 3+4k end, 4+4k single. Sequences are
worked on together, time step by time step, the long ones first; none sees another.
(Lafferty et al. 2001, conditional random fields.)
"""

from typing import NamedTuple

import numpy as np

NEVER = -1e4
_INSIDE, _LAST = (0, 1), (1, 2)


class Rules(NamedTuple):
    """What may follow what; 0 or NEVER."""

    between: np.ndarray
    """float32[n_tags, n_tags]: from the row's tag to the column's."""
    at_start: np.ndarray
    at_end: np.ndarray


def rules(n_labels: int) -> Rules:
    """The rules of BIOES for some labels.

    >>> rules(1).at_start.tolist()
    [0.0, 0.0, -10000.0, -10000.0, 0.0]
    """
    tags = np.arange(1 + 4 * n_labels)
    label, part = (tags - 1) // 4, np.where(tags > 0, (tags - 1) % 4, -1)
    open_after, needs_open = np.isin(part, _INSIDE), np.isin(part, _LAST)
    goes_on = needs_open[None, :] & (label[:, None] == label[None, :])
    allowed = np.where(open_after[:, None], goes_on, ~needs_open[None, :])
    never = np.float32(NEVER)
    return Rules(
        np.where(allowed, np.float32(0), never),
        np.where(needs_open, never, np.float32(0)),
        np.where(open_after, never, np.float32(0)),
    )


class Lattice(NamedTuple):
    """Sequences as stretches of one long array, the long ones first."""

    starts: np.ndarray
    lengths: np.ndarray
    active: np.ndarray
    """int[longest]: how many sequences have a token at each time step."""


def lattice(starts: np.ndarray, lengths: np.ndarray) -> Lattice:
    """Order stretches by length; they are not empty."""
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    steps = np.arange(int(lengths[0]) if len(lengths) else 0)
    return Lattice(starts, lengths, np.searchsorted(-lengths, -steps, side="left"))


def best_tags(emissions: np.ndarray, between: np.ndarray, where: Lattice) -> np.ndarray:
    """The best sequence of tags of each stretch (Viterbi 1967). float[n, n_tags] to int8[n]."""
    n_tags = emissions.shape[1]
    rule = rules((n_tags - 1) // 4)
    table = (between + rule.between).T.copy()  # to, from
    found = np.zeros(len(emissions), np.int8)
    if not len(where.starts):
        return found
    score = emissions[where.starts] + rule.at_start
    back: list[np.ndarray] = []
    final = score.copy()
    for step, m in enumerate(where.active[1:].tolist(), 1):
        sums = score[:m, None, :] + table
        came = sums.argmax(2)
        back.append(came.astype(np.int8))
        score = np.take_along_axis(sums, came[:, :, None], 2)[:, :, 0]
        score += emissions[where.starts[:m] + step]
        final[:m] = score
    tag = (final + rule.at_end).argmax(1).astype(np.int8)
    for step in range(len(where.active) - 1, -1, -1):
        m = where.active[step]
        found[where.starts[:m] + step] = tag[:m]
        if step:
            tag[:m] = back[step - 1][np.arange(m), tag[:m]]
    return found


def posteriors(emissions: np.ndarray, between: np.ndarray, where: Lattice) -> np.ndarray:
    """The probability of each tag of each token, by forward-backward. float64[n, n_tags]."""
    return expectations(emissions, between, where)[0]


def expectations(
    emissions: np.ndarray, between: np.ndarray, where: Lattice
) -> tuple[np.ndarray, np.ndarray, float]:
    """Posteriors; expected transitions, float64[n_tags, n_tags]; the sum of log partitions."""
    n_tags = emissions.shape[1]
    rule = rules((n_tags - 1) // 4)
    moves = np.exp(between.astype(np.float64) + rule.between)
    opening, closing = np.exp(rule.at_start), np.exp(rule.at_end)
    top = emissions.max(1, keepdims=True, initial=NEVER)
    weight = np.exp(emissions.astype(np.float64) - top)
    forward, share = np.zeros_like(weight), np.ones(len(weight))
    moved = np.zeros((n_tags, n_tags))
    ahead: np.ndarray = np.zeros((0, n_tags))
    for step, m in enumerate(where.active.tolist()):
        at = where.starts[:m] + step
        ahead = (ahead[:m] @ moves if step else opening) * weight[at]
        share[at] = ahead.sum(1)
        forward[at] = ahead = ahead / share[at][:, None]
    n_sequences, last = len(where.starts), where.starts + where.lengths - 1
    log_z = float(np.log(share).sum() + np.log(forward[last] @ closing).sum())
    log_z += sum(float(top[s : s + n].sum()) for s, n in zip(*where[:2], strict=True))
    found = np.zeros_like(weight)
    behind = np.tile(closing, (n_sequences, 1))
    for step in range(len(where.active) - 1, -1, -1):
        m = where.active[step]
        at = where.starts[:m] + step
        both = forward[at] * behind[:m]
        found[at] = both / both.sum(1, keepdims=True)
        if step:
            onward = weight[at] * behind[:m]
            pull = onward @ moves.T
            total = (forward[at - 1] * pull).sum(1, keepdims=True)
            moved += (forward[at - 1] / total).T @ onward * moves
            behind[:m] = pull / pull.sum(1, keepdims=True)
    return found, moved, log_z
