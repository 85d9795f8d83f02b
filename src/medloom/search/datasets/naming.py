"""Who names whom: the sentences in which the description of one dataset names another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_SHORTEST_NAME = 3


class Naming(NamedTuple):
    """A sentence of one description that names another dataset; both by their numbers."""

    by: int
    named: int
    sentence: str


def namings(names: Sequence[Sequence[str]], texts: Sequence[str]) -> list[Naming]:
    """The first sentence of each description that names each other dataset.

    A name must look like one, with a capital or a digit within, or two words: `Florence` and `news`
    are words as well. Case counts.

    >>> named = namings([["COCO"], ["RefCOCO"]], ["Photos.", "Phrases. They are on COCO images."])
    >>> named
    [Naming(by=1, named=0, sentence='They are on COCO images.')]
    """
    beginning = _by_first_word(names)
    return [one for by, text in enumerate(texts) for one in _in_text(by, text, beginning)]


def is_distinct(name: str) -> bool:
    """Whether a name is unlike common words.

    >>> [is_distinct(one) for one in ("ImageNet", "CIFAR-10", "Florence", "news", "QA")]
    [True, True, False, False, False]
    """
    return (
        len(name) >= _SHORTEST_NAME
        and not name.islower()
        and any(one.isupper() or one.isdigit() or one == "-" for one in name[1:])
    )


def _by_first_word(names: Sequence[Sequence[str]]) -> dict[str, dict[str, set[int]]]:
    found: dict[str, dict[str, set[int]]] = {}
    for number, spellings in enumerate(names):
        for name in map(str.strip, spellings):
            first = _WORD.match(name)
            if first and is_distinct(name):
                found.setdefault(first[0], {}).setdefault(name, set()).add(number)
    return found


def _in_text(
    by: int, text: str, beginning: Mapping[str, Mapping[str, set[int]]]
) -> Iterator[Naming]:
    seen = {by}
    for word in _WORD.finditer(text):
        for name, numbers in beginning.get(word[0], {}).items():
            end = word.start() + len(name)
            if text.startswith(name, word.start()) and not _WORD.match(text[end : end + 1]):
                for number in sorted(numbers - seen):
                    seen.add(number)
                    yield Naming(by, number, _sentence(text, word.start()))


def _sentence(text: str, at: int) -> str:
    before = text.rfind(". ", 0, at)
    after = text.find(". ", at)
    return text[before + 2 if before >= 0 else 0 : after + 1 if after >= 0 else len(text)].strip()
