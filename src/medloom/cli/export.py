"""The command that writes a table for other tools."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.collection.collection import Collection

_TABLES = ("parquet", "jsonl", "csv")
_ANNOTATIONS = (
    "bioc-xml",
    "bioc-json",
    "pubtator",
    "brat",
    "conll",
    "webanno",
    "label-studio",
    "web-annotation",
    "docbin",
    "hf-tokens",
)


@click.command()
@click.argument("folder")
@click.argument("table")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "--format",
    "kind",
    type=click.Choice([*_TABLES, *_ANNOTATIONS]),
    help="By default what the name of OUT ends in: parquet, jsonl, csv.",
)
@click.option("--columns", metavar="a,b", help="Only these columns (of parquet, jsonl, csv).")
@click.option("--where", metavar="SQL", help="Only rows for which it holds.")
@click.option("--text", metavar="COLUMN", default="text", show_default=True)
@click.option("--spans", metavar="COLUMN", help="By default 'spans'; a table may have none.")
@click.option("--relations", metavar="COLUMN", help="By default 'relations', if it is there.")
@click.option(
    "--document",
    metavar="COLUMN",
    help="Rows with the same value are one document; by default document_id, article_id, case_id.",
)
@click.option("--build", "number", type=int, metavar="N", help="Look at build N, not the last one.")
def export(
    folder: str,
    table: str,
    out: Path,
    kind: str | None,
    columns: str | None,
    where: str | None,
    text: str,
    spans: str | None,
    relations: str | None,
    document: str | None,
    number: int | None,
) -> None:
    """Write a table to a file, or its texts and annotations for another tool.

    \b
    medloom export DIR passages passages.parquet
    medloom export DIR passages corpus --to brat
    medloom export DIR figures tasks.json --to label-studio --text caption --spans caption_spans

    As a table: Bytes become base64 in JSON lines; nested values JSON in CSV.

    \b
    As annotations, from a column of texts and one of spans:
      bioc-xml, bioc-json  passages with all that is known of their mentions
      pubtator             title and abstract, mentions with concept ids
      brat                 a folder of .txt and .ann files
      conll                a token and its BIO tag a line
      webanno              a folder of WebAnno TSV 3.3, for WebAnno and INCEpTION
      label-studio         JSON tasks: predictions, and annotations that were reviewed
      web-annotation       a folder of .txt and W3C Web Annotations in JSON-LD
      docbin               spaCy's .spacy file; needs medloom[spacy]
      hf-tokens            tokens and ner_tags in JSON lines; Parquet where OUT ends in .parquet

    What the format cannot hold is told once, with what of this table it was.
    """
    import medloom

    kind = kind or out.suffix.lstrip(".")
    if kind not in (*_TABLES, *_ANNOTATIONS):
        raise click.UsageError(f"say what to write: --to {', '.join((*_TABLES, *_ANNOTATIONS))}")
    collection = medloom.open(folder, number)
    if kind in _TABLES:
        _as_table(collection, table, out, kind, columns, where)
        return
    if columns:
        raise click.UsageError(f"{kind} has no columns: give --text and --spans instead")
    _as_annotations(collection, table, out, kind, (text, spans, relations, document), where)


def _as_table(
    collection: "Collection",
    table: str,
    out: Path,
    kind: str,
    columns: str | None,
    where: str | None,
) -> None:
    from medloom.publish.export import write

    names = [name.strip() for name in columns.split(",")] if columns else None
    n_rows = write(collection, table, out, kind, names, where)
    output.note(f"{n_rows} rows of {table} in {out}")


def _as_annotations(
    collection: "Collection",
    table: str,
    out: Path,
    kind: str,
    names: tuple[str, str | None, str | None, str | None],
    where: str | None,
) -> None:
    from medloom.publish.annotations import Columns, write_annotations

    written = write_annotations(collection, table, out, kind, Columns(*names), where)
    output.note(
        f"{written.n_rows} rows of {table} in {out}, as {written.n_documents} documents of {kind}"
    )
    if written.lost:
        output.note("of these rows left out or changed:")
        for what, n in written.lost.most_common():
            output.note(f"  {n:,} {what}")
    output.note(f"what {kind} cannot hold:")
    for what in written.never:
        output.note(f"  {what}")
