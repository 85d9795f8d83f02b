"""Write the annotations of a table in the formats of other tools, a document at a time."""

import importlib
import shutil
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from medloom.collection.collection import Collection
from medloom.errors import CollectionError, MissingExtraError
from medloom.formats.loss import Losses
from medloom.tables.arrow import arrow_type, from_arrow
from medloom.tables.spans import Attribute, Relation, Span
from medloom.tables.texts import Text


class Format(NamedTuple):
    """A format of another tool."""

    about: str
    module: str
    function: str = "write"
    in_folder: bool = False
    """Whether it is a folder with files of each document."""


FORMATS = {
    "bioc-xml": Format("BioC XML: a document a line, passages with all", "bioc", "write_xml"),
    "bioc-json": Format("BioC JSON, the same", "bioc", "write_json"),
    "pubtator": Format("title and abstract, mentions with concept ids", "pubtator"),
    "brat": Format("a folder of .txt and .ann files", "brat", in_folder=True),
    "conll": Format("a token and its BIO tag a line, with comments", "conll"),
    "webanno": Format(
        "a folder of WebAnno TSV 3.3 for WebAnno, INCEpTION", "webanno", in_folder=True
    ),
    "label-studio": Format("JSON tasks: predictions, reviewed annotations", "label_studio"),
    "web-annotation": Format(
        "a folder of .txt and W3C JSON-LD files", "web_annotation", in_folder=True
    ),
    "docbin": Format("spaCy's .spacy file (medloom[spacy])", "docbin"),
    "hf-tokens": Format("tokens and ner_tags; Parquet where OUT ends in it", "hf_tokens"),
}
_DOCUMENTS = ("document_id", "article_id", "case_id")
"""Columns that say to which document a row belongs, the first that is there."""


class Columns(NamedTuple):
    """Which columns hold what; None for those that are found by their usual names."""

    text: str = "text"
    spans: str | None = None
    relations: str | None = None
    document: str | None = None


class Written(NamedTuple):
    """What was written, what the format never holds, and what of these rows it could not."""

    n_documents: int
    n_rows: int
    never: tuple[str, ...]
    lost: Losses


