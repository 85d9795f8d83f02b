"""Split rows so that no chain of shared keys leads from one part to another.

Rows and the values of their key columns (a patient, an article, a cluster of duplicates) are the
two sides of a graph. Its connected components are the groups that must stay whole.
"""

from medloom.kit.splitting.assignment import Strata, assign
from medloom.kit.splitting.components import components
from medloom.kit.splitting.keys import Links, links_of
from medloom.kit.splitting.paths import shortest_path
from medloom.kit.splitting.ranks import hashes
from medloom.kit.splitting.withholding import bridges

__all__ = [
    "Links",
    "Strata",
    "assign",
    "bridges",
    "components",
    "hashes",
    "links_of",
    "shortest_path",
]
