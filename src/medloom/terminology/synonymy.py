"""Learn from a terminology's own synonyms which words and phrases are equal in its names.

Where two names of one concept differ in one place only, what stands there is a pair: `renal` and
`kidney`, `abnormality` and `abnormal ... morphology`. Pairs that begin alike make classes of word
forms; endings that change often (`-a`, `-ar`) make classes of words that no pair has. The other
pairs that occur several times are rewrites.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

from medloom.terminology.normal import rows

Bag = tuple[str, ...]
"""The content words of a name in their normal form, sorted."""
_STEM, _SHARE = 4, 0.6
_PRODUCTIVE, _PRODUCTIVE_STEM = 5, 5
_OFTEN, _OFTEN_OF_MORE, _RATE = 2, 3, 0.06
_MOST_WORDS, _LONGEST_ENDING = 3, 6


class Rewrite(NamedTuple):
    """Words of a bag, and the words that may take their place."""

    old: Bag
    new: Bag


class Synonymy(NamedTuple):
    """What was learnt."""

    classes: dict[str, str]
    """Of each word that has other forms, the word that stands for all of them."""
    endings: frozenset[tuple[str, str]]
    """Pairs of endings that make another form of a word."""
    rewrites: tuple[Rewrite, ...]

    def word(self, word: str) -> str:
        """The word that stands for all forms of a word."""
        return self.classes.get(word, word)

    def known_form(self, word: str, vocabulary: dict[str, int]) -> str | None:
        """A word of the vocabulary that is another form of one that is not in it."""
        for cut in range(min(_LONGEST_ENDING, len(word) - _PRODUCTIVE_STEM), -1, -1):
            stem = len(word) - cut
            for new in self.changes().get(word[stem:], ()):
                if word[:stem] + new in vocabulary:
                    return word[:stem] + new
        return None

    def changes(self) -> dict[str, list[str]]:
        """What each ending may change to."""
        return _changes(self.endings)


def learn(names: Iterable[Sequence[Bag]]) -> Synonymy:
    """Learn from the names of each concept.

    >>> made = learn([[("kidney", "tumor"), ("renal", "tumor")]] * 3)
    >>> made.rewrites[0]
    Rewrite(old=('kidney',), new=('renal',))
    """
    concepts = [sorted(set(one)) for one in names]
    pairs = Counter(pair for bags in concepts for pair in set(_differences(bags)))
    forms = {pair for pair in pairs if _begin_alike(pair)}
    endings = _endings(forms)
    vocabulary = {word for bags in concepts for bag in bags for word in bag}
    joined = [(a[0], b[0]) for a, b in forms]
    joined += _productive(vocabulary, endings)
    classes = _classes(joined)
    return Synonymy(classes, endings, tuple(_rewrites(pairs, forms, concepts)))


@cache
def _changes(learnt: frozenset[tuple[str, str]]) -> dict[str, list[str]]:
    known = [(one, other) for one, other in rows("endings.tsv")]
    changes: dict[str, list[str]] = defaultdict(list)
    for old, new in sorted({*learnt, *known, *((b, a) for a, b in known)}):
        changes[old].append(new)
    return dict(changes)


def _differences(bags: Sequence[Bag]) -> Iterator[tuple[Bag, Bag]]:
    for one, other in combinations(bags, 2):
        a, b = Counter(one), Counter(other)
        left, right = tuple(sorted((a - b).elements())), tuple(sorted((b - a).elements()))
        if len(left) <= _MOST_WORDS and len(right) <= _MOST_WORDS and (a & b):
            yield (left, right) if left < right else (right, left)


def _begin_alike(pair: tuple[Bag, Bag]) -> bool:
    if len(pair[0]) != 1 or len(pair[1]) != 1:
        return False
    one, other = pair[0][0], pair[1][0]
    shorter = min(len(one), len(other))
    return _same(one, other) >= max(_STEM, _SHARE * shorter)


def _same(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    shorter = min(len(one), len(other))
    return next((n for n in range(shorter) if one[n] != other[n]), shorter)


def _endings(forms: Iterable[tuple[Bag, Bag]]) -> frozenset[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for (one,), (other,) in forms:
        stem = _same(one, other)
        if stem >= _PRODUCTIVE_STEM:
            counts[one[stem:], other[stem:]] += 1
            counts[other[stem:], one[stem:]] += 1
    return frozenset(pair for pair, count in counts.items() if count >= _PRODUCTIVE)


def _productive(
    vocabulary: set[str], endings: frozenset[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for word in vocabulary:
        for old, new in endings:
            if word.endswith(old) and len(word) - len(old) >= _PRODUCTIVE_STEM:
                other = word[: len(word) - len(old)] + new
                if other in vocabulary:
                    yield word, other


def _classes(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    parent: dict[str, str] = {}

    def root(word: str) -> str:
        while parent.setdefault(word, word) != word:
            parent[word] = parent[parent[word]]
            word = parent[word]
        return word

    for one, other in pairs:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return {word: root(word) for word in parent}


def _rewrites(
    pairs: Counter[tuple[Bag, Bag]], forms: set[tuple[Bag, Bag]], concepts: Sequence[Sequence[Bag]]
) -> Iterator[Rewrite]:
    """Pairs that are frequent enough, in each direction in which they hold often enough."""
    having: Counter[str] = Counter()
    for bags in concepts:
        if len(bags) > 1:
            having.update({word for bag in bags for word in bag})
    by_old: dict[Bag, list[Bag]] = defaultdict(list)
    for (one, other), count in pairs.most_common():
        least = _OFTEN if len(one) == len(other) == 1 else _OFTEN_OF_MORE
        if count < least or (one, other) in forms:
            continue
        for old, new in ((one, other), (other, one)):
            if old and new and count >= _RATE * min(having[word] for word in old):
                by_old[old].append(new)
    return (Rewrite(old, new) for old, all_new in by_old.items() for new in all_new)
