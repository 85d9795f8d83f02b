"""WordPiece as BERT does it (Wu et al. 2016; Devlin et al. 2019), in plain Python.

It gives the same pieces as the `tokenizers` package for lower-casing BERT vocabularies. Each word
is cut once and remembered, so that a text costs little more than one look-up for each word.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

LONGEST_WORD, REMEMBERED_WORDS = 100, 200_000
_KEPT_CONTROLS = "\t\n\r"
_CHINESE = (
    *((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F)),
    *((0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)),
)


class _Characters(dict[int, str]):
    """What becomes of a character: gone, a space, lower case without accent, a word of its own."""

    def __missing__(self, code: int) -> str:
        self[code] = made = _made_of(chr(code))
        return made


_CHARACTERS = _Characters()


class WordPiece:
    """Cuts texts into the pieces of a vocabulary.

    >>> cut = WordPiece(["[UNK]", "fe", "##ver", "fever", "no", "##vel", "."])
    >>> cut.pieces("No févers.")
    [4, 0, 6]
    >>> cut.pieces("Fever, novel")
    [3, 0, 4, 5]
    """

    def __init__(self, vocabulary: Iterable[str], unknown: str = "[UNK]") -> None:
        self.vocabulary: Mapping[str, int] = {piece: n for n, piece in enumerate(vocabulary)}
        self._unknown = (self.vocabulary[unknown],)
        self._words: dict[str, tuple[int, ...]] = {}

    @classmethod
    def from_file(cls, path: str | Path) -> "WordPiece":
        """Read a `vocab.txt`: a piece on each line."""
        return cls(Path(path).read_text(encoding="utf-8").removesuffix("\n").split("\n"))

    def pieces(self, text: str) -> list[int]:
        """The numbers of a text's pieces, without any special piece around them."""
        known = self._words
        found: list[int] = []
        for word in words(text):
            numbers = known.get(word)
            found += self._learn(word) if numbers is None else numbers
        return found

    def _learn(self, word: str) -> tuple[int, ...]:
        if len(self._words) >= REMEMBERED_WORDS:
            self._words.clear()
        self._words[word] = numbers = self._cut(word)
        return numbers

    def _cut(self, word: str) -> tuple[int, ...]:
        """The longest piece first, again and again; unknown as a whole where that gets stuck."""
        if len(word) > LONGEST_WORD:
            return self._unknown
        found: list[int] = []
        start, mark = 0, ""
        while start < len(word):
            ends = range(len(word), start, -1)
            end = next((e for e in ends if mark + word[start:e] in self.vocabulary), None)
            if end is None:
                return self._unknown
            found.append(self.vocabulary[mark + word[start:end]])
            start, mark = end, "##"
        return tuple(found)


def words(text: str) -> list[str]:
    """The lower-case words and punctuation marks of a text, as BERT separates them.

    >>> words("Naïve T-cells (CD4+)")
    ['naive', 't', '-', 'cells', '(', 'cd4', '+', ')']
    """
    return text.translate(_CHARACTERS).split()


def _made_of(character: str) -> str:
    category, code = unicodedata.category(character), ord(character)
    if character in _KEPT_CONTROLS or (character.isspace() and category[0] == "Z"):
        return " "
    if category in ("Cc", "Cf", "Co") or code == 0xFFFD:
        return ""
    if any(low <= code <= high for low, high in _CHINESE):
        return f" {character} "
    plain = unicodedata.normalize("NFD", character)
    return "".join(_lower(one) for one in plain if unicodedata.category(one) != "Mn")


def _lower(character: str) -> str:
    lower = character.lower()
    return f" {lower} " if _is_punctuation(lower) else lower


def _is_punctuation(text: str) -> bool:
    ascii_mark = text.isascii() and text.isprintable() and not text.isalnum() and text != " "
    return ascii_mark or unicodedata.category(text[0])[0] == "P"
