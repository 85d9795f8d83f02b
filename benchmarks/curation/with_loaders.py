# ruff: noqa: PLC0415 - of the packages imported here one at a time is installed
"""One peer's loader over the same images: {peer, images, repeats, ...} in, rates and resume out.

The set is made by the peer's own writer in `folder` (not timed). Samples are taken in the process
itself, as its one worker would: id, label and the bytes of a file; decoded by the same Pillow call
for all. A rate is samples a CPU second, of this process and its children; wall time is beside it.
"""

import contextlib
import importlib.machinery
import io
import json
import os
import resource
import sys
import time
import types
from pathlib import Path

SHARD = 2000


def samples(given):
    """Yield what each set holds; `pixels` is the number of samples in the decoded runs."""
    files = [Path(path).read_bytes() for path in given["images"]]
    for number in range(given["count"]):
        yield {"id": f"image/{number}", "label": number % 10, "bytes": files[number % len(files)]}


class WebDataset:
    """webdataset: tars, shuffled by shards and a buffer of 1,000."""

    def write(self, given, folder):
        import webdataset

        pattern = str(folder / "train-%05d.tar")
        with webdataset.ShardWriter(pattern, maxcount=SHARD, maxsize=1 << 40, verbose=0) as sink:
            for one in samples(given):
                key = one["id"].replace("/", "-")
                sink.write({"__key__": key, "jpg": one["bytes"], "cls": one["label"]})

    def read(self, folder, shuffle, state=None):
        import webdataset

        urls = sorted(map(str, folder.glob("*.tar")))
        made = webdataset.WebDataset(
            urls, shardshuffle=100 if shuffle else False, empty_check=False, seed=1
        )
        made = made.shuffle(1000) if shuffle else made
        return None, ((one["__key__"], one["jpg"]) for one in made)


class Datasets:
    """Hugging Face datasets: Parquet, streamed; a buffer of 1,000."""

    def write(self, given, folder):
        import pyarrow
        import pyarrow.parquet

        rows = list(samples(given))
        for number, at in enumerate(range(0, len(rows), SHARD)):
            table = pyarrow.Table.from_pylist(rows[at : at + SHARD])
            pyarrow.parquet.write_table(
                table, folder / f"train-{number:05}.parquet", row_group_size=100
            )

    def read(self, folder, shuffle, state=None):
        import datasets

        files = sorted(map(str, folder.glob("*.parquet")))
        made = datasets.load_dataset("parquet", data_files=files, split="train", streaming=True)
        made = made.shuffle(seed=1, buffer_size=1000) if shuffle else made
        if state is not None:
            made.load_state_dict(state)
        return made, ((one["id"], one["bytes"]) for one in made)

    def state(self, made, taken):
        return made.state_dict()


def without_torchvision():
    """Let MosaicML's streaming be imported where torchvision does not work: only its classes of
    public vision sets need it."""
    try:
        import torchvision  # noqa: F401
    except (ImportError, RuntimeError):
        for name in [one for one in sys.modules if one.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        for name in ("", ".datasets", ".datasets.folder", ".transforms", ".transforms.functional"):
            sys.modules[f"torchvision{name}"] = StandIn(f"torchvision{name}")


class StandIn(types.ModuleType):
    """A module that has a class of any name."""

    def __init__(self, name):
        super().__init__(name)
        self.__spec__ = importlib.machinery.ModuleSpec(name, None)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


class Mosaic:
    """MosaicML streaming: MDS shards, its own shuffle (py1e)."""

    def write(self, given, folder):
        without_torchvision()
        from streaming import MDSWriter

        columns = {"id": "str", "label": "int", "bytes": "bytes"}
        with MDSWriter(out=str(folder), columns=columns) as sink:
            for one in samples(given):
                sink.write(one)

    def read(self, folder, shuffle, state=None):
        without_torchvision()
        from streaming import StreamingDataset
        from streaming.base.util import clean_stale_shared_memory

        clean_stale_shared_memory()
        made = StreamingDataset(
            local=str(folder), shuffle=shuffle, batch_size=1, shuffle_seed=1, num_canonical_nodes=1
        )
        if state is not None:
            made.load_state_dict(state)
        return made, ((one["id"], one["bytes"]) for one in made)

    def state(self, made, taken):
        return made.state_dict(taken, from_beginning=True)


def _as_it_is(one):
    return one


class Lit:
    """litdata: its binary chunks."""

    def write(self, given, folder):
        import litdata

        litdata.optimize(
            _as_it_is, list(samples(given)), str(folder), num_workers=1, chunk_bytes="64MB"
        )

    def read(self, folder, shuffle, state=None):
        import litdata

        made = litdata.StreamingDataset(str(folder), shuffle=shuffle, seed=1)
        if state is not None:
            made.load_state_dict(state)
        return made, ((one["id"], one["bytes"]) for one in made)

    def state(self, made, taken):
        return made.state_dict(taken, num_workers=0, batch_size=1)


PEERS = {"webdataset": WebDataset, "datasets": Datasets, "mosaicml": Mosaic, "litdata": Lit}


def used():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def pixels(data):
    import numpy
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return numpy.array(image.convert("RGB"))


def drop_pages(folder):
    """Have the system forget the pages of the files: the next read comes from the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def run(peer, folder, shuffle, most, decode):
    """Samples, CPU seconds and wall seconds of one pass."""
    began, wall, taken = used(), time.perf_counter(), 0
    _, rows = peer.read(folder, shuffle)
    for _, data in rows:
        if decode:
            pixels(data)
        taken += 1
        if taken == most:
            break
    return taken, used() - began, time.perf_counter() - wall


def resumes(peer, folder, shuffle, taken=777, compare=2000):
    """Whether what follows a saved state is exactly what would have followed; None if no state."""
    if not hasattr(peer, "state"):
        return None
    _, rows = peer.read(folder, shuffle)
    whole = [one for (one, _), _ in zip(rows, range(taken + compare), strict=False)]
    made, rows = peer.read(folder, shuffle)
    for _ in range(taken):
        next(rows)
    state = json.loads(json.dumps(peer.state(made, taken)))
    _, rows = peer.read(folder, shuffle, state)
    rest = [one for (one, _), _ in zip(rows, range(compare), strict=False)]
    return rest == whole[taken:]


def main():
    given = json.load(sys.stdin)
    peer, folder = PEERS[given["peer"]](), Path(given["folder"])
    answer = {}
    with contextlib.redirect_stdout(sys.stderr):
        if not folder.exists():
            folder.mkdir(parents=True)
            peer.write(given, folder)
        for shuffle in (False, True):
            name = "shuffled" if shuffle else "in order"
            drop_pages(folder)
            answer[f"cold, {name}"] = [run(peer, folder, shuffle, given["count"], False)]
            answer[f"warm, {name}"] = [
                run(peer, folder, shuffle, given["count"], False) for _ in range(given["rounds"])
            ]
            answer[f"decoded, {name}"] = [
                run(peer, folder, shuffle, given["decoded"], True) for _ in range(given["rounds"])
            ]
            try:
                answer[f"resumes, {name}"] = resumes(peer, folder, shuffle)
            except Exception as error:
                answer[f"resumes, {name}"] = f"fails: {type(error).__name__}: {error}"[:200]
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
