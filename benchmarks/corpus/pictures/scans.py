"""Radiographs, CT, MRI and ultrasound, as drawings that look like them."""

import math
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from benchmarks.corpus.pictures.canvas import glow, noise, textured

SIZE = (640, 560)
Box = tuple[float, float, float, float]


def chest(rng: Random, variant: str) -> Image.Image:
    """A frontal chest radiograph: infiltrate, effusion, nodule, diffuse or clear."""
    w, h = SIZE
    image = glow(SIZE, (40, -40, w - 40, h + 160), 150, 26)
    image = ImageChops.add(image, glow(SIZE, (w * 0.46, -20, w * 0.54, h + 40), 60, 12))
    for left in (w * 0.16, w * 0.55):
        lung = (left, h * 0.12, left + w * 0.29, h * 0.84)
        image = ImageChops.subtract(image, glow(SIZE, lung, 105, 16))
    heart = glow(SIZE, (w * 0.42, h * 0.44, w * 0.72, h * 0.86), 62, 14)
    image = ImageChops.add(image, heart)
    image = ImageChops.add(image, glow(SIZE, (w * 0.1, h * 0.8, w * 0.9, h * 1.3), 110, 12))
    image = ImageChops.add(image, _ribs(w, h))
    for box, level, soft in _opacities(rng, variant):
        mottle = noise(rng, SIZE, 20).point(lambda v: 150 + v // 3)
        layer = ImageChops.multiply(glow(SIZE, box, level, soft), mottle)
        image = ImageChops.add(image, layer)
    image = textured(rng, image, fine=0.05, coarse=0.06)
    ImageDraw.Draw(image).text((w - 46, 20), "L", fill=235, font_size=34)
    return image


def _ribs(w: int, h: int) -> Image.Image:
    layer = Image.new("L", (w, h))
    draw = ImageDraw.Draw(layer)
    for n in range(8):
        y = h * (0.06 + 0.095 * n)
        for left in (0.1, 0.52):
            box = (w * left, y, w * (left + 0.38), y + h * 0.26)
            draw.arc(box, 185, 355, fill=34, width=9)
    for left, start in ((0.14, 200), (0.5, 200)):
        draw.arc((w * left, h * 0.05, w * (left + 0.36), h * 0.22), start, 340, fill=70, width=13)
    return layer.filter(ImageFilter.GaussianBlur(3))


def _opacities(rng: Random, variant: str) -> list[tuple[Box, int, float]]:
    w, h = SIZE
    if variant == "infiltrate":
        return [((w * 0.2, h * 0.5, w * 0.42, h * 0.8), 135, 26)]
    if variant == "effusion":
        return [((w * 0.56, h * 0.58, w * 0.98, h * 1.1), 190, 16)]
    if variant == "nodule":
        return [((w * 0.62, h * 0.26, w * 0.69, h * 0.34), 120, 5)]
    if variant == "diffuse":
        return [
            ((x - 42, y - 36, x + 42, y + 36), 165, 22)
            for x in (w * 0.24, w * 0.36, w * 0.62, w * 0.76)
            for y in (h * rng.uniform(0.3, 0.36), h * 0.5, h * rng.uniform(0.64, 0.7))
        ]
    return []


def ct(rng: Random, variant: str) -> Image.Image:
    """An axial chest CT in a lung window: nodules, glass, or clear; or `abdomen`."""
    w, h = SIZE
    image = Image.new("L", SIZE)
    draw = ImageDraw.Draw(image)
    draw.ellipse((30, 50, w - 30, h - 40), fill=120)
    draw.ellipse((48, 68, w - 48, h - 58), fill=168 if variant == "abdomen" else 150)
    (_abdomen if variant == "abdomen" else _lungs)(rng, draw, w, h)
    draw.ellipse((w * 0.45, h * 0.7, w * 0.55, h * 0.83), fill=245)
    draw.ellipse((w * 0.48, h * 0.745, w * 0.52, h * 0.785), fill=150)
    if variant != "abdomen":
        _marks(rng, draw, variant)
    table = (w * 0.16, h * 0.9, w * 0.84, h * 1.1)
    draw.arc(table, 190, 350, fill=90, width=4)
    return textured(rng, image.filter(ImageFilter.GaussianBlur(2.2)), fine=0.07, coarse=0.05)


def _lungs(rng: Random, draw: ImageDraw.ImageDraw, w: int, h: int) -> None:
    for left in (0.1, 0.57):
        draw.ellipse((w * left, h * 0.2, w * (left + 0.33), h * 0.78), fill=28)
    draw.ellipse((w * 0.38, h * 0.24, w * 0.66, h * 0.6), fill=175)
    for _ in range(90):
        left = rng.choice((0.1, 0.57))
        angle, far = rng.uniform(0, 2 * math.pi), rng.uniform(0, 0.9) ** 0.6
        x = w * (left + 0.165 + 0.15 * far * math.cos(angle))
        y = h * (0.49 + 0.26 * far * math.sin(angle))
        size = rng.uniform(1, 5)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=rng.randint(90, 190))


