"""Mend what can be mended in a terminology, and note it: lost names and parents, cycles."""

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import replace

from medloom.terminology.model import Entry, Notes, Synonym, Terminology, TerminologyError


def mended(given: Terminology, languages: Collection[str] = ()) -> Terminology:
    """Return the terminology with sound entries; raise TerminologyError where none is left.

    `languages` keeps only names in these; an entry that has none in them is left out.
    """
    notes, spoken = given.notes, {one[:2].lower() for one in languages}
    kept = [one for entry in given.entries.values() for one in _named(entry, spoken, notes)]
    if not any(not one.obsolete for one in kept):
        asked = f" in {', '.join(sorted(spoken))}" if spoken else ""
        raise TerminologyError(f"{given.source or given.name}: no concept with a name{asked}")
    entries = {one.id: one for one in _placed(kept, notes)}
    for id, parent in _cycles(entries):
        notes.add("parents that would close a cycle left out", f"{id} is_a {parent}")
        rest = tuple(one for one in entries[id].parents if one != parent)
        entries[id] = entries[id]._replace(parents=rest)
    return replace(given, listed=entries.values())


def _named(entry: Entry, spoken: set[str], notes: Notes) -> Iterator[Entry]:
    """The entry with clean names, in the languages asked for; nothing where no name is left."""
    if not entry.id or entry.id.isspace():
        notes.add("entries without an id left out", entry.name[:40])
        return
    names = []
    for one in entry.names():
        text = " ".join(unicodedata.normalize("NFC", one.text or "").split())
        if "\ufffd" in text:
            notes.add("names with characters that are lost left out", entry.id)
        elif text and (not spoken or one.language in spoken):
            names.append(one._replace(text=text))
    if not names:
        if entry.obsolete:
            yield entry._replace(synonyms=())
        elif not spoken:
            notes.add("entries without a name left out", entry.id)
        return
    first, *rest = names
    if not entry.name.strip() and not entry.obsolete:
        notes.add("entries without a preferred name, called by a synonym", entry.id)
    synonyms = tuple(
        dict.fromkeys(
            Synonym(
                one.text, one.scope, one.language, None if one.kind == "preferred" else one.kind
            )
            for one in rest
            if one.text != first.text
        )
    )
    yield entry._replace(name=first.text, synonyms=synonyms, language=first.language)


def _placed(entries: list[Entry], notes: Notes) -> Iterator[Entry]:
    """Entries without parents that are not there, or that are themselves."""
    known = {one.id for one in entries}
    for entry in entries:
        parents = tuple(one for one in entry.parents if one in known and one != entry.id)
        if len(parents) < len(entry.parents):
            notes.add("parents that are not in the file left out", entry.id)
            entry = entry._replace(parents=parents)
        yield entry


def _cycles(entries: dict[str, Entry]) -> list[tuple[str, str]]:
    """The edges that lead back to an ancestor in a depth-first walk, without recursion."""
    closing: list[tuple[str, str]] = []
    state: dict[str, bool] = {}  # True while on the path
    for root in entries:
        if root in state:
            continue
        state[root] = True
        path = [(root, iter(entries[root].parents))]
        while path:
            id, parents = path[-1]
            for parent in parents:
                if parent not in state:
                    state[parent] = True
                    path.append((parent, iter(entries[parent].parents)))
                    break
                if state[parent]:
                    closing.append((id, parent))
            else:
                state[id] = False
                path.pop()
    return closing
