"""Fetch what this dataset links to, and put it back in the tables.

    python refetch.py [--into FOLDER] [--workers 4] [--table NAME]

Needs Python 3.9 or newer and, for Parquet, `pip install pyarrow`. Beside this script lie
medloom-release.json, refetch.json and data/. Every file that is fetched is checked against the
SHA-256 of what was there when the dataset was made; what differs, or is gone, is null in the
tables and a line of failed.csv, and the script then ends with 1. Run it again to go on: what was
fetched is kept.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any, TextIO

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    pa = pq = None

Row = dict[str, Any]
How = dict[str, Any]

LARGEST_BYTES = 1 << 30
ROWS_AT_ONCE = 200
AGAIN = {408, 425, 429, 500, 502, 503, 504}


class Fetcher:
    """Fetches addresses, each once, into a folder."""

    def __init__(self, folder: Path, retries: int, timeout_seconds: float) -> None:
        self.folder, self.retries, self.timeout = folder, retries, timeout_seconds
        self.folder.mkdir(parents=True, exist_ok=True)

    def get(self, url: str) -> bytes:
        """Return what an address leads to; raise OSError or ValueError with why not."""
        kept = self.folder / hashlib.sha256(url.encode()).hexdigest()
        if kept.exists():
            return kept.read_bytes()
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("not an http or https address")
        data = self._fetch(url)
        draft = kept.with_suffix("." + hashlib.sha256(os.urandom(8)).hexdigest()[:8])
        draft.write_bytes(data)
        draft.replace(kept)
        return data

    def forget(self, url: str) -> None:
        """Fetch an address anew the next time: it may have been cut short."""
        (self.folder / hashlib.sha256(url.encode()).hexdigest()).unlink(missing_ok=True)

    def _fetch(self, url: str) -> bytes:
        for attempt in range(self.retries + 1):
            try:
                request = urllib.request.Request(url, headers={"User-Agent": "medloom-refetch/1"})
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    data: bytes = answer.read(LARGEST_BYTES + 1)
                if len(data) > LARGEST_BYTES:
                    raise ValueError(f"over {LARGEST_BYTES} bytes")
                return data
            except urllib.error.HTTPError as error:
                if error.code not in AGAIN or attempt == self.retries:
                    raise OSError(f"HTTP status {error.code}") from error
                wait = error.headers.get("Retry-After", "")
                time.sleep(min(int(wait), 60) if wait.isdigit() else 0.5 * 2**attempt)
            except (OSError, HTTPException) as error:
                if attempt == self.retries:
                    raise OSError(str(getattr(error, "reason", error))) from error
                time.sleep(0.5 * 2**attempt)
        raise OSError("not fetched")


def rebuild(row: Row, how: How, fetcher: Fetcher) -> bytes | str | None:
    """The content of one column of a row; raise OSError or ValueError with why there is none."""
    wanted, url = row[how["column"] + "_sha256"], row[how["url"]]
    if wanted is None:
        return None
    if not url:
        raise ValueError("no address")
    data = piece(fetcher.get(url), row, how)
    if hashlib.sha256(data).hexdigest() != wanted:
        fetcher.forget(url)
        raise ValueError("other content than when the dataset was made")
    return data.decode() if how["kind"] == "text" else data


def piece(data: bytes, row: Row, how: How) -> bytes:
    """The bytes of a content in a file."""
    if how["kind"] == "text" and how["start"] and row[how["start"]] is not None:
        return data.decode()[row[how["start"]] : row[how["end"]]].encode()
    return data


class Tables:
    """Reads shards and writes them with their content."""

    def __init__(self, fetcher: Fetcher, failed: list[tuple[Any, ...]], workers: int) -> None:
        self.fetcher, self.failed, self.workers = fetcher, failed, workers

    def fill(self, table: str, rows: list[Row], plan: How) -> list[Row]:
        """Put the content in rows; what cannot be had is null and a line of failed.csv."""
        jobs = [(row, how) for row in rows for how in plan["fetch"]]
        with ThreadPoolExecutor(self.workers) as pool:
            for (row, how), (value, why) in zip(jobs, pool.map(self._try, jobs)):  # noqa: B905 - Python 3.9
                row[how["column"]] = value
                if why:
                    self.failed.append((table, row.get("id"), how["column"], row[how["url"]], why))
        names = list(plan["columns"])
        hashes = [how["column"] + "_sha256" for how in plan["fetch"]]
        order = [name for name in names if rows and name in rows[0]]
        return [{name: row[name] for name in [*order, *hashes]} for row in rows]

    def _try(self, job: tuple[Row, How]) -> tuple[bytes | str | None, str | None]:
        row, how = job
        try:
            return rebuild(row, how, self.fetcher), None
        except (OSError, ValueError, HTTPException) as error:
            return None, str(error) or type(error).__name__

    def parquet(self, table: str, source: Path, target: Path, plan: How) -> None:
        """Rebuild one Parquet shard."""
        if pq is None:
            sys.exit("the tables are Parquet: pip install pyarrow")
        file, writer = pq.ParquetFile(source), None
        kinds = {name: file.schema_arrow.field(name).type for name in file.schema_arrow.names}
        for how in plan["fetch"]:
            kinds[how["column"]] = pa.large_binary() if how["kind"] == "bytes" else pa.string()
        for batch in file.iter_batches(ROWS_AT_ONCE):
            rows = self.fill(table, batch.to_pylist(), plan)
            schema = pa.schema([(name, kinds[name]) for name in rows[0]])
            writer = writer or pq.ParquetWriter(target, schema)
            writer.write_table(pa.Table.from_pylist(rows, schema))
        if writer:
            writer.close()

    def jsonl(self, table: str, source: Path, target: Path, plan: How) -> None:
        """Rebuild one shard of JSON lines; bytes go to files beside it."""
        with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as out:
            rows: list[Row] = []
            for line in lines:
                rows.append(json.loads(line))
                if len(rows) == ROWS_AT_ONCE:
                    self._write_lines(table, rows, target, plan, out)
                    rows = []
            self._write_lines(table, rows, target, plan, out)

    def _write_lines(
        self, table: str, rows: list[Row], target: Path, plan: How, out: TextIO
    ) -> None:
        for row in self.fill(table, rows, plan):
            for how in plan["fetch"]:
                value = row[how["column"]]
                if isinstance(value, bytes):
                    name = row[how["column"] + "_sha256"]
                    folder = Path(str(target) + ".files")
                    folder.mkdir(exist_ok=True)
                    (folder / name).write_bytes(value)
                    row[how["column"]] = folder.name + "/" + name
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def shards(here: Path, only: str | None) -> Iterator[tuple[str, str]]:
    """Yield the table and the path of every shard."""
    manifest = json.loads((here / "medloom-release.json").read_text(encoding="utf-8"))
    for table, said in manifest["tables"].items():
        if only in (None, table):
            for split in said["splits"].values():
                for shard in split["shards"]:
                    yield table, shard["path"]


def main() -> int:
    """Rebuild every shard; say how many contents could not be had."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    here = Path(__file__).resolve().parent
    parser.add_argument("--into", type=Path, default=here / "rebuilt")
    parser.add_argument("--table")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--retries", type=int, default=4)
    parser.add_argument("--timeout-seconds", type=float, default=60)
    given = parser.parse_args()
    plans = json.loads((here / "refetch.json").read_text(encoding="utf-8"))["tables"]
    failed: list[tuple[Any, ...]] = []
    fetcher = Fetcher(given.into / "fetched", given.retries, given.timeout_seconds)
    tables = Tables(fetcher, failed, given.workers)
    for table, path in shards(here, given.table):
        target = given.into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        kind = path.rpartition(".")[2]
        if kind not in ("parquet", "jsonl"):
            sys.exit(f"cannot rebuild {path}: only .parquet and .jsonl")
        getattr(tables, kind)(table, here / path, target, plans[table])
        print(path, flush=True)
    with open(given.into / "failed.csv", "w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("table", "id", "column", "url", "why"), *failed])
    print(f"{len(failed)} contents could not be had: see failed.csv" if failed else "all there")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
