"""Publish tables of a collection: cut them, write what is new, and swap the manifest."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from medloom.collection.collection import Collection
from medloom.errors import CollectionError
from medloom.publish.documents import write_documents
from medloom.publish.link_only import files_to_add
from medloom.publish.release.card import card, with_configs
from medloom.publish.release.cutting import Cut
from medloom.publish.release.journal import Journal, Shard
from medloom.publish.release.links import Linking
from medloom.publish.release.reading import FORMAT, MANIFEST, read_manifest, shards_of
from medloom.publish.release.target import DRAFT, Target, discard
from medloom.publish.release.writers import WRITERS, Writer, fingerprint, is_bytes
from medloom.recipe import SOURCE_COLUMN

SUMS = "SHA256SUMS"
_CROISSANT = "croissant.json"
"""It names every file."""
_ROWS, _ROWS_WITH_FILES = 50_000, 5_000
_ROWS_OF_FOLDER = 1_000_000_000
_PIECE_ROWS, _PIECE_ROWS_WITH_FILES = 1_000, 100
_WRITTEN_AS = 1
"""Counts up where a change of the code gives other bytes."""
_DE_IDENTIFY = ("deidentify", "pseudonymous")
_DOCUMENTS = (".md", ".json", ".cff", ".yaml", ".html")

Progress = Callable[[str, int, int], None]
Rows = Callable[[], Iterator[pa.Table]]


@dataclass(frozen=True)
class Settings:
    """What to publish, and how."""

    tables: Sequence[str] = ()
    """By default all."""
    writer: str = "parquet"
    shard_rows: int | None = None
    """By default 50,000, and 5,000 of a table that holds files; of folders one a split."""
    columns: Sequence[str] | None = None
    """By default all; without `source`, the names of files, where the recipe de-identifies."""
    where: str | None = None
    link_only: bool = False
    """Only ids and links of the rows, and none of what they say."""
    documents: bool = True
    """Whether card, datasheet and the others are written, which looks at all rows."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """What the manifest says beside: the version, the gates and the waivers of a release."""


@dataclass(frozen=True)
class Release:
    """What publishing did."""

    uri: str
    manifest: dict[str, Any]
    written: int
    """Shards written now."""
    kept: int
    """Shards that were there already."""
    removed: int


def publish(
    collection: Collection,
    out: str | Path,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Release:
    """Write tables of a collection to a folder or an object store as a release.

    Raises CollectionError for what a user can mend; the last release there is then still whole.
    A second run writes only shards that are not there yet, or whose rows are others now.
    """
    settings = settings or Settings()
    if not collection.complete:
        raise CollectionError(f"no build of {collection.uri} has come to its end: build it first")
    target = Target(str(out))
    _check_place(target, collection)
    with target.lock():
        return _Publishing(collection, target, settings, progress or _silent).run()


class _Publishing:
    """One run of publishing, while the folder is locked."""

    def __init__(
        self, collection: Collection, target: Target, settings: Settings, progress: Progress
    ) -> None:
        self.collection, self.target = collection, target
        self.settings, self.progress = settings, progress
        self.writer: Writer = WRITERS[settings.writer]
        self.before = read_manifest(target)
        self.journal = Journal(target)
        if self.before is None and not self.journal.is_there:
            _check_empty(target)
        _check_same(self.before, collection, target)
        self.keys: set[str] = set()
        self.links: dict[str, Linking] = {}
        self.written = self.kept = 0

    def run(self) -> Release:
        """Do it all."""
        names = list(self.settings.tables) or self.collection.tables
        tables = {name: self._table(name) for name in names}
        record = self.collection.record
        recipe = record["recipe"]
        manifest = {
            "format": FORMAT,
            "name": recipe["name"],
            "version": None,
            "created": record["finished"],
            "collection": {
                "recipe": recipe["name"],
                "digest": recipe["digest"],
                "build": record["run"],
            },
            **self.settings.extras,
            **({"link_only": True} if self.settings.link_only else {}),
            "tables": tables,
        }
        self._documents(manifest)
        self.target.write(SUMS, _sums(manifest))
        self.target.write(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False).encode())
        return Release(self.target.uri, manifest, self.written, self.kept, self._tidy(manifest))

    def _table(self, name: str) -> dict[str, Any]:
        dataset = self.collection.dataset(name)
        whole = self._schema(name, dataset.schema)
        links = Linking(whole) if self.settings.link_only else None
        schema = links.schema if links else whole
        self.links |= {name: links} if links else {}
        holds_files = any(is_bytes(one.type) for one in whole)
        usual = _ROWS_WITH_FILES if holds_files else _ROWS
        if self.writer.is_folder:  # a split is one dataset
            usual = _ROWS_OF_FOLDER
        size = self.settings.shard_rows or usual
        piece = _PIECE_ROWS_WITH_FILES if holds_files else _PIECE_ROWS
        how = [_WRITTEN_AS, pa.__version__, name, self.settings.writer, piece, str(schema)]
        cuts = list(self.writer.cut(dataset, self.settings.where, size, json.dumps(how)))
        splits: dict[str, dict[str, Any]] = {}
        for number, one in enumerate(cuts):
            self.progress(f"publishing {name}", number, len(cuts))
            shard = self._shard(name, one, schema, partial(_pieces, dataset, one, whole, piece))
            split = splits.setdefault(one.split, {"rows": 0, "shards": []})
            split["rows"] += shard.rows
            split["shards"].append(shard.told())
        self.progress(f"publishing {name}", len(cuts), len(cuts))
        self._beside(name, dataset)
        n_rows = sum(split["rows"] for split in splits.values())
        withheld = dataset.count_rows(filter=self.settings.where) - n_rows
        return {
            "writer": self.settings.writer,
            "about": self.collection.record["tables"][name]["about"],
            "columns": {one.name: str(one.type) for one in schema},
            "rows": n_rows,
            **({"withheld": withheld} if withheld else {}),
            "splits": splits,
        }

    def _beside(self, name: str, dataset: Any) -> None:
        """Write the files that a format has beside its shards."""
        if self.writer.beside is None:
            return
        record = self.collection.record
        about = {
            "dataset_name": record["recipe"]["name"],
            "dataset_version": str(self.settings.extras.get("version") or record["run"]),
            "etl_name": "medloom",
            "etl_version": record["code"]["medloom"],
            "created_at": record["finished"],
        }
        made = self.writer.beside(dataset, self.settings.where, about)
        for path, data in made.items():
            self.target.write(f"data/{name}/{path}", data)

    def _schema(self, name: str, schema: pa.Schema) -> pa.Schema:
        self.collection.check_columns(name, self.settings.columns)
        names = self.settings.columns or [
            one for one in schema.names if one != SOURCE_COLUMN or not self._hides_patients()
        ]
        return pa.schema([schema.field(one) for one in names])

    def _hides_patients(self) -> bool:
        """Whether the recipe de-identifies: then the names of its files may name patients."""
        recipe = self.collection.record["recipe"]
        return any(step in recipe.get("text", "") for step in _DE_IDENTIFY)

    def _shard(self, table: str, one: Cut, schema: pa.Schema, rows: Rows) -> Shard:
        """The shard of a cut: the one that is there, or a new one."""
        self.keys.add(one.key)
        if held := self.journal.find(one.key):
            self.kept += 1
            return held
        stem = self.writer.place(table, one)
        draft = self.target.draft(stem + self.writer.ending)
        try:
            with self.target.errors():
                links = self.links.get(table)
                pieces = links.rows(rows()) if links else rows()
                index = self.writer.write(draft, pieces, schema)
            size, digest = fingerprint(draft)
            stem = f"{stem}-{digest[:8]}"
            index_path = stem + self.writer.index_ending if index is not None else None
            path = stem + self.writer.ending
            shard = Shard(path, len(one.addresses), size, digest, index_path)
            self.journal.enter(one.key, shard)  # first: after a kill the file is known
            if index is not None and index_path:
                self.target.write(index_path, index)
            self.target.commit(draft, path)
        finally:
            discard(draft)
        self.written += 1
        return shard

    def _documents(self, manifest: dict[str, Any]) -> None:
        """Write the documents of the release, each whole or not at all."""
        with tempfile.TemporaryDirectory(prefix="medloom-documents-") as made:
            folder = Path(made)
            held = [one for one in self.target.top() if one.endswith(_DOCUMENTS)]
            for one in held:
                (folder / one).write_bytes(self.target.read(one) or b"")
            (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
            readme = folder / "README.md"
            if self.settings.documents or not readme.exists():
                readme.write_text(card(manifest), encoding="utf-8")
            if self.settings.documents:
                write_documents(self.collection, folder, manifest)
            text = with_configs(readme.read_text(encoding="utf-8"), manifest)
            readme.write_text(text, encoding="utf-8")
            if not self.settings.documents:  # it must not name files that go
                (folder / _CROISSANT).unlink(missing_ok=True)
                self.target.remove(_CROISSANT)
            for name, content in self._refetching().items():
                (folder / name).write_text(content, encoding="utf-8")
            for file in sorted(one for one in folder.iterdir() if one.name != MANIFEST):
                data = file.read_bytes()
                if data != self.target.read(file.name):
                    self.target.write(file.name, data)

    def _refetching(self) -> dict[str, str]:
        """Of a release of links, the script that fetches the content again, and its plan."""
        if not self.links:
            return {}
        files = files_to_add({name: (one.whole, one.plan) for name, one in self.links.items()})
        return {
            name: one if isinstance(one, str) else json.dumps(one, indent=1)
            for name, one in files.items()
        }

    def _tidy(self, manifest: dict[str, Any]) -> int:
        """Delete what only an earlier release, or a killed run, had."""
        needed = {one["path"] for one in shards_of(manifest)}
        needed |= {one["index"] for one in shards_of(manifest) if "index" in one}
        old = [Shard(**one) for one in shards_of(self.before)] if self.before else []
        old += self.journal.keep(self.keys)
        gone = {one.path for one in old} | {one.index for one in old if one.index}
        for path in sorted(gone - needed):
            self.target.remove(path)
        if self.target.local:
            for draft in Path(self.target.uri, "data").rglob(f".*{DRAFT}"):
                discard(draft)
        return len({one.path for one in old} - needed)


def _pieces(dataset: Any, one: Cut, schema: pa.Schema, size: int) -> Iterator[pa.Table]:
    """The rows of a shard, a fixed number at a time, each piece in one chunk."""
    for at in range(0, len(one.addresses), size):
        part = one.addresses[at : at + size].tolist()
        yield dataset._take_rows(part, columns=schema.names).cast(schema).combine_chunks()


def _sums(manifest: dict[str, Any]) -> bytes:
    """What `sha256sum -c` reads; shards that are folders are not in it."""
    files = [
        shard
        for table in manifest["tables"].values()
        if not WRITERS[table["writer"]].is_folder
        for split in table["splits"].values()
        for shard in split["shards"]
    ]
    return "".join(f"{one['sha256']}  {one['path']}\n" for one in files).encode()


def _check_place(target: Target, collection: Collection) -> None:
    if target.uri == collection.uri or target.read("medloom.json") is not None:
        raise CollectionError(f"{target.uri} is a collection: publish to a folder of its own")


def _check_empty(target: Target) -> None:
    """Do not write among files that are somebody's."""
    others = [one for one in target.top() if not one.startswith(".")]
    if others:
        raise CollectionError(
            f"{target.uri} holds other files ({others[0]}): give a folder that is empty or new"
        )


def _check_same(before: dict[str, Any] | None, collection: Collection, target: Target) -> None:
    """Do not put one dataset in the place of another."""
    name = collection.record["recipe"]["name"]
    if before and before["name"] != name:
        raise CollectionError(
            f"{target.uri} holds a release of {before['name']}, and this is {name}: give another "
            "folder, or delete that one"
        )


def _silent(what: str, done: int, total: int) -> None:
    pass
