"""Image quality: known-good medical images that are lost, poor ones that are found, speed.

Known-good: blood smears, electron micrographs, histology, figures of articles, 524 chest X-rays of
28 x 28 pixels, slices of MR and CT volumes, and DICOM files. Thresholds were set on all but the
DICOM files; of those one bone scan led to a change. Poor: blurred and blank ones,
tables and equations as images (labelled by a person, `tests/curate/gold_text_figures.jsonl`).
"""

import gzip
import io
import json
import struct
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom import dcmread

from benchmarks.common import Figure, cpu_seconds, peer_python, run_peer
from benchmarks.curation._images import CHESTS, blurred, image_files, least_side, saved
from medloom.steps.curate.drop_poor_images import drop_poor_images
from medloom.steps.curate.image_quality import image_quality

TASK, GOAL = "image quality", 0.01
HERE = Path(__file__).parent
GOLD = HERE.parent.parent / "tests/curate/gold_text_figures.jsonl"
KINDS = {2: "<u1", 4: "<i2", 8: "<i4", 16: "<f4", 64: "<f8", 256: "<i1", 512: "<u2"}


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """The share of each group that is dropped; what the peer flags of the same."""
    groups = _groups(data)
    gone = {name: [bool(_reason(one)) for one in files] for name, files in groups.items()}
    figures = _shares(gone, "medloom")
    every = [one for files in groups.values() for one in files]
    spent = cpu_seconds(lambda: [image_quality(one) for one in every])
    figures.append(Figure(TASK, "medloom", "images/min", 60 * len(every) / spent, len(every)))
    return figures + (_peer(groups, peers_env) if peers_env else [])


def _reason(content: bytes) -> str | None:
    return drop_poor_images(image_quality(content))


def _groups(data: Path) -> dict[str, list[bytes]]:
    """Images by what they are; the names of poor ones start with `poor`."""
    gold = {one["file"]: one["text_only"] for one in map(json.loads, GOLD.open())}
    figures = {name: one for name, one in image_files(data / "literature") if name in gold}
    groups: dict[str, list[bytes]] = {}
    for name, content in image_files(data / "imaging"):
        groups.setdefault(name.split("/")[0], []).append(content)
    groups["figures"] = [one for name, one in figures.items() if not gold[name]]
    pixels = np.load(data / CHESTS)["val_images"]
    groups["chest X-rays"] = [saved(Image.fromarray(one)) for one in pixels]
    groups["MR and CT slices"] = [
        one
        for path in sorted((data / "imaging/nii_niivue").rglob("*.nii.gz"))
        for one in _slices(path)
    ]
    groups["DICOM files"] = _dicom(data / "imaging")
    good = [one for files in groups.values() for one in files if least_side(one) >= 200]
    groups["poor: text only"] = [one for name, one in figures.items() if gold[name]]
    groups["poor: blurred"] = [blurred(one) for one in good[::5]]
    groups["poor: blank"] = [
        saved(Image.new("RGB", (400, 300), (level, level, level)), "JPEG")
        for level in range(0, 256, 15)
    ]
    return groups


def _slices(path: Path) -> list[bytes]:
    """Ten slices around the middle of a NIfTI-1 volume."""
    raw = gzip.decompress(path.read_bytes())
    order = "<" if struct.unpack("<i", raw[:4])[0] == 348 else ">"
    shape = struct.unpack(f"{order}8h", raw[40:56])[1:4]
    kind = KINDS.get(struct.unpack(f"{order}h", raw[70:72])[0])
    start = int(struct.unpack(f"{order}f", raw[108:112])[0])
    if kind is None or min(shape) < 20:
        return []
    dtype = np.dtype(kind).newbyteorder(order)
    values = np.frombuffer(raw, dtype, int(np.prod(shape)), start).reshape(shape, order="F")
    middle = shape[2] // 2
    made = []
    for number in range(middle - 5, middle + 5):
        made.append(_windowed(values[:, :, number].T.astype(np.float64)))
    return made


def _dicom(folder: Path) -> list[bytes]:
    """The frame in the middle of each DICOM file that pydicom decodes, 28 pixels wide or more."""
    made = []
    for path in sorted(one for one in folder.glob("dcm_*/**/*") if one.is_file()):
        with suppress(Exception), warnings.catch_warnings():  # many are broken on purpose
            warnings.simplefilter("ignore")
            pixels = dcmread(path).pixel_array.astype(np.float64)
            while pixels.ndim > 3 or (pixels.ndim == 3 and pixels.shape[-1] != 3):
                pixels = pixels[pixels.shape[0] // 2]
            if min(pixels.shape[:2]) >= 28:
                made.append(_windowed(pixels))
    return made


def _windowed(pixels: np.ndarray) -> bytes:
    low, high = np.percentile(pixels, [0.5, 99.5])
    grey = ((pixels - low) / max(high - low, 1e-9)).clip(0, 1) * 255
    return saved(Image.fromarray(grey.astype(np.uint8)))


def _shares(gone: dict[str, list[bool]], contender: str) -> list[Figure]:
    """What share of each group is dropped, and of all that are known to be good."""
    figures: list[Figure] = []
    good: list[bool] = []
    for name, verdicts in gone.items():
        is_poor = name.startswith("poor")
        good += [] if is_poor else verdicts
        metric = "found" if is_poor else "lost"
        share = sum(verdicts) / len(verdicts)
        figures.append(Figure(TASK, contender, metric, share, len(verdicts), data=name))
    about, share = "all known-good images", sum(good) / len(good)
    return [*figures, Figure(TASK, contender, "lost", share, len(good), data=about, goal=GOAL)]


def _peer(groups: dict[str, list[bytes]], folder: Path) -> list[Figure]:
    title = "cleanvision 0.3.7"
    python = peer_python("cleanvision", ["cleanvision==0.3.7"], folder)
    if python is None:
        return [Figure(TASK, title, "lost", 0, 0, note="pip cannot install it here")]
    with tempfile.TemporaryDirectory() as place:
        paths: dict[str, list[str]] = {}
        for name, files in groups.items():
            paths[name] = [str(Path(place) / _file(name, n, one)) for n, one in enumerate(files)]
            for path, one in zip(paths[name], files, strict=True):
                Path(path).write_bytes(one)
        every = [path for some in paths.values() for path in some]
        answer = run_peer(python, HERE / "with_cleanvision.py", every)
    if "failed" in answer:
        return [Figure(TASK, title, "lost", 0, 0, note=f"failed: {answer['failed']}")]
    figures = []
    flags = answer["flags"]
    colourless = [name for name in flags if "grayscale" not in name]
    for told, names in (("any issue", list(flags)), ("without grayscale", colourless)):
        seen = [any(flags[name][number] for name in names) for number in range(len(every))]
        flagged = dict(zip(every, seen, strict=True))
        gone = {name: [flagged[path] for path in some] for name, some in paths.items()}
        figures += _shares(gone, f"{title}, {told}")
    rate = 60 * len(every) / answer["seconds"]
    return [*figures, Figure(TASK, title, "images/min", rate, len(every))]


def _file(group: str, number: int, content: bytes) -> str:
    with Image.open(io.BytesIO(content)) as image:
        ending = (image.format or "png").lower()
    return f"{group.replace(' ', '_').replace(':', '')}-{number}.{ending}"
