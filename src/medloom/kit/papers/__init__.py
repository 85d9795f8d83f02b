"""One paper as a listing or an export tells of it, and the rows that it becomes."""

from medloom.kit.papers.paper import Paper, document_of

__all__ = ["Paper", "document_of"]
