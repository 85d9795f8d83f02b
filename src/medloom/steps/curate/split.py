"""Parts for training and testing that share no patient, article or duplicate."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
from pydantic import AfterValidator

from medloom.kit.splitting.choices import Cut, by_hold_out, by_sites, by_time
from medloom.kit.splitting.leaning import Leaning
from medloom.kit.splitting.parting import WITHHELD, Known, Table, part_rows
from medloom.step import Columns, OtherTable, adds
from medloom.tables.rows import Rows

_PARTS = {"train": 0.8, "validation": 0.1, "test": 0.1}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def _checked(parts: dict[str, float]) -> dict[str, float]:
    for name, share in parts.items():
        if not _NAME.fullmatch(name) or name == WITHHELD:
            raise ValueError(f"'{name}' is no name for a part")
        if not share > 0:
            raise ValueError(f"the share of {name} is not above 0")
    if len(parts) < 2:
        raise ValueError("name two parts at least")
    return parts


@adds("split", "split_reason", across={"id": str}, remembers=True)
def split(
    rows: Rows,
    *,
    by: Annotated[list[str], Columns()],
    parts: Annotated[dict[str, float], AfterValidator(_checked)] = _PARTS,
    stratify: Annotated[list[str] | None, Columns()] = None,
    seed: int = 0,
    temporal: Annotated[dict[str, dict[str, Cut]] | None, Columns()] = None,
    straddling: Literal["latest", "earliest"] = "latest",
    hold_out: Annotated[dict[str, list[str]] | None, Columns()] = None,
    hold_out_part: str = "test",
    hold_out_column: Annotated[str | None, Columns()] = None,
    agree: Annotated[list[str] | None, OtherTable()] = None,
) -> list[tuple[str, str | None]]:
    """Split rows into parts so that no chain of shared keys leads from one part to another.

    `by` are key columns: a patient, an article, a `cluster` of near-duplicates; of lists every
    value is a key, null joins nothing. Rows that are joined, over any number of others, form a
    group and go to one part. Shares of `parts` are shares of groups: the part of a group is a hash
    of its smallest key of the first column, so other rows and their order have no say. With
    `stratify` (columns of labels, of lists every value; `[]` for the number of rows alone) groups
    are dealt out so that each part has its share of each label.

    A row of the build before stays in its part, while the settings are the same. A new row that
    would join two parts is `withheld`; `split_reason` says why. With `agree`, groups go where other
    tables, that have keys and `split` of the same names, have them.

    `temporal: {year: {validation: 2019, test: 2021}}` puts rows from a year on in a part; a group
    on both sides of a cut goes where its `latest` row belongs (so training has nothing later), or
    its `earliest` (so tests have nothing earlier). `hold_out: {site: [B]}` puts these values in
    `hold_out_part` and nothing else. `hold_out_column: site` puts whole sites in parts. Rows that
    lack the value, or whose group is elsewhere, are withheld.

    >>> rows = Rows.of({"id": ["a", "b", "c"], "patient_id": ["p", "q", "p"]})
    >>> split(rows, by=["patient_id"], parts={"train": 0.5, "test": 0.5})
    [('test', None), ('train', None), ('test', None)]
    """
    shares = _shares(parts, hold_out, hold_out_part)
    others = [_known(rows.other(name), by) for name in agree or ()]
    before = _known(rows.before, [*by, "id"]) if rows.before else None
    if sum(map(bool, (temporal, hold_out, hold_out_column))) > 1:
        raise ValueError("temporal, hold_out and hold_out_column exclude each other")
    names, leaning = list(shares), None
    if temporal:
        (column, cuts), *_ = temporal.items()
        leaning = by_time(column, _array(rows, column), cuts, names, straddling)
        shares = {name: 0.0 if name in cuts else share for name, share in shares.items()}
    elif hold_out:
        held = {name: _array(rows, name) for name in hold_out}
        leaning = by_hold_out(held, hold_out, names.index(hold_out_part))
    elif hold_out_column:
        leaning = _by_sites(rows, hold_out_column, shares, seed)
    table = Table(rows.arrow("id"), _columns(rows, by), _labels(rows, stratify), leaning)
    return part_rows(table, shares, seed=seed, before=before, others=others)


def _shares(
    parts: Mapping[str, float], hold_out: Mapping[str, Any] | None, hold_out_part: str
) -> dict[str, float]:
    """The shares of rows that are free: what is held out has its part for itself."""
    return {**parts, hold_out_part: 0.0} if hold_out else dict(parts)


def _array(rows: Rows, name: str) -> pa.Array:
    column = rows.arrow(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _columns(rows: Rows, names: list[str]) -> dict[str, pa.ChunkedArray]:
    return {name: rows.arrow(name) for name in dict.fromkeys(names) if name in rows.names}


def _labels(rows: Rows, stratify: list[str] | None) -> dict[str, pa.ChunkedArray] | None:
    return None if stratify is None else _columns(rows, stratify)


def _known(rows: Rows, by: list[str]) -> Known:
    return Known(len(rows), _columns(rows, by), rows.column("split"))


def _by_sites(rows: Rows, column: str, shares: Mapping[str, float], seed: int) -> Leaning:
    known = None
    if rows.before and column in rows.before.names:
        number = {name: at for at, name in enumerate(shares)}
        parts = [number.get(part or "", -1) for part in rows.before.column("split")]
        known = (_array(rows.before, column), np.array(parts, np.int64))
    return by_sites(column, _array(rows, column), list(shares.values()), seed, known)
