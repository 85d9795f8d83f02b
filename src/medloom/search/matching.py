"""Where the parts of a query match in a text, and whether a row matches the whole of it.

The full-text index finds rows; this looks at the texts of a few of them, for highlights and for
fields that have no index of their own. It reads words as the index does: stretches of letters and
digits, without case and accents, stemmed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from medloom.search.query import (
    All,
    AnyOf,
    Fuzzy,
    Leaf,
    Not,
    Phrase,
    Prefix,
    Query,
    Ranked,
    Ways,
    Word,
)
from medloom.search.stems import folded, stem

_WORD = re.compile(r"[^\W_]+")
_STOP_WORDS = """
a an and are as at be but by for from had has have if in into is it its no not of on or such
that the their then there these they this to was were which will with
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


class Token(NamedTuple):
    """A word of a text, where it is, and its stem."""

    start: int
    end: int
    folded: str
    stem: str


def tokens(text: str) -> list[Token]:
    """The words of a text.

    >>> [(one.start, one.stem) for one in tokens("No fevers: IL-2")]
    [(0, 'no'), (3, 'fever'), (11, 'il'), (14, '2')]
    """
    return [Token(m.start(), m.end(), one := folded(m[0]), stem(one)) for m in _WORD.finditer(text)]


def words_of(text: str) -> list[str]:
    """The words of a text as the index splits them.

    >>> words_of("β-catenin/IL-2")
    ['β', 'catenin', 'IL', '2']
    """
    return _WORD.findall(text)


def marks(leaf: Leaf, found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where a part of a query matches, half-open in code points.

    >>> list(marks(Phrase("no fever"), tokens("There is no fever.")))
    [(9, 17)]
    """
    single = len(words_of(leaf.text)) == 1
    if isinstance(leaf, Prefix) and single:
        wanted = folded(words_of(leaf.text)[0])
        yield from ((one.start, one.end) for one in found if one.folded.startswith(wanted))
    elif isinstance(leaf, Fuzzy) and single:
        wanted = folded(words_of(leaf.text)[0])
        for one in found:
            if is_near(wanted, one.folded, leaf.edits):
                yield one.start, one.end
    else:
        yield from _in_a_row(_stems(leaf.text), found)


def _in_a_row(wanted: Sequence[str], found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    n = len(wanted)
    if not n:
        return
    for at, one in enumerate(found):
        if one.stem == wanted[0] and all(
            at + k < len(found) and found[at + k].stem == wanted[k] for k in range(1, n)
        ):
            yield one.start, found[at + n - 1].end


@lru_cache(maxsize=10_000)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(map(stem, words_of(text)))


def matches(query: Query, texts: Mapping[str, Sequence[Token]]) -> bool:
    """Whether a row matches, given the words of each of its columns."""
    if isinstance(query, All):
        return all(matches(one, texts) for one in query.parts)
    if isinstance(query, AnyOf):
        return any(matches(one, texts) for one in query.parts)
    if isinstance(query, Not):
        return not matches(query.part, texts)
    if isinstance(query, Ways):
        return matches(query.said, texts) or any(matches(one, texts) for one, _ in query.others)
    if isinstance(query, Ranked):
        needed = [one for one in query.parts if is_needed(one)]
        rest = [one for one in query.parts if not is_needed(one)]
        only_ranks = any(not isinstance(one, Not) for one in needed)  # leaving out finds nothing
        return all(matches(one, texts) for one in needed) and (
            not rest or only_ranks or any(_ranks(one, texts) for one in rest)
        )
    columns = [query.field] if query.field else list(texts)
    return any(next(marks(query, texts.get(name, ())), None) is not None for name in columns)


def _ranks(part: Query, texts: Mapping[str, Sequence[Token]]) -> bool:
    """Whether a part that only ranks matches: of `IL-2`, which is two words, one is enough."""
    if isinstance(part, Word) and not part.field:
        return any(matches(Word(one), texts) for one in words_of(part.text))
    if isinstance(part, Ways):
        return _ranks(part.said, texts) or any(matches(one, texts) for one, _ in part.others)
    return matches(part, texts)


def is_needed(part: Query) -> bool:
    """Whether a part of a ranked query must match: phrases, fields, and what is left out."""
    if isinstance(part, Ranked | Ways):
        return False
    return isinstance(part, Phrase | Not | All | AnyOf) or bool(part.field)


def is_near(one: str, other: str, edits: int) -> bool:
    """Whether two words differ by at most some letters put in, left out, or changed.

    >>> is_near("infaction", "infarction", 1), is_near("cat", "dog", 2)
    (True, False)
    """
    if abs(len(one) - len(other)) > edits:
        return False
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(row[-1] + 1, before[j] + 1, before[j - 1] + (a != b)))
        if min(row) > edits:
            return False
    return row[-1] <= edits
