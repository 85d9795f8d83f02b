"""Publishing that is killed, disks that fill up, stores that go away or do not know us."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager

import pytest

import medloom
from medloom.errors import CollectionError
from medloom.publish.release import Settings, check, publish, read_manifest
from medloom.publish.release.target import Target
from tests.publish.collections import build, note, tree

boto3 = pytest.importorskip("boto3")
server = pytest.importorskip("moto.server")
s3fs = pytest.importorskip("s3fs")


def notes(start, stop):
    return [note(number) for number in range(start, stop)]


def released(collection, out, **settings):
    settings = {"shard_rows": 5, "documents": False, **settings}
    return publish(medloom.open(collection), out, Settings(**settings))


def files(folder):
    return {name: data for name, data in tree(folder).items() if name.startswith("data/")}


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notes")
    return build(folder, notes(0, 200))


_KILLED = """
import os, random, signal, sys
import medloom
from medloom.publish.release import Settings, publish, target
collection, out, rows, seed = sys.argv[1:]
random.seed(int(seed))
left = random.randrange(1, 130)

def dying(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call

for name in ("replace", "fsync", "open", "unlink"):
    setattr(os, name, dying(getattr(os, name)))
publish(medloom.open(collection), out, Settings(shard_rows=int(rows), documents=False))
"""


@pytest.mark.slow
def test_kills_at_any_moment_leave_the_last_release_whole(tmp_path, collection):
    """The process kills itself at one of its writes to the disk, a different one each time."""
    out = tmp_path / "out"
    script = tmp_path / "killed.py"
    script.write_text(_KILLED)
    released(collection, out, shard_rows=40)
    n_killed = 0
    for seed in range(8):
        rows = "7" if seed % 2 else "11"
        command = [sys.executable, str(script), str(collection), str(out), rows, str(seed)]
        ended = subprocess.run(command, check=False, timeout=60)
        n_killed += ended.returncode == -signal.SIGKILL
        assert check(str(out)) == []
        told = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=out, check=False)
        assert told.returncode == 0
    assert n_killed > 3
    released(collection, out, shard_rows=7)
    released(collection, tmp_path / "fresh", shard_rows=7)
    assert files(out) == files(tmp_path / "fresh")


def test_kill_9_from_outside_and_what_was_done_is_kept(tmp_path, collection):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "medloom", "publish", str(collection), str(out)]
    process = subprocess.Popen(
        [*command, "--shard-rows", "1", "--no-documents"],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while len(list(out.glob("data/notes/*.parquet"))) < 40 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert read_manifest(str(out)) is None
    made = released(collection, out, shard_rows=1)
    assert made.kept >= 39
    assert made.written + made.kept == 200
    released(collection, tmp_path / "fresh", shard_rows=1)
    assert files(out) == files(tmp_path / "fresh")
    assert not list(out.rglob(".*.new"))


def test_a_full_disk_is_told_and_the_last_release_stays(tmp_path, collection):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    try:
        released(collection, disk / "out", shard_rows=100)
        with pytest.raises(CollectionError, match=r"the disk is full at .* free some space"):
            released(collection, disk / "out", shard_rows=1)
        assert check(str(disk / "out")) == []
        assert not list((disk / "out").rglob(".*.new"))
        subprocess.run(["mount", "-o", "remount,size=60m", disk], check=True)
        made = released(collection, disk / "out", shard_rows=1)
        assert made.kept > 10
        assert check(str(disk / "out")) == []
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_folder_that_cannot_be_written(tmp_path, collection):
    (tmp_path / "file").write_text("")
    with pytest.raises((CollectionError, OSError)):
        released(collection, tmp_path / "file" / "out")


@contextmanager
def environment(settings):
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def keys(port, secret="test"):
    endpoint = f"http://127.0.0.1:{port}"
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def bucket():
    port = free_port()
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=port)
    running.start()
    s3fs.S3FileSystem.clear_instance_cache()
    with environment(keys(port)):
        client = boto3.client("s3")
        client.create_bucket(Bucket="bucket")
        yield client, running, port
    running.stop()
    s3fs.S3FileSystem.clear_instance_cache()


def names(client):
    listed = client.list_objects_v2(Bucket="bucket").get("Contents", [])
    return sorted(one["Key"] for one in listed)


def test_a_release_in_a_bucket(tmp_path, collection, bucket):
    client, _, _ = bucket
    made = released(collection, "s3://bucket/out", shard_rows=50, documents=True)
    local = released(collection, tmp_path / "out", shard_rows=50, documents=True)
    assert made.manifest == local.manifest
    held = {name.removeprefix("out/") for name in names(client) if name.startswith("out/")}
    assert {name for name in held if not name.startswith(".")} == set(tree(tmp_path / "out"))
    assert check("s3://bucket/out") == []
    assert released(collection, "s3://bucket/out", shard_rows=50).written == 0
    made = released(collection, "s3://bucket/out", shard_rows=30)
    assert made.removed > 0
    assert check("s3://bucket/out") == []
    assert len([one for one in names(client) if "out/data/" in one]) == made.written + made.kept


def test_a_lance_dataset_in_a_bucket(tmp_path, collection, bucket):
    made = released(collection, "s3://bucket/lance", writer="lance", shard_rows=500)
    (shard,) = made.manifest["tables"]["notes"]["splits"]["test"]["shards"]
    client = bucket[0]
    assert any(one.startswith(f"lance/{shard['path']}/_versions/") for one in names(client))
    assert released(collection, "s3://bucket/lance", writer="lance", shard_rows=500).written == 0


def test_wrong_credentials_say_so(collection, bucket):
    _, _, port = bucket
    ask_for_credentials(port, "0")
    try:
        with pytest.raises(CollectionError, match="credentials are wrong or missing"):
            released(collection, "s3://bucket/out")
    finally:
        ask_for_credentials(port, "inf")


def ask_for_credentials(port, after):
    """From now on, or never, the store asks who it is that wants something."""
    url = f"http://127.0.0.1:{port}/moto-api/reset-auth"
    head = {"Content-Type": "text/plain"}
    urllib.request.urlopen(urllib.request.Request(url, after.encode(), head, method="POST")).read()


def test_missing_credentials_say_so(tmp_path, bucket):
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    s3fs.S3FileSystem.clear_instance_cache()
    try:
        with pytest.raises(CollectionError, match="credentials are wrong or missing"):
            Target("s3://bucket/nowhere").write("a", b"a")
    finally:
        os.environ.update({name: value for name, value in before.items() if value is not None})
        s3fs.S3FileSystem.clear_instance_cache()


def test_a_bucket_that_is_not_there(collection, bucket):
    with pytest.raises(CollectionError, match="no such bucket"):
        released(collection, "s3://nowhere/out")


def test_a_lost_connection_is_told_and_the_next_run_goes_on(collection, bucket):
    client, running, port = bucket
    lost = threading.Event()

    def cut():
        while not lost.is_set():
            if sum("lost/data/" in one for one in names(client)) > 15:
                running.stop()
                return
            time.sleep(0.01)

    watch = threading.Thread(target=cut)
    watch.start()
    with pytest.raises(CollectionError, match="the connection to s3://bucket/lost was lost"):
        released(collection, "s3://bucket/lost", shard_rows=2)
    lost.set()
    watch.join()
    again = server.ThreadedMotoServer(ip_address="127.0.0.1", port=port)
    again.start()
    try:
        made = released(collection, "s3://bucket/lost", shard_rows=2)
        assert made.kept > 10
        assert check("s3://bucket/lost") == []
    finally:
        again.stop()
