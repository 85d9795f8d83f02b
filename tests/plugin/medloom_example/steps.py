"""Steps of every kind."""

import os
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from daft import DataFrame, col

from medloom.step import Failure, adds, changes, drops, expands, sums, updates
from medloom.tables import Span
from medloom.tables.literature import Figure
from medloom.tables.rows import Rows

_AGE = re.compile(r"\b(\d{1,3})[- ]year[- ]old\b")


class Word(NamedTuple):
    """One word and where it stands."""

    id: str
    start: int
    text: str


@adds("ages")
def age_mentions(text: str, *, max_age_years: int = 120) -> list[Span]:
    """Find the ages that a text states.

    >>> age_mentions("A 54-year-old woman.")
    [Span(start=2, end=13, label='AGE')]
    """
    found = (m for m in _AGE.finditer(text) if int(m[1]) <= max_age_years)
    return [Span(m.start(), m.end(), "AGE") for m in found]


@drops
def is_short(text: str, *, min_characters: int = 20) -> bool:
    """Drop texts with fewer characters than the minimum.

    >>> is_short("See figure.")
    True
    """
    return len(text) < min_characters


@expands
def words(id: str, text: str) -> Iterator[Word | Failure]:
    """Make a row of each word; a word of digits alone fails.

    >>> [word.text for word in words("p1", "No rash")]
    ['No', 'rash']
    """
    for number, match in enumerate(re.finditer(r"\S+", text)):
        if match[0].isdigit():
            yield Failure(f"{id}/{number}", f"only digits: {match[0]}")
        else:
            yield Word(f"{id}/{number}", match.start(), match[0])


@adds("loud", "length")
class shout:  # noqa: N801 - a step is named like a function
    """Write texts in capitals, a batch at a time.

    >>> shout(mark="!")(["no rash"])
    [('NO RASH!', 8)]
    """

    def __init__(self, *, mark: str = "") -> None:
        self.mark = mark

    def __call__(self, text: list[str]) -> list[tuple[str, int]]:
        if any("raise me" in one for one in text):
            raise ValueError("asked to raise")
        return [(one.upper() + self.mark, len(one + self.mark)) for one in text]


@adds("first_letter")
def fragile(text: str | None, *, poison: str = "\0") -> str:
    """Take the first letter; raise on a text that holds the poison.

    >>> fragile("abc")
    'a'
    """
    if poison in (text or ""):
        raise ValueError(f"found {poison!r}")
    return (text or "?")[:1]


@adds("survived")
def deadly(text: str, *, killer: str = "\0") -> bool:
    """Kill the whole worker process on a text that holds the killer.

    >>> deadly("fine")
    True
    """
    if killer in text:
        os._exit(9)
    return True


@changes(reads={"id": str, "text": str})
def drop_doubles(frame: DataFrame) -> DataFrame:
    """Keep the first row, by id, of each group of rows with equal text.

    >>> import daft
    >>> rows = {"id": ["a", "b", "c"], "text": ["x", "x", "y"]}
    >>> drop_doubles(daft.from_pydict(rows)).to_pydict()["id"]
    ['a', 'c']
    """
    firsts = frame.groupby("text").agg(col("id").min()).select("id")
    return frame.join(firsts, on="id", how="semi").sort("id")


@adds("called")
def counted(text: str, *, log: str = os.devnull, seconds: float = 0.0, tag: str = "") -> str:
    """Write a line to a log for each call, to show what is computed again.

    >>> counted("x", tag="seen")
    'seen'
    """
    time.sleep(seconds)
    with Path(log).open("a") as file:
        file.write(f"{tag}\n")
    return tag


@drops
def has_few_figures(figures: list[Figure], *, at_least: int = 1) -> bool:
    """Drop documents with fewer figures than the minimum.

    >>> has_few_figures([])
    True
    """
    return len(figures) < at_least


