"""Stream images into the training of a ResNet-50 on a GPU: python -m benchmarks.on_a_gpu IMAGES.

IMAGES is a folder of JPEG files; they are repeated to `--count` samples in four tars. Runs on any
machine with torch and torchvision, from a checkout, without an installation of Medloom. Measured:
decoded samples a second through a DataLoader of N workers, beside the webdataset package over the
same tars; images a second into a training step, beside the step without loading; whether an epoch
that is stopped goes on exactly, also with another number of workers. Prints JSON; `order` and
`tars` must be the same on every machine.

What a run on one such machine gave is kept in benchmarks/recorded/, and shown on the page of
measurements: most machines have no GPU.
"""

import argparse
import hashlib
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
import medloom
from medloom.formats.webdataset import write_shard
from medloom.loading import decode_image

SIZE, BATCH, TARS = (224, 224), 128, 4


def write(images: Path, folder: Path, count: int) -> str:
    """Write the samples as tars; the hash of their hashes."""
    files = sorted(images.rglob("*.jpg"))
    made = []
    for number in range(TARS):
        rows = (
            {
                "id": f"{files[n % len(files)].stem}/{n}",
                "bytes": files[n % len(files)].read_bytes(),
                "label": n % 3,
            }
            for n in range(number * count // TARS, (number + 1) * count // TARS)
        )
        path = folder / f"train-{number:05}.tar"
        made.append(write_shard(rows, path, index=path.with_suffix(".tarindex")).sha256)
    return hashlib.sha256("".join(made).encode()).hexdigest()


def whole(data: bytes) -> torch.Tensor:
    """Decode all pixels, then scale: what the other loader is given to do, too."""
    image = Image.open(io.BytesIO(data)).convert("RGB").resize(SIZE)
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)


def ours(folder: Path, decode: Any, workers: int) -> Iterable[Any]:
    stream = medloom.stream(folder, split="train", shuffle=True, seed=1, decode=decode, threads=1)
    return stream.loader(batch_size=BATCH, workers=workers, pin_memory=torch.cuda.is_available())


def _sample(sample: dict[str, bytes]) -> tuple[torch.Tensor, int]:
    return whole(sample["jpg"]), int(sample["cls"])


def _batch(samples: list[tuple[torch.Tensor, int]]) -> dict[str, torch.Tensor]:
    images, labels = zip(*samples, strict=True)
    return {"bytes": torch.stack(images), "label": torch.tensor(labels)}


def theirs(folder: Path, workers: int) -> Iterable[Any]:
    import webdataset  # noqa: PLC0415 - only where it is compared with

    tars = [str(path) for path in sorted(folder.glob("*.tar"))]
    data = webdataset.WebDataset(tars, shardshuffle=TARS, seed=1, empty_check=False)
    batches = data.shuffle(1000).map(_sample).batched(BATCH, collation_fn=_batch)
    return DataLoader(
        batches, batch_size=None, num_workers=workers, pin_memory=torch.cuda.is_available()
    )


def rate(batches: Iterable[Any], use: Callable[[Any], None] = lambda batch: None) -> float:
    """Samples a second from the second batch on: the start of workers is not counted."""
    count, started = 0, 0.0
    for batch in batches:
        use(batch)
        if started:
            count += len(batch["label"])
        else:
            started = time.perf_counter()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return count / (time.perf_counter() - started)


def resumes(folder: Path, workers: int) -> bool:
    """Whether a third of an epoch of four workers and the rest of it are each row once."""
    open_ = partial(
        medloom.stream, folder, split="train", shuffle=True, seed=1, columns=["id", "label"]
    )
    first = open_().loader(batch_size=64, workers=4)
    batches = iter(first)
    seen = [row for _ in range(len(first) // 3) for row in next(batches)["id"]]
    again = open_().loader(batch_size=64, workers=workers)
    again.load_state_dict(first.state_dict())
    rest = [row for batch in again for row in batch["id"]]
    return sorted(seen + rest) == sorted(row["id"] for row in open_())


def training() -> Callable[[Any], None]:
    """A step of stochastic gradient descent on a ResNet-50, in bfloat16."""
    import torchvision  # noqa: PLC0415 - only for this

    torch.backends.cudnn.benchmark = True
    net = torchvision.models.resnet50(num_classes=3).cuda().to(memory_format=torch.channels_last)
    descent, loss_of = torch.optim.SGD(net.parameters(), lr=0.01), torch.nn.CrossEntropyLoss()

    def step(batch: Any) -> None:
        images = batch["bytes"].cuda(non_blocking=True).to(memory_format=torch.channels_last)
        with torch.autocast("cuda", torch.bfloat16):
            loss = loss_of(net(images.float().div_(255)), batch["label"].cuda(non_blocking=True))
        descent.zero_grad(set_to_none=True)
        loss.backward()
        descent.step()

    return step


def random_batches(count: int) -> Iterator[dict[str, torch.Tensor]]:
    images = torch.randint(0, 255, (BATCH, 3, *SIZE), dtype=torch.uint8).pin_memory()
    for _ in range(count):
        yield {"bytes": images, "label": torch.zeros(BATCH, dtype=torch.long)}


def measure(images: Path, count: int, workers: list[int]) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="medloom-gpu-"))
    gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else None
    made: dict[str, Any] = {"gpu": gpu, "cores": os.cpu_count(), "torch": torch.__version__}
    made |= {"samples": count, "tars": write(images, folder, count)}
    ids = [row["id"] for row in medloom.stream(folder, "train", shuffle=True, seed=1)]
    made["order"] = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]
    scaled = {"bytes": decode_image(size=SIZE, to="torch")}
    contenders: dict[str, Callable[[int], Iterable[Any]]] = {
        "medloom": partial(ours, folder, scaled),
        "medloom, all pixels decoded": partial(ours, folder, {"bytes": whole}),
        "webdataset": partial(theirs, folder),
    }
    made["decoded/s"] = {
        name: {str(n): round(rate(load(n))) for n in workers} for name, load in contenders.items()
    }
    made["resumes"] = {str(n): resumes(folder, n) for n in (4, 7)}
    if gpu:
        step = training()
        rate(random_batches(10), step)
        made["trained/s"] = {"no loading": round(rate(random_batches(60), step))} | {
            name: round(rate(load(max(workers)), step)) for name, load in contenders.items()
        }
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("images", type=Path)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4, 8, 16])
    given = parser.parse_args()
    print(json.dumps(measure(given.images, given.count, given.workers), indent=1))


if __name__ == "__main__":
    main()
