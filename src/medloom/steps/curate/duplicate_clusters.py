"""One row a cluster of copies."""

from daft import DataFrame, col

from medloom.step import sums
from medloom.tables.arrow import columns_of
from medloom.tables.duplicates import DuplicateCluster


@sums(reads={"id": str, "cluster": str | None}, makes=columns_of(DuplicateCluster))
def duplicate_clusters(frame: DataFrame) -> DataFrame:
    """Make a row of each cluster of copies, with its members; its id is that of the row to keep.

    >>> import daft
    >>> rows = daft.from_pydict({"id": ["b", "a", "c"], "cluster": ["a", "a", None]})
    >>> duplicate_clusters(rows).to_pylist()
    [{'id': 'a', 'n_rows': 2, 'member_ids': ['a', 'b']}]
    """
    clustered = frame.where(col("cluster").not_null()).select("id", "cluster")
    made = clustered.groupby("cluster").agg(
        col("id").count().cast("int64").alias("n_rows"),
        col("id").list_agg().list_sort().alias("member_ids"),
    )
    return made.select(col("cluster").alias("id"), "n_rows", "member_ids").sort("id")
