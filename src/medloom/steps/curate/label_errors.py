"""Labels that are likely wrong."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from medloom.kit.label_noise import find_noise
from medloom.kit.text_classifier import out_of_fold
from medloom.step import Column, Columns, adds
from medloom.tables.rows import Rows
from medloom.tables.text_labels import LabelIssue


@adds("label_issue", across={"id": str, "text": Column(str | None, optional=True)})
def label_errors(
    rows: Rows,
    *,
    label: Annotated[str, Columns()] = "label",
    probabilities: Annotated[str | None, Columns()] = None,
    group: Annotated[str | None, Columns()] = None,
) -> list[LabelIssue | None]:
    """Find labels that are likely wrong, by confident learning (Northcutt et al. 2021).

    Each text is judged by a small classifier that did not see it, nor a text of the same `group`
    (an article, a patient). For a better model, or for rows that are not texts, `probabilities`
    names a column of label scores, as `score_text` makes, which must come from a model that did not
    learn from the row. `label_issue.score` ranks all rows; `is_issue` is true of as many as the
    method estimates. Rows without a label, or the only row of a label, get null.

    >>> texts = [f"{sort} number {n}" for n in range(12) for sort in ("cough", "tumour")]
    >>> labels = [text.split()[0] for text in texts]
    >>> labels[0] = "tumour"
    >>> rows = Rows.of({"id": list(map(str, range(24))), "text": texts, "label": labels})
    >>> found = label_errors(rows)
    >>> [number for number, one in enumerate(found) if one.is_issue], found[0].suggested
    ([0], 'cough')
    """
    labels = [None if one is None else str(one) for one in rows.column(label)]
    wanted = _usable(labels)
    if len({labels[row] for row in wanted}) < 2:
        return [None] * len(labels)
    given = [str(labels[row]) for row in wanted]
    if probabilities is None:
        names, chances = _judged(rows, wanted, given, group)
    else:
        names, chances = _given(rows.arrow(probabilities).to_pylist(), wanted, given)
    places = {name: number for number, name in enumerate(names)}
    return _issues(len(labels), wanted, np.array([places[one] for one in given]), names, chances)


def _usable(labels: Sequence[str | None]) -> list[int]:
    """Rows with a label that another row has, too."""
    counts: dict[str | None, int] = {}
    for one in labels:
        counts[one] = counts.get(one, 0) + 1
    return [row for row, one in enumerate(labels) if one is not None and counts[one] > 1]


def _judged(
    rows: Rows, wanted: Sequence[int], given: Sequence[str], group: str | None
) -> tuple[Sequence[str], Any]:
    texts = rows.column("text")
    groups = rows.column(group) if group else None
    return out_of_fold(
        [texts[row] or "" for row in wanted],
        given,
        None if groups is None else [str(groups[row]) for row in wanted],
    )


def _given(
    scores: Sequence[Any], wanted: Sequence[int], given: Sequence[str]
) -> tuple[Sequence[str], Any]:
    """The scores as a matrix, a column a label."""
    known = {one["label"] for row in wanted for one in scores[row] or ()}
    names = sorted(known | set(given))
    places = {name: number for number, name in enumerate(names)}
    chances = np.zeros((len(wanted), len(names)))
    for number, row in enumerate(wanted):
        for one in scores[row] or ():
            chances[number, places[one["label"]]] = one["score"]
    return names, chances


def _issues(
    n_rows: int, wanted: Sequence[int], numbers: Any, names: Sequence[str], chances: Any
) -> list[LabelIssue | None]:
    noise = find_noise(numbers, chances)
    found: list[LabelIssue | None] = [None] * n_rows
    for at, row in enumerate(wanted):
        best = int(noise.likeliest[at])
        score = 1 - float(chances[at, numbers[at]])
        is_wrong = bool(noise.is_wrong[at])
        found[row] = LabelIssue(is_wrong, score, names[best], float(chances[at, best]))
    return found
