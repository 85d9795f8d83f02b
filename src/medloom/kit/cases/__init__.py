"""Finding the patients of articles: rules that steps share."""

from medloom.kit.cases.belongings import figures_of, tables_of
from medloom.kit.cases.narrative import is_case_report, stories
from medloom.kit.cases.story import Story, Stretch
from medloom.kit.cases.words import Words, words_of

__all__ = [
    "Story",
    "Stretch",
    "Words",
    "figures_of",
    "is_case_report",
    "stories",
    "tables_of",
    "words_of",
]
