"""What a query means beside its words: spellings, lay terms, short forms, concepts.

Each source of meanings looks at the words of a query and gives other ways to say a part of it, with
weights up to 1. `expander` puts them into the tree of a query; the notes of a search show them.
"""

from medloom.search.understanding.expanding import expander, told
from medloom.search.understanding.meanings import Meaning, Source, Way
from medloom.search.understanding.of_collection import Understanding

__all__ = ["Meaning", "Source", "Understanding", "Way", "expander", "told"]
