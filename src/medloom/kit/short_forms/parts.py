"""The words of a window and where letters stand in them."""

import re
from bisect import bisect_right
from typing import NamedTuple

from medloom.kit.short_forms.rules import RULES

_PART = re.compile(r"[^\W_]+")
_OPENS = frozenset(' \t\n\r\xa0([{"“‘')
_LOCANT = re.compile(r"\d*(?:[a-z]|alpha|beta|gamma|delta|[α-ω])?\d*")


class Place(NamedTuple):
    """Where a letter stands."""

    at: int
    part: int
    how: str
    """What a match there is, in the words of `rules.yaml`."""


class Parts:
    """A window in small letters, cut into runs of letters and digits: the parts of words.

    >>> parts = Parts("of the t-cell")
    >>> parts.starts, parts.kinds
    ([0, 3, 7, 9], ['stop', 'stop', 'word', 'part'])
    """

    def __init__(self, lowered: str) -> None:
        self.text = lowered
        self.starts: list[int] = []
        self.runs: list[str] = []
        self.kinds: list[str] = []
        """What leaving each out is, in the words of `rules.yaml`."""
        for match in _PART.finditer(lowered):
            start, run = match.start(), match[0]
            if start and lowered[start - 1] not in _OPENS:
                kind = "part"
            else:
                kind = "stop" if run in RULES.stop_words else "word"
            self.starts.append(start)
            self.runs.append(run)
            self.kinds.append(kind)

    def __len__(self) -> int:
        return len(self.starts)

    def places(self, letter: str) -> list[Place]:
        """Where a letter of a short form may stand, from the left.

        >>> [(place.at, place.how) for place in Parts("electrocardiogram").places("C")]
        [(3, 'inner'), (7, 'form')]
        """
        one, inner = letter.lower(), "inner_lower" if letter.islower() else "inner"
        forms = RULES.combining_forms.get(one, ("\0",))
        text, starts, kinds = self.text, self.starts, self.kinds
        found, at = [], text.find(one)
        while at >= 0:
            part = bisect_right(starts, at) - 1
            if at == starts[part]:
                how = "hyphen" if kinds[part] == "part" else "space"
            else:
                how = "form" if text.startswith(forms, at) else inner
            found.append(Place(at, part, how))
            at = text.find(one, at + 1)
        names = RULES.names.get(letter)
        return sorted(found + self._named(names)) if names else found

    def begins(self, part: int) -> str:
        """What a match of its first letter is."""
        return "hyphen" if self.kinds[part] == "part" else "space"

    def word_start(self, part: int) -> int | None:
        """Where the word of a part begins, if only locants stand between, as in `1,25-`."""
        while part and self.kinds[part] == "part":
            part -= 1
            if not _LOCANT.fullmatch(self.runs[part]):
                return None
        return self.starts[part]

    def _named(self, names: tuple[str, ...]) -> list[Place]:
        """Where the name of a digit or a sign begins a part."""
        numbered = enumerate(zip(self.starts, self.runs, strict=True))
        return [Place(at, n, self.begins(n)) for n, (at, run) in numbered if run.startswith(names)]


def small(text: str) -> str:
    """A text in small letters, as long as it was.

    >>> len(small("İ")), len("İ".lower())
    (1, 2)
    """
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(one if len(one := char.lower()) == 1 else char for char in text)
