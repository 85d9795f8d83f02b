"""Make the index of a terminology."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from medloom.steps.annotate.link.index import Floats, Index, Ints, Lists
from medloom.steps.annotate.link.normal import content, folded, hashed, keys, stems

LEVELS = 5
"""Ways to write a key: as it stands, folded, stemmed, as a bag of stems, without word breaks."""
_LEAST_CONCEPTS = 3
_SHARE = 0.02
_MOST_WORDS, _MOST_LOOKED_AT = 4, 2_000


class Named(NamedTuple):
    """A name of a concept, by the concept's number."""

    concept: int
    text: str
    scope: int = 0
    """0 preferred, 1 exact, 2 narrow, 3 broad, 4 related."""


def index_of(named: Sequence[Named], n_children: Ints) -> Index:
    """Index the names of concepts, which are sorted by concept."""
    words: dict[str, int] = {}
    bags, heads, hashes = [], [], []
    for number, name in enumerate(named):
        forms = keys(name.text)
        own = {hashed(level, key) for level, key in enumerate((name.text, *forms)) if key}
        hashes += [(value, number) for value in own]
        bag = forms[2].split(" ") if forms[2] else []
        bags.append([words.setdefault(word, len(words)) for word in bag])
        head = head_of(name.text)
        heads.append(words.setdefault(head, len(words)) if head else -1)
    table = np.array(hashes, dtype=[("value", "u8"), ("name", "i4")])
    table.sort(order=["value", "name"])
    concept = np.array([name.concept for name in named], np.int32)
    equals, weights = _equal_words(bags, concept, len(words), list(words))
    return Index(
        words=list(words),
        hashes=table["value"].copy(),
        hashed=table["name"].copy(),
        concept=concept,
        scope=np.array([name.scope for name in named], np.int8),
        children=n_children,
        n_names=np.bincount(concept, minlength=len(n_children)).astype(np.int32),
        within=_within(bags, named, len(words), len(n_children)),
        idf=_idf(bags, concept, len(words)),
        name_words=Lists.of(bags),
        name_heads=np.array(heads, np.int32),
        equals=equals,
        equal_weights=weights,
    )


def head_of(text: str) -> str:
    """The stem of the word that says what kind of thing a name is; empty where there is no word.

    >>> head_of("cancer of the lung"), head_of("lung cancer"), head_of("Neoplasms, Lung")
    ('cancer', 'cancer', 'neoplasm')
    """
    fold = folded(text)
    before = fold.partition(", ")[0]
    for small in (" of ", " in ", " with ", " due to ", " without ", " to ", " by "):
        before = before.partition(small)[0]
    found = content(stems(before))
    while len(found) > 1 and (found[-1].isdigit() or len(found[-1]) == 1):
        found.pop()
    return found[-1] if found else ""


def _idf(bags: Sequence[Sequence[int]], concept: Ints, n_words: int) -> Floats:
    """How rare each word is: over concepts, not names, of which some have a hundred."""
    pairs = {(word, at) for bag, at in zip(bags, concept.tolist(), strict=True) for word in bag}
    count = np.bincount(np.fromiter((w for w, _ in pairs), np.int64), minlength=n_words)
    n = int(concept[-1]) + 1 if len(concept) else 1
    return (np.log((n + 1) / (count + 0.5)) + 0.1).astype(np.float32)


def _within(
    bags: Sequence[Sequence[int]], named: Sequence[Named], n_words: int, n_concepts: int
) -> Ints:
    """How general concepts are: how many names say more than their preferred names do."""
    postings = Lists.of(bags).inverted(n_words)
    sizes = np.diff(postings.starts).tolist()
    counts = np.zeros(n_concepts, np.int32)
    for bag, (concept, _, scope) in zip(bags, named, strict=True):
        if scope != 0 or not 0 < len(bag) < _MOST_WORDS:
            continue
        rarest, *others = sorted(bag, key=sizes.__getitem__)
        if not others:
            counts[concept] = sizes[rarest]
            continue
        found = postings[rarest].tolist()[:_MOST_LOOKED_AT]
        counts[concept] = sum(all(word in bags[name] for word in others) for name in found)
    return counts


def _equal_words(
    bags: Sequence[Sequence[int]], concept: Ints, n_words: int, words: Sequence[str]
) -> tuple[Lists, Floats]:
    """Words that take each other's place in names of the same concept: renal and kidney."""
    pairs: Counter[tuple[int, int]] = Counter()
    counts: Counter[int] = Counter()
    same: dict[frozenset[int], set[int]] = defaultdict(set)
    last = -1
    for bag, at in zip([*bags, []], [*concept.tolist(), -2], strict=True):
        if at != last:
            pairs.update(_swapped(same))
            counts.update({word for rest, own in same.items() for word in own})
            same, last = defaultdict(set), at
        if 1 < len(bag) < 8:
            for word in bag:
                same[frozenset(bag) - {word}].add(word)
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for (a, b), count in pairs.items():
        if count < _LEAST_CONCEPTS or not (_is_word(words[a]) and _is_word(words[b])):
            continue
        for one, other in ((a, b), (b, a)):
            share = count / counts[one]
            if share >= _SHARE:
                found[one].append((min(0.9, 0.5 + 0.4 * math.sqrt(share)), other))
    best = [sorted(found.get(word, ()), reverse=True)[:8] for word in range(n_words)]
    lists = Lists.of([[other for _, other in one] for one in best])
    return lists, np.array([weight for one in best for weight, _ in one], np.float32)


def _is_word(word: str) -> bool:
    return len(word) > 2 and word.isalpha()


def _swapped(same: dict[frozenset[int], set[int]]) -> set[tuple[int, int]]:
    return {(a, b) for own in same.values() if 1 < len(own) < 8 for a in own for b in own if a < b}
