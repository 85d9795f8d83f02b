"""The definitions of short forms, as rows."""

from collections.abc import Iterator

from medloom.kit.short_forms.normal import long_key, singular
from medloom.step import expands
from medloom.tables.short_forms import ShortFormDefinition
from medloom.tables.spans import Abbreviation


@expands
def abbreviation_definitions(
    id: str, article_id: str, abbreviations: list[Abbreviation]
) -> Iterator[ShortFormDefinition]:
    """Make a row of each use of a short form that defines it.

    >>> use = Abbreviation(12, 14, "HR", "Heart rates", "t", 0, 11, 0.95, "long (short)")
    >>> [(row.short, row.long_key) for row in abbreviation_definitions("t", "a", [use])]
    [('HR', 'heart rate')]
    """
    for use in abbreviations:
        if use.long_start is not None and use.long_end is not None:
            yield ShortFormDefinition(
                singular(use.short, use.long), use.long, long_key(use.long), id, article_id,
                use.start, use.end, use.long_start, use.long_end, use.score, use.rule,
            )  # fmt: skip
