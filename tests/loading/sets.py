"""Small sets of rows in every format that can be streamed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import lance
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from medloom.formats.tar_index import SUFFIX
from medloom.formats.webdataset import write_shard

Row = dict[str, Any]
KINDS = ("parquet", "tar", "lance", "jsonl")


def picture(number: int, kind: str = "PNG", size: tuple[int, int] = (12, 16)) -> bytes:
    """A small picture of its own."""
    pixels = np.random.default_rng(number).integers(0, 255, (*size, 3), np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def rows_of(count: int, *, pictures: bool = False) -> list[Row]:
    """Rows with an id that no file name can hold, a text, a label, a year that may be null."""
    rows = []
    for number in range(count):
        row: Row = {
            "id": f"case/{number}",
            "text": f"Patient {number}: naïve.\r\n",
            "label": number % 3,
            "year": None if number % 11 == 5 else 2000 + number % 25,
        }
        rows.append(row | ({"bytes": picture(number)} if pictures else {}))
    return rows


def write(rows: Sequence[Row], folder: Path, kind: str, shard_rows: int, group: int = 7) -> Path:
    """Write rows as shards of a kind; return what to stream."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "lance":
        uri = folder / "rows.lance"
        lance.write_dataset(
            pa.Table.from_pylist(list(rows)), str(uri), max_rows_per_file=shard_rows
        )
        return uri
    for number, at in enumerate(range(0, len(rows), shard_rows)):
        part, path = rows[at : at + shard_rows], folder / f"train-{number:05}.{kind}"
        if kind == "parquet":
            pq.write_table(
                pa.Table.from_pylist(part), path, row_group_size=group, write_page_checksum=True
            )
        elif kind == "tar":
            write_shard(part, path, index=path.with_suffix(SUFFIX))
        else:
            path.write_text("".join(json.dumps(row) + "\n" for row in part), newline="")
    return folder


class Served:
    """What a server was asked for."""

    def __init__(self) -> None:
        self.sent_bytes = 0
        self.ranges = 0
        self.failures = 0
        """How many of the next requests fail."""
        self.uri = ""


@contextmanager
def server(folder: Path, *, answers_ranges: bool = True) -> Iterator[Served]:
    """Serve a folder on the loopback address, and count the bytes."""
    served = Served()
    handler = partial(_Handler, folder, served, answers_ranges)
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    served.uri = f"http://127.0.0.1:{http.server_port}"
    thread = Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, folder: Path, served: Served, answers_ranges: bool, *given: Any) -> None:
        self.folder, self.served, self.answers_ranges = folder, served, answers_ranges
        super().__init__(*given)

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, with_body: bool) -> None:
        if self.served.failures:
            self.served.failures -= 1
            self.send_error(503)
            return
        path = self.folder / self.path.lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        data, size = path.read_bytes(), path.stat().st_size
        asked = self.headers.get("Range") if self.answers_ranges else None
        if asked:
            first, last = asked.removeprefix("bytes=").split("-")
            start, stop = int(first), min(int(last or size - 1), size - 1) + 1
            data = data[start:stop]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{size}")
            self.served.ranges += with_body
        else:
            self.send_response(200)
        if self.answers_ranges:
            self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if with_body:
            self.served.sent_bytes += len(data)
            self.wfile.write(data)
