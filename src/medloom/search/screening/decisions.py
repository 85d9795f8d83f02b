"""What was decided: who, when, and in which order; a file that only grows."""

import fcntl
import getpass
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

from medloom.errors import CollectionError

_LONGEST_LINE = 1 << 20


class Verdict(StrEnum):
    """What is said of a record; `undo` takes back what the same person said last."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    UNDO = "undo"


@dataclass(frozen=True)
class Decision:
    """One verdict of one person on one record."""

    id: str
    verdict: Verdict
    who: str
    when: str
    order: str = "ranked"
    """How the record came up: `ranked`, `random`, or `known` beforehand."""
    why: str = ""


def decisions(
    ids: Iterable[str], verdict: Verdict, who: str = "", order: str = "ranked", why: str = ""
) -> list[Decision]:
    """Decisions of now; by default, of the user who is logged in."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    name = who or getpass.getuser()
    return [Decision(one, verdict, name, when, order, why) for one in ids]


class DecisionLog:
    """The decisions of a screening as JSON lines, in the order in which they were made.

    Several people may write at once: each appends whole lines under a lock. A last line that a
    crash left unfinished is passed over, and goes with the next decision.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, made: Sequence[Decision]) -> None:
        """Write decisions to the end of the file, all or none."""
        lines = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in made)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                os.ftruncate(file.fileno(), _whole_lines(file))
                file.write(lines.encode())
        except OSError as error:
            raise CollectionError(f"{self.path} cannot be written: {error.strerror}") from error

    def __iter__(self) -> Iterator[Decision]:
        """All decisions ever made, also those that were undone."""
        if not self.path.exists():
            return
        lines = self.path.read_bytes().split(b"\n")
        for number, line in enumerate(lines, start=1):
            try:
                held = json.loads(line) if line.strip() else None
                if held:
                    yield Decision(**{**held, "verdict": Verdict(held["verdict"])})
            except (ValueError, TypeError, KeyError) as error:
                if number < len(lines) and lines[number].strip():
                    raise CollectionError(f"{self.path}: line {number} is damaged") from error


def standing(made: Iterable[Decision]) -> dict[str, Decision]:
    """The last decision on each record that was not undone, in the order of reading.

    A record keeps the place of its first verdict where somebody changes it.

    >>> yes, no = Verdict.INCLUDE, Verdict.EXCLUDE
    >>> made = [Decision("a", no, "ann", "1"), Decision("b", no, "ann", "2")]
    >>> made += [Decision("a", yes, "ann", "3"), Decision("b", Verdict.UNDO, "ann", "4")]
    >>> {id: one.verdict.value for id, one in standing(made).items()}
    {'a': 'include'}
    """
    last: dict[str, dict[str, Decision]] = {}
    for one in made:
        by_person = last.setdefault(one.id, {})
        by_person.pop(one.who, None)
        if one.verdict is not Verdict.UNDO:
            by_person[one.who] = one
        if not by_person:
            del last[one.id]
    return {id: next(reversed(said.values())) for id, said in last.items()}


def disputed(made: Iterable[Decision]) -> Mapping[str, dict[str, Verdict]]:
    """The records on which people said different things, with what each said last.

    >>> said = ((Verdict.EXCLUDE, "ann"), (Verdict.INCLUDE, "bo"))
    >>> made = [Decision("a", verdict, who, "2026-01-01") for verdict, who in said]
    >>> {who: verdict.value for who, verdict in disputed(made)["a"].items()}
    {'ann': 'exclude', 'bo': 'include'}
    """
    last: dict[str, dict[str, Verdict]] = {}
    for one in made:
        said = last.setdefault(one.id, {})
        said.pop(one.who, None)
        if one.verdict is not Verdict.UNDO:
            said[one.who] = one.verdict
    return {id: said for id, said in last.items() if len(set(said.values())) > 1}


def _whole_lines(file: IO[bytes]) -> int:
    """How many bytes of a file belong to finished lines."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _LONGEST_LINE, 0))
    tail = file.read()
    return size - len(tail) + tail.rfind(b"\n") + 1
