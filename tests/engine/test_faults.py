"""Builds that are killed, workers that die, disks that fill up, builds that meet."""

import errno
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

import medloom
from medloom.collection.store import Store, storage_errors
from medloom.errors import CollectionError
from tests.engine.helpers import contents, is_balanced, recipe, rows, start_build


def wait_for(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stderr.close()


def orphans(store, table):
    """Files of a table that no version of it uses."""
    used = {
        file.path
        for version in store.dataset(table).versions()
        for fragment in store.dataset(table, version["version"]).get_fragments()
        for file in fragment.data_files()
    }
    return {path.name for path in Path(store.table_uri(table), "data").iterdir()} - used


@pytest.fixture
def many(tmp_path: Path, demo: Path) -> Path:
    """Forty articles: copies of the demo's under other ids."""
    folder = tmp_path / "many"
    originals = [demo / f"PMC99000000{n}" for n in range(1, 9)]
    for number in range(40):
        original = originals[number % len(originals)]
        made = folder / f"A{number:03}"
        shutil.copytree(original, made)
        (article,) = made.glob("*.nxml")
        data = article.read_bytes()
        assert b"99000000" in data
        article.write_bytes(data.replace(b"99000000", b"98%06d" % number))
    return folder


def test_a_killed_build_goes_on_where_it_stopped(tmp_path, many):
    log = tmp_path / "log"
    slow = recipe(
        tmp_path / "r.yaml", "is_short", f"counted: {{log: {log}, tag: x, seconds: 0.002}}"
    )
    medloom.build(slow, input=many, into=tmp_path / "whole", workers=2)
    calls_of_whole = len(log.read_text().splitlines())
    log.unlink()
    for _ in range(3):
        process = start_build(slow, tmp_path / "c", many, "--workers", "2")
        before = len(log.read_text().splitlines()) if log.exists() else 0
        wait_for(
            lambda before=before, process=process: (
                (log.exists() and len(log.read_text().splitlines()) > before + calls_of_whole // 8)
                or process.poll() is not None
            )
        )
        kill(process)
    held = medloom.open(tmp_path / "c")
    assert not held.complete
    assert held.record["recipe"]["name"] == "test"
    assert is_balanced(tmp_path / "c")
    medloom.build(slow, input=many, into=tmp_path / "c", workers=2)
    assert contents(tmp_path / "c") == contents(tmp_path / "whole")
    assert is_balanced(tmp_path / "c")
    assert not orphans(Store(str(tmp_path / "c")), "passages")
    assert len(log.read_text().splitlines()) < 2 * calls_of_whole


@pytest.mark.slow
def test_kills_at_any_moment(tmp_path, many):
    path = recipe(tmp_path / "r.yaml", "is_short: {min_characters: 40}")
    medloom.build(path, input=many, into=tmp_path / "whole", workers=2)
    for seconds in (0.8, 1.4, 1.8, 2.2, 2.6, 3.0):
        process = start_build(path, tmp_path / "c", many)
        time.sleep(seconds)
        kill(process)
    medloom.build(path, input=many, into=tmp_path / "c", workers=2)
    assert contents(tmp_path / "c") == contents(tmp_path / "whole")


@pytest.mark.slow
def test_kills_while_steps_look_across_rows(tmp_path, many):
    path = recipe(tmp_path / "r.yaml", "number_rows", "keep_first_texts", "shout")
    medloom.build(path, input=many, into=tmp_path / "whole", workers=2)
    process = start_build(path, tmp_path / "c", many)
    for name in ("passages~1", "passages~2", "passages~changed"):
        made = tmp_path / "c" / "tables" / f"{name}.lance"
        wait_for(lambda made=made, run=process: made.exists() or run.poll() is not None)
        kill(process)
        process = start_build(path, tmp_path / "c", many)
    process.communicate()
    assert contents(tmp_path / "c") == contents(tmp_path / "whole")
    assert is_balanced(tmp_path / "c")


@pytest.mark.slow
def test_a_kill_while_a_changed_step_runs(tmp_path, many):
    log = tmp_path / "log"

    def steps(tag, seconds):
        return recipe(
            tmp_path / f"{tag}.yaml",
            "is_short",
            f"counted: {{log: {log}, tag: {tag}, seconds: {seconds}}}",
        )

    medloom.build(steps("one", 0), input=many, into=tmp_path / "c", workers=2)
    second = steps("two", 0.004)
    process = start_build(second, tmp_path / "c", many)
    wait_for(lambda: log.read_text().count("two") > 200)
    held = medloom.open(tmp_path / "c")  # readers still see the build that came to its end
    assert {row["called"] for row in rows(tmp_path / "c", "passages")} == {"one"}
    assert held.record["run"] == 1
    kill(process)
    medloom.build(second, input=many, into=tmp_path / "c", workers=2)
    medloom.build(second, input=many, into=tmp_path / "fresh", workers=2)
    assert contents(tmp_path / "c") == contents(tmp_path / "fresh")


def test_a_worker_that_dies_loses_only_the_row_that_killed_it(tmp_path, many):
    killer = many / "A017"
    article = next(killer.glob("*.nxml"))
    article.write_text(article.read_text().replace("</body>", "<p>killer text</p></body>"))
    path = recipe(tmp_path / "r.yaml", "deadly: {killer: killer text}")
    medloom.build(path, input=many, into=tmp_path / "c", workers=2)
    lost = medloom.open(tmp_path / "c").lost().to_pylist()
    assert [(row["source"], row["outcome"]) for row in lost] == [(f"A017/{article.name}", "failed")]
    assert "worker process died" in lost[0]["reason"]
    assert len({row["source"] for row in rows(tmp_path / "c", "articles")}) == 39
    assert is_balanced(tmp_path / "c")


@pytest.mark.slow
def test_a_worker_that_dies_on_a_stored_row_loses_only_that_row(tmp_path, articles):
    first = next(articles.rglob("*.nxml"))
    first.write_text(first.read_text().replace("</body>", "<p>killer text</p></body>"))
    medloom.build(recipe(tmp_path / "r.yaml"), input=articles, into=tmp_path / "c", workers=2)
    n_rows = len(rows(tmp_path / "c", "passages"))
    path = recipe(tmp_path / "r.yaml", "deadly: {killer: killer text}")
    medloom.build(path, input=articles, into=tmp_path / "c", workers=2)
    assert len(rows(tmp_path / "c", "passages")) == n_rows - 1
    (lost,) = medloom.open(tmp_path / "c").lost("passages").to_pylist()
    assert "killer text" in lost["row"]
    assert is_balanced(tmp_path / "c")


def test_a_second_build_is_refused_while_one_runs(tmp_path, many):
    slow = recipe(tmp_path / "r.yaml", "counted: {seconds: 0.01}")
    process = start_build(slow, tmp_path / "c", many)
    wait_for(lambda: (tmp_path / "c/medloom.json").exists())
    with pytest.raises(CollectionError, match=f"being built by process {process.pid}"):
        medloom.build(slow, input=many, into=tmp_path / "c")
    kill(process)


def test_a_full_disk_is_told_and_the_last_build_stays(tmp_path, articles, many):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", disk],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    path = recipe(tmp_path / "r.yaml")
    try:
        medloom.build(path, input=articles, into=disk / "c", workers=2)
        before = contents(disk / "c")
        bigger = recipe(
            tmp_path / "b.yaml", more="  images:\n    from: documents\n    steps: [images]\n"
        )
        with pytest.raises(CollectionError, match="the disk is full"):
            medloom.build(bigger, input=many, into=disk / "c", workers=2)
        assert contents(disk / "c") == before
        subprocess.run(["mount", "-o", "remount,size=60m", disk], check=True)
        medloom.build(bigger, input=many, into=disk / "c", workers=2)
        assert is_balanced(disk / "c")
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_storage_errors_say_what_to_do():
    with pytest.raises(CollectionError, match="free some space"), storage_errors():
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(CollectionError, match="cannot write"), storage_errors():
        raise OSError(errno.EACCES, "Permission denied")


def test_a_damaged_manifest_is_told(tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c/medloom.json").write_text("{")
    with pytest.raises(CollectionError, match="damaged"):
        medloom.open(tmp_path / "c")
    with pytest.raises(CollectionError, match="no collection"):
        medloom.open(tmp_path / "nowhere")


def test_what_a_killed_build_left_is_taken_back(tmp_path, articles):
    path = recipe(tmp_path / "r.yaml")
    medloom.build(path, input=articles, into=tmp_path / "c")
    before = contents(tmp_path / "c")
    store = Store(str(tmp_path / "c"))
    extra = store.dataset("passages").to_table(limit=5)
    store.append_rows("passages", extra)  # committed to the table, not to the manifest
    assert contents(tmp_path / "c") == before
    medloom.build(path, input=articles, into=tmp_path / "c")
    assert contents(tmp_path / "c") == before
