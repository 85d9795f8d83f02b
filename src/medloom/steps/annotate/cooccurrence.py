"""What is mentioned together."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Literal, NamedTuple

from medloom.kit.sentences import split
from medloom.kit.things import long_forms, thing
from medloom.step import expands
from medloom.tables.cooccurrence import Together
from medloom.tables.spans import Abbreviation, Range, Span


class _Thing(NamedTuple):
    id: str | None
    name: str | None
    label: str | None


_NOTHING = _Thing(None, None, None)


@expands
def cooccurrence(
    id: str,
    article_id: str,
    text: str,
    spans: list[Span],
    abbreviations: list[Abbreviation] | None = None,
    *,
    within: Literal["sentence", "text"] = "sentence",
    labels: list[str] | None = None,
    keep_negated: bool = True,
) -> Iterator[Together]:
    """Make a row of each pair that a sentence or a text mentions, of each thing, and of the text.

    A thing is a concept; a mention without one goes by its label and its text in small letters
    and the singular, a short form by its long form where the table has `abbreviations`.
    It counts once in each unit, never pairs with itself, and not with what it overlaps. The step
    `cooccurrence_statistics` makes statistics of the rows. With `labels` only such mentions count;
    without `keep_negated` those that are said to be absent do not.

    >>> text = "Aspirin eases pain."
    >>> spans = [Span(0, 7, "Drug", "Aspirin"), Span(14, 18, "Symptom", "pain")]
    >>> [(row.left_id, row.right_id) for row in cooccurrence("t", "a", text, spans)]
    [(None, None), ('Drug:aspirin', None), ('Symptom:pain', None), ('Drug:aspirin', 'Symptom:pain')]
    """
    units = (split(text) if within == "sentence" else []) or [Range(0, len(text))]
    yield _row(None, None, id, article_id, Range(0, len(text)), len(units))
    starts, longs = [unit.start for unit in units], long_forms(abbreviations)
    found: dict[int, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    things: dict[str, _Thing] = {}
    for span in spans:
        if _counts(span, labels, keep_negated):
            number = max(bisect_right(starts, span.start) - 1, 0)
            key, name = thing(text, span, longs)
            things.setdefault(key, _Thing(key, name, span.label))
            found[number][key].append(span)
    for number, there in sorted(found.items()):
        for one in sorted(there):
            yield _row(things[one], None, id, article_id, units[number])
        for left, right in combinations(sorted(there), 2):
            if _apart(there[left], there[right]):
                yield _row(things[left], things[right], id, article_id, units[number])


def _row(
    left: _Thing | None,
    right: _Thing | None,
    text_id: str,
    article_id: str,
    unit: Range,
    n_units: int = 1,
) -> Together:
    one, other = left or _NOTHING, right or _NOTHING
    return Together(
        one.id, one.name, one.label, other.id, other.name, other.label,
        text_id, article_id, unit.start, unit.end, n_units,
    )  # fmt: skip


def _counts(span: Span, labels: list[str] | None, keep_negated: bool) -> bool:
    is_negated = span.assertion is not None and span.assertion.negated
    return (labels is None or span.label in labels) and (keep_negated or not is_negated)


def _apart(some: list[Span], others: list[Span]) -> bool:
    """Whether two things stand side by side somewhere, and not only one inside the other."""
    return any(a.end <= b.start or b.end <= a.start for a in some for b in others)
