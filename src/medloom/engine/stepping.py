"""Run steps over a batch of rows, and account for every row that goes in.

Authors write about one row. Here the body runs over all rows of a batch, a row that raises is
kept with its error, and a body never sees a null that its annotation does not allow.
"""

import base64
import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

import pyarrow as pa

from medloom.collection.ledger import LostRow, StepCount
from medloom.engine.frame import Frame, Values
from medloom.errors import MedloomError
from medloom.step import Failure, Kind, Step
from medloom.tables.arrow import plain

_UNFIT = (pa.ArrowException, TypeError, ValueError, OverflowError, AttributeError)
_BATCH_ROWS = 256
"""Rows that a step with a model gets at once."""


class Place(NamedTuple):
    """A step in the list of its table: how the rows of the ledger begin."""

    table: str
    step: str
    number: int


@dataclass
class Result:
    """The rows that came through all steps, and an account of the others."""

    frame: Frame
    counts: list[StepCount] = field(default_factory=list)
    losses: list[LostRow] = field(default_factory=list)


class Stepper:
    """Runs steps; keeps the instance of a step that holds a model."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def run(
        self, table: str, steps: Sequence[Step], frame: Frame, first: int, *, keep_rows: bool
    ) -> Result:
        """Run steps of a table over a frame; `first` is the number of the first of them there.

        Lost rows are kept whole where `keep_rows` says so, and always once a step has made rows.
        """
        result = Result(frame)
        ordinals: Sequence[int] = range(frame.n_rows)
        pending: list[tuple[int, LostRow]] = []
        for number, step in enumerate(steps, start=first):
            before, place = result.frame, Place(table, step.name, number)
            if step.kind is Kind.EXPANDS:
                result.losses += [one for _, one in pending]
                pending = []
                result.frame, losses = self._expand(step, place, before, keep_rows)
                result.losses += losses
                ordinals, keep_rows = range(result.frame.n_rows), True
            else:
                reasons, added = self._adds_or_drops(step, before)
                losses = [
                    lost_row(place, *reason, before, row, keep_rows)
                    for row, reason in reasons.items()
                ]
                pending += zip((ordinals[row] for row in reasons), losses, strict=True)
                if reasons:
                    keep = [row not in reasons for row in range(before.n_rows)]
                    result.frame = before.where(keep)
                    ordinals = [o for o, kept in zip(ordinals, keep, strict=True) if kept]
                result.frame = result.frame.plus(added)
            result.counts += _counts(step, place, before, result.frame, losses)
        result.losses += _placed(pending, ordinals, result.frame)
        return result

    def _adds_or_drops(
        self, step: Step, frame: Frame
    ) -> tuple[dict[int, tuple[str, str]], dict[str, Values]]:
        """Run a step; return the rows that leave with outcome and reason, and what the rest get."""
        values = list(self._values(step, frame))
        if len(step.makes) > 1:
            values = [_whole(value, len(step.makes)) for value in values]
        gone = {
            row: ("failed", told(value.error))
            for row, value in enumerate(values)
            if isinstance(value, _Raised)
        }
        if step.kind is Kind.DROPS:
            for row, value in enumerate(values):
                if row not in gone and value:
                    gone[row] = ("dropped", value if isinstance(value, str) else rule(step))
            return gone, {}
        return gone, _columns(step, [v for row, v in enumerate(values) if row not in gone])

    def _expand(
        self, step: Step, place: Place, frame: Frame, keep_rows: bool
    ) -> tuple[Frame, list[LostRow]]:
        rows: list[Any] = []
        sources: list[str | None] = []
        losses: list[LostRow] = []
        parents = zip(self._values(step, frame), frame.python("source"), strict=True)
        for row, (made, source) in enumerate(parents):
            if isinstance(made, _Raised):
                losses.append(lost_row(place, "failed", told(made.error), frame, row, keep_rows))
                continue
            children = [child for child in made or () if type(child) is not Failure]
            if children and isinstance(children[0], tuple) and len(children[0]) != len(step.makes):
                what = f"TypeError: yields {type(children[0]).__name__}, not the row it declares"
                losses.append(lost_row(place, "failed", what, frame, row, keep_rows))
                continue
            rows += children
            sources += [source] * len(children)
            if made and len(children) < len(made):
                losses += [
                    LostRow(*place, "failed", child.error, child.row_id, source, 0, None)
                    for child in made
                    if type(child) is Failure
                ]
        return Frame.of_rows(rows, step.makes, sources), losses

    def _values(self, step: Step, frame: Frame) -> Iterator[Any]:
        """The body's answer for each row: a value, None where it must not look, or _Raised."""
        must = [i for i, column in enumerate(step.reads.values()) if not column.nullable]
        if step.by is not None:
            rows = list(frame.rows(step.reads))
            yield from self._by_document(step, rows, must, frame.python(step.by))
            return
        if step.by_batch:
            yield from self._by_batch(step, list(frame.rows(step.reads)), must)
            return
        body = _listing(step.body) if step.kind is Kind.EXPANDS else step.body
        settings = step.values
        for row in frame.rows(step.reads):
            if None in row and any(row[i] is None for i in must):
                yield None
                continue
            try:
                yield body(*row, **settings)
            except Exception as error:
                yield _Raised(error)

    def _by_batch(self, step: Step, rows: list[tuple[Any, ...]], must: list[int]) -> Iterator[Any]:
        body = self._body(step)
        whole = [i for i, row in enumerate(rows) if not any(row[m] is None for m in must)]
        answers: dict[int, Any] = {}
        for at in range(0, len(whole), _BATCH_ROWS):
            part = whole[at : at + _BATCH_ROWS]
            answers.update(zip(part, _batch(body, [rows[i] for i in part]), strict=True))
        yield from (answers.get(i) for i in range(len(rows)))

    def _by_document(
        self, step: Step, rows: list[tuple[Any, ...]], must: list[int], keys: Sequence[Any]
    ) -> Iterator[Any]:
        """Ask for whole documents: rows that follow each other with the same key."""
        body = self._body(step)
        at = 0
        for _, same in groupby(keys):
            end = at + sum(1 for _ in same)
            seen = [i for i in range(at, end) if not any(rows[i][m] is None for m in must)]
            answers = _document(body, [rows[i] for i in seen]) if seen else []
            of = dict(zip(seen, answers, strict=True))
            yield from (of.get(i) for i in range(at, end))
            at = end

    def _body(self, step: Step) -> Callable[..., Any]:
        """The body with its settings; one that holds a model is made once."""
        if not step.by_batch:
            return partial(step.body, **step.values)
        if step.digest not in self._loaded:
            self._loaded[step.digest] = step.body(**step.values)
        loaded: Callable[..., Any] = self._loaded[step.digest]
        return loaded


