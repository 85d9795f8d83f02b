"""Hugging Face token classification: `tokens` and `ner_tags`, in JSON lines or Parquet.

JSON lines have tags as words. Parquet has them as numbers, with their names in the file's schema
in the way that `datasets` reads as a ClassLabel. Both have the `text` and the `offsets` of the
tokens in it besides.
"""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from medloom.errors import NotThisFormat, SourceError
from medloom.formats.bioc_read import string
from medloom.formats.conll import aligned, tagged
from medloom.formats.loss import Losses
from medloom.formats.rows import Misfit, issue, storable
from medloom.formats.tagged import mentions
from medloom.kit.json_stream import values
from medloom.tables.spans import Attribute, Range, span_of
from medloom.tables.texts import Text

LOSSES = (
    "mentions with gaps; of mentions that overlap all but the longest",
    "of a mention all but its place and label",
    "relations; attributes of texts",
)
_TAGS = ("ner_tags", "tags", "labels")
_Row = dict[str, Any]


def read(
    data: bytes, name: str, *, labels: Sequence[str] = (), is_lines: bool = True
) -> Iterator[Text]:
    """Yield one row for each list of tokens; `labels` name the tags where they are numbers.

    >>> line = b'{"id": "1", "tokens": ["No", "rash"], "ner_tags": [0, 1]}'
    >>> next(read(line, "a", labels=["O", "B-SIGN"])).spans
    [Span(start=3, end=7, label='SIGN', text='rash')]
    """
    if data[:4] == b"PAR1":
        labels, found = _parquet(data, labels)
    else:
        found = (row for _, row in values(data, (), is_lines=is_lines))
    number = 0
    for number, row in enumerate(found, start=1):
        tags = next((row[key] for key in _TAGS if key in row), None)
        if not isinstance(row.get("tokens"), list) or not isinstance(tags, list):
            raise NotThisFormat("not token classification: a row without tokens and ner_tags")
        yield _row(row, [_tag(tag, labels) for tag in tags], f"{name}/{number}")
    if not number:
        raise NotThisFormat("not token classification: it has no rows")


def _parquet(data: bytes, labels: Sequence[str]) -> tuple[Sequence[str], Iterator[_Row]]:
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        schema = file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"not a Parquet file: {error}") from error
    if not {"tokens"} <= {*schema.names} or not {*_TAGS} & {*schema.names}:
        raise NotThisFormat("not token classification: no columns tokens and ner_tags")
    return labels or _names(schema), _rows(file)


def _rows(file: pq.ParquetFile) -> Iterator[_Row]:
    try:
        for batch in file.iter_batches(1024):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(f"broken Parquet file: {error}") from error


def _names(schema: pa.Schema) -> list[str]:
    """The names of the tags in the note that `datasets` leaves in the schema."""
    try:
        note = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        features = note["info"]["features"]
        feature = next(features[key] for key in _TAGS if key in features)
        inner = feature.get("feature", feature[0] if isinstance(feature, list) else {})
        return [str(name) for name in inner["names"]]
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError):
        return []


def _tag(tag: object, labels: Sequence[str]) -> str:
    if isinstance(tag, int):
        if not 0 <= tag < len(labels):
            raise SourceError(f"tag {tag} has no name: give them, as labels: [O, B-X, I-X]")
        return labels[tag]
    return storable(tag) if isinstance(tag, str) else "O"


def _row(row: _Row, tags: list[str], usual: str) -> Text:
    tokens = [string(token) or "\N{REPLACEMENT CHARACTER}" for token in row["tokens"]]
    notes: list[Attribute] = []
    if len(tags) != len(tokens):
        notes.append(issue(f"{len(tokens)} tokens but {len(tags)} tags"))
        tags = [*tags[: len(tokens)], *["O"] * (len(tokens) - len(tags))]
    text = row.get("text")
    text = storable(text) if isinstance(text, str) else " ".join(tokens)
    try:
        ranges = _offsets(row.get("offsets"), text, tokens)
    except Misfit as error:
        notes.append(issue(str(error)))
        text = " ".join(tokens)
        ranges = aligned(text, tokens)
    spans = [
        span_of(text, ranges[first].start, ranges[end - 1].end, label)
        for first, end, label in mentions(tags)
    ]
    row_id = string(row.get("id")) or usual
    kind = row.get("kind")
    kind = storable(kind) if isinstance(kind, str) else "text"
    return Text(row_id, string(row.get("document_id")) or row_id, kind, text, spans, [], notes)


def _offsets(offsets: object, text: str, tokens: Sequence[str]) -> list[Range]:
    if isinstance(offsets, list) and len(offsets) == len(tokens):
        pairs = [one for one in offsets if isinstance(one, list) and len(one) == 2]
        found = [Range(*one) for one in pairs if all(isinstance(at, int) for at in one)]
        if [text[max(one.start, 0) : max(one.end, 0)] for one in found] == [*tokens]:
            return found
    return aligned(text, tokens)


def write_jsonl(documents: Iterable[Sequence[Text]], file: BinaryIO) -> Losses:
    """Write a row a line, tags as words, and count what was lost."""
    losses = Losses()
    for rows in documents:
        for row in rows:
            line = json.dumps(_record(row, losses), ensure_ascii=False)
            file.write(line.encode() + b"\n")
    return losses


def write_parquet(
    documents: Iterable[Sequence[Text]], file: BinaryIO, labels: Sequence[str]
) -> Losses:
    """Write rows with tags as numbers; `labels` are those of all mentions."""
    losses = Losses()
    tags = ["O", *(f"{place}-{label}" for label in labels for place in "BI")]
    number = {tag: n for n, tag in enumerate(tags)}
    schema = _schema(tags)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in documents:
            records = [_record(row, losses) for row in rows]
            for one in records:
                one["ner_tags"] = [number[tag] for tag in one["ner_tags"]]
            writer.write_table(pa.Table.from_pylist(records, schema))
    return losses


def _record(row: Text, losses: Losses) -> _Row:
    ranges, tags = tagged(row, losses)
    return {
        "id": row.id,
        "document_id": row.document_id,
        "kind": row.kind,
        "tokens": [row.text[one.start : one.end] for one in ranges],
        "ner_tags": tags,
        "text": row.text,
        "offsets": [[one.start, one.end] for one in ranges],
    }


def _schema(tags: Sequence[str]) -> pa.Schema:
    words = {"dtype": "string", "_type": "Value"}
    numbers = {"feature": {"dtype": "int64", "_type": "Value"}, "_type": "Sequence"}
    features = {
        **dict.fromkeys(("id", "document_id", "kind"), words),
        "tokens": {"feature": words, "_type": "Sequence"},
        "ner_tags": {"feature": {"names": [*tags], "_type": "ClassLabel"}, "_type": "Sequence"},
        "text": words,
        "offsets": {"feature": numbers, "_type": "Sequence"},
    }
    arrow = {
        **{name: pa.string() for name in features},
        "tokens": pa.list_(pa.string()),
        "ner_tags": pa.list_(pa.int64()),
        "offsets": pa.list_(pa.list_(pa.int64())),
    }
    note = json.dumps({"info": {"features": features}})
    return pa.schema([*arrow.items()], metadata={"huggingface": note})
