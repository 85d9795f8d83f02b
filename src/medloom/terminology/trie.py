"""A trie of token sequences in flat arrays, walked from all places of a text at once."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.terminology.hashing import HashTable

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
ENDS, GOES_ON, HAS_TAIL = 1, 2, 4


class Walked(NamedTuple):
    """Sequences that were found: the first and last token of each, and its number."""

    first: Places
    last: Places
    form: Ints


class Trie(NamedTuple):
    """Where only one sequence goes on from a node, the rest of it is a tail and not nodes.

    Nodes are numbered from 1; 0 is none. Tokens are numbered from 1; 0 is a token of no sequence.
    """

    roots: Ints
    """The node of each first token."""
    edges: HashTable
    """From node << 32 | token to node."""
    kind: npt.NDArray[np.uint8]
    """Of each node: whether a sequence ENDS there, it GOES_ON, or HAS_TAIL."""
    form: Ints
    """Of each node: the number of the sequence that ends there or has its tail there."""
    tail_start: Ints
    tails: Ints
    """The tokens of all tails, a 0 after each."""

    @classmethod
    def of(cls, tokens: Ints, bounds: Places, n_tokens: int) -> "Trie":
        """Make a trie of different sequences; number `i` is `tokens[bounds[i]:bounds[i + 1]]`."""
        lengths, n_nodes = np.diff(bounds), 1
        left = np.flatnonzero(lengths > 0)
        node = np.zeros(len(left), np.int64)
        keys: list[npt.NDArray[np.uint64]] = []
        children: list[Ints] = []
        kinds, forms = [np.zeros(1, np.uint8)], [np.full(1, -1, np.int32)]
        tail_starts, tails = [np.zeros(1, np.int32)], [np.zeros(0, np.int32)]
        n_tail, depth = 0, 0
        while len(left):
            key = node << 32 | tokens[bounds[left] + depth]
            unique, first, inverse, counts = np.unique(
                key, return_index=True, return_inverse=True, return_counts=True
            )
            new = n_nodes + np.arange(len(unique))
            n_nodes += len(unique)
            keys.append(unique.astype(np.uint64))
            children.append(new.astype(np.int32))
            ends = lengths[left] == depth + 1
            kind, form = np.zeros(len(unique), np.uint8), np.full(len(unique), -1, np.int32)
            kind[inverse[ends]] |= ENDS
            form[inverse[ends]] = left[ends]
            kind[inverse[~ends]] |= GOES_ON
            alone = (counts == 1) & (kind == GOES_ON)
            kind[alone] = HAS_TAIL
            form[alone] = left[first[alone]]
            start = np.zeros(len(unique), np.int32)
            tail, tail_starts_here = _tails_of(tokens, bounds, form[alone], depth + 1)
            start[alone] = n_tail + tail_starts_here
            n_tail += len(tail)
            tails.append(tail)
            kinds.append(kind)
            forms.append(form)
            tail_starts.append(start)
            on = ~ends & ~alone[inverse]
            left, node = left[on], new[inverse[on]]
            depth += 1
        roots = np.zeros(n_tokens + 1, np.int32)
        if keys:
            roots[keys[0].astype(np.int64)] = children[0]
        rest = slice(1, None)
        edge_keys = np.concatenate([np.zeros(0, np.uint64), *keys[rest]])
        edge_values = np.concatenate([np.zeros(0, np.int32), *children[rest]])
        return cls(
            roots,
            HashTable.of(edge_keys, edge_values),
            np.concatenate(kinds).astype(np.uint8),
            np.concatenate(forms).astype(np.int32),
            np.concatenate(tail_starts).astype(np.int32),
            np.concatenate(tails).astype(np.int32),
        )

    def walk(self, tokens: Ints, may_start: npt.NDArray[np.bool_]) -> Walked:
        """Find all sequences in tokens, also those inside of each other."""
        tokens = np.append(tokens, np.int32(0))  # a step beyond the end finds nothing
        first: Places = np.flatnonzero((self.roots[tokens[:-1]] != 0) & may_start)
        node = self.roots[tokens[first]]
        firsts, lasts, forms, depth = [], [], [], 1
        while len(first):
            kind = self.kind[node]
            ends = (kind & ENDS) != 0
            firsts.append(first[ends])
            lasts.append(first[ends] + depth - 1)
            forms.append(self.form[node[ends]])
            tailed = (kind & HAS_TAIL) != 0
            for list_, found in zip(
                (firsts, lasts, forms),
                self._tails(tokens, first[tailed], depth, node[tailed]),
                strict=True,
            ):
                list_.append(found)
            on = (kind & GOES_ON) != 0
            first, node = first[on], node[on]
            token = tokens[first + depth]
            known = token != 0
            first, node, token = first[known], node[known], token[known]
            node = self.edges.find(
                node.astype(np.uint64) << np.uint64(32) | token.astype(np.uint64)
            )
            there = node != 0
            first, node = first[there], node[there]
            depth += 1
        if not firsts:
            none = np.zeros(0, np.int64)
            return Walked(none, none, none.astype(np.int32))
        return Walked(np.concatenate(firsts), np.concatenate(lasts), np.concatenate(forms))

    def _tails(
        self, tokens: Ints, first: Places, depth: int, node: Ints
    ) -> tuple[Places, Places, Ints]:
        """Of walks that came to a tail, those whose next tokens are that tail."""
        at, tail = first + depth, self.tail_start[node].astype(np.int64)
        form = self.form[node]
        done: list[tuple[Places, Places, Ints]] = []
        while len(first):
            wanted = self.tails[tail]
            over = wanted == 0
            if over.any():
                done.append((first[over], at[over] - 1, form[over]))
            same = (tokens[at] == wanted) & ~over
            first, at, tail, form = first[same], at[same] + 1, tail[same] + 1, form[same]
        if not done:
            return first, at, form
        return tuple(np.concatenate(column) for column in zip(*done, strict=True))  # type: ignore[return-value]


def _tails_of(tokens: Ints, bounds: Places, forms: Ints, depth: int) -> tuple[Ints, Places]:
    """The tokens of sequences from a depth on, a 0 after each, and where each begins."""
    sizes = bounds[forms + 1] - bounds[forms] - depth + 1
    ends = np.cumsum(sizes)
    starts = ends - sizes
    place = np.arange(int(sizes.sum())) - np.repeat(starts, sizes)
    at = np.repeat(bounds[forms] + depth, sizes) + place
    tails = tokens[np.minimum(at, len(tokens) - 1)] if len(at) else np.zeros(0, np.int32)
    tails[ends - 1] = 0
    return tails, starts
