"""What a collection brings to understand queries: its terminologies, and its own short forms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from medloom.collection.collection import Collection
from medloom.errors import MedloomError
from medloom.search.understanding.concepts import AnnotatedIds, Concepts
from medloom.search.understanding.lay import LayTerms
from medloom.search.understanding.meanings import Meaning, Source, settled
from medloom.search.understanding.short_forms import ShortForms
from medloom.search.understanding.spelling import Spellings
from medloom.terminology.finding import open_lexicon

_INVENTORY = ("short", "long", "share", "n_senses")
_MOST_SENSES = 200_000


@dataclass(frozen=True)
class Understanding:
    """Sources of meanings; `notes` say which of them could not be had.

    >>> spoken = Understanding((LayTerms(), Spellings()))
    >>> [(one.start, [way.text for way in one.ways]) for one in spoken.meanings(["tumour"])]
    [(0, ['tumor'])]
    """

    sources: tuple[Source, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, collection: Collection | None = None, terminologies: Sequence[str] | None = None
    ) -> "Understanding":
        """Spellings and lay terms, the collection's short forms, and terminologies.

        `terminologies` are names or files; by default those that the collection's recipe names.
        A terminology that was named and is not there raises TerminologyError.
        """
        sources: list[Source] = [Spellings(), LayTerms(), AnnotatedIds()]
        notes: list[str] = []
        if terminologies is not None:
            sources += [Concepts(open_lexicon(name)) for name in terminologies]
        elif collection is not None:
            for name in named_terminologies(collection.record.get("recipe", {})):
                try:
                    sources.append(Concepts(open_lexicon(name)))
                except (MedloomError, OSError):
                    notes.append(f"synonyms of terminology {name} are not used: it is not here")
        if collection is not None:
            sources += [ShortForms(rows) for rows in _inventories(collection)]
        return cls(tuple(sources), tuple(notes))

    def meanings(self, words: Sequence[str]) -> list[Meaning]:
        """Other ways to say parts of a query, without overlaps, longer parts first."""
        given = list(words)
        found = (one for source in self.sources for one in source.meanings(given))
        return settled(found, given)


def named_terminologies(recipe: Mapping[str, Any]) -> list[str]:
    """The terminologies that the steps of a recorded recipe use.

    >>> text = 'tables: {p: {steps: [{concepts: {terminology: "{name}"}}]}}'
    >>> named_terminologies({"text": text, "settings": {"name": "hpo"}})
    ['hpo']
    """
    try:
        read = yaml.safe_load(recipe.get("text") or "")
    except yaml.YAMLError:
        return []
    settings = recipe.get("settings") or {}
    found = [name for one in _values(read, "terminology") for name in _listed(one)]
    filled = [settings.get(one[1:-1], one) if one.startswith("{") else one for one in found]
    names = [name for one in filled for name in _listed(one) if not name.startswith("{")]
    return list(dict.fromkeys(names))


def _values(node: Any, key: str) -> Iterator[Any]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from _values(value, key)
    elif isinstance(node, list):
        for one in node:
            yield from _values(one, key)


def _listed(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _inventories(collection: Collection) -> Iterator[list[Mapping[str, Any]]]:
    for table in collection.tables:
        if set(_INVENTORY) <= set(collection.dataset(table).schema.names):
            columns = ["short", "long", "share"]
            batches = collection.scan(table, columns, limit=_MOST_SENSES)
            yield [row for batch in batches for row in batch.to_pylist()]