def _marks(rng: Random, draw: ImageDraw.ImageDraw, variant: str) -> None:
    w, h = SIZE
    for _ in range({"nodules": 9, "glass": 26}.get(variant, 0)):
        x = w * (rng.choice((0.16, 0.63)) + rng.uniform(0, 0.2))
        y, r = h * rng.uniform(0.3, 0.68), rng.uniform(10, 20)
        shade = 200 if variant == "nodules" else 95
        draw.ellipse((x - r, y - r, x + r, y + r * 0.8), fill=shade)


def _abdomen(rng: Random, draw: ImageDraw.ImageDraw, w: int, h: int) -> None:
    draw.ellipse((w * 0.12, h * 0.18, w * 0.5, h * 0.66), fill=196)
    draw.ellipse((w * 0.66, h * 0.3, w * 0.86, h * 0.56), fill=188)
    for x in (0.3, 0.66):
        draw.ellipse((w * x, h * 0.58, w * (x + 0.13), h * 0.8), fill=214)
    for _ in range(12):
        x, y, r = w * rng.uniform(0.42, 0.66), h * rng.uniform(0.22, 0.55), rng.uniform(12, 26)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=rng.randint(140, 205))
    draw.ellipse((w * 0.24, h * 0.3, w * 0.34, h * 0.4), fill=120)
    draw.ellipse((w * 0.47, h * 0.6, w * 0.53, h * 0.67), fill=235)


def brain(rng: Random, variant: str) -> Image.Image:
    """An axial FLAIR slice: lesions near the ventricles, one mass, or clear."""
    w, h = SIZE
    image = Image.new("L", SIZE)
    draw = ImageDraw.Draw(image)
    draw.ellipse((90, 14, w - 90, h - 14), fill=70)
    draw.ellipse((106, 30, w - 106, h - 30), fill=16)
    draw.ellipse((118, 42, w - 118, h - 42), fill=128)
    draw.ellipse((160, 88, w - 160, h - 88), fill=104)
    for n in range(46):
        angle = 2 * math.pi * n / 46 + rng.uniform(-0.05, 0.05)
        x0, y0 = w / 2 + 200 * math.cos(angle), h / 2 + 236 * math.sin(angle)
        deep = rng.uniform(0.72, 0.88)
        x1, y1 = w / 2 + 200 * deep * math.cos(angle), h / 2 + 236 * deep * math.sin(angle)
        draw.line((x0, y0, x1, y1), fill=62, width=rng.randint(4, 8))
    for side in (-1, 1):
        draw.chord((w / 2 + side * 34 - 26, h * 0.3, w / 2 + side * 34 + 26, h * 0.62),
                   90 if side < 0 else 270, 270 if side < 0 else 90, fill=26)  # fmt: skip
    draw.line((w / 2, 50, w / 2, h - 50), fill=58, width=5)
    layer = Image.new("L", SIZE)
    lesions = ImageDraw.Draw(layer)
    if variant == "mass":
        lesions.ellipse((w * 0.56, h * 0.26, w * 0.72, h * 0.46), fill=120)
    for _ in range(11 if variant == "lesions" else 0):
        x = w / 2 + rng.choice((-1, 1)) * rng.uniform(62, 120)
        y, r = h * rng.uniform(0.3, 0.66), rng.uniform(6, 15)
        lesions.ellipse((x - r * 1.5, y - r, x + r * 1.5, y + r), fill=130)
    image = ImageChops.add(image.filter(ImageFilter.GaussianBlur(4)),
                           layer.filter(ImageFilter.GaussianBlur(4)))  # fmt: skip
    return textured(rng, image, fine=0.06, coarse=0.05)


def echo(rng: Random, variant: str) -> Image.Image:
    """An apical echocardiogram in its sector; `effusion` adds a dark rim around the heart."""
    w, h = SIZE
    tissue = noise(rng, SIZE, 5).point(lambda v: int(v * 0.62))
    draw = ImageDraw.Draw(tissue)
    if variant == "effusion":
        draw.ellipse((w * 0.2, h * 0.22, w * 0.8, h * 0.98), fill=6)
        draw.ellipse((w * 0.27, h * 0.28, w * 0.73, h * 0.92), fill=120)
    for x, y, dx, dy in ((0.31, 0.33, 0.16, 0.3), (0.53, 0.33, 0.17, 0.32),
                         (0.32, 0.68, 0.15, 0.2), (0.53, 0.7, 0.16, 0.2)):  # fmt: skip
        draw.ellipse((w * x, h * y, w * (x + dx), h * (y + dy)), fill=14)
    draw.line((w * 0.5, h * 0.3, w * 0.5, h * 0.9), fill=150, width=16)
    draw.line((w * 0.32, h * 0.67, w * 0.68, h * 0.67), fill=190, width=5)
    tissue = textured(rng, tissue.filter(ImageFilter.GaussianBlur(5)), fine=0.3, coarse=0.2)
    sector = Image.new("L", SIZE)
    ImageDraw.Draw(sector).pieslice((-120, -h * 0.98, w + 120, h * 0.98), 52, 128, fill=255)
    return ImageChops.multiply(tissue, sector.filter(ImageFilter.GaussianBlur(1.5)))
