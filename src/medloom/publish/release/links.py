"""Which columns of a table say where a thing is, and none of what it says."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.types as types

_LINKS = frozenset(
    ("id", "split", "source", "license", "license_url", "url", "uri", "href", "doi", "pmid",
     "pmcid", "label", "file", "year", "sha256", "cluster")
)  # fmt: skip


def link_columns(schema: pa.Schema, names: Sequence[str]) -> list[str]:
    """The columns that are left of a table whose content may not travel.

    >>> schema = pa.schema({"id": pa.string(), "text": pa.string(), "article_id": pa.string()})
    >>> link_columns(schema, schema.names)
    ['id', 'article_id']
    """
    return [
        name
        for name in names
        if (name in _LINKS or name.endswith(("_id", "_url", "_uri")))
        and not types.is_nested(schema.field(name).type)
    ]
