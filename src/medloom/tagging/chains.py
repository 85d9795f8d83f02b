"""Linear chains over BIOES tags: the best sequence, and how likely its mentions are.

A tag is 0 outside; for the label k: 1+4k begin, 2+4k inside, 3+4k end, 4+4k single. Sequences are
worked on together, time step by time step, the long ones first; none sees another.
(Lafferty et al. 2001, conditional random fields.)
"""

from typing import Any, NamedTuple

import numpy as np

NEVER = -1e4
_LEAST = {np.dtype(np.float32): 1e-30, np.dtype(np.float64): 1e-290}
"""What sums are taken for at least: in training, all that rules allow may be very unlikely."""
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
    table = between + rule.between
    found = np.zeros(len(emissions), np.int8)
    if not len(where.starts):
        return found
    score = emissions[where.starts] + rule.at_start
    history = [score]
    for step, m in enumerate(where.active[1:].tolist(), 1):
        score = history[-1][:m]
        best = score[:, :1] + table[0]
        for tag in range(1, n_tags):
            np.maximum(best, score[:, tag : tag + 1] + table[tag], out=best)
        history.append(best + emissions[where.starts[:m] + step])
    turned, after = table.T, np.zeros(0, np.int64)
    for step in range(len(history) - 1, -1, -1):
        m, going = int(where.active[step]), len(after)
        tag_of = np.empty(m, np.int64)
        tag_of[:going] = (history[step][:going] + turned[after]).argmax(1)
        tag_of[going:] = (history[step][going:] + rule.at_end).argmax(1)
        found[where.starts[:m] + step] = after = tag_of
    return found


def posteriors(emissions: np.ndarray, between: np.ndarray, where: Lattice) -> np.ndarray:
    """The probability of each tag of each token, by forward-backward. float32[n, n_tags]."""
    return _forward_backward(emissions, between, where, np.dtype(np.float32), None)[0]


def expectations(
    emissions: np.ndarray, between: np.ndarray, where: Lattice
) -> tuple[np.ndarray, np.ndarray, float]:
    """Posteriors; expected transitions, float64[n_tags, n_tags]; the sum of log partitions."""
    moved = np.zeros(between.shape)
    found, log_z = _forward_backward(emissions, between, where, np.dtype(np.float64), moved)
    return found, moved, log_z


def _forward_backward(
    emissions: np.ndarray,
    between: np.ndarray,
    where: Lattice,
    kind: "np.dtype[Any]",
    moved: np.ndarray | None,
) -> tuple[np.ndarray, float]:
    """Posteriors and the sum of log partitions; adds expected transitions to `moved`."""
    n_tags = emissions.shape[1]
    rule = rules((n_tags - 1) // 4)
    moves, least = np.exp(between + rule.between).astype(kind), _LEAST[kind]
    opening, closing = np.exp(rule.at_start).astype(kind), np.exp(rule.at_end).astype(kind)
    top = emissions.max(1, keepdims=True, initial=NEVER)
    weight = np.exp((emissions - top).astype(kind))
    forward, log_z = np.zeros_like(weight), 0.0
    ahead: np.ndarray = np.zeros((0, n_tags), kind)
    for step, m in enumerate(where.active.tolist()):
        at = where.starts[:m] + step
        ahead = (ahead[:m] @ moves if step else opening) * weight[at]
        total = np.maximum(ahead.sum(1), least)
        forward[at] = ahead = ahead / total[:, None]
        log_z += float(np.log(total).sum() + top[at].sum())
    last = where.starts + where.lengths - 1
    log_z += float(np.log(np.maximum(forward[last] @ closing, least)).sum())
    found = np.zeros_like(weight)
    behind = np.tile(closing, (len(where.starts), 1))
    for step in range(len(where.active) - 1, -1, -1):
        m = where.active[step]
        at = where.starts[:m] + step
        both = forward[at] * behind[:m]
        found[at] = both / np.maximum(both.sum(1, keepdims=True), least)
        if step:
            onward = weight[at] * behind[:m]
            pull = onward @ moves.T
            if moved is not None:
                total = np.maximum((forward[at - 1] * pull).sum(1), least)
                moved += (forward[at - 1] / total[:, None]).T @ onward * moves
            behind[:m] = pull / np.maximum(pull.sum(1, keepdims=True), least)
    return found, log_z
