"""Rank articles by an interest, with a reason for each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np

from medloom.feed.articles import Known
from medloom.feed.interests import Interest
from medloom.feed.learning import Taste, distances, taste
from medloom.feed.matching import Fields, Match, match
from medloom.feed.terms import Terms, Vector
from medloom.search.parsing import parse
from medloom.search.query import Query, leaves
from medloom.search.similar.lexical import TextIndex, folded

WEIGHTS = {"query": 0.6, "concept": 0.5, "author": 0.6, "journal": 0.2, "like": 0.8}
"""What a part adds at most; parts add up so that no sum passes 1."""
_LIKED_FROM, _NEAR_FROM, _HALF_AT = 1.6, 0.05, 3.0
_MOST_EXAMPLES = 100
_AT_ONCE = 2_000
Expand = Callable[[Query], Query]


class Marks(NamedTuple):
    """Articles that somebody marked as wanted, or as not wanted."""

    liked: Sequence[Known] = ()
    disliked: Sequence[Known] = ()


class Near(NamedTuple):
    """How far an article lies above what is usual in likeness, and what it is like."""

    distance: float
    example: str | None
    words: tuple[str, ...]


class Scored(NamedTuple):
    """An article, how well it answers to an interest, and why."""

    article: Known
    score: float
    reasons: tuple[str, ...]
    parts: dict[str, float]


@dataclass(frozen=True)
class Ranker:
    """One interest, ready to rank articles."""

    interest: Interest
    queries: tuple[tuple[str, Query], ...]
    concepts: tuple[tuple[str, Query], ...]
    terms: Terms
    taste: Taste | None
    liked: Sequence[Known]
    usual: Sequence[str]
    """Texts of which nothing was said."""

    @classmethod
    def of(
        cls,
        interest: Interest,
        marks: Marks,
        background: Sequence[Known],
        expand: Expand = lambda query: query,
    ) -> "Ranker":
        """Learn from the marks; `background` are articles of which nothing was said."""
        queries = tuple((one, expand(parse(one))) for one in interest.queries)
        concepts = tuple((one, expand(parse(_quoted(one)))) for one in interest.concepts)
        texts = [one.text for one in background]
        liked = [_titled(one) for one in marks.liked]
        disliked = [_titled(one) for one in marks.disliked]
        wanted = [*liked, *filter(None, (_words(query) for _, query in (*queries, *concepts)))]
        terms = Terms([*texts, *liked, *disliked])
        model = taste(terms, wanted, disliked, texts) if wanted else None
        return cls(interest, queries, concepts, terms, model, marks.liked, texts)

    def rank(self, articles: Iterable[Known]) -> list[Scored]:
        """The articles that answer to the interest, best first: those with a reason."""
        return [one for one in self.order(articles) if one.reasons]

    def order(self, articles: Iterable[Known]) -> list[Scored]:
        """All articles, best first."""
        waiting: list[Known] = list(articles)
        found: list[Scored] = []
        for at in range(0, len(waiting), _AT_ONCE):
            some = waiting[at : at + _AT_ONCE]
            found += map(self._scored, some, self._near(some))
        return sorted(found, key=lambda one: (-one.score, one.article.id))

    def _near(self, articles: Sequence[Known]) -> list[Near | None]:
        """How like what is wanted each article is: by BM25 to the examples, and as was learnt."""
        if self.taste is None:
            return [None] * len(articles)
        likings = self.taste.likings(self.terms.rows(one.text for one in articles))
        learnt: Vector = np.array([one.distance for one in likings])
        if not self.liked:
            return [Near(one.distance, None, one.words) for one in likings]
        index = TextIndex([*self.usual, *(one.text for one in articles)])
        examples = self.liked[-_MOST_EXAMPLES:]
        scores = np.array([index.scores(_titled(one)) for one in examples], np.float64)
        mean, n_usual = scores.mean(axis=0), len(self.usual)
        both = (learnt + distances(mean[n_usual:], mean[:n_usual])) / 2
        nearest, here = scores[:, n_usual:].argmax(axis=0), scores[:, n_usual:].max(axis=0)
        return [
            Near(float(d), examples[n].id if score >= _NEAR_FROM else None, one.words)
            for d, n, score, one in zip(both, nearest, here, likings, strict=True)
        ]

    def _scored(self, article: Known, near: Near | None) -> Scored:
        parts: dict[str, float] = {}
        reasons: list[str] = []
        fields = Fields(article)
        for name, asked in (("query", self.queries), ("concept", self.concepts)):
            for typed, query in asked:
                if found := match(query, fields, self.terms.rarity):
                    parts[name] = max(parts.get(name, 0.0), found.score)
                    reasons.append(_told(name, typed, found))
        if author := next((a for a in self.interest.authors if _wrote(a, article)), None):
            parts["author"] = 1.0
            reasons.append(f"by {author}")
        if _same_journal(self.interest.journals, article.journal):
            parts["journal"] = 1.0
            reasons.append(f"in {article.journal}")
        if near is not None:
            above = float(np.logaddexp(0, near.distance))
            parts["like"] = above / (above + _HALF_AT)
            if near.distance >= _LIKED_FROM:
                reasons += [f"near {near.example}"] if near.example else []
                reasons += [f"its words: {', '.join(near.words)}"] if near.words else []
        return Scored(article, _joined(parts), tuple(dict.fromkeys(reasons)), parts)


def _titled(article: Known) -> str:
    """The text of an example, its title twice: it says most."""
    return f"{article.title}\n{article.text}"


def _joined(parts: dict[str, float]) -> float:
    return 1 - reduce(lambda left, one: left * (1 - WEIGHTS[one[0]] * one[1]), parts.items(), 1.0)


def _told(name: str, typed: str, found: Match) -> str:
    if not found.places:
        return f"matches {typed}"
    seen = list(dict.fromkeys(found.places))
    where = {place for _, place in seen}
    if name == "concept":
        return f"about {typed}: '{seen[0][0]}' in {seen[0][1]}"
    if len(where) == 1:
        texts = ", ".join(f"'{text}'" for text, _ in seen)
        return f"matches {texts} in {seen[0][1]}"
    return "matches " + ", ".join(f"'{text}' in {place}" for text, place in seen)


def _words(query: Query) -> str:
    return " ".join(one.text for one in leaves(query) if one.field in (None, "title", "abstract"))


def _quoted(concept: str) -> str:
    return f'"{concept}"' if " " in concept else concept


def _wrote(wanted: str, article: Known) -> bool:
    """Whether `Ng`, `Ng A`, `Ng, Ada` or `Ada Ng` is one of the authors.

    >>> [_wrote(one, Known("t", "a", authors=("van Ng AB",))) for one in ("van Ng", "Ada van Ng")]
    [True, True]
    >>> [_wrote(one, Known("t", "a", authors=("Ng AB",))) for one in ("Ng B", "Nguyen", "Ng, Ada")]
    [False, False, True]
    """
    return any(_is_person(folded(wanted).strip(), folded(one)) for one in article.authors)


def _is_person(wanted: str, author: str) -> bool:
    surname, _, initials = author.rpartition(" ")
    if not surname:
        return wanted == author
    if wanted in (author, surname):
        return True
    if wanted.startswith(f"{surname} ") or wanted.startswith(f"{surname},"):
        given = wanted[len(surname) :].strip(" ,.")
    elif wanted.endswith(f" {surname}"):
        given = wanted[: -len(surname)].strip(" ,.")
    else:
        return False
    if not given or given[0] != initials[0]:
        return False
    return len(given) > 2 or initials.startswith(given)


def _same_journal(wanted: Sequence[str], journal: str) -> bool:
    plain = folded(journal).removeprefix("the ").strip(" .")
    return bool(plain) and plain in {folded(one).removeprefix("the ").strip(" .") for one in wanted}
