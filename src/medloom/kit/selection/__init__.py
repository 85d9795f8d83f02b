"""Choose rows: even shares of groups, and of clusters of clusters."""

from medloom.kit.selection.clustering import cluster_levels
from medloom.kit.selection.shares import choose, drawn, even_shares
from medloom.kit.selection.vectors import projected

__all__ = ["choose", "cluster_levels", "drawn", "even_shares", "projected"]
