"""Put other ways to say things into the tree of a query, and tell the user which."""

import re
from collections.abc import Callable, Iterator, Sequence

from medloom.search.query import All, AnyOf, Phrase, Query, Ranked, Ways, Word
from medloom.search.understanding.concepts import CONCEPT_ID
from medloom.search.understanding.meanings import Meaning, Way
from medloom.search.understanding.of_collection import Understanding
from medloom.search.understanding.spelling import Spellings

_MOST_TOLD = 6
_ID_WORD = re.compile(r"[A-Z][A-Z0-9]*?\d{3,}")


def expander(understanding: Understanding) -> Callable[[Query], Query]:
    """A function that gives words of a query their other ways.

    Quoted phrases, prefixes and fuzzy words stay as they are, and so does what is to be left out.

    >>> from medloom.search.parsing import parse
    >>> from medloom.search.understanding.lay import LayTerms
    >>> expand = expander(Understanding((LayTerms(), Spellings())))
    >>> print(expand(parse('tumour after heart attack -"tumour"')))
    (tumour OR tumor^0.9) after ((heart attack) OR "myocardial infarction"^0.6) -"tumour"
    """

    def expand(query: Query) -> Query:
        if isinstance(query, Word):
            return _in_a_row([query], understanding, All)[0]
        if isinstance(query, Ranked | All):
            parts: list[Query] = []
            for run in _runs(query.parts):
                if isinstance(run[0], Word):
                    words = [one for one in run if isinstance(one, Word)]
                    parts += _in_a_row(words, understanding, type(query))
                else:
                    parts += [expand(one) for one in run]
            return type(query)(tuple(parts))
        if isinstance(query, AnyOf):
            return AnyOf(tuple(expand(one) for one in query.parts))
        return query

    return expand


def told(query: Query) -> list[str]:
    """What a user is told of how a query was understood, a line for each part.

    >>> told(Ranked((Ways(Word("tumour"), ((Word("tumor"), 0.9),)), Word("lung"))))
    ['tumour: also tumor']
    """
    if isinstance(query, Ways):
        others = [_shown(part) for part, _ in query.others if not _is_id(part)]
        more = f" and {len(others) - _MOST_TOLD} more" if len(others) > _MOST_TOLD else ""
        inner = told(query.said)
        if not others:
            return inner
        return [f"{_shown(query.said)}: also {', '.join(others[:_MOST_TOLD])}{more}", *inner]
    if isinstance(query, Ranked | All | AnyOf):
        return [line for part in query.parts for line in told(part)]
    return []


def _runs(parts: Sequence[Query]) -> Iterator[list[Query]]:
    """Neighbours that are words of one field together; each other part alone."""
    run: list[Query] = []
    for part in parts:
        if run and not (_is_word(part) and _is_word(run[-1]) and _field(part) == _field(run[-1])):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _in_a_row(
    words: list[Word], understanding: Understanding, kind: type[Ranked] | type[All]
) -> list[Query]:
    words = [_as_id(one) for one in words]
    texts = [one.text.strip(".,;:!?'’") or one.text for one in words]
    spelt = {one.start: one for one in Spellings().meanings(texts)}
    spells = any(isinstance(one, Spellings) for one in understanding.sources)
    found = {one.start: one for one in understanding.meanings(texts)}
    parts: list[Query] = []
    at = 0
    while at < len(words):
        meaning = found.get(at) or Meaning(at, at + 1, ())
        said: list[Query] = list(words[at : meaning.end])
        if len(said) > 1 and spells:
            said = [
                _with_ways(word, spelt[place].ways, word.field) if place in spelt else word
                for place, word in enumerate(words[at : meaning.end], start=at)
            ]
        parts += _meant(said, words[at], meaning, kind) if meaning.ways else said
        at = meaning.end
    return parts


def _meant(
    said: list[Query], first: Word, meaning: Meaning, kind: type[Ranked] | type[All]
) -> list[Query]:
    """What was said with its other ways; words of a field must match also where words only rank."""
    whole = kind(tuple(said)) if len(said) > 1 else _literal(first)
    ways = _with_ways(whole, meaning.ways, first.field)
    return [All((ways,)) if first.field and kind is Ranked else ways]


def _literal(word: Word) -> Query:
    """An id is one thing, not the words around its colon: `HP` alone would find Helicobacter."""
    is_id = not word.field and CONCEPT_ID.fullmatch(word.text)
    return Phrase(word.text, None, word.place) if is_id else word


def _with_ways(said: Query, ways: Sequence[Way], name: str | None) -> Query:
    return Ways(said, tuple((_part(way.text, name), way.weight) for way in ways))


def _part(text: str, name: str | None) -> Query:
    return Phrase(text, name) if len(text.split()) > 1 or "-" in text else Word(text, name)


def _as_id(word: Word) -> Word:
    """The word; `hp:0001250` typed in small letters was read as a field, and is an id."""
    if word.field and word.text.isdigit():
        return Word(f"{word.field.upper()}:{word.text}", None, word.place)
    return word


def _is_word(part: Query) -> bool:
    return isinstance(part, Word)


def _is_id(part: Query) -> bool:
    """Whether a way is the id of a concept as the index writes it: of no use to a reader."""
    return isinstance(part, Word) and _ID_WORD.fullmatch(part.text) is not None


def _field(part: Query) -> str | None:
    return part.field if isinstance(part, Word) else None


def _shown(part: Query) -> str:
    if isinstance(part, Ways):
        return _shown(part.said)
    if isinstance(part, Ranked | All):
        return " ".join(map(_shown, part.parts))
    return part.text if isinstance(part, Word | Phrase) else str(part)
