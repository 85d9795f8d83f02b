"""Examples to learn the meaning of short forms from, as rows."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.short_forms import ShortFormExample
from medloom.tables.spans import Abbreviation


@expands
def abbreviation_examples(
    id: str, article_id: str, substituted_text: str, substitutions: list[Abbreviation]
) -> Iterator[ShortFormExample]:
    """Make a row of each text in which `reverse_substitution` replaced something.

    >>> use = Abbreviation(6, 8, "HR", "heart rate", rule="substituted")
    >>> next(abbreviation_examples("t", "a", "Their HR fell.", [use])).id
    't/short'
    """
    if substitutions:
        yield ShortFormExample(f"{id}/short", id, article_id, substituted_text, substitutions)
