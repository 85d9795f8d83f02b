"""Abbreviations that a text defines, and where a document uses them.

After Schwartz and Hearst (2003), with their one alignment replaced by the best of all: letters
count by where they stand in their word, and words that give no letter cost.
"""

from medloom.kit.short_forms.definitions import Definition, definitions
from medloom.kit.short_forms.uses import uses

__all__ = ["Definition", "definitions", "uses"]
