"""How fast texts and figures become vectors, and whether changed figures are found again."""

import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from benchmarks.common import SEED, Figure, cpu_seconds
from benchmarks.search._claims import corpus
from medloom.errors import MissingExtraError
from medloom.kit.encoders import image_encoder, text_encoder
from medloom.kit.ranking import mean

TASK = "encoding"
_FIGURES = "literature/pmc_packages_derived"
_N_SLOW = 24


def measure(data: Path, peers_env: Path) -> list[Figure]:
    """All figures of this task."""
    return [*_texts(data), *_images(data)]


def _texts(data: Path) -> Iterator[Figure]:
    texts = [f"{one.title} {' '.join(one.sentences)}" for one in corpus(data)]
    for name, some, goal in (("static", texts, 150.0), ("minilm", texts[:_N_SLOW], None)):
        try:
            encoder = text_encoder(name)
        except MissingExtraError:
            continue
        encoder.encode(texts[-2:])
        seconds = cpu_seconds(lambda encoder=encoder, some=some: encoder.encode(some), rounds=1)
        rate = len(some) / seconds
        yield Figure(
            TASK, f"medloom, {name}", "abstracts/CPU s", rate, len(some), data="SciFact", goal=goal
        )


def _images(data: Path) -> Iterator[Figure]:
    files = [one.read_bytes() for one in sorted((data / _FIGURES).rglob("*.jpg"))]
    encoder = image_encoder("layout")
    kept = encoder.encode(files)
    seconds = cpu_seconds(lambda: encoder.encode(files), rounds=1)
    rate = len(files) / seconds
    yield Figure(
        TASK, "medloom, layout", "figures/CPU s", rate, len(files), data="figures of PMC articles"
    )
    for name, change in _CHANGES.items():
        found = encoder.encode([_changed(one, change) for one in files]) @ kept.T
        right = [float(row.argmax() == n) for n, row in enumerate(found)]
        share = mean(right)
        yield Figure(
            *(
                TASK,
                "medloom, layout",
                f"recall@1, {name}",
                share.mean,
                share.n,
                share.low,
                share.high,
            ),
            data="figures of PMC articles",
        )


def _changed(data: bytes, change: Callable[[Image.Image], Image.Image]) -> bytes:
    file = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        change(image.convert("RGB")).save(file, "JPEG", quality=40)
    return file.getvalue()


def _cut(share: float) -> Callable[[Image.Image], Image.Image]:
    draw = random.Random(SEED)

    def cut(image: Image.Image) -> Image.Image:
        width, height = image.size
        x, y = (draw.random() * share * side for side in image.size)
        right, low = x + width * (1 - share), y + height * (1 - share)
        return image.crop((int(x), int(y), int(right), int(low)))

    return cut


_CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "compressed": lambda one: one,
    "a third of the size": lambda one: one.resize((one.width // 3 + 1, one.height // 3 + 1)),
    "grey": lambda one: one.convert("L"),
    "darker": lambda one: one.point(lambda value: value * 0.6),
    "5% cut off": _cut(0.05),
    "15% cut off": _cut(0.15),
    "30% cut off": _cut(0.30),
    "turned by 90 degrees": lambda one: one.transpose(Image.Transpose.ROTATE_90),
}
