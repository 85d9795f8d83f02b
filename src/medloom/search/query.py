"""What a user asks, as a tree: words, "phrases", AND, OR, NOT, -word, field:word, prefix*, fuzzy~.

A query without operators is ranked: rows with more of its words, and rarer ones, come first. With
AND, OR or NOT anywhere, words side by side must all be there, as in PubMed. `str(tree)` writes a
parsed query so that parsing it again gives the same tree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as kept


@dataclass(frozen=True)
class Word:
    """A word as typed; it matches its other forms, too (`infection` finds `infections`)."""

    text: str
    field: str | None = None
    place: int = kept(default=0, compare=False)
    """Where it begins in what the user typed, in code points."""

    def __str__(self) -> str:
        return _prefixed(self.field, self.text)


@dataclass(frozen=True)
class Phrase:
    """Words that follow each other, stop words included."""

    text: str
    field: str | None = None
    place: int = kept(default=0, compare=False)

    def __str__(self) -> str:
        return _prefixed(self.field, f'"{self.text}"')


@dataclass(frozen=True)
class Prefix:
    """The beginning of a word: `cardio*`."""

    text: str
    field: str | None = None
    place: int = kept(default=0, compare=False)

    def __str__(self) -> str:
        return _prefixed(self.field, f"{self.text}*")


@dataclass(frozen=True)
class Fuzzy:
    """A word or one spelt nearly like it: `infaction~`; at most `edits` letters differ."""

    text: str
    edits: int = 1
    field: str | None = None
    place: int = kept(default=0, compare=False)

    def __str__(self) -> str:
        return _prefixed(self.field, f"{self.text}~{self.edits}")


@dataclass(frozen=True)
class Not:
    """Rows that match the part are left out."""

    part: "Query"

    def __str__(self) -> str:
        return f"-{_inside(self.part)}"


@dataclass(frozen=True)
class Ranked:
    """Parts side by side: any may match, more is better; phrases must match."""

    parts: tuple["Query", ...]

    def __str__(self) -> str:
        return " ".join(map(_inside, self.parts))


@dataclass(frozen=True)
class All:
    """Every part must match."""

    parts: tuple["Query", ...]

    def __str__(self) -> str:
        return " AND ".join(map(_inside, self.parts))


@dataclass(frozen=True)
class AnyOf:
    """At least one part must match."""

    parts: tuple["Query", ...]

    def __str__(self) -> str:
        return " OR ".join(map(_inside, self.parts))


@dataclass(frozen=True)
class Ways:
    """What the user said, and other ways to say it with weights up to 1; any may match.

    The parser never makes one: an expander does.
    """

    said: "Query"
    others: tuple[tuple["Query", float], ...]

    def __str__(self) -> str:
        others = (f"{_inside(part)}^{weight:g}" for part, weight in self.others)
        return f"({' OR '.join([_inside(self.said), *others])})"


Query = Word | Phrase | Prefix | Fuzzy | Not | Ranked | All | AnyOf | Ways
Leaf = Word | Phrase | Prefix | Fuzzy


def leaves(query: Query, wanted: bool = True) -> Iterator[Leaf]:
    """The words, phrases, prefixes and fuzzy words of a tree; those that must not match, if asked.

    >>> from medloom.search.parsing import parse
    >>> [one.text for one in leaves(parse('fever "vitamin A" -cough'))]
    ['fever', 'vitamin A']
    """
    if isinstance(query, Not):
        yield from leaves(query.part, not wanted)
    elif isinstance(query, Ranked | All | AnyOf):
        for part in query.parts:
            yield from leaves(part, wanted)
    elif isinstance(query, Ways):
        yield from leaves(query.said, wanted)
        for part, _ in query.others:
            yield from leaves(part, wanted)
    elif wanted:
        yield query


def _inside(part: Query) -> str:
    grouped = isinstance(part, Ranked | All | AnyOf)
    return f"({part})" if grouped else str(part)


def _prefixed(name: str | None, text: str) -> str:
    return f"{name}:{text}" if name else text


def in_fields(query: Query, fields: Sequence[str]) -> Query:
    """The query with every word looked for in some fields only.

    >>> print(in_fields(Word("fever"), ["title", "text"]))
    title:fever OR text:fever
    """
    if isinstance(query, Not):
        return Not(in_fields(query.part, fields))
    if isinstance(query, Ranked | All | AnyOf):
        return type(query)(tuple(in_fields(one, fields) for one in query.parts))
    if isinstance(query, Ways):
        others = tuple((in_fields(one, fields), weight) for one, weight in query.others)
        return Ways(in_fields(query.said, fields), others)
    if query.field:
        return query
    found = tuple(replace(query, field=name) for name in fields)
    return found[0] if len(found) == 1 else AnyOf(found)
