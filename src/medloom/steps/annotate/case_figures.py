"""The figures of patients."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.cases import CaseFigure


@expands
def case_figures(figures: list[CaseFigure]) -> Iterator[CaseFigure]:
    """Make a row of each figure of each patient, with its caption, panels and files.

    Join `figure_id` to the tables `figures`, `panels` and `images`. A figure of several patients
    is in several rows.

    >>> list(case_figures([]))
    []
    """
    yield from figures
