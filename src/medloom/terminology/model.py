"""A terminology: concepts, their names, their place among each other, their source."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from medloom.errors import MedloomError

SCOPES = ("exact", "narrow", "broad", "related")
"""How near a synonym is to its concept, nearest first; the four of the OBO format."""


class TerminologyError(MedloomError):
    """A terminology cannot be found, read or used."""


class Synonym(NamedTuple):
    """Another name of a concept.

    >>> Synonym("Fits", "related", kind="layperson").language
    'en'
    """

    text: str
    scope: str = "exact"
    """One of `SCOPES`."""
    language: str = "en"
    """ISO 639-1."""
    kind: str | None = None
    """As the source calls it: abbreviation, layperson, plural_form, uk_spelling, ..."""


class Entry(NamedTuple):
    """A concept of a terminology.

    >>> Entry("HP:0001250", "Seizure", (Synonym("Fits"),)).parents
    ()
    """

    id: str
    """A CURIE: `HP:0001250`, `MESH:D012640`, `ICD10CM:G40`."""
    name: str
    """The preferred name."""
    synonyms: tuple[Synonym, ...] = ()
    parents: tuple[str, ...] = ()
    """Ids of the concepts that it is a kind of."""
    definition: str | None = None
    xrefs: tuple[str, ...] = ()
    """CURIEs of other terminologies."""
    types: tuple[str, ...] = ()
    """Semantic types: of UMLS `T047 Disease or Syndrome`, of OBO the subsets and namespace."""
    alternative_ids: tuple[str, ...] = ()
    """Ids that were merged into this one."""
    obsolete: bool = False
    replaced_by: tuple[str, ...] = ()
    language: str = "en"
    """Of the preferred name."""

    def names(self) -> Iterator[Synonym]:
        """The preferred name and the synonyms, the preferred name first."""
        yield Synonym(self.name, "exact", self.language, "preferred")
        yield from self.synonyms


@dataclass
class Notes:
    """What was wrong in a source and could be mended or left out: counted, with first examples."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, example: str = "", times: int = 1) -> None:
        """Count one more case of `what`."""
        self.counts[what] += times
        seen = self.examples.setdefault(what, [])
        if example and len(seen) < 3:
            seen.append(example)

    def lines(self) -> Iterator[str]:
        """One line for each thing that was wrong: how often, and the first ids or lines.

        >>> notes = Notes()
        >>> notes.add("entries without a name left out", "HP:1")
        >>> list(notes.lines())
        ['1 entries without a name left out (HP:1)']
        """
        for what, count in self.counts.most_common():
            shown = ", ".join(self.examples[what])
            yield f"{count:,} {what}" + (f" ({shown})" if shown else "")


@dataclass
class Terminology:
    """Concepts by id, with the name, release and licence that every annotation carries on.

    >>> terms = Terminology("toy", [Entry("T:1", "Heart"), Entry("T:2", "Valve", parents=("T:1",))])
    >>> terms.primary("T:2"), [one.id for one in terms.ancestors("T:2")]
    ('T:2', ['T:1'])
    """

    name: str
    """Short, as recipes call it: `hpo`."""
    listed: Iterable[Entry]
    release: str = ""
    """As the source says it: `2025-01-16`, `2026AA`; empty where it does not."""
    licence: str = ""
    source: str = ""
    """The file's name, or the package and its version."""
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        for entry in self.listed:
            known = self.entries.get(entry.id)
            if known is not None:
                self.notes.add("entries with an id that was there, merged with the first", entry.id)
                entry = _merged(known, entry)
            self.entries[entry.id] = entry
        self.listed = ()
        self.other_ids = {
            other: entry.id
            for entry in self.entries.values()
            for other in entry.alternative_ids
            if other not in self.entries or self.entries[other].obsolete
        }

    @property
    def title(self) -> str:
        """The name with the release, as annotations carry it."""
        return f"{self.name} {self.release}".strip()

    def primary(self, id: str) -> str | None:
        """The id that is in use for an id that may be obsolete or merged; None if there is none."""
        seen: set[str] = set()
        while id not in seen:
            seen.add(id)
            entry = self.entries.get(id)
            if entry is not None and not entry.obsolete:
                return id
            if entry is not None and entry.replaced_by:
                id = entry.replaced_by[0]
            elif id in self.other_ids:
                id = self.other_ids[id]
        return None

    def ancestors(self, id: str) -> Iterator[Entry]:
        """All concepts above one, nearest first, each once."""
        seen, level = {id}, [id]
        while level:
            above: list[str] = []
            for one in level:
                entry = self.entries.get(one)
                for parent in entry.parents if entry else ():
                    if parent not in seen and parent in self.entries:
                        seen.add(parent)
                        above.append(parent)
                        yield self.entries[parent]
            level = above


def _merged(first: Entry, second: Entry) -> Entry:
    """The first entry with the names and parents of a second that has the same id."""
    others = [one for one in second.names() if one.text != first.name and one.text]
    others = [one._replace(kind=None) if one.kind == "preferred" else one for one in others]
    return first._replace(
        name=first.name or second.name,
        synonyms=tuple(dict.fromkeys((*first.synonyms, *others))),
        parents=tuple(dict.fromkeys((*first.parents, *second.parents))),
        definition=first.definition or second.definition,
        obsolete=first.obsolete and second.obsolete,
    )
