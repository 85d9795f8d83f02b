"""Publish where things are in place of what they say, with a script that fetches them again."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.types as types

from medloom.errors import MedloomError

SCRIPT = "refetch.py"
"""The name of the script in a release."""
PLAN = "refetch.json"
"""The name of the file that tells the script what to do."""

URLS = ("url", "uri", "image_url", "pdf_url", "href", "source_url")
"""Columns that hold addresses, the likeliest first."""
_CONTENT = ("bytes", "text")


class Refetch(NamedTuple):
    """How one column is made again from what a link leads to."""

    column: str
    url: str
    """The column with the address."""
    kind: str
    """`bytes`: the file as it is. `text`: the file as UTF-8."""
    start: str | None = None
    """Of a text that is a piece of the file: the column where it begins, in code points."""
    end: str | None = None

    @property
    def hash_column(self) -> str:
        """The column with the SHA-256 of the content; of a text, of its UTF-8."""
        return f"{self.column}_sha256"


def refetch_plan(
    schema: pa.Schema, *, content: Sequence[str] | None = None, url: str | None = None
) -> list[Refetch]:
    """What can be fetched again of a table: `content` columns, by default `bytes` and `text`.

    `url` is the column of addresses, by default the first of `URLS` that is there. A text is a
    piece of the file where the table has `COLUMN_start` and `COLUMN_end`, or `start` and `end`.
    Raises MedloomError where there is content to fetch but no address, or a column is missing.

    >>> schema = pa.schema({"id": pa.string(), "url": pa.string(), "bytes": pa.binary()})
    >>> refetch_plan(schema)
    [Refetch(column='bytes', url='url', kind='bytes', start=None, end=None)]
    """
    wanted = [name for name in content or _CONTENT if content or name in schema.names]
    address = url or next((name for name in URLS if name in schema.names), None)
    for name in (*wanted, *filter(None, [url])):
        if name not in schema.names:
            raise MedloomError(f"no column {name}; columns here: {', '.join(schema.names)}")
    if wanted and address is None:
        raise MedloomError(
            f"no address to fetch {', '.join(wanted)} from: give a column of URLs, as url; "
            f"columns here: {', '.join(schema.names)}"
        )
    return [_refetch(schema, name, address or "") for name in wanted]


def _refetch(schema: pa.Schema, name: str, url: str) -> Refetch:
    kind = schema.field(name).type
    if types.is_binary(kind) or types.is_large_binary(kind):
        return Refetch(name, url, "bytes")
    if not (types.is_string(kind) or types.is_large_string(kind)):
        raise MedloomError(f"column {name} holds {kind}: only bytes and text are fetched again")
    for start, end in ((f"{name}_start", f"{name}_end"), ("start", "end")):
        if start in schema.names and end in schema.names:
            return Refetch(name, url, "text", start, end)
    return Refetch(name, url, "text")


def linked_schema(schema: pa.Schema, links: Sequence[str], plan: Sequence[Refetch]) -> pa.Schema:
    """The schema of a table without its content: link columns, addresses and hashes."""
    needed = {name for one in plan for name in (one.url, one.start, one.end) if name}
    kept = set(links) | needed
    fields = [one for one in schema if one.name in kept and one.name not in _columns(plan)]
    return pa.schema([*fields, *(pa.field(one.hash_column, pa.string()) for one in plan)])


def linked(batch: pa.RecordBatch, links: Sequence[str], plan: Sequence[Refetch]) -> pa.RecordBatch:
    """Rows without their content: `links` columns, addresses, and a hash of each content.

    >>> batch = pa.record_batch({"id": ["a"], "url": ["http://x/a"], "text": ["Hello"]})
    >>> linked(batch, ["id"], refetch_plan(batch.schema)).to_pylist()[0]["text_sha256"][:8]
    '185f8db3'
    """
    schema = linked_schema(batch.schema, links, plan)
    hashed = {one.hash_column: _hashes(batch[one.column]) for one in plan}
    arrays = [hashed[one.name] if one.name in hashed else batch[one.name] for one in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def files_to_add(plans: Mapping[str, tuple[pa.Schema, Sequence[Refetch]]]) -> dict[str, Any]:
    """What goes into a link-only release beside the tables: the script as text, its plan as JSON.

    `plans` has for each table the schema that it had with its content, and how to fetch it.

    >>> sorted(files_to_add({}))
    ['refetch.json', 'refetch.py']
    """
    tables = {
        name: {"columns": list(schema.names), "fetch": [one._asdict() for one in plan]}
        for name, (schema, plan) in plans.items()
    }
    script = (resources.files("medloom.publish") / "refetch.py").read_text("utf-8")
    return {SCRIPT: script, PLAN: {"format": 1, "tables": tables}}


def _columns(plan: Sequence[Refetch]) -> set[str]:
    return {one.column for one in plan}


def _hashes(column: pa.Array) -> pa.Array:
    return pa.array(list(_digests(column)), pa.string())


def _digests(column: pa.Array) -> Iterator[str | None]:
    for value in column.to_pylist():
        data = value.encode() if isinstance(value, str) else value
        yield None if data is None else hashlib.sha256(data).hexdigest()
