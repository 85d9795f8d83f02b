"""The piece of a text that shows best why it was found, with what matched marked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from medloom.search.matching import STOP_WORDS, marks, tokens, words_of
from medloom.search.query import Leaf, Word
from medloom.search.results import Snippet
from medloom.search.stems import folded, stem

_WIDTH = 240
_BEFORE = 40
_MOST_READ = 100_000


def shown_leaves(leaves: Sequence[Leaf]) -> list[Leaf]:
    """The parts of a query to mark: words like "of" only where nothing else is asked."""
    telling = [
        one
        for one in leaves
        if not (isinstance(one, Word) and all(w.lower() in STOP_WORDS for w in words_of(one.text)))
    ]
    single: list[Leaf] = []
    for one in telling or leaves:
        is_joined = isinstance(one, Word) and len(words_of(one.text)) > 1
        single += [Word(w, one.field) for w in words_of(one.text)] if is_joined else [one]
    return list(dict.fromkeys(single))


def snippets(
    texts: Mapping[str, str], leaves: Sequence[Leaf], most: int = 3
) -> tuple[Snippet, ...]:
    """A snippet of each column that matches, in their order; of the last one if none does.

    >>> from medloom.search.query import Word
    >>> snippets({"text": "A fever of 39."}, [Word("fevers")])
    (Snippet(column='text', text='A fever of 39.', marks=((2, 7),)),)
    """
    found = []
    for name, text in texts.items():
        mine = [one for one in leaves if one.field in (None, name)]
        if text and (one := _snippet(name, text[:_MOST_READ], mine)).marks:
            found.append(one)
    if not found and (last := next(((n, t) for n, t in reversed(list(texts.items())) if t), None)):
        found.append(_snippet(last[0], last[1][:_MOST_READ], []))
    return tuple(found[:most])


def _snippet(column: str, text: str, leaves: Sequence[Leaf]) -> Snippet:
    places = sorted(_places(text, leaves))
    start, end = _window(text, places)
    inside = _joined([(a - start, b - start) for a, b, _ in places if a >= start and b <= end])
    return Snippet(column, text[start:end], inside)


def _places(text: str, leaves: Sequence[Leaf]) -> Iterator[tuple[int, int, int]]:
    """Where each part of a query matches: start, end, and the number of the part."""
    single = {one: n for n, leaf in enumerate(leaves) if (one := _only_stem(leaf))}
    if single:
        plain = text if text.isascii() else text.translate(_WITHOUT_ACCENTS)
        for m in _beginnings(tuple(single)).finditer(plain):
            if (number := single.get(stem(m[0]))) is not None:
                yield m.start(), m.end(), number
    others = [(n, leaf) for n, leaf in enumerate(leaves) if _only_stem(leaf) not in single]
    words = tokens(text) if others else []
    for number, leaf in others:
        yield from ((start, end, number) for start, end in marks(leaf, words))


def _only_stem(leaf: Leaf) -> str:
    """The stem of a part that is one word; "" for others."""
    words = words_of(leaf.text) if isinstance(leaf, Word) else []
    return stem(words[0]) if len(words) == 1 else ""


class _Folding(dict[int, str]):
    """Letters without their accents, where they stay one letter, so that places stay."""

    def __missing__(self, code: int) -> str:
        one = folded(chr(code)) if chr(code).isalpha() else chr(code)
        self[code] = one if len(one) == 1 else chr(code)
        return self[code]


_WITHOUT_ACCENTS = _Folding()


@lru_cache(maxsize=200)
def _beginnings(stems: tuple[str, ...]) -> re.Pattern[str]:
    """Words that begin as one of some stems does: few of a text, whose stems are then looked at."""
    heads = {one[: max(1, len(one) - 2)] for one in stems}
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, heads))})[^\W_]*", re.IGNORECASE)


def _window(text: str, places: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """The stretch with the most different parts of the query, then the most matches."""
    best, start = (0, 0), 0
    for at, (begin, _, _) in enumerate(places):
        numbers = []
        for _, end, number in places[at : at + 50]:
            if end - begin > _WIDTH - _BEFORE:
                break
            numbers.append(number)
        if (value := (len(set(numbers)), len(numbers))) > best:
            best, start = value, max(0, begin - _BEFORE)
    if len(text) <= _WIDTH:
        return 0, len(text)
    start = min(start, len(text) - _WIDTH)
    return _at_spaces(text, start, start + _WIDTH)


def _at_spaces(text: str, start: int, end: int) -> tuple[int, int]:
    """Move the ends of a stretch to the next spaces inside, if they are near."""
    if start > 0 and (space := text.find(" ", start, start + 30)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", end - 30, end)) >= 0:
        end = space
    return start, end


def _joined(places: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Marks without overlaps, in order."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)
