"""Where the sentences of a text are, by rules: for prose and for telegraphic notes.

A regular expression finds where a sentence may end; a short function decides. What belongs to one
language (abbreviations, first words) is a data file in the folder `sentence_words`.
"""

import re

from medloom.kit.lines import looks_like_notes, paragraphs
from medloom.kit.sentence_words import LABEL, OPENERS, Language, Word, language
from medloom.tables.spans import Range

_CLOSERS = "\"'”’»)\\]}"
_CITED = r"\d{1,3}(?:[,–-]\d{1,3})*"  # a superscript, flattened: `in mice.12,13 The`
_REST = (
    rf"(?:[.!?…]{{0,9}}[{_CLOSERS}]{{0,9}}(?:(?<=[a-z)\]].){_CITED})?(?:\s?\[{_CITED}\])?(?=\s+\S)"
    r"|(?<=[a-z]{3}\.)(?=[A-Z][a-z]+\s))"
)
_STOP = re.compile(r"\." + _REST)  # thrice as fast as the other, and enough for most texts
_MARK = re.compile(rf"[.!?…]{_REST}|[。！？؟۔।][{_CLOSERS}」』]*(?=\s*\S)")
_OTHER_MARKS = "…。！？؟۔।"
_PANEL = re.compile(r"\(?[a-z](?:\s*[-–,&]\s*[a-z])*\)|[a-z][.:]?\s+[A-Z]|[a-z]{1,3},\s|[a-z] ?=")
_MARKER = Word.MARKER
_SMALL_NUMBER = re.compile(r"(?<!\d)\d{1,2}$")
_FAR = 40  # how far back a word is looked for: text without spaces must not cost its square


def split(text: str, style: str = "auto", language_code: str = "en") -> list[Range]:
    """The sentences of a text, without the white space around them.

    >>> text = "No rash (Fig. 2A). E. coli grew."
    >>> [text[s.start : s.end] for s in split(text)]
    ['No rash (Fig. 2A).', 'E. coli grew.']
    """
    known = language(language_code)
    notes = looks_like_notes(text) if style == "auto" else style == "notes"
    pattern = _MARK if _has_other_marks(text) else _STOP
    found: list[Range] = []
    for start, end in paragraphs(text, notes):
        _split(pattern, text, start, end, notes, known, found)
    return found


def _has_other_marks(text: str) -> bool:
    if "?" in text or "!" in text:
        return True
    return not text.isascii() and any(mark in text for mark in _OTHER_MARKS)


def _split(
    pattern: re.Pattern[str],
    text: str,
    start: int,
    stop: int,
    notes: bool,
    known: Language,
    found: list[Range],
) -> None:
    """Add the sentences of one paragraph, `text[start:stop]`, which has no space at its ends."""
    met, rfind, new = known.met, text.rfind, tuple.__new__
    for candidate in pattern.finditer(text, start, stop):
        place, end = candidate.span()
        following = end
        while text[following].isspace():
            following += 1
        near = place - _FAR
        if near < start:
            near = start
        at = rfind(" ", near, place)
        word = text[near if at < 0 else at + 1 : place]
        kind = met.get(word)
        sure = kind == 0 or (kind == _MARKER and place - start > _FAR)
        if (sure and following > end and text[following].isupper()) or _ends(
            text, start, place, following, notes, known
        ):
            found.append(new(Range, (start, end)))
            start = following
    if stop > start:
        found.append(Range(start, stop))


def _ends(text: str, start: int, place: int, following: int, notes: bool, known: Language) -> bool:
    """Whether the mark at `place` ends a sentence, and the next one begins at `following`."""
    after = text[following : following + _FAR]
    first = after[0]
    if following == place + 1 and text[place] in ".!?…":  # glued: `was seen.The rash`
        return notes or after.split(None, 1)[0].lower() in known.starters
    if first in ",;:)]%/":
        return False
    if text[place] != ".":
        return not first.islower()
    front = text[max(start, place - _FAR) : place].split()
    word = front[-1] if front else ""
    kind = known.kind(word)
    if kind in (Word.MARKER, Word.INITIAL) and LABEL.fullmatch(text[start:place][: _FAR + 1]):
        return False
    bare = after.lstrip(OPENERS)
    token = bare.split(None, 1)[0] if bare.strip() else ""
    if first == "[" and token[:1].isdigit():
        return False
    if token[:1].islower():
        return kind in (Word.PLAIN, Word.MARKER) and _begins_small(after, bare, token, word, notes)
    if token[:1].isdigit() and _SMALL_NUMBER.search(word):
        return False  # a decimal number that was cut in two, as in old records: `P = 0. 05`
    if kind is Word.PLAIN or kind is Word.MARKER:
        return True
    if kind is Word.NEVER:
        return False
    if token[:1].isdigit():
        return False
    if kind is Word.SHORT:
        return True
    if kind is Word.NUMBER:
        return len(token) > 1 and token.isalpha() and not token.isupper()
    if token.rstrip(",:;").lower() in known.starters or text[following - 2].isspace():
        return True  # two spaces: `seen by Dr. X.  Cultures`
    return kind is Word.INITIAL and _is_noun(front[-2] if len(front) > 1 else "", word, known)


def _begins_small(after: str, bare: str, token: str, word: str, notes: bool) -> bool:
    """Whether a sentence can begin with this small letter: a panel, `cDNA`, `p53`, a Greek one."""
    return (
        _PANEL.match(after) is not None
        or not token[0].isascii()
        or any(one.isupper() or one.isdigit() for one in token[1:])
        or (notes and len(word) > 3 and word.isalpha())
    )


def _is_noun(before: str, letter: str, known: Language) -> bool:
    """Whether a capital letter is the name of a thing (`gene A`), not of a person (`by A. Lee`)."""
    if letter[0] in OPENERS:
        return False
    if letter == "I":
        return before.isalpha() and before.lower() not in known.names
    return before.islower() and before.isalpha() and before not in known.names
