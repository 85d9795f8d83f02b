"""Rankings as figures: the scores of each way to rank, and how it differs from the first."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks.common import Figure
from medloom.errors import InputError
from medloom.kit.ranking import mean, paired_difference
from medloom.search.similar import Similar, Wanted

Order = list[str]
Grades = Mapping[str, float]


def found(rows: Similar, query: str) -> Order:
    """The ids of the rows that are most like a text."""
    try:
        return [hit.id for hit in rows.to(Wanted(query), limit=100).hits]
    except InputError:  # no part has anything to compare
        return []


def compared(
    task: str,
    orders: Mapping[str, list[Order]],
    grades: Sequence[Grades],
    data: str,
    measures: Mapping[str, Callable[..., float]],
) -> list[Figure]:
    """Figures of each contender, with the paired difference to the first one."""
    figures = []
    for metric, measured in measures.items():
        scores = {
            name: [measured(order, grade) for order, grade in zip(some, grades, strict=True)]
            for name, some in orders.items()
        }
        first = next(iter(scores))
        for name, some in scores.items():
            value, low, high, n = mean(some)
            less = paired_difference(some, scores[first])
            told = "less {}: {:+.3f} [{:+.3f}, {:+.3f}]".format(first, *less)
            note = "" if name == first else told
            figures.append(Figure(task, name, metric, value, n, low, high, data, note=note))
    return figures
