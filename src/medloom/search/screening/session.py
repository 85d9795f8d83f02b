"""One screening of a table of a collection: begun once, gone on with at any time."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from medloom.collection.collection import Collection
from medloom.errors import CollectionError, InputError
from medloom.search.screening.decisions import (
    Decision,
    DecisionLog,
    Verdict,
    decisions,
    disputed,
    standing,
)
from medloom.search.screening.kept_features import kept_features
from medloom.search.screening.ranker import Ranker
from medloom.search.screening.stopping import chance_of_missing

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_TEXTS = ("title", "abstract", "text", "keywords")


@dataclass(frozen=True)
class Settings:
    """What a screening was begun with."""

    table: str
    columns: tuple[str, ...]
    """The columns that are read, the first of them as the title."""
    question: str = ""
    examples: tuple[str, ...] = ()
    """Texts like those to be included, such as the abstract of a known paper."""
    recall: float = 0.95
    seed: int = 0
    begun: str = ""


class Record(NamedTuple):
    """A record to decide on."""

    id: str
    texts: tuple[str, ...]


class Status(NamedTuple):
    """How far a screening has come."""

    n_records: int
    n_read: int
    n_included: int
    n_disputed: int
    recall: float
    """The recall that is wanted."""
    chance: float
    """How likely what was read is if that recall were missed: the p value of the stopping rule."""
    exact: bool
    """Whether the last records were read in random order, so that the chance is exact."""
    found: tuple[int, ...]
    """How many were to be included among the first 1, 2, 3, ... records read."""


class Screening:
    """A screening: its settings, its records and its decisions.

    It lies in the collection's folder, under `screening/NAME`; the tables stay as they are.
    """

    def __init__(self, uri: str, name: str = "review") -> None:
        self.collection = Collection(uri)
        self.folder = folder_of(self.collection, name)
        held = self.collection.store.read_json(f"screening/{name}/settings.json")
        if held is None:
            known = ", ".join(names(self.collection)) or "none"
            raise CollectionError(
                f"no screening '{name}' in {uri}; there are: {known}\n"
                f"  fix: medloom screen start {uri} --table TABLE --question 'WHAT IS ASKED'"
            )
        lists = {key: tuple(held[key]) for key in ("columns", "examples")}
        self.settings = Settings(**{**held, **lists})
        self.log = DecisionLog(self.folder / "decisions.jsonl")

    @cached_property
    def records(self) -> list[Record]:
        """The records of the table, in its order."""
        return records_of(self.collection, self.settings.table, self.settings.columns)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each record by its id."""
        return {one.id: number for number, one in enumerate(self.records)}

    @cached_property
    def ranker(self) -> Ranker:
        """What learns the order; its features are kept beside the decisions."""
        texts = [" ".join(one.texts) for one in self.records]
        more = (self.settings.question, self.settings.examples, self.settings.seed)
        extra = [one for one in (more[0], *more[1]) if one.strip()]
        return Ranker(texts, *more, kept_features([*texts, *extra], self.folder))

    def next(self, n: int, by_chance: bool = False) -> list[Record]:
        """The records to read next; in random order, to prove that the recall is reached."""
        known = {
            self.numbers[one.id]: one.verdict is Verdict.INCLUDE
            for one in standing(self.log).values()
            if one.id in self.numbers
        }
        order = self.ranker.by_chance(known) if by_chance else self.ranker.order(known)
        shown = [self.records[one] for one in order[:n]]
        if by_chance:
            drawn = sorted({*self._drawn, *(one.id for one in shown)})
            self.collection.store.write_json(self._drawn_place, drawn)
        return shown

    @property
    def _drawn_place(self) -> str:
        return f"screening/{self.folder.name}/drawn.json"

    @property
    def _drawn(self) -> list[str]:
        """The ids of records that were given in random order."""
        held: list[str] = self.collection.store.read_json(self._drawn_place) or []
        return held

    def decide(
        self,
        ids: Sequence[str],
        verdict: Verdict,
        who: str = "",
        why: str = "",
        known: bool = False,
    ) -> list[Decision]:
        """Write decisions down; raise InputError for an id that is not in the table.

        `known` says that they were made elsewhere, and so tell nothing about this reading.
        """
        self.check(ids)
        drawn = set(self._drawn)
        made = [
            one
            for id in dict.fromkeys(ids)
            for order in ["known" if known else "random" if id in drawn else "ranked"]
            for one in decisions([id], verdict, who, order, why)
        ]
        self.log.append(made)
        return made

    def check(self, ids: Sequence[str]) -> None:
        """Raise InputError where an id is not one of a record."""
        _check(ids, self.numbers, self.settings.table)

    def included(self) -> list[Record]:
        """The records that stand as included, in the order of reading."""
        made = standing(self.log).items()
        yes = (id for id, one in made if one.verdict is Verdict.INCLUDE and id in self.numbers)
        return [self.records[self.numbers[id]] for id in yes]

    def told(self) -> Iterator[dict[str, str]]:
        """A line a record: its texts, and what was decided by whom, when and why."""
        made = list(self.log)
        last, differ = standing(made), disputed(made)
        for record in self.records:
            one = last.get(record.id)
            said = differ.get(record.id, {})
            yield {
                "id": record.id,
                **dict(zip(self.settings.columns, record.texts, strict=True)),
                "decision": one.verdict.value if one else "",
                "who": one.who if one else "",
                "when": one.when if one else "",
                "why": one.why if one else "",
                "disagree": "; ".join(f"{who}: {verdict}" for who, verdict in said.items()),
            }

    def status(self) -> Status:
        """How far it has come, and how likely it is that too much was missed."""
        made = list(self.log)
        read = [one for id, one in standing(made).items() if id in self.numbers]
        read.sort(key=lambda one: one.order != "known")
        labels = [one.verdict is Verdict.INCLUDE for one in read]
        first = _begin_of_random(read)
        n_known = sum(one.order == "known" for one in read)
        n, wanted = len(self.records), self.settings.recall
        chance = chance_of_missing(labels, n, wanted, first, n_known)
        found, total = [], 0
        for label in labels:
            found.append(total := total + label)
        exact, n_disputed = first is not None, len(disputed(made))
        return Status(n, len(read), total, n_disputed, wanted, chance, exact, tuple(found))


