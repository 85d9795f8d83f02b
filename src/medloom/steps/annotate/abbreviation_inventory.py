"""What the short forms of a collection mean there."""

from collections import Counter
from typing import Any

import daft
import pyarrow as pa
from daft import DataFrame, Window, col
from daft.functions import row_number

from medloom.kit.short_forms.inventory import Spelling, senses_of
from medloom.step import sums
from medloom.tables.arrow import columns_of
from medloom.tables.short_forms import Sense

_EXAMPLES = 5
_SENSE = ["short", "sense_long"]
_TEXT = pa.string()
_NAMED = pa.schema(
    {
        "short": _TEXT,
        "long": _TEXT,
        "sense_long": _TEXT,
        "n_senses": pa.int64(),
        "variants": pa.list_(_TEXT),
    }
)


@sums(reads={"short": str, "long": str, "text_id": str, "article_id": str}, makes=columns_of(Sense))
def abbreviation_inventory(frame: DataFrame) -> DataFrame:
    """Make a row of each sense of each short form, with its counts.

    Long forms that differ in case, plural, hyphens, British or American spelling, or in a few
    letters are one sense.

    >>> import daft
    >>> rows = {"short": ["HR", "HR", "HR"], "long": ["heart rate", "Heart rates", "hazard ratio"],
    ...     "text_id": ["t1", "t2", "t3"], "article_id": ["a", "b", "c"]}
    >>> senses = abbreviation_inventory(daft.from_pydict(rows)).to_pylist()
    >>> sorted((one["long"], one["n_documents"], one["n_senses"]) for one in senses)
    [('hazard ratio', 1, 2), ('heart rate', 2, 2)]
    """
    counted = frame.groupby("short", "long").agg(col("article_id").count_distinct().alias("n"))
    named = frame.join(daft.from_arrow(_named(counted.to_pydict())), on=["short", "long"])
    in_order = Window().partition_by(*_SENSE).order_by("text_id")
    ranked = named.with_column("place", row_number().over(in_order)).collect()
    of_sense = ranked.groupby(*_SENSE).agg(
        col("text_id").count().alias("n_definitions"),
        col("article_id").count_distinct().alias("n_documents"),
    )
    of_short = frame.groupby("short").agg(col("article_id").count_distinct().alias("n_short"))
    first = ranked.where(col("place") <= _EXAMPLES).select(*_SENSE, "text_id").sort("text_id")
    examples = first.groupby(*_SENSE).agg(col("text_id").list_agg().alias("example_ids"))
    kept = ranked.where(col("place") == 1).join(of_sense, on=_SENSE).join(of_short, on="short")
    senses = kept.join(examples, on=_SENSE).select(
        col("short"),
        col("sense_long").alias("long"),
        col("n_definitions"),
        col("n_documents"),
        (col("n_documents") / col("n_short")).alias("share"),
        col("n_senses"),
        col("variants"),
        col("example_ids").list_sort().alias("example_ids"),
    )
    return senses.sort(["short", "n_documents", "long"], desc=[False, True, False])


def _named(counted: dict[str, list[Any]]) -> pa.Table:
    """The sense of each spelling: a table to join with; no longer than the list of spellings."""
    spellings = zip(counted["short"], counted["long"], counted["n"], strict=True)
    senses = senses_of(Spelling(short, long, n, n) for short, long, n in spellings)
    n_senses = Counter(short for short, _ in senses)
    rows = [
        (short, one.long, same[0].long, n_senses[short], [other.long for other in same[1:]])
        for (short, _), same in senses.items()
        for one in same
    ]
    return pa.Table.from_pylist(
        [dict(zip(_NAMED.names, row, strict=True)) for row in rows], schema=_NAMED
    )
