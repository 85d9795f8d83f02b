"""Link-only releases: rows lose their content, and a script brings it back from a server."""

import csv
import hashlib
import json
import subprocess
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medloom.errors import MedloomError
from medloom.publish.link_only import files_to_add, linked, linked_schema, refetch_plan

IMAGE = bytes(range(256)) * 40
TEXT = "Größe: 3 cm. Ein 54-jähriger Mann kam."


class Server:
    """Serves files; some answers go wrong first."""

    def __init__(self, files):
        self.files, self.asked, self.busy = files, Counter(), Counter()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked[self.path] += 1
                if outer.busy[self.path] > 0:
                    outer.busy[self.path] -= 1
                    self.send_response(503)
                    self.send_header("Retry-After", "0")
                    self.end_headers()
                    return
                data = outer.files.get(self.path)
                self.send_response(200 if data is not None else 404)
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                self.wfile.write(data or b"")

            def log_message(self, *args):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()
        self.at = f"http://127.0.0.1:{self._http.server_address[1]}"

    def stop(self):
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def server():
    made = Server({"/a.png": IMAGE, "/b.png": IMAGE[::-1], "/note.txt": TEXT.encode()})
    yield made
    made.stop()


def release(folder, tables, writer="parquet"):
    """A release on disk of tables without their content."""
    manifest, plans = {"format": 1, "tables": {}}, {}
    for name, batch in tables.items():
        plan = refetch_plan(batch.schema)
        plans[name] = (batch.schema, plan)
        rows = linked(batch, ["id", "split", "label"], plan)
        path = folder / f"data/{name}/train-00000.{writer}"
        path.parent.mkdir(parents=True)
        if writer == "parquet":
            pq.write_table(pa.Table.from_batches([rows]), path)
        else:
            path.write_text("".join(json.dumps(row) + "\n" for row in rows.to_pylist()))
        shard = {"path": str(path.relative_to(folder)), "rows": len(batch)}
        manifest["tables"][name] = {"splits": {"train": {"shards": [shard]}}}
    (folder / "medloom-release.json").write_text(json.dumps(manifest))
    for name, content in files_to_add(plans).items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text)
    return folder


def refetch(folder, *args):
    command = [sys.executable, "-I", str(folder / "refetch.py"), "--retries", "2", *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def failures(folder):
    return list(csv.DictReader((folder / "rebuilt/failed.csv").open()))


def images(at, **changes):
    columns = {
        "id": ["i1", "i2", "i3"],
        "url": [f"{at}/a.png", f"{at}/b.png", f"{at}/a.png"],
        "label": ["x", "y", "x"],
        "caption": ["of a patient"] * 3,
        "bytes": pa.array([IMAGE, IMAGE[::-1], IMAGE], pa.large_binary()),
    }
    return pa.record_batch({**columns, **changes})


def test_no_content_is_left(server, tmp_path):
    folder = release(tmp_path, {"images": images(server.at)})
    table = pq.read_table(folder / "data/images/train-00000.parquet")
    assert table.column_names == ["id", "url", "label", "bytes_sha256"]
    assert table["bytes_sha256"][0].as_py() == hashlib.sha256(IMAGE).hexdigest()
    assert all(IMAGE[:64] not in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_the_script_brings_bytes_and_pieces_of_text_back(server, tmp_path):
    batch = images(server.at)
    at = TEXT.index("Ein")
    notes = pa.record_batch(
        {
            "id": ["n1", "n2"],
            "url": [f"{server.at}/note.txt"] * 2,
            "start": pa.array([at, None], pa.int64()),
            "end": pa.array([len(TEXT), None], pa.int64()),
            "text": [TEXT[at:], TEXT],
        }
    )
    server.busy["/a.png"] = 1
    folder = release(tmp_path, {"images": batch, "notes": notes})
    done = refetch(folder)
    assert (done.returncode, done.stderr) == (0, "")
    made = pq.read_table(folder / "rebuilt/data/images/train-00000.parquet")
    assert made["bytes"].to_pylist() == batch["bytes"].to_pylist()
    assert made.column_names[:4] == ["id", "url", "label", "bytes"]
    made = pq.read_table(folder / "rebuilt/data/notes/train-00000.parquet")
    assert made["text"].to_pylist() == notes["text"].to_pylist()


def test_what_is_gone_or_changed_is_said_and_the_rest_is_there(server, tmp_path):
    urls = [f"{server.at}/gone.png", f"{server.at}/b.png", "file:///etc/hostname"]
    batch = images(server.at, url=urls)
    folder = release(tmp_path, {"images": batch})
    server.files["/b.png"] = b"another"
    done = refetch(folder)
    assert done.returncode == 1
    assert "3 contents could not be had" in done.stdout
    assert [(row["id"], row["why"]) for row in failures(folder)] == [
        ("i1", "HTTP status 404"),
        ("i2", "other content than when the dataset was made"),
        ("i3", "not an http or https address"),
    ]
    server.files |= {"/b.png": IMAGE[::-1], "/gone.png": IMAGE}
    assert refetch(folder).returncode == 1
    made = pq.read_table(folder / "rebuilt/data/images/train-00000.parquet")
    assert made["bytes"].to_pylist() == [IMAGE, IMAGE[::-1], None]


def test_a_second_run_fetches_nothing_again(server, tmp_path):
    folder = release(tmp_path, {"images": images(server.at)})
    assert refetch(folder).returncode == 0
    asked = dict(server.asked)
    assert asked["/b.png"] == 1
    assert refetch(folder).returncode == 0
    assert dict(server.asked) == asked


def test_json_lines_are_rebuilt_with_files_beside(server, tmp_path):
    folder = release(tmp_path, {"images": images(server.at)}, writer="jsonl")
    assert refetch(folder).returncode == 0
    lines = (folder / "rebuilt/data/images/train-00000.jsonl").read_text().splitlines()
    row = json.loads(lines[1])
    assert (folder / "rebuilt/data/images" / row["bytes"]).read_bytes() == IMAGE[::-1]


def test_no_server_ends_with_1(server, tmp_path):
    folder = release(tmp_path, {"images": images("http://127.0.0.1:9")})
    assert refetch(folder, "--retries", "0").returncode == 1
    assert len(failures(folder)) == 3


def test_content_without_an_address_is_refused():
    schema = pa.schema({"id": pa.string(), "bytes": pa.binary()})
    with pytest.raises(MedloomError, match="no address to fetch bytes from"):
        refetch_plan(schema)
    assert refetch_plan(pa.schema({"id": pa.string()})) == []
    with pytest.raises(MedloomError, match="no column html"):
        refetch_plan(schema, content=["html"], url="id")


def test_nulls_stay_null(server, tmp_path):
    batch = images(server.at, bytes=pa.array([None, IMAGE[::-1], IMAGE], pa.large_binary()))
    folder = release(tmp_path, {"images": batch})
    assert refetch(folder).returncode == 0
    made = pq.read_table(folder / "rebuilt/data/images/train-00000.parquet")
    assert made["bytes"].to_pylist() == [None, IMAGE[::-1], IMAGE]
    assert linked_schema(batch.schema, ["id"], refetch_plan(batch.schema)).names == [
        "id",
        "url",
        "bytes_sha256",
    ]
