"""The senses of short forms, as rows."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.short_forms import Sense


@expands
def abbreviation_senses(sense: Sense) -> Iterator[Sense]:
    """Make a row of each sense that `abbreviation_inventory` found.

    >>> sense = Sense("HR", "heart rate", 3, 2, 1.0, 1, [], ["t1"])
    >>> next(abbreviation_senses(sense)).long
    'heart rate'
    """
    yield sense
