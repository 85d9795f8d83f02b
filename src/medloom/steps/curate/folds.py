"""Folds for cross-validation that share no patient, article or duplicate."""

from typing import Annotated

import pyarrow as pa
from pydantic import Field

from medloom.kit.splitting.parting import WITHHELD, Known, Table, part_rows
from medloom.step import Column, Columns, adds
from medloom.tables.rows import Rows


@adds(
    "fold",
    across={"id": str, "split": Column(str | None, optional=True)},
    remembers=True,
)
def folds(
    rows: Rows,
    *,
    by: Annotated[list[str], Columns()],
    n_folds: Annotated[int, Field(ge=2)] = 5,
    stratify: Annotated[list[str] | None, Columns()] = None,
    of: str | None = None,
    seed: int = 0,
) -> list[int | None]:
    """Number rows with folds, from 0, so that no chain of shared keys leads from one to another.

    Keys, strata, and what happens as a table grows are as in `split`. `of: train` makes folds of
    that part alone. Rows of other parts, and those that would join two folds, have null.

    >>> rows = Rows.of({"id": ["a", "b", "c"], "patient_id": ["p", "q", "p"]})
    >>> folds(rows, by=["patient_id"], n_folds=2, stratify=[])
    [0, 1, 0]
    """
    inside = [part in (None, of) or of is None for part in _parts(rows, of)]
    wanted = [number for number, one in enumerate(inside) if one]
    table = rows.take(wanted, *dict.fromkeys(["id", *by, *(stratify or ())]))
    labels = None if stratify is None else {name: table[name] for name in stratify}
    keys = {name: table[name] for name in by}
    made = part_rows(
        Table(table["id"], keys, labels),
        {str(fold): 1 / n_folds for fold in range(n_folds)},
        seed=seed,
        before=_known(rows.before, by) if rows.before else None,
    )
    answers: list[int | None] = [None] * len(rows)
    for number, (fold, _) in zip(wanted, made, strict=True):
        answers[number] = None if fold == WITHHELD else int(fold)
    return answers


def _parts(rows: Rows, of: str | None) -> list[str | None]:
    if of is None:
        return [None] * len(rows)
    if "split" not in rows.names:
        raise ValueError(f"of: {of} needs the column split; put the step split before")
    return [part or "" for part in rows.column("split")]


def _known(before: Rows, by: list[str]) -> Known:
    columns = {name: before.arrow(name) for name in [*by, "id"] if name in before.names}
    return Known(len(before), columns, before.arrow("fold").cast(pa.string()).to_pylist())
