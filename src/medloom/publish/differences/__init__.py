"""What changed between two versions of a collection, and why."""

from medloom.publish.differences.between import Difference, TableDifference, difference
from medloom.publish.differences.drifting import drifts
from medloom.publish.differences.story import changelog_entry

__all__ = ["Difference", "TableDifference", "changelog_entry", "difference", "drifts"]
