"""Records that a later one replaces or withdraws, as in the update files of PubMed."""

from collections import defaultdict
from pathlib import PurePosixPath
from typing import NamedTuple

from medloom.step import Column, drops
from medloom.tables.rows import Rows

_DELETED = "deleted"
_READS = {
    "id": str,
    "source": Column(str | None, optional=True),
    "pmid": Column(str | None, optional=True),
    "version": Column(int | None, optional=True),
    "article_type": Column(str | None, optional=True),
}


class _Place(NamedTuple):
    """When a record came: files by their names, records by their order in the file."""

    file: str
    source: str
    row: int


@drops(across=_READS)
def superseded(rows: Rows) -> list[str | None]:
    """Drop records that a later one replaces or withdraws; of each article one is left, or none.

    Records of the same `pmid`, or of the same `id` where there is none, tell of one article. A
    record of type `deleted` (a `DeleteCitation` of PubMed) withdraws all that came before it, and
    goes itself. Of the others the highest `version` stays, of equal ones the last: files count by
    their names, as `pubmed26n1400.xml.gz` comes behind `pubmed26n1399.xml.gz`, whenever they were
    added to the input.

    >>> rows = Rows.of({"id": ["a", "b", "c", "d"], "pmid": ["1", "2", "1", "2"],
    ...                 "source": ["n1.xml", "n1.xml", "n2.xml", "n2.xml"],
    ...                 "article_type": [None, None, None, "deleted"]})
    >>> superseded(rows)
    ['replaced by n2.xml', 'withdrawn by n2.xml', None, 'says that a record is withdrawn']
    """
    places = [_place(one, n) for n, one in enumerate(_column(rows, "source"))]
    types = _column(rows, "article_type")
    versions = [one or 1 for one in _column(rows, "version")]
    told: list[str | None] = [None] * len(places)
    for numbers in _groups(rows):
        gone = [n for n in numbers if types[n] == _DELETED]
        last = max((places[n] for n in gone), default=None)
        kept = [n for n in numbers if types[n] != _DELETED and (last is None or places[n] > last)]
        best = max(kept, key=lambda n: (versions[n], places[n]), default=None)
        for n in numbers:
            if types[n] == _DELETED:
                told[n] = "says that a record is withdrawn"
            elif last is not None and places[n] < last:
                told[n] = f"withdrawn by {last.source}"
            elif n != best and best is not None:
                told[n] = f"replaced by {places[best].source}"
    return told


def _groups(rows: Rows) -> list[list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for n, (pmid, name) in enumerate(zip(_column(rows, "pmid"), rows.column("id"), strict=True)):
        found[f"pmid:{pmid}" if pmid else name].append(n)
    return list(found.values())


def _column(rows: Rows, name: str) -> list:  # type: ignore[type-arg]
    return rows.column(name) if name in rows.names else [None] * len(rows)


def _place(source: str | None, row: int) -> _Place:
    inner = (source or "").rpartition("!")[2]
    return _Place(PurePosixPath(inner).name, source or "", row)
