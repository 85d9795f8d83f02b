"""The files of a collection: Lance tables, JSON records and the lock, in a folder or a bucket."""

import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import fsspec
import lance
import pyarrow as pa

from medloom.errors import CollectionError

MANIFEST = "medloom.json"


class Store:
    """A folder or object-store prefix that holds one collection."""

    def __init__(self, uri: str) -> None:
        self.local = "://" not in uri or uri.startswith("file://")
        self.uri = (
            str(Path(uri.removeprefix("file://")).expanduser().absolute())
            if self.local
            else uri.rstrip("/")
        )

    def table_uri(self, name: str) -> str:
        """Where a table lies; ledger tables have a slash in their name."""
        return f"{self.uri}/{name}.lance" if "/" in name else f"{self.uri}/tables/{name}.lance"

    def dataset(self, name: str, version: int | None = None) -> lance.LanceDataset:
        """Open one table, at a version or at its newest."""
        return lance.dataset(self.table_uri(name), version=version)

    def create(self, name: str, schema: pa.Schema) -> int:
        """Make a table without rows, over an older one of the same name if there is one."""
        empty = schema.empty_table()
        with storage_errors():
            made = lance.write_dataset(empty, self.table_uri(name), mode="overwrite")
        return int(made.version)

    def append(self, name: str, fragments: Sequence[str]) -> int:
        """Commit fragments that workers have written; return the new version."""
        uri = self.table_uri(name)
        with storage_errors():
            files = [lance.FragmentMetadata.from_json(text) for text in fragments]
            version = lance.dataset(uri).version
            made = lance.LanceDataset.commit(
                uri, lance.LanceOperation.Append(files), read_version=version
            )
        return int(made.version)

    def append_rows(self, name: str, rows: pa.Table) -> int:
        """Append a small table; return the new version."""
        with storage_errors():
            return int(lance.write_dataset(rows, self.table_uri(name), mode="append").version)

    def write_fragments(self, name: str, rows: pa.Table) -> list[str]:
        """Write rows that nobody sees until `append` commits them (a worker's half)."""
        with storage_errors():
            made = lance.fragment.write_fragments(rows, self.table_uri(name), mode="append")
        return [json.dumps(fragment.to_json()) for fragment in made]

    def write_stream(
        self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]
    ) -> tuple[list[str], int]:
        """Write rows as they come, not seen before `append`; return fragments and their rows."""
        n_rows = 0
        raised: list[Exception] = []

        def counted() -> Iterator[pa.RecordBatch]:
            nonlocal n_rows
            try:
                for batch in batches:
                    n_rows += batch.num_rows
                    yield batch
            except Exception as error:  # Lance would make another error of it
                raised.append(error)
                raise

        reader = pa.RecordBatchReader.from_batches(schema, counted())
        try:
            with storage_errors():
                made = lance.fragment.write_fragments(reader, self.table_uri(name), mode="append")
        except Exception:
            if raised:
                raise raised[0] from None
            raise
        return [json.dumps(fragment.to_json()) for fragment in made], n_rows

    def delete(self, name: str, where: str) -> int:
        """Delete rows by an SQL condition; return the new version."""
        with storage_errors():
            dataset = self.dataset(name)
            dataset.delete(where)
        return int(self.dataset(name).version)

    def restore(self, name: str, version: int) -> int:
        """Go back to a version that was recorded, if something newer was left behind."""
        dataset = self.dataset(name)
        if dataset.version == version:
            return version
        with storage_errors():
            old = self.dataset(name, version)
            old.restore()
        return int(self.dataset(name).version)

    def compact(self, name: str, most_fragments: int) -> int:
        """Join small fragments, in order, once there are too many; return the version then."""
        dataset = self.dataset(name)
        if len(dataset.get_fragments()) > most_fragments:
            with storage_errors():
                dataset.optimize.compact_files()
        return int(self.dataset(name).version)

    def remove_orphans(self, name: str) -> None:
        """Delete files that belong to no version: what workers wrote and nobody committed."""
        with storage_errors():
            self.dataset(name).cleanup_old_versions(
                older_than=timedelta(days=36_500), delete_unverified=True
            )

    def read_json(self, name: str) -> Any | None:
        """Read a JSON record; None when there is none."""
        try:
            with fsspec.open(f"{self.uri}/{name}", "rb") as file:
                return json.load(file)
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise CollectionError(f"{self.uri}/{name} is damaged: {error}") from error

    def write_json(self, name: str, value: Any) -> None:
        """Write a JSON record whole or not at all."""
        text = json.dumps(value, indent=1, ensure_ascii=False, default=str)
        if not self.local:
            with storage_errors(), fsspec.open(f"{self.uri}/{name}", "w") as file:
                file.write(text)
            return
        path = Path(self.uri, name)
        with storage_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.new")
            with draft.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the collection for writing; raise CollectionError when another build has it."""
        with self._local_lock() if self.local else self._remote_lock():
            yield

    @contextmanager
    def _local_lock(self) -> Iterator[None]:
        with storage_errors():
            Path(self.uri).mkdir(parents=True, exist_ok=True)
            file = Path(self.uri, ".lock").open("a+", encoding="utf-8")  # noqa: SIM115
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise CollectionError(
                    f"{self.uri} is being built by {holder}; wait for it, or build elsewhere"
                ) from error
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}")
            file.flush()
            yield

    @contextmanager
    def _remote_lock(self) -> Iterator[None]:
        holder = self.read_json("lock.json")
        if holder:
            raise CollectionError(
                f"{self.uri} is being built by {holder['holder']}; if that build is dead, "
                f"delete {self.uri}/lock.json"
            )
        self.write_json("lock.json", {"holder": f"{os.getpid()} on {socket.gethostname()}"})
        try:
            yield
        finally:
            system, path = fsspec.core.url_to_fs(f"{self.uri}/lock.json")
            system.rm(path)


@contextmanager
def storage_errors() -> Iterator[None]:
    """Say plainly that the disk is full or the folder cannot be written."""
    try:
        yield
    except OSError as error:
        text = str(error)
        full = (
            error.errno in (errno.ENOSPC, errno.EDQUOT)
            or "No space left" in text
            or "StorageFull" in text
            or "os error 28" in text
        )
        if full:
            raise CollectionError(
                "the disk is full: nothing of the last finished build is lost; "
                "free some space and run the same command again"
            ) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM) or "Permission denied" in text:
            raise CollectionError(f"cannot write the collection: {text}") from error
        raise
