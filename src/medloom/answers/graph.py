"""The graph of a collection's concepts: neighbours of what was asked, and passages on the way.

As KG-Rank (Yang et al. 2024) and Medical Graph RAG (Wu et al. 2024) do, with the collection's own
graph: pairs that its texts mention together (`cooccurrence_statistics`), and relations that a model
or a person labelled (`relation_candidates` with a kind). No model is asked.
"""

from collections import defaultdict
from collections.abc import Collection as Ids
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from medloom.collection.collection import Collection
from medloom.kit.sql import is_among
from medloom.search.understanding.lay import key

_PAIRS = {"left_id", "left_name", "right_id", "right_name", "n_together", "npmi", "llr"}
_RELATIONS = {"head", "head_name", "tail", "tail_name", "kind", "text_ids"}
_MENTIONS = {"text_id", "entity_id", "name"}
_MOST_EDGES = 200_000
_LONGEST_NAME = 6
_OF_A_NEIGHBOUR = 0.5
"""What a neighbour of an asked concept counts in a passage that lacks the concept itself."""


class Edge(NamedTuple):
    """A tie of one concept to another."""

    to: str
    weight: float
    """0 to 1: the normalised pointwise mutual information, or the score of a relation."""
    told: str
    """`12 texts`, or the kind of the relation."""


class Step(NamedTuple):
    """A way from an asked concept to a neighbour."""

    source: str
    edge: Edge


@dataclass
class Graph:
    """Concepts with their names, ties and mentions.

    >>> graph = Graph({"D:1": "Epilepsy", "C:1": "Valproate"})
    >>> graph.tie("D:1", "C:1", 0.8, "12 texts")
    >>> graph.asked("What treats epilepsy?")
    ['D:1']
    >>> [step.edge.to for step in graph.neighbours(["D:1"])]
    ['C:1']
    """

    names: dict[str, str]
    ties: dict[str, list[Edge]] = field(default_factory=lambda: defaultdict(list))
    mentions: Mapping[str, Ids[str]] = field(default_factory=dict)
    """The concepts of texts that were looked up."""

    def tie(self, one: str, other: str, weight: float, told: str) -> None:
        """Tie two concepts."""
        self.ties[one].append(Edge(other, weight, told))
        self.ties[other].append(Edge(one, weight, told))

    def asked(self, question: str, ids: Iterable[str] = ()) -> list[str]:
        """The concepts that a question names, and those of `ids` that the graph has."""
        by_name = self._by_name()
        words = [key(word.strip("?.,;:!()\"'")) for word in question.split()]
        found = [one for one in ids if one in self.names]
        at = 0
        while at < len(words):
            for end in range(min(at + _LONGEST_NAME, len(words)), at, -1):
                if met := by_name.get(tuple(words[at:end])):
                    found += met
                    at = end - 1
                    break
            at += 1
        return list(dict.fromkeys(found))

    def neighbours(self, asked: Ids[str], most: int = 8) -> list[Step]:
        """The concepts tied most to what was asked, strongest first."""
        steps = [Step(one, edge) for one in asked for edge in self.ties.get(one, ())]
        steps.sort(key=lambda step: (-step.edge.weight, step.edge.to))
        best = {step.edge.to: step for step in reversed(steps) if step.edge.to not in asked}
        return sorted(best.values(), key=lambda step: (-step.edge.weight, step.edge.to))[:most]

    def nearness(self, text_id: str, asked: Ids[str]) -> tuple[float, tuple[str, ...]]:
        """How much of what was asked a text mentions, 0 to 1, also by neighbours; and what."""
        there = self.mentions.get(text_id, ())
        if not asked or not there:
            return 0.0, ()
        total, why = 0.0, []
        for one in asked:
            if one in there:
                total += 1
                why.append(self.names[one])
                continue
            near = [edge for edge in self.ties.get(one, ()) if edge.to in there]
            if near:
                best = max(near, key=lambda edge: edge.weight)
                total += _OF_A_NEIGHBOUR * best.weight
                why.append(f"{self.names[one]} - {self.names[best.to]}")
        return total / len(asked), tuple(why)

    def told(self, step: Step) -> str:
        """A step as people read it."""
        return f"{self.names[step.source]} - {self.names[step.edge.to]} ({step.edge.told})"

    def _by_name(self) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for id, name in self.names.items():
            found[tuple(map(key, name.split()))].append(id)
        return found


def graph_of(collection: Collection) -> Graph | None:
    """The graph of a collection; None where no table holds pairs or relations."""
    graph = Graph({})
    for table in collection.tables:
        columns = set(collection.dataset(table).schema.names)
        if columns >= _PAIRS:
            _add_pairs(graph, _rows(collection, table, _PAIRS))
        elif columns >= _RELATIONS:
            _add_relations(graph, _rows(collection, table, _RELATIONS, "kind IS NOT NULL"))
    return graph if graph.names else None


def mentions_in(collection: Collection, text_ids: Ids[str]) -> dict[str, set[str]]:
    """The concepts that some texts mention."""
    return _mentions(collection, is_among("text_id", text_ids)) if text_ids else {}


def _mentions(collection: Collection, where: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for table in collection.tables:
        if set(collection.dataset(table).schema.names) >= _MENTIONS:
            for batch in collection.scan(table, ["text_id", "entity_id"], where):
                for row in batch.to_pylist():
                    found[row["text_id"]].add(row["entity_id"])
    return found


def _add_pairs(graph: Graph, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        if row["npmi"] is not None and row["npmi"] > 0:
            for side in ("left", "right"):
                graph.names.setdefault(row[f"{side}_id"], row[f"{side}_name"])
            told = f"{row['n_together']} texts"
            graph.tie(row["left_id"], row["right_id"], min(float(row["npmi"]), 1.0), told)


def _add_relations(graph: Graph, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        graph.names.setdefault(row["head"], row["head_name"])
        graph.names.setdefault(row["tail"], row["tail_name"])
        graph.tie(row["head"], row["tail"], 1.0, str(row["kind"]))


def _rows(
    collection: Collection, table: str, columns: Ids[str], where: str | None = None
) -> Iterator[Mapping[str, Any]]:
    for batch in collection.scan(table, sorted(columns), where, _MOST_EDGES):
        yield from batch.to_pylist()