class _Raised(NamedTuple):
    error: Exception


def storable(result: Result, schema: pa.Schema, place: Place, kind: str) -> pa.Table:
    """The rows as Arrow; those with a value that does not fit its column fail, the rest stay."""
    try:
        return result.frame.to_arrow(schema)
    except _UNFIT:
        keep = []
        for row in range(result.frame.n_rows):
            only = [other == row for other in range(result.frame.n_rows)]
            try:
                result.frame.where(only).to_arrow(schema)
                keep.append(True)
            except _UNFIT as error:
                keep.append(False)
                lost = lost_row(place, "failed", told(error), result.frame, row, keep=False)
                result.losses.append(lost)
                result.counts.append(StepCount(*place, kind, lost.source, 0, 0, -1, 0, 1))
    result.frame = result.frame.where(keep)
    return result.frame.to_arrow(schema)


def told(error: Exception) -> str:
    """An error as the ledger keeps it: `ValueError: what`, or our own message alone.

    >>> told(ValueError("no digits"))
    'ValueError: no digits'
    """
    text = str(error)
    return text if isinstance(error, MedloomError) and text else f"{type(error).__name__}: {text}"


def _listing(body: Callable[..., Any]) -> Callable[..., list[Any]]:
    return lambda *row, **settings: list(body(*row, **settings))


