"""Which articles cite each other, within a collection and beyond it."""

from daft import DataFrame, col, lit
from daft.functions import coalesce, to_struct

from medloom.step import changes
from medloom.tables.cases import CitedWork, LinkedArticle


@changes(
    reads={"id": str, "keys": list[str], "cases": list[str], "cites": list[CitedWork]},
    makes={"linked": list[LinkedArticle] | None},
)
def citation_graph(frame: DataFrame) -> DataFrame:
    """Add to each article the articles that it cites and those of the collection that cite it.

    Works are told apart by PMID, PMCID and DOI: any of them may match. A work that is not in the
    collection has the best id of its reference.

    >>> import daft
    >>> cites = [{"ref_id": "B1", "keys": ["pmid:2"], "title": None}]
    >>> rows = {"id": ["a", "b"], "keys": [["pmid:1"], ["doi:x", "pmid:2"]],
    ...     "cases": [["a/case/1"], []], "cites": [cites, []]}
    >>> linked = citation_graph(daft.from_pydict(rows)).sort("id").to_pydict()["linked"]
    >>> [(one["article"], one["through"]) for row in linked for one in row]
    [('b', 'cites'), ('a', 'cited-by')]
    """
    edges = _edges(frame)
    patients = frame.select(col("id"), col("cases"))
    known = patients.select(col("id").alias("other"), col("cases").alias("other_cases"))
    cites = edges.select(
        col("article"),
        coalesce(col("target"), col("best")).alias("other"),
        lit("cites").alias("through"),
        col("target").not_null().alias("in_collection"),
    )
    cited_by = edges.where(col("target").not_null()).select(
        col("target").alias("article"),
        col("article").alias("other"),
        lit("cited-by").alias("through"),
        lit(True).alias("in_collection"),
    )
    pairs = cites.concat(cited_by).where(col("article") != col("other")).distinct()
    linked = (
        pairs.join(known, on="other", how="left")
        .with_column("in_collection", col("in_collection"))
        .select(
            col("article").alias("id"),
            to_struct(
                col("other").alias("article"),
                col("through"),
                col("in_collection"),
                col("other_cases").alias("cases"),
            ).alias("linked"),
        )
        .groupby("id")
        .agg(col("linked").list_agg())
    )
    return frame.join(linked, on="id", how="left")


def _edges(frame: DataFrame) -> DataFrame:
    """One row a reference: the citing article, the cited one if it is here, the best id."""
    nodes = frame.select(col("id").alias("target"), col("keys").alias("key")).explode("key")
    references = (
        frame.select(col("id").alias("article"), col("cites").alias("cited"))
        .explode("cited")
        .where(col("cited").not_null())
        .select(
            col("article"),
            col("cited").get("ref_id").alias("ref_id"),
            col("cited").get("keys").alias("key"),
            col("cited").get("keys").get(0).alias("best"),
        )
        .explode("key")
    )
    return (
        references.join(nodes, on="key", how="left")
        .groupby("article", "ref_id", "best")
        .agg(col("target").max())
    )
