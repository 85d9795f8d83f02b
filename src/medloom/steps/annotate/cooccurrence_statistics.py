"""How much more often things are mentioned together than chance would have it."""

from daft import DataFrame, Expression, Window, col, lit
from daft.functions import row_number, when

from medloom.step import sums
from medloom.tables.arrow import columns_of
from medloom.tables.cooccurrence import Pair, Together

_EXAMPLES = 5
_PAIR = ["left_id", "right_id"]
_NAMES = ["left_name", "left_label", "right_name", "right_label"]
_READS = {name: hint for name, hint in columns_of(Together).items() if name not in ("start", "end")}
_MAKES = columns_of(Pair)


@sums(reads=_READS, makes=_MAKES)
def cooccurrence_statistics(frame: DataFrame, *, least_together: int = 1) -> DataFrame:
    """Make one row of each pair, with counts and measures of association.

    `n_together`, `n_left`, `n_right` and `n_texts` count units (sentences, or texts) with both,
    with the left one, with the right one, and all; `n_documents` documents with both in one unit.
    `expected` is the count that chance alone would give; `pmi` is log2(n_together / expected);
    `npmi` is that over its greatest value, -log2(n_together / n_texts) (Bouma 2009): 1 where they
    never stand apart; `llr` is the log-likelihood ratio of Dunning (1993), `chi2` Pearson's
    statistic, both of the table of two by two, both larger the less it looks like chance;
    `llr` holds for small counts, too. Pairs that stand together less than `least_together` times
    are left out.

    >>> import daft
    >>> names = {"left_name": "A", "left_label": "X", "right_name": "B", "right_label": "X"}
    >>> pair = {"left_id": "a", "right_id": "b", **names}
    >>> pair |= {"text_id": "t1", "article_id": "d", "n_units": 1}
    >>> rows = [pair, pair | {"right_id": None}, pair | {"left_id": "b", "right_id": None},
    ...     pair | {"left_id": None, "right_id": None, "n_units": 8}]
    >>> made = cooccurrence_statistics(daft.from_pylist(rows)).to_pylist()[0]
    >>> made["n_together"], made["expected"], made["pmi"], made["npmi"], round(made["llr"], 3)
    (1, 0.125, 3.0, 1.0, 6.028)
    """
    pairs = frame.where(col("right_id").not_null())
    alone = frame.where(col("left_id").not_null() & col("right_id").is_null())
    single = alone.groupby("left_id").agg(col("n_units").sum().alias("n"))
    total = frame.where(col("left_id").is_null()).agg(col("n_units").sum().alias("n_texts"))
    n_texts = total.to_pydict()["n_texts"][0] or 0
    ranked = pairs.with_column(
        "place", row_number().over(Window().partition_by(*_PAIR).order_by("text_id"))
    )
    counts = pairs.groupby(*_PAIR).agg(
        col("n_units").sum().cast("int64").alias("n_together"),
        col("article_id").count_distinct().cast("int64").alias("n_documents"),
    )
    first = ranked.where(col("place") <= _EXAMPLES).groupby(*_PAIR)
    examples = first.agg(col("text_id").list_agg().list_distinct().list_sort().alias("example_ids"))
    left = single.select("left_id", col("n").cast("int64").alias("n_left"))
    right = single.select(col("left_id").alias("right_id"), col("n").cast("int64").alias("n_right"))
    counted = (
        counts.where(col("n_together") >= least_together)
        .join(left, on="left_id")
        .join(right, on="right_id")
        .join(examples, on=_PAIR)
        .with_column("n_texts", lit(n_texts).cast("int64"))
    )
    named = ranked.where(col("place") == 1).select(*_PAIR, *_NAMES)
    return named.join(measured(counted), on=_PAIR).select(*_MAKES)


def measured(counts: DataFrame) -> DataFrame:
    """Add the measures to a frame of n_together, n_left, n_right and n_texts."""
    both, left, right, n = (
        col(name).cast("float64") for name in ("n_together", "n_left", "n_right", "n_texts")
    )
    expected = left * right / n
    pmi = (both / expected).log2()
    greatest = (n / both).log2()
    cells = [
        (both, expected),
        (left - both, left * (n - right) / n),
        (right - both, (n - left) * right / n),
        (n - left - right + both, (n - left) * (n - right) / n),
    ]
    return (
        counts.with_column("expected", expected)
        .with_column("pmi", pmi)
        .with_column("npmi", _if(greatest > 0, pmi / greatest))
        .with_column("llr", _sum([_likelihood(seen, chance) for seen, chance in cells]))
        .with_column("chi2", _sum([_square(seen, chance) for seen, chance in cells]))
    )


def _likelihood(seen: Expression, chance: Expression) -> Expression:
    """What a cell adds to the log-likelihood ratio: nothing where it is empty."""
    return _if(seen > 0, 2.0 * seen * (seen / chance).ln())


def _square(seen: Expression, chance: Expression) -> Expression:
    return _if(chance > 0, (seen - chance) * (seen - chance) / chance)


def _if(condition: Expression, value: Expression) -> Expression:
    return when(condition, value).otherwise(lit(0.0))


def _sum(parts: list[Expression]) -> Expression:
    first, *rest = parts
    for part in rest:
        first = first + part
    return first
