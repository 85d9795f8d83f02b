"""Documentation that fills itself: what a collection can answer is answered, the rest is asked."""

from medloom.publish.documents.write import documentation_complete, write_documents

__all__ = ["documentation_complete", "write_documents"]
