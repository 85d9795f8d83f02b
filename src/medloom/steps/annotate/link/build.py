"""Make the index of a terminology."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from medloom.steps.annotate.link.index import Index, Lists
from medloom.steps.annotate.link.normal import content, folded, hashed, keys, stems
from medloom.terminology.model import SCOPES, Entry

LEVELS = 5
"""Ways to write a key: as it stands, folded, stemmed, as a bag of stems, without word breaks."""
_LEAST_CONCEPTS = 3
_SHARE = 0.02


def index_of(entries: Iterable[Entry], title: str) -> Index:
    """Index the names of the entries that are in use."""
    listed = [entry for entry in entries if not entry.obsolete]
    numbers = {entry.id: number for number, entry in enumerate(listed)}
    names = [(at, *one) for at, entry in enumerate(listed) for one in _names(entry)]
    words: dict[str, int] = {}
    bags, heads, hashes = [], [], []
    for number, (_, text, _) in enumerate(names):
        forms = keys(text)
        own = {hashed(level, key) for level, key in enumerate((text, *forms)) if key}
        hashes += [(value, number) for value in own]
        bag = forms[2].split(" ") if forms[2] else []
        bags.append([words.setdefault(word, len(words)) for word in bag])
        head = head_of(text)
        heads.append(words.setdefault(head, len(words)) if head else -1)
    table = np.array(hashes, dtype=[("value", "u8"), ("name", "i4")])
    table.sort(order=["value", "name"])
    concept = np.array([at for at, _, _ in names], np.int32)
    equals, weights = _equal_words(bags, concept, len(words), list(words))
    return Index(
        ids=[entry.id for entry in listed],
        names=[entry.name for entry in listed],
        words=list(words),
        title=title,
        hashes=table["value"].copy(),
        hashed=table["name"].copy(),
        concept=concept,
        scope=np.array([scope for _, _, scope in names], np.int8),
        children=_children(listed, numbers),
        n_names=np.bincount(concept, minlength=len(listed)).astype(np.int32),
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


def _names(entry: Entry) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    for number, name in enumerate(entry.names()):
        if name.text and name.text not in seen:
            seen.add(name.text)
            yield name.text, 0 if number == 0 else 1 + SCOPES.index(name.scope)


def _children(listed: Sequence[Entry], numbers: dict[str, int]) -> np.ndarray:
    count = Counter(numbers[up] for entry in listed for up in entry.parents if up in numbers)
    return np.array([count[number] for number in range(len(listed))], np.int32)


def _idf(bags: Sequence[Sequence[int]], concept: np.ndarray, n_words: int) -> np.ndarray:
    """How rare each word is: over concepts, not names, of which some have a hundred."""
    pairs = {(word, at) for bag, at in zip(bags, concept.tolist(), strict=True) for word in bag}
    count = np.bincount(np.fromiter((w for w, _ in pairs), np.int64), minlength=n_words)
    n = int(concept[-1]) + 1 if len(concept) else 1
    return (np.log((n + 1) / (count + 0.5)) + 0.1).astype(np.float32)


def _equal_words(
    bags: Sequence[Sequence[int]], concept: np.ndarray, n_words: int, words: Sequence[str]
) -> tuple[Lists, np.ndarray]:
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