def write_annotations(
    collection: Collection,
    table: str,
    out: Path,
    name: str,
    columns: Columns = Columns(),  # noqa: B008 - a named tuple does not change
    where: str | None = None,
) -> Written:
    """Write the texts and spans of a table; the file or folder appears whole or not at all.

    Rows that follow each other with the same document are one document where the format has
    documents. Raises CollectionError where a column is missing or no list of spans, and
    MissingExtraError where the format needs a package that is not installed.
    """
    chosen = FORMATS[name]
    module = _load(chosen, name)
    held = _Held(collection, table, columns, where)
    if chosen.in_folder and out.exists() and (out.is_file() or any(out.iterdir())):
        raise CollectionError(f"{out} is there already: name a folder that is new or empty")
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.new")
    try:
        if chosen.in_folder:
            lost = _to_folder(module, held, draft)
            if out.is_dir():
                out.rmdir()
        else:
            lost = _to_file(module, chosen.function, held, draft, out.suffix == ".parquet")
        draft.replace(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        draft.unlink(missing_ok=True)
    lost.note("rows without a text left out", held.n_without_text)
    return Written(held.n_documents, held.n_rows, module.LOSSES, lost)


def _load(chosen: Format, name: str) -> Any:
    try:
        return importlib.import_module(f"medloom.formats.{chosen.module}")
    except ModuleNotFoundError as error:
        extra = error.name or ""
        what = f"{name} needs {extra}: pip install 'medloom[{extra}]'"
        raise MissingExtraError(what) from error


def _to_folder(module: Any, held: "_Held", draft: Path) -> Losses:
    lost = Losses()
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for file, content in module.write(held.documents(), lost):
        (draft / file).write_bytes(content)
    return lost


def _to_file(module: Any, function: str, held: "_Held", draft: Path, is_parquet: bool) -> Losses:
    with draft.open("wb") as file:
        if module.__name__.endswith("hf_tokens"):
            if is_parquet:
                lost: Losses = module.write_parquet(held.documents(), file, held.labels())
                return lost
            function = "write_jsonl"
        lost = getattr(module, function)(held.documents(), file)
    return lost


class _Held:
    """The rows of a table as texts; it counts what it has given out."""

    def __init__(
        self, collection: Collection, table: str, columns: Columns, where: str | None
    ) -> None:
        self._collection, self._table, self._where = collection, table, where
        self.n_documents = self.n_rows = self.n_without_text = 0
        schema = collection.dataset(table).schema
        given = [columns.text, columns.spans, columns.relations, columns.document]
        collection.check_columns(table, [one for one in given if one])
        spans = columns.spans or _usual_spans(schema, table)
        if spans:
            _check(schema, spans, Span, table)
        if columns.relations:
            _check(schema, columns.relations, Relation, table)
        usual = [one for one in _DOCUMENTS if one in schema.names]
        self._names = {
            "text": columns.text,
            "spans": spans,
            "relations": columns.relations or _usual(schema, "relations", Relation),
            "attributes": _usual(schema, "attributes", Attribute),
            "id": "id" if "id" in schema.names else None,
            "document_id": columns.document or next(iter(usual), None),
            "kind": "kind" if "kind" in schema.names else None,
        }

    def labels(self) -> list[str]:
        """The labels of all mentions, for formats that must know them before the first row."""
        found: set[str] = set()
        column = self._names["spans"]
        for batch in self._collection.scan(self._table, [column], self._where) if column else ():
            for spans in from_arrow(_cast(batch[column], list[Span]), list[Span]):
                found |= {span.label for span in spans or ()}
        return sorted(found)

    def documents(self) -> Iterator[Sequence[Text]]:
        """The texts of each document."""
        for _, rows in groupby(self._texts(), key=attrgetter("document_id")):
            self.n_documents += 1
            yield list(rows)

    def _texts(self) -> Iterator[Text]:
        wanted = [name for name in dict.fromkeys(self._names.values()) if name]
        for batch in self._collection.scan(self._table, wanted, self._where):
            columns = {key: self._values(batch, key) for key in self._names}
            for number in range(batch.num_rows):
                row = {key: values[number] for key, values in columns.items()}
                self.n_rows += 1
                if row["text"] is None:
                    self.n_without_text += 1
                    continue
                row["id"] = str(row["id"] if row["id"] is not None else self.n_rows)
                row["document_id"] = str(row["document_id"] or row["id"])
                row["kind"] = str(row["kind"] or "")
                yield Text(**{key: [] if v is None else v for key, v in row.items()})

    def _values(self, batch: pa.RecordBatch, key: str) -> list[Any]:
        name = self._names[key]
        if name is None:
            return [None] * batch.num_rows
        hint = {"spans": Span, "relations": Relation, "attributes": Attribute}.get(key)
        if hint is None:
            values: list[Any] = batch[name].to_pylist()
            return values
        return from_arrow(_cast(batch[name], list[hint]), list[hint])  # type: ignore[valid-type]


def _cast(array: pa.Array, hint: Any) -> pa.Array:
    wanted = arrow_type(hint)
    return array if array.type == wanted else array.cast(wanted)


def _check(schema: pa.Schema, name: str, row: type, table: str) -> None:
    if schema.field(name).type != arrow_type(list[row]):  # type: ignore[valid-type]
        fitting = [f.name for f in schema if f.type == arrow_type(list[row])]  # type: ignore[valid-type]
        what = f"'{name}' of {table} is no list of {row.__name__}s"
        raise CollectionError(f"{what}; columns that are: {', '.join(fitting) or 'none'}")


def _usual_spans(schema: pa.Schema, table: str) -> str | None:
    """The column of spans; None where the table has none: its texts are written alone."""
    fitting = [field.name for field in schema if field.type == arrow_type(list[Span])]
    if fitting and "spans" not in fitting:
        raise CollectionError(f"say which spans of {table} to write: --spans {', '.join(fitting)}")
    return "spans" if fitting else None


def _usual(schema: pa.Schema, name: str, row: type) -> str | None:
    fits = name in schema.names and schema.field(name).type == arrow_type(list[row])  # type: ignore[valid-type]
    return name if fits else None
