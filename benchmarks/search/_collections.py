"""Collections of plain rows with an index, made for a measurement and thrown away after it."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import medloom
from medloom.collection.collection import Collection
from medloom.registry import shipped_recipes
from medloom.search.index import index


@contextmanager
def indexed(
    tables: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    steps: str = "[]",
    more: str = "",
    encoder: str | None = None,
    only: Sequence[str] | None = None,
) -> Iterator[str]:
    """The place of a collection with these tables of texts, indexed.

    `steps` are those of each table, as YAML; `more` are further tables of the recipe; `only` names
    the tables to index; `encoder` is "none" for full text alone.
    """
    with tempfile.TemporaryDirectory(prefix="medloom-search-") as name:
        folder = Path(name)
        recipe = ["name: measured", "tables:"]
        (folder / "in").mkdir()
        for table, rows in tables.items():
            file = folder / "in" / f"{table}.jsonl"
            file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
            columns = ", ".join(f"{column}: str" for column in rows[0])
            recipe += [
                f"  {table}:",
                f"    read: {{jsonl: {{input: {file}, columns: {{{columns}}}}}}}",
                f"    steps: {steps}",
            ]
        (folder / "recipe.yaml").write_text("\n".join([*recipe, more]) + "\n", "utf-8")
        into = folder / "collection"
        medloom.build(folder / "recipe.yaml", into=into)
        index(str(into), only, encoder)
        yield str(into)


def built(recipe: str, articles: Path, folder: Path) -> Collection:
    """The collection that a shipped recipe makes of articles, without an index."""
    folder.mkdir()
    lines = shipped_recipes()[recipe].read_text("utf-8").splitlines(keepends=True)
    file = folder / f"{recipe}.yaml"
    file.write_text("".join(one for one in lines if not one.startswith("search:")))
    medloom.build(file, into=folder / "made", input=articles)
    return medloom.open(folder / "made")


def rows_of(collection: Collection, table: str, *columns: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, with some of its columns."""
    for batch in collection.scan(table, list(columns)):
        yield from batch.to_pylist()
