"""Drop rows that are copies of a row that is kept."""

from medloom.step import drops
from medloom.tables.duplicates import Duplicate


@drops
def drop_duplicates(id: str, cluster: str | None, duplicates: list[Duplicate] | None) -> str | None:
    """Drop copies of a row that is kept, by the marks of `near_duplicates` and its like.

    The reason in the ledger says which row is kept and how alike the two are. Variants are not
    dropped.

    >>> of = [Duplicate("a", "near", "text", 0.9333, [])]
    >>> drop_duplicates("b", "a", of)
    'near copy: of a, text 0.93'
    >>> drop_duplicates("a", "a", []), drop_duplicates("c", None, [])
    (None, None)
    """
    if cluster is None or cluster == id:
        return None
    copies = [one for one in duplicates or () if one.kind != "variant"]
    seen = min(copies, key=lambda one: one.other_id != cluster, default=None)
    if seen is None:
        return f"copy: of {cluster}"
    through = "" if seen.other_id == cluster else f", through {seen.other_id}"
    return f"{seen.kind} copy: of {cluster}, {seen.by} {seen.similarity:.2f}{through}"
