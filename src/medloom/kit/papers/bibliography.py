"""The works of a BibTeX file as papers."""

from collections.abc import Iterator

from medloom.errors import NotThisFormat, SourceError
from medloom.kit.papers.bibtex import Unreadable, entries
from medloom.kit.papers.entry import paper_of
from medloom.kit.papers.pages import decoded
from medloom.kit.papers.paper import Paper

_MOST_BYTES = 64 * 2**20


def works(data: bytes) -> Iterator[Paper | Unreadable]:
    """Yield the works of a BibTeX file; those that cannot be read, or have no title, as unreadable.

    >>> list(works(b"@misc{a, year = 2020}"))
    [Unreadable(key='a', error='line 1: no title')]
    """
    if len(data) > _MOST_BYTES:
        raise SourceError(f"over the limit of {_MOST_BYTES} bytes")
    n_found = 0
    for n_found, entry in enumerate(entries(decoded(data)), start=1):
        key = entry.key or f"entry-{n_found}"
        if isinstance(entry, Unreadable):
            yield entry._replace(key=key)
        elif (paper := paper_of(entry)).title:
            yield paper
        else:
            yield Unreadable(key, f"line {entry.line}: no title")
    if not n_found:
        raise NotThisFormat("not BibTeX: no entry in it")
