"""Row types, and the Arrow types that store them."""

from medloom.tables.spans import Mark, Span

__all__ = ["Mark", "Span"]