def start(uri: str, name: str, settings: Settings) -> Screening:
    """Begin a screening; raise CollectionError where there is one of that name already."""
    collection = Collection(uri)
    folder_of(collection, name)
    place = f"screening/{name}/settings.json"
    if collection.store.read_json(place) is not None:
        raise CollectionError(
            f"there is a screening '{name}' in {uri} already\n"
            f"  fix: go on with it, medloom screen next {uri}, or give another --name"
        )
    collection.check_columns(settings.table, ("id", *settings.columns))
    begun = datetime.now(UTC).isoformat(timespec="seconds")
    collection.store.write_json(place, {**asdict(settings), "begun": begun})
    return Screening(uri, name)


def folder_of(collection: Collection, name: str) -> Path:
    """The folder of a screening; raise CollectionError where it cannot be one."""
    if not _NAME.fullmatch(name):
        raise CollectionError(f"'{name}' is no name for a screening: use letters, digits, - and .")
    if not collection.store.local:
        raise CollectionError(
            f"{collection.uri} is in an object store, where decisions cannot be appended\n"
            "  fix: screen in a collection in a folder of this machine"
        )
    return Path(collection.uri, "screening", name)


def names(collection: Collection) -> list[str]:
    """The names of the screenings in a collection."""
    found = Path(collection.uri, "screening").glob("*/settings.json")
    return sorted(one.parent.name for one in found)


def text_columns(collection: Collection, table: str) -> tuple[str, ...]:
    """The columns that are read where none are named: title, abstract, text, keywords.

    Raises InputError where the table has none of them.
    """
    has = collection.dataset(table).schema.names
    found = tuple(one for one in _TEXTS if one in has)
    if not found:
        raise InputError(
            f"{table} has none of the columns {', '.join(_TEXTS)}; it has: {', '.join(has)}\n"
            "  fix: name the columns to read, --columns title_en,summary"
        )
    return found


def check_ids(collection: Collection, settings: Settings, ids: Sequence[str]) -> None:
    """Raise InputError where a table or its columns are not there, or have no such id."""
    collection.check_columns(settings.table, ("id", *settings.columns))
    if ids:
        has = {one.id for one in records_of(collection, settings.table, ())}
        _check(ids, has, settings.table)


def labelled(
    collection: Collection, table: str, columns: Sequence[str], label: str
) -> tuple[list[str], list[bool]]:
    """The texts and true verdicts of a table; rows without a verdict are left out.

    Raises InputError where not both verdicts are there.
    """
    collection.check_columns(table, ("id", *columns, label))
    texts, labels = [], []
    for batch in collection.scan(table, ("id", *columns, label)):
        for row in batch.to_pylist():
            if row[label] is not None:
                texts.append(" ".join(_text(row[one]) for one in columns))
                labels.append(str(row[label]).lower() in ("1", "1.0", "true", "include", "yes"))
    if not any(labels) or all(labels):
        raise InputError(
            f"{table}.{label} has {sum(labels):,} to include of {len(labels):,}: nothing to play\n"
            "  fix: name a column with both verdicts, --label COLUMN"
        )
    return texts, labels


def records_of(collection: Collection, table: str, columns: Sequence[str]) -> list[Record]:
    """The records of a table: their ids, and the text of each column."""
    return [
        Record(str(row["id"]), tuple(_text(row[one]) for one in columns))
        for batch in collection.scan(table, ("id", *columns))
        for row in batch.to_pylist()
    ]


def _check(ids: Sequence[str], known: Container[str], table: str) -> None:
    unknown = [one for one in ids if one not in known]
    if unknown:
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        raise InputError(
            f"no record {', '.join(unknown[:3])}{more} in {table}\n"
            "  fix: give ids as `medloom screen next` shows them"
        )


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return "" if value is None else " ".join(str(value).split())


def _begin_of_random(read: Sequence[Decision]) -> int | None:
    """Where the records at the end begin that were read in random order; None where none were."""
    first = len(read)
    while first and read[first - 1].order == "random":
        first -= 1
    return first if first < len(read) else None
