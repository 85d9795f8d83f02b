"""Electrocardiograms and pedigrees."""

import math
from random import Random

from PIL import Image, ImageDraw

from benchmarks.corpus.pictures.canvas import font

SIZE = (1280, 720)


def ecg(rng: Random, variant: str) -> Image.Image:
    """A twelve-lead trace on pink paper: `st` (elevation), `af`, `qt` (long QT), or normal."""
    image = Image.new("RGB", SIZE, (255, 244, 243))
    draw = ImageDraw.Draw(image)
    for step, color in ((5, (253, 228, 226)), (25, (244, 184, 182))):
        for x in range(0, SIZE[0], step):
            draw.line((x, 0, x, SIZE[1]), fill=color)
        for y in range(0, SIZE[1], step):
            draw.line((0, y, SIZE[0], y), fill=color)
    leads = ("I aVR V1 V4", "II aVL V2 V5", "III aVF V3 V6")
    for row, names in enumerate(leads):
        for column, name in enumerate(names.split()):
            _lead(rng, draw, name, column * 318 + 8, 120 + row * 170, 306, variant)
    _lead(rng, draw, "II", 8, 640, 1260, variant)
    return image


_SECONDS = {"": 0.82, "st": 0.484, "af": 0.706, "qt": 0.9}
"""From beat to beat; the paper runs at 25 mm, that is 125 pixels, a second."""


def _lead(rng: Random, draw: ImageDraw.ImageDraw, name: str, left: int, base: int, width: int,
          variant: str) -> None:  # fmt: skip
    size = {"aVR": -0.8, "V1": -0.5, "V2": 0.7, "V3": 1.1, "V4": 1.5, "III": 0.6}.get(name, 1.0)
    lift = 0.42 if variant == "st" and name in ("II", "III", "aVF") else 0.0
    if variant == "st" and name in ("I", "aVL"):
        lift = -0.18
    points, beat, length = [], -rng.uniform(0.1, 0.4), _SECONDS[variant]
    for x in range(0, width, 2):
        t = x / 125
        if t - beat > length:
            beat += length
            length = _SECONDS[variant] * (rng.uniform(0.66, 1.34) if variant == "af" else 1.0)
        y = _wave((t - beat) / min(0.8, 1.2 * _SECONDS[variant]), size, lift, variant)
        if variant == "af":
            y += 0.05 * math.sin(x * 0.33 + size) + 0.03 * math.sin(x * 0.71)
        points.append((left + x, base - 70 * y + rng.uniform(-0.8, 0.8)))
    draw.line(points, fill=(28, 28, 60), width=2, joint="curve")
    draw.text((left + 4, base - 84), name, fill=(28, 28, 60), font=font(11))


def _wave(phase: float, size: float, lift: float, variant: str) -> float:
    """One beat over phase 0..1 as a sum of bell curves: P, Q, R, S, ST, T."""
    late = 0.2 if variant == "qt" else 0.0
    bells = [(0.30, 0.022, -0.12 * size), (0.33, 0.014, 1.0 * size), (0.36, 0.016, -0.24 * size),
             (0.44, 0.06, lift), (0.56 + late, 0.055, 0.26 * size + lift)]  # fmt: skip
    if variant != "af":
        bells.append((0.16, 0.03, 0.13 * size))
    return sum(a * math.exp(-(((phase - at) / wide) ** 2) / 2) for at, wide, a in bells)


def pedigree(rng: Random, variant: str) -> Image.Image:
    """Three generations of a family; filled symbols are affected, an arrow shows the proband."""
    image = Image.new("RGB", (1000, 640), "white")
    draw = ImageDraw.Draw(image)
    rows = {"I": [(430, "m", 0), (570, "f", 1)],
            "II": [(220, "f", 0), (340, "m", 1), (500, "f", 0), (640, "m", 1), (780, "f", 0)],
            "III": [(240, "m", 0), (340, "f", 1), (650, "m", 1), (760, "f", 0)]}  # fmt: skip
    ys = {"I": 110, "II": 310, "III": 510}
    _family_lines(draw)
    for name, people in rows.items():
        draw.text((60, ys[name]), name, fill="black", font=font(13), anchor="mm")
        for n, (x, sex, affected) in enumerate(people, 1):
            _person(draw, x, ys[name], sex, bool(affected))
            draw.text((x, ys[name] + 44), str(n), fill="black", font=font(10), anchor="mm")
    draw.line((280, 560, 306, 536), fill="black", width=5)
    draw.polygon([(314, 528), (292, 534), (308, 550)], fill="black")
    return image


def _family_lines(draw: ImageDraw.ImageDraw) -> None:
    for line in (
        (430, 110, 570, 110), (500, 110, 500, 220), (340, 220, 640, 220),
        (340, 220, 340, 310), (500, 220, 500, 310), (640, 220, 640, 310),
        (220, 310, 340, 310), (280, 310, 280, 420), (240, 420, 340, 420), (240, 420, 240, 510),
        (340, 420, 340, 510), (640, 310, 780, 310), (710, 310, 710, 420), (650, 420, 760, 420),
        (650, 420, 650, 510), (760, 420, 760, 510),
    ):  # fmt: skip
        draw.line(line, fill="black", width=4)


def _person(draw: ImageDraw.ImageDraw, x: int, y: int, sex: str, affected: bool) -> None:
    box = (x - 26, y - 26, x + 26, y + 26)
    fill = "black" if affected else "white"
    if sex == "m":
        draw.rectangle(box, fill=fill, outline="black", width=4)
    else:
        draw.ellipse(box, fill=fill, outline="black", width=4)