@adds("number")
def misfit(text: str) -> int:
    """Return what does not fit an integer for some texts.

    >>> misfit("abcdef")
    6
    """
    if len(text) % 7 == 0:
        return 1.5  # type: ignore[return-value]
    return "a number" if len(text) % 11 == 0 else len(text)  # type: ignore[return-value]


@adds("one", "two")
def misfit_pair(text: str) -> tuple[int, int]:
    """Return too few values for some texts.

    >>> misfit_pair("abcdef")
    (6, 6)
    """
    return (1,) if len(text) % 7 == 0 else (len(text), len(text))  # type: ignore[return-value]


class Bare(NamedTuple):
    """A row without an id."""

    text: str


@expands
def bare(text: str) -> Iterator[Bare]:
    """Keep only the text, cut short.

    >>> list(bare("No rash"))
    [Bare(text='No ')]
    """
    yield Bare(text[:3])


@changes(reads={"text": str})
def distinct_texts(frame: DataFrame) -> DataFrame:
    """Keep one row of each text.

    >>> import daft
    >>> distinct_texts(daft.from_pydict({"text": ["a", "a"]})).count_rows()
    1
    """
    return frame.distinct("text").sort("text")


@adds("day")
def dated(text: str, *, where: Path = Path(), day: date = date(2000, 1, 1)) -> str:
    """Return settings that JSON has no type for.

    >>> dated("x", where=Path("a"))
    '2000-01-01 a'
    """
    return f"{day} {where}"


@adds("place", by="article_id")
def place_in_document(text: list[str], *, refuse: int = 0) -> list[str]:
    """Say which of how many texts of its document a text is; documents of one size are refused.

    >>> place_in_document(["Title", "Text"])
    ['1/2', '2/2']
    """
    if len(text) == refuse:
        raise ValueError(f"a document of {refuse} texts")
    return [f"{number}/{len(text)}" for number, _ in enumerate(text, start=1)]


@updates("ages")
def round_ages(text: str, ages: list[Span], *, to: int = 10) -> list[Span]:
    """Label ages with their decade.

    >>> round_ages("A 54-year-old woman.", [Span(2, 13, "AGE")])
    [Span(start=2, end=13, label='50')]
    """
    decade = [int(_AGE.match(text, one.start)[1]) // to * to for one in ages]  # type: ignore[index]
    return [one._replace(label=str(at)) for one, at in zip(ages, decade, strict=True)]


@sums(reads={"article_id": str}, makes={"article_id": str, "n_texts": int})
def texts_of_documents(frame: DataFrame) -> DataFrame:
    """Count the texts of each document.

    >>> import daft
    >>> texts_of_documents(daft.from_pydict({"article_id": ["a", "a"]})).to_pylist()
    [{'article_id': 'a', 'n_texts': 2}]
    """
    every = frame.with_column("n_texts", col("article_id"))
    counted = every.groupby("article_id").agg(col("n_texts").count().cast("int64"))
    return counted.sort("article_id")


@adds("number", across={"id": str}, remembers=True)
def number_rows(rows: Rows) -> list[int]:
    """Number rows by their ids; a row keeps the number that it had in the build before.

    >>> number_rows(Rows.of({"id": ["b", "a"]}))
    [1, 0]
    """
    held = rows.before
    known = dict(zip(held.column("id"), held.column("number"), strict=True)) if held else {}
    for row_id in sorted(set(rows.column("id")) - known.keys()):
        known[row_id] = len(known)
    return [known[row_id] for row_id in rows.column("id")]


@drops(across={"text": str})
def keep_first_texts(rows: Rows) -> list[str | None]:
    """Drop a row whose text an earlier one has.

    >>> keep_first_texts(Rows.of({"text": ["x", "y", "x"]}))
    [None, None, 'the same as row 0']
    """
    first: dict[str, int] = {}
    places = [first.setdefault(text, row) for row, text in enumerate(rows.column("text"))]
    return [None if row == at else f"the same as row {at}" for row, at in enumerate(places)]