def _batch(body: Any, rows: list[tuple[Any, ...]]) -> list[Any]:
    """Ask for a whole batch; when it raises, row by row, so that only the bad rows fail."""
    try:
        return _asked(body, rows)
    except Exception as error:
        if len(rows) == 1:
            return [_Raised(error)]
    return [answer for row in rows for answer in _batch(body, [row])]


def _document(body: Any, rows: list[tuple[Any, ...]]) -> list[Any]:
    """Ask for one document; when it raises, all its rows fail: a part of it would mislead."""
    try:
        return _asked(body, rows)
    except Exception as error:
        return [_Raised(error)] * len(rows)


def _asked(body: Any, rows: list[tuple[Any, ...]]) -> list[Any]:
    """The answers of a body that takes columns, one a row."""
    answers = list(body(*map(list, zip(*rows, strict=True))))
    if len(answers) != len(rows):
        raise ValueError(f"{len(rows)} rows came in and {len(answers)} answers came out")
    return answers


def _columns(step: Step, values: list[Any]) -> dict[str, Values]:
    names = list(step.makes)
    if len(names) == 1:
        return {names[0]: Values(step.makes[names[0]].hint, values)}
    blank = (None,) * len(names)
    columns = (
        zip(*(blank if value is None else value for value in values), strict=True)
        if values
        else [()] * len(names)
    )
    return {
        name: Values(step.makes[name].hint, list(column))
        for name, column in zip(names, columns, strict=True)
    }


def _whole(value: Any, size: int) -> Any:
    """A value for each of several columns, or the error that there is not."""
    if value is None or isinstance(value, _Raised):
        return value
    if isinstance(value, tuple | list) and len(value) == size:
        return value
    return _Raised(TypeError(f"a tuple of {size} values was expected, not {value!r:.40}"))


def rule(step: Step) -> str:
    """The reason of a step that only says True: its name and settings."""
    settings = ", ".join(f"{name}={value!r}" for name, value in step.values.items())
    return f"{step.name}({settings})"


def _counts(
    step: Step, place: Place, before: Frame, after: Frame, losses: Sequence[LostRow]
) -> Iterator[StepCount]:
    """Count what a step did, source by source."""
    came, left = Counter(before.python("source")), Counter(after.python("source"))
    lost = Counter((one.source, one.outcome) for one in losses)
    expands = step.kind is Kind.EXPANDS
    for source, n_in in came.items():
        out, dropped, failed = left[source], lost[source, "dropped"], lost[source, "failed"]
        made = out + failed if expands else n_in
        parents = n_in if expands else 0
        kind = step.kind.name.lower()
        yield StepCount(*place, kind, source, parents, made, out, dropped, failed)


def lost_row(
    place: Place, outcome: str, reason: str, frame: Frame, row: int, keep: bool
) -> LostRow:
    """Account for one row of a frame that a step lost; `keep` stores the row itself."""
    row_id = frame.python("id")[row] if "id" in frame.columns else None
    source = frame.python("source")[row]
    text = _row_json(frame, row) if keep else None
    return LostRow(*place, outcome, reason, row_id, source, 0, text)


def _row_json(frame: Frame, row: int) -> str:
    values = {name: plain(one.at(row)) for name, one in frame.columns.items()}
    return json.dumps(values, ensure_ascii=False, default=_bytes)


def _bytes(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()}


def _placed(
    pending: Sequence[tuple[int, LostRow]], ordinals: Sequence[int], frame: Frame
) -> list[LostRow]:
    """Say of each lost row how many rows of its source stand before it in the finished table."""
    if not pending:
        return []
    survivors: dict[str | None, list[int]] = defaultdict(list)
    for ordinal, source in zip(ordinals, frame.python("source"), strict=True):
        survivors[source].append(ordinal)
    return [
        one._replace(position=bisect_left(survivors[one.source], ordinal))
        for ordinal, one in sorted(pending, key=lambda one: one[0])
    ]
