"""Write the tree of a query as a query of the full-text index."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from lance.query import (
    BooleanQuery,
    FullTextOperator,
    FullTextQuery,
    MatchQuery,
    Occur,
    PhraseQuery,
)

from medloom.search.index_rows import ALL_TEXT
from medloom.search.matching import is_needed, words_of
from medloom.search.query import (
    All,
    AnyOf,
    Fuzzy,
    Leaf,
    Not,
    Prefix,
    Query,
    Ranked,
    Ways,
    Word,
    leaves,
)

Expand = Callable[[Prefix | Fuzzy], list[str]]
"""The words of the index that a prefix or a fuzzy word stands for."""
_NOTHING = "zz9nothing9zz"


def needs_a_look(query: Query, fields: Collection[str]) -> bool:
    """Whether a query names a field without an index of its own, so that texts are looked at."""
    every = (*leaves(query), *leaves(query, wanted=False))
    return any(one.field and one.field not in fields for one in every)


def is_plain(query: Query) -> bool:
    """Whether nothing in a query must match or must not match: it only ranks."""
    if isinstance(query, Ranked):
        return all(is_plain(one) for one in query.parts)
    if isinstance(query, Ways):
        return is_plain(query.said)
    return isinstance(query, Word | Prefix | Fuzzy) and not query.field


@dataclass
class Writer:
    """Writes queries for one table; `fields` are the columns with an index of their own."""

    fields: Collection[str]
    expand: Expand

    def write(self, query: Query, boost: float = 1.0) -> FullTextQuery:
        """The query of the index; where texts have to be looked at, it finds more than matches."""
        if isinstance(query, Ranked):
            return self._ranked(query)
        if isinstance(query, All):
            return _both([self._part(one) for one in query.parts if self._is_kept(one)])
        if isinstance(query, AnyOf):
            return _both([(Occur.SHOULD, self.write(one)) for one in query.parts])
        if isinstance(query, Ways):
            return _both([(Occur.SHOULD, one) for one in self._ways(query)])
        if isinstance(query, Not):
            return _nothing()
        return self._leaf(query, boost)

    def _ranked(self, query: Ranked) -> FullTextQuery:
        words: list[str] = []
        parts: list[tuple[Occur, FullTextQuery]] = []
        for one in _opened(query.parts):
            if isinstance(one, Word) and not one.field:
                words += words_of(one.text)
            elif is_needed(one):
                parts += [self._part(one)] if self._is_kept(one) else []
            elif isinstance(one, Ways):
                words += _own_words(one.said)
                parts += [(Occur.SHOULD, other) for other in self._ways(one, _own_words(one.said))]
            else:
                parts.append((Occur.SHOULD, self.write(one)))
        if words:
            parts.append((Occur.SHOULD, MatchQuery(" ".join(words), ALL_TEXT)))
        return _both(parts)

    def _ways(self, query: Ways, said_already: list[str] | None = None) -> Iterator[FullTextQuery]:
        if not said_already:
            yield self.write(query.said)
        for part, weight in query.others:
            yield self.write(part, weight)

    def _part(self, query: Query) -> tuple[Occur, FullTextQuery]:
        if isinstance(query, Not):
            return Occur.MUST_NOT, self.write(query.part)
        return Occur.MUST, self.write(query)

    def _is_kept(self, query: Query) -> bool:
        return not (isinstance(query, Not) and needs_a_look(query.part, self.fields))

    def _leaf(self, leaf: Leaf, boost: float) -> FullTextQuery:
        column = leaf.field if leaf.field in self.fields else ALL_TEXT
        words = words_of(leaf.text)
        if isinstance(leaf, Prefix | Fuzzy) and len(words) == 1:
            found = self.expand(leaf)
            return MatchQuery(" ".join(found), column, boost=boost) if found else _nothing()
        if len(words) == 1:
            return MatchQuery(words[0], column, boost=boost)
        if boost == 1.0:
            return PhraseQuery(" ".join(words), column)
        every = FullTextOperator.AND
        return MatchQuery(" ".join(words), column, boost=boost, operator=every)


def _opened(parts: tuple[Query, ...]) -> Iterator[Query]:
    """The parts of a ranked query, those of ranked queries inside it among them."""
    for one in parts:
        if isinstance(one, Ranked):
            yield from _opened(one.parts)
        else:
            yield one


def _own_words(said: Query) -> list[str]:
    """The words of what the user said, where it is words alone; none otherwise."""
    if isinstance(said, Word) and not said.field:
        return words_of(said.text)
    if isinstance(said, Ranked) and all(isinstance(one, Word) for one in said.parts):
        return [word for one in said.parts for word in _own_words(one)]
    return []


def _both(parts: list[tuple[Occur, FullTextQuery]]) -> FullTextQuery:
    if all(occur == Occur.MUST_NOT for occur, _ in parts):
        return _nothing()
    return parts[0][1] if len(parts) == 1 else BooleanQuery(parts)


def _nothing() -> FullTextQuery:
    return MatchQuery(_NOTHING, ALL_TEXT)
