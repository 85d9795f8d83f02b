"""Find the passages that may answer a question, and rank them with the graph of the collection."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from medloom.answers.graph import Graph, Step, mentions_in
from medloom.answers.key_sentences import key_sentences
from medloom.answers.model import Evidence
from medloom.answers.texts import texts_of
from medloom.answers.wording import is_empty
from medloom.collection.collection import Collection
from medloom.search.parsing import plain
from medloom.search.query import Query
from medloom.search.results import Hit, Results
from medloom.search.understanding.concepts import CONCEPT_ID
from medloom.search.understanding.expanding import expander, told
from medloom.search.understanding.of_collection import Understanding

_POOL = 40
_BY_GRAPH = 20
_OF_THE_GRAPH = 0.3
"""How much nearness in the graph adds to a score, of the best score."""
_WORD = re.compile(rf"{CONCEPT_ID.pattern}|[^\W_]+(?:[-'’][^\W_]+)*")


class Searches(Protocol):
    """What finds rows: see `medloom.search.searcher.Searcher`."""

    @property
    def tables(self) -> Sequence[str]:
        """The tables that it looks in."""
        ...

    def find(
        self,
        query: str | Query,
        *,
        tables: Sequence[str] | None = None,
        where: str | None = None,
        limit: int = 10,
        expand: bool = True,
    ) -> Results:
        """The rows that a query finds, best first."""
        ...


class Found(NamedTuple):
    """Ranked passages, what the search noted, and the steps in the graph that were used."""

    evidence: list[Evidence]
    notes: tuple[str, ...]
    steps: list[Step]


def retrieve(
    collection: Collection,
    searcher: Searches,
    question: str,
    *,
    tables: Sequence[str] | None = None,
    where: str | None = None,
    understanding: Understanding | None = None,
    graph: Graph | None = None,
) -> Found:
    """Passages for a question, best first; a score is a share of the best one's of the search.

    The searcher should have the expander of the same understanding.
    """
    query = plain(as_query(question))
    notes = told(expander(understanding)(query)) if understanding else []
    results = searcher.find(
        query,
        tables=tables or None,
        where=where,
        limit=_POOL,
        expand=understanding is not None,
    )
    meanings = understanding.meanings(_WORD.findall(question)) if understanding else []
    evidence = _evidence(collection, results.hits)
    steps: list[Step] = []
    if graph is not None:
        asked = graph.asked(question, (id for one in meanings for id in one.concepts))
        steps = graph.neighbours(asked)
        if asked:
            evidence = _by_graph(collection, graph, asked, evidence)
    others = {way.text: way.weight for one in meanings for way in one.ways}
    best = key_sentences(question, [one.text for one in evidence], others=others)
    return Found(
        [replace(one, sentences=found) for one, found in zip(evidence, best, strict=True)],
        tuple(dict.fromkeys((*notes, *results.notes))),
        steps,
    )


def as_query(question: str) -> str:
    """The words of a question that say what it is about, without marks.

    >>> as_query("Does (low-dose) aspirin AND a statin help? See HP:0001250!")
    'low-dose aspirin statin help See HP:0001250'
    """
    words = _WORD.findall(question.replace("’", "'"))
    about = [one for one in words if not is_empty(one)]
    return " ".join(about or words)


def _evidence(collection: Collection, hits: Sequence[Hit]) -> list[Evidence]:
    texts = texts_of(collection, hits)
    there = [hit for hit in hits if (hit.table, hit.id) in texts]
    best = max((hit.score for hit in there), default=0.0)
    return [
        Evidence(
            number,
            hit.table,
            hit.id,
            *texts[hit.table, hit.id],
            score=round(hit.score / best, 4) if best > 0 else 0.0,
            title=hit.title,
            group=hit.group,
        )
        for number, hit in enumerate(there, start=1)
    ]


def _by_graph(
    collection: Collection, graph: Graph, asked: list[str], evidence: list[Evidence]
) -> list[Evidence]:
    """The passages ranked anew: those that mention what was asked, or its neighbours, rise."""
    graph.mentions = mentions_in(collection, [one.id for one in evidence])
    ranked = []
    for one in evidence:
        near, why = graph.nearness(one.id, asked)
        ranked.append(replace(one, score=round(one.score + _OF_THE_GRAPH * near, 4), why=why))
    return sorted(ranked, key=lambda one: -one.score)
