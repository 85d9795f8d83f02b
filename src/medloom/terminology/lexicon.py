"""A compiled terminology: names, ids and places of concepts, mapped from one file."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medloom.terminology import flat
from medloom.terminology.entry_arrays import id_hash
from medloom.terminology.flat import Array, Strings
from medloom.terminology.hashing import HashTable
from medloom.terminology.model import SCOPES, Entry, Synonym
from medloom.terminology.trie import Trie

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Lexicon:
    """What `medloom terminology build` made of a terminology."""

    path: Path
    about: dict[str, Any]
    arrays: dict[str, Array]

    @classmethod
    def open(cls, path: str | Path) -> "Lexicon":
        """Map a compiled file; raises TerminologyError where it is not one, or is cut off."""
        about, arrays = flat.read(Path(path))
        return cls(Path(path), about, arrays)

    @property
    def title(self) -> str:
        """The name with the release, as annotations carry it: `hpo 2025-01-16`."""
        return f"{self.about['name']} {self.about['release']}".strip()

    @property
    def digest(self) -> str:
        """A hash of all that is in the file."""
        return str(self.about["digest"])

    @cached_property
    def trie(self) -> Trie:
        """The trie of the normal forms of the names."""
        plain = (self.arrays[one] for one in ("roots", "kind", "form", "tail_start", "tails"))
        roots, kind, form, tail_start, tails = plain
        return Trie(roots, self.table("edges"), kind, form, tail_start, tails)

    def table(self, name: str) -> HashTable:
        """One of the hash tables: vocabulary, edges, ids."""
        return HashTable(self.arrays[f"{name}_keys"], self.arrays[f"{name}_values"])

    def strings(self, name: str) -> Strings:
        """Some of the strings: name, id, preferred, rest, language."""
        return Strings(self.arrays[f"{name}_bounds"], self.arrays[f"{name}_data"])

    @cached_property
    def ids(self) -> Strings:
        """The id of each concept."""
        return self.strings("id")

    @cached_property
    def names(self) -> Strings:
        """Each name, as the terminology writes it."""
        return self.strings("name")

    @cached_property
    def preferred(self) -> Strings:
        """The preferred name of each concept."""
        return self.strings("preferred")

    def number(self, id: str) -> int | None:
        """The number of the concept with an id, also one that was merged into it."""
        found = self.table("ids").find(np.array([id_hash(id)], np.uint64))
        return int(found[0]) - 1 if found[0] else None

    def entry(self, number: int) -> Entry:
        """A concept whole, as it was loaded."""
        rest = json.loads(self.strings("rest")[number])
        synonyms = tuple(Synonym(*one) for one in rest.pop("synonyms", ()))
        many: dict[str, Any] = {
            key: tuple(one) if isinstance(one, list) else one for key, one in rest.items()
        }
        parents = tuple(self.ids[one] for one in self.parents(number))
        entry = Entry(self.ids[number], self.preferred[number], synonyms, parents)
        return entry._replace(**many)

    def parents(self, number: int) -> list[int]:
        """The numbers of the concepts that one is a kind of."""
        bounds = self.arrays["parent_bounds"]
        found: list[int] = self.arrays["parents"][bounds[number] : bounds[number + 1]].tolist()
        return found

    def ancestors(self, number: int) -> Iterator[int]:
        """The numbers of all concepts above one, nearest first, each once."""
        seen, level = {number}, [number]
        while level:
            above = dict.fromkeys(up for one in level for up in self.parents(one))
            level = [one for one in above if one not in seen]
            seen.update(level)
            yield from level

    def children(self, number: int) -> list[int]:
        """The numbers of the concepts that are a kind of one."""
        at = np.flatnonzero(self.arrays["parents"] == number)
        found: list[int] = (np.searchsorted(self.arrays["parent_bounds"], at, "right") - 1).tolist()
        return found

    def below(self, ids: Collection[str]) -> Flags:
        """Of each concept, whether it is one of these or below one; KeyError with an unknown id."""
        numbers = {one: self.number(one) for one in ids}
        for id, number in numbers.items():
            if number is None:
                raise KeyError(id)
        inside = np.zeros(len(self.ids), bool)
        inside[[one for one in numbers.values() if one is not None]] = True
        bounds, parents = self.arrays["parent_bounds"], self.arrays["parents"]
        children = np.repeat(np.arange(len(self.ids)), np.diff(bounds))
        before = -1
        while before != (before := int(inside.sum())):
            inside[children[inside[parents]]] = True
        return inside

    def typed(self, types: Collection[str]) -> Flags:
        """Of each concept, whether it has a semantic type that is or begins with one of these."""
        names = self.strings("type")
        wanted = [n for n in range(len(names)) if names[n].startswith(tuple(types))]
        found = np.zeros(len(self.ids), bool)
        which = np.isin(self.arrays["typed_as"], wanted)
        found[self.arrays["typed_entries"][which]] = True
        return found

    def scope(self, name: int) -> str:
        """The scope of a name."""
        return SCOPES[int(self.arrays["name_scope"][name])]
