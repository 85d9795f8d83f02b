"""What is left of a table whose content may not travel: ids, links, and hashes of the content."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.types as types

from medloom.errors import MedloomError
from medloom.publish.link_only import Refetch, linked, linked_schema, refetch_plan

_LINKS = frozenset(
    ("id", "split", "source", "license", "license_url", "url", "uri", "href", "doi", "pmid",
     "pmcid", "label", "file", "year", "sha256", "cluster")
)  # fmt: skip


@dataclass(frozen=True)
class Linking:
    """How a table becomes links."""

    whole: pa.Schema
    """The table with its content."""

    @cached_property
    def plan(self) -> Sequence[Refetch]:
        """What can be fetched again; nothing where the table has no addresses."""
        try:
            return refetch_plan(self.whole)
        except MedloomError:
            return []

    @cached_property
    def columns(self) -> list[str]:
        """The columns that stay as they are.

        >>> schema = pa.schema({"id": pa.string(), "text": pa.string(), "article_id": pa.string()})
        >>> Linking(schema).columns
        ['id', 'article_id']
        """
        return [
            field.name
            for field in self.whole
            if (field.name in _LINKS or field.name.endswith(("_id", "_url", "_uri")))
            and not types.is_nested(field.type)
        ]

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns that are published."""
        return linked_schema(self.whole, self.columns, self.plan)

    def rows(self, pieces: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """Rows without their content."""
        for piece in pieces:
            batches = [linked(one, self.columns, self.plan) for one in piece.to_batches()]
            yield pa.Table.from_batches(batches, self.schema).combine_chunks()
