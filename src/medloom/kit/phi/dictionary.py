"""Names of persons and places by word lists, and names that a text has told before."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from medloom.kit.phi.finding import Finding
from medloom.kit.phi.lexicons import Lexicons, lexicons

_WORD = r"[A-ZÀ-ÖØ-Þ][\wÀ-ɏ]*(?:['’´-][A-ZÀ-Þ][\wÀ-ɏ]+)*"
_PART = rf"(?:[A-ZÀ-Þ]\.|{_WORD})"
_RUN = re.compile(
    rf"(?<![\w@.-]){_PART}"
    rf"(?:[ ](?:(?:de la|de los|de las|del|de|da|do|van der|van|von|la|y|bin) )?{_PART})*"
)
_TOKEN = re.compile(r"[^\s]+")
_PARTICLES = frozenset(
    ["de", "la", "los", "las", "del", "da", "do", "van", "der", "von", "y", "bin"]
)
_NAMES = frozenset({"name", "patient_name", "staff_name", "relative_name"})
_EPONYM_BEFORE = re.compile(
    r"(?i:\b(?:enfermedad|síndrome|signo|escala|test|índice|clasificación|criterios|maniobra|"
    r"prueba|técnica|sonda|linfoma|tumor|sarcoma|fenómeno|células?|cuerpos|mal|tetralogía|ley"
    r"|disease|syndrome)(?: de(?: la)?| of)? )$"
)
RESOURCE = "names"


class _Word(NamedTuple):
    start: int
    end: int
    text: str

    @property
    def low(self) -> str:
        return self.text.lower()


def by_dictionary(text: str) -> Iterator[Finding]:
    """Persons and cities that the word lists know, by runs of words that begin with a capital."""
    known = lexicons()
    for match in _RUN.finditer(text):
        words = [
            _Word(one.start() + match.start(), one.end() + match.start(), one.group().rstrip("."))
            for one in _TOKEN.finditer(match.group())
        ]
        yield from _persons(text, words, known)
        yield from _cities(words, known)


def _persons(text: str, words: Sequence[_Word], known: Lexicons) -> Iterator[Finding]:
    at = 0
    while at < len(words):
        given = known.given.get(words[at].low)
        last = at
        if given is None or len(words[at].text) < 2:
            at += 1
            continue
        while last + 1 < len(words) and _goes_on(words[last + 1], known):
            last += 1
        while words[last].low in _PARTICLES and last > at:
            last -= 1
        found = _judged(text, words[at : last + 1], known)
        if found:
            yield found
        at = last + 1


def _goes_on(word: _Word, known: Lexicons) -> bool:
    """Whether a word can be a further part of a name."""
    low = word.low
    return (
        len(word.text) == 1
        or low in _PARTICLES
        or low in known.surnames
        or (low in known.given and not known.given[low].weak)
        or (word.text[0].isupper() and word.text[1:].islower() and low not in known.after_eponyms)
    )


def _judged(text: str, words: Sequence[_Word], known: Lexicons) -> Finding | None:
    first, full = (
        words[0],
        [one for one in words if len(one.text) > 1 and one.low not in _PARTICLES],
    )
    end = words[-1].end
    given = known.given[first.low]
    surname = known.surnames.get(full[-1].low) if full else None
    shouted = first.text.isupper() and len(first.text) > 1
    if not full or _is_eponym(text, words, known):
        return None
    if len(full) > 1 and not given.weak and surname is not None:
        score, rule = (0.85, "given-and-surname") if not surname else (0.7, "given-and-word")
    elif len(full) > 1 and given.weak and surname is False:
        score, rule = 0.55, "word-and-surname"
    elif len(full) > 1 and not given.weak and not shouted:
        score, rule = 0.6, "given-and-unknown"
    elif len(full) == 1 and not given.weak and not shouted and given.languages:
        score, rule, end = 0.45, "given-alone", first.end
    else:
        return None
    return Finding(first.start, end, "name", score, rule, RESOURCE, known.digest)


def _is_eponym(text: str, words: Sequence[_Word], known: Lexicons) -> bool:
    if any(one.low in known.eponyms for one in words) and len(words) < 3:
        return True
    after = re.match(r"['’]?s?[ -]+([^\W\d_]+)", text[words[-1].end : words[-1].end + 40])
    if after and after[1].lower() in known.after_eponyms:
        return True
    return bool(_EPONYM_BEFORE.search(text[max(0, words[0].start - 30) : words[0].start]))


def _cities(words: Sequence[_Word], known: Lexicons) -> Iterator[Finding]:
    at = 0
    while at < len(words):
        for last in range(min(at + 4, len(words)), at, -1):
            name = " ".join(one.text for one in words[at:last]).lower()
            weak = known.cities.get(name)
            if weak is False and (len(name) > 3):
                score = 0.65
                end = words[last - 1].end
                yield Finding(words[at].start, end, "city", score, "city", RESOURCE, known.digest)
                at = last - 1
                break
        at += 1


def repeated(text: str, found: Iterable[Finding], least_score: float = 0.75) -> Iterator[Finding]:
    """Parts of names that were surely found, wherever else they stand in the text.

    >>> told = [Finding(4, 16, "patient_name", 0.9, "titled", "")]
    >>> [one[:2] for one in repeated("Mr. Ana Villar. Villar slept.", told)]
    [(4, 7), (8, 14), (16, 22)]
    """
    known = lexicons()
    parts: dict[str, Finding] = {}
    for one in found:
        if one.kind in _NAMES and one.score >= least_score:
            for part in re.findall(_WORD, text[one.start : one.end]):
                if len(part) > 2 and not _is_ordinary(part.lower(), known):
                    parts.setdefault(part, one)
                    if part.isupper():
                        parts.setdefault(part.capitalize(), one)
    if not parts:
        return
    either = "|".join(map(re.escape, sorted(parts, key=len, reverse=True)))
    for match in re.finditer(rf"(?<![\w@.-])(?:{either})(?![\w@])", text):
        one = parts[match.group()]
        after = re.match(r"['’]?s?[ -]+([^\W\d_]+)", text[match.end() : match.end() + 40])
        if not (after and after[1].lower() in known.after_eponyms):
            yield Finding(
                *match.span(), one.kind, one.score - 0.1, "repeated", one.resource, one.digest
            )


def _is_ordinary(word: str, known: Lexicons) -> bool:
    given = known.given.get(word)
    return (
        word in known.eponyms
        or bool(given and given.weak)
        or bool(known.surnames.get(word))
        or word in known.after_eponyms
    )
