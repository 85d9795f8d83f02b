"""Commands that train and test filters learned from labelled texts."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output

if TYPE_CHECKING:
    import pyarrow as pa

    from medloom.kit.text_classifier import Scored

_TABLE = click.option("--table", help="The table, where SOURCE is a collection.")
_TEXT = click.option("--text", default="text", show_default=True, help="The column of texts.")
_LABEL = click.option("--label", default="label", show_default=True, help="The column of labels.")
_JSON = click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")


@click.group("filter")
def filters() -> None:
    """Train and test small classifiers of texts for the step `score_text`."""


@filters.command()
@click.argument("source")
@_TABLE
@_TEXT
@_LABEL
@click.option("--group", help="A column: rows that share its value are never learned and tested.")
@click.option("--trusted", help="Instead of labels: a second SOURCE of texts to prefer.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@_JSON
def train(
    source: str, table: str | None, text: str, label: str, group: str | None,
    trusted: str | None, out: Path, json_: bool,
) -> None:  # fmt: skip
    """Train on SOURCE: a CSV, TSV, JSONL or Parquet file, or a collection with --table.

    Rows without text or label are left out. The scores are of texts held out in turn (five folds).
    With --trusted, the labels are `trusted` for its texts and `pool` for those of SOURCE: the
    filter then prefers what looks like the trusted texts (Fang et al. 2023).
    """
    from medloom.errors import InputError
    from medloom.kit.text_classifier import scored, train

    if trusted:
        texts, labels, groups = _against_pool(trusted, source, table, text)
    else:
        wanted = [text, label, *([group] if group else [])]
        found = _columns(source, table, wanted)
        texts, labels = _texts(found, text), _texts(found, label)
        groups = _texts(found, group) if group else None
    try:
        model, held_out = train(texts, labels, groups)
    except ValueError as error:
        raise InputError(f"{source}: {error}") from None
    model.save(out)
    output.as_listing([_line(one) for one in scored(model.labels, labels, held_out)], json_)
    output.note(f"{out}: {len(texts):,} texts, {out.stat().st_size / 1e6:.1f} MB")


@filters.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False))
@click.argument("source")
@_TABLE
@_TEXT
@_LABEL
@_JSON
def test(model: str, source: str, table: str | None, text: str, label: str, json_: bool) -> None:
    """Score MODEL on the labelled texts of SOURCE."""
    from medloom.errors import InputError
    from medloom.kit.text_classifier import load, scored

    try:
        loaded = load(model)
    except ValueError as error:
        raise InputError(str(error)) from None
    found = _columns(source, table, [text, label])
    texts, labels = _texts(found, text), _texts(found, label)
    chances = loaded.probabilities(texts)
    output.as_listing([_line(one) for one in scored(loaded.labels, labels, chances)], json_)


def _line(one: "Scored") -> dict[str, Any]:
    return {
        "label": one.label,
        "texts": one.n,
        "AUC": round(one.auc, 3),
        "AUC 95%": f"{one.auc_low:.3f} to {one.auc_high:.3f}",
        "F1": round(one.f1, 3),
        "F1 95%": f"{one.f1_low:.3f} to {one.f1_high:.3f}",
        "calibration error": round(one.calibration_error, 3),
    }


def _against_pool(
    trusted: str, pool: str, table: str | None, text: str
) -> tuple[list[str], list[str], None]:
    good = _texts(_columns(trusted, table, [text]), text)
    other = _texts(_columns(pool, table, [text]), text)
    return good + other, ["trusted"] * len(good) + ["pool"] * len(other), None


def _texts(found: "pa.Table", column: str) -> list[str]:
    return [str(one) for one in found[column].to_pylist()]


def _columns(source: str, table: str | None, wanted: Sequence[str]) -> "pa.Table":
    """The rows that have all the columns, with a value in each."""
    from medloom.errors import InputError

    found = _opened(source, table, wanted)
    missing = [name for name in wanted if name not in found.column_names]
    if missing:
        has = ", ".join(found.column_names)
        raise InputError(f"{source} has no column {missing[0]!r}; columns there: {has}")
    return found.select(list(dict.fromkeys(wanted))).drop_null()


def _opened(source: str, table: str | None, wanted: Sequence[str]) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv, json, parquet

    from medloom.collection.collection import Collection
    from medloom.errors import InputError

    if table:
        collection = Collection(source)
        collection.check_columns(table, list(wanted))
        return collection.dataset(table).to_table(columns=list(dict.fromkeys(wanted)))
    readers = {
        ".csv": lambda path: csv.read_csv(path, parse_options=_parted_by(csv, ",")),
        ".tsv": lambda path: csv.read_csv(path, parse_options=_parted_by(csv, "\t")),
        ".jsonl": json.read_json,
        ".parquet": parquet.read_table,
    }
    reader = readers.get(Path(source).suffix)
    if reader is None:
        ways = ", ".join(readers)
        raise InputError(f"{source} is not {ways}; name a table of a collection with --table")
    try:
        return reader(source)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"{source} cannot be read: {error}") from None


def _parted_by(csv: Any, delimiter: str) -> Any:
    return csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
