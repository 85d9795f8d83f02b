"""What a search gives back."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Snippet(NamedTuple):
    """A piece of a row's text around what matched.

    `marks` are half-open code-point offsets into `text` of the words that matched.
    """

    column: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Hit:
    """One row that was found.

    `parts` tells what each part of the score was (`bm25:text`, `vector`, `rerank`, ...); `values`
    are the row's columns that were asked for; `group` is its article or patient.
    """

    table: str
    id: str
    score: float
    title: str = ""
    snippets: tuple[Snippet, ...] = ()
    parts: dict[str, float] = field(default_factory=dict)
    group: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Results:
    """The hits of a search, best first, and what was found beside them.

    `total` counts all rows that matched (None where only the nearest were looked for), `facets`
    the values of the asked columns with their counts, most frequent first, `notes` what the reader
    should know: how the query was understood, rows that are not indexed yet.
    """

    hits: tuple[Hit, ...]
    total: int | None = None
    facets: dict[str, tuple[tuple[Any, int], ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
