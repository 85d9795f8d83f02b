"""A digest as plain text."""

import textwrap
from collections.abc import Iterator

from medloom.feed.state import Digest, Item

_WIDTH = 78


def as_text(digest: Digest) -> str:
    """The digest in lines of at most 78 characters, for mail and the terminal."""
    return "\n".join(_lines(digest)) + "\n"


def heading(digest: Digest) -> str:
    """One line that says what it is.

    >>> heading(Digest("a", "icu", 3, 4, "2026-11-28T06:00:00+00:00", [], 12))
    'icu: 0 of 12 new papers'
    """
    papers = "paper" if digest.n_arrivals == 1 else "papers"
    return f"{digest.collection}: {len(digest.items)} of {digest.n_arrivals:,} new {papers}"


def _lines(digest: Digest) -> Iterator[str]:
    yield heading(digest)
    yield f"Builds {digest.after + 1} to {digest.build}; made {digest.made[:10]}."
    for number, item in enumerate(digest.items, start=1):
        yield ""
        yield from _item(number, item)
    if not digest.items:
        yield ""
        yield "Nothing that came answers to your interests."


def _item(number: int, item: Item) -> Iterator[str]:
    head = f"{number}. "
    yield from textwrap.wrap(item.title, _WIDTH, initial_indent=head, subsequent_indent="   ")
    told = ". ".join(filter(None, (item.authors, item.journal, item.date)))
    for text in (told, item.about):
        yield from textwrap.wrap(text, _WIDTH, initial_indent="   ", subsequent_indent="   ")
    for name, reasons in item.interests.items():
        why = f"{name}: {'; '.join(reasons)}"
        yield from textwrap.wrap(why, _WIDTH, initial_indent="   > ", subsequent_indent="     ")
    yield f"   {item.url or item.id}"
    if item.url:
        yield f"   {item.id}"
