"""Histology, immunofluorescence, skin, eye and blots, as drawings that look like them."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from benchmarks.corpus.pictures.canvas import font, noise, textured

SIZE = (640, 560)
Color = tuple[int, int, int]


def _between(low: Color, high: Color, layer: Image.Image) -> Image.Image:
    """A grey layer as shades between two colours."""
    return Image.composite(Image.new("RGB", layer.size, high), Image.new("RGB", layer.size, low),
                           layer)  # fmt: skip


def _blob(rng: Random, draw: ImageDraw.ImageDraw, x: float, y: float, r: float,
          fill: Color | int) -> None:  # fmt: skip
    points = []
    sides = 11 if r < 60 else 40
    rough = 0.22 if r < 60 else 0.05
    for n in range(sides):
        angle = 2 * math.pi * n / sides
        far = r * rng.uniform(1 - rough, 1 + rough)
        points.append((x + far * math.cos(angle), y + far * math.sin(angle)))
    draw.polygon(points, fill=fill)


def histology(rng: Random, variant: str) -> Image.Image:
    """Haematoxylin and eosin: `glands`, `crescent`, `granuloma`, or a sheet of cells."""
    image = _between((232, 160, 190), (250, 224, 234), noise(rng, SIZE, 11))
    draw = ImageDraw.Draw(image)
    w, h = SIZE
    if variant == "glands":
        for _ in range(13):
            _gland(rng, draw, rng.uniform(0, w), rng.uniform(0, h), rng.uniform(48, 78))
    elif variant == "crescent":
        _glomerulus(rng, draw, w * 0.5, h * 0.5)
    elif variant == "granuloma":
        draw.ellipse((w * 0.22, h * 0.18, w * 0.78, h * 0.82), fill=(226, 172, 196))
        _cells(rng, draw, 160, lambda: _ring(rng, w * 0.5, h * 0.5, 150, 215))
        _cells(rng, draw, 90, lambda: _ring(rng, w * 0.5, h * 0.5, 0, 140))
    count = {"glands": 60, "crescent": 150, "granuloma": 70}.get(variant, 420)
    _cells(rng, draw, count, lambda: (rng.uniform(0, w), rng.uniform(0, h)))
    image = image.filter(ImageFilter.GaussianBlur(1.3))
    ImageDraw.Draw(image).line((w - 150, h - 26, w - 30, h - 26), fill="black", width=7)
    return textured(rng, image, fine=0.05, coarse=0.03)


def _ring(rng: Random, x: float, y: float, near: float, far: float) -> tuple[float, float]:
    angle, r = rng.uniform(0, 2 * math.pi), rng.uniform(near, far)
    return x + r * math.cos(angle), y + r * math.sin(angle)


def _cells(
    rng: Random, draw: ImageDraw.ImageDraw, count: int, place: Callable[[], tuple[float, float]]
) -> None:
    for _ in range(count):
        x, y = place()
        shade = rng.randint(-18, 18)
        _blob(rng, draw, x, y, rng.uniform(4, 8.5), (92 + shade, 56 + shade, 132 + shade))


def _gland(rng: Random, draw: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    _blob(rng, draw, x, y, r, (206, 122, 166))
    _blob(rng, draw, x, y, r * 0.5, (252, 240, 246))
    for n in range(int(r / 2.6)):
        angle = 2 * math.pi * n / int(r / 2.6)
        px, py = x + r * 0.78 * math.cos(angle), y + r * 0.78 * math.sin(angle)
        _blob(rng, draw, px, py, 6.5, (88, 52, 126))


def _glomerulus(rng: Random, draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
    draw.ellipse((x - 205, y - 205, x + 205, y + 205), fill=(150, 84, 138))
    draw.ellipse((x - 194, y - 194, x + 194, y + 194), fill=(253, 243, 248))
    draw.chord((x - 194, y - 194, x + 194, y + 194), 20, 200, fill=(198, 126, 170))
    for _ in range(26):
        px, py = _ring(rng, x + 30, y - 36, 0, 110)
        _blob(rng, draw, px, py, rng.uniform(16, 30), (214, 130, 172))
    _cells(rng, draw, 120, lambda: _ring(rng, x + 30, y - 36, 0, 118))
    _cells(rng, draw, 110, lambda: _ring(rng, x - 50, y + 90, 20, 110))


def ihc(rng: Random, variant: str) -> Image.Image:
    """Immunohistochemistry: brown where positive, blue nuclei elsewhere."""
    image = _between((222, 226, 236), (246, 244, 246), noise(rng, SIZE, 9))
    draw = ImageDraw.Draw(image)
    share = 0.12 if variant == "low" else 0.62
    for _ in range(430):
        x, y = rng.uniform(0, SIZE[0]), rng.uniform(0, SIZE[1])
        positive = rng.random() < share
        if positive:
            _blob(rng, draw, x, y, rng.uniform(10, 14), (196, 150, 104))
        color = (126, 74, 36) if positive else (112, 132, 184)
        _blob(rng, draw, x, y, rng.uniform(5, 8.5), color)
    return textured(rng, image.filter(ImageFilter.GaussianBlur(1.4)), fine=0.05, coarse=0.04)


def fluor(rng: Random, variant: str) -> Image.Image:
    """Fluorescence: `blue` nuclei, `green` or `red` cytoplasm, or all of them (`merge`)."""
    places = Random(f"cells {variant[-1:]}" if variant[-1:].isdigit() else "cells")
    cells = [(places.uniform(30, 610), places.uniform(30, 530), places.uniform(20, 34))
             for _ in range(34)]  # fmt: skip
    name = variant.rstrip("0123456789")
    layers = []
    for color in ("red", "green", "blue"):
        layer = Image.new("L", SIZE)
        draw = ImageDraw.Draw(layer)
        for x, y, r in cells:
            if name in (color, "merge"):
                level = places.randint(130, 235)
                _blob(places, draw, x, y, r * (0.5 if color == "blue" else 1.0), level)
        grain = noise(rng, SIZE, 4).point(lambda v: min(255, 90 + v))
        blurred = layer.filter(ImageFilter.GaussianBlur(2.5 if color == "blue" else 5))
        layers.append(ImageChops.multiply(blurred, grain))
    image = Image.merge("RGB", layers)
    ImageDraw.Draw(image).line((500, 530, 610, 530), fill="white", width=6)
    return textured(rng, image, fine=0.04, coarse=0.02)


def skin(rng: Random, variant: str) -> Image.Image:
    """Skin with palpable purpura, or with one pigmented lesion (`naevus`)."""
    image = _between((214, 162, 134), (240, 200, 176), noise(rng, SIZE, 26))
    layer = image.copy()
    draw = ImageDraw.Draw(layer)
    if variant == "naevus":
        for r, color in ((120, (128, 78, 52)), (84, (84, 48, 34)), (40, (52, 30, 26))):
            _blob(rng, draw, 330 + rng.uniform(-16, 16), 280, r, color)
    else:
        for _ in range(85):
            x, y = rng.uniform(0, 640), rng.gauss(300, 150)
            _blob(rng, draw, x, y, rng.uniform(3, 14), (150, 40, 58))
    layer = layer.filter(ImageFilter.GaussianBlur(3))
    return textured(rng, Image.blend(image, layer, 0.88), fine=0.07, coarse=0.05)


def fundus(rng: Random, variant: str) -> Image.Image:
    """A retina: disc, vessels, and haemorrhages where the variant says `bleed`."""
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    draw.ellipse((50, 10, 590, 550), fill=(196, 84, 36))
    draw.ellipse((360, 220, 430, 300), fill=(150, 56, 26))
    for n in range(9):
        _vessel(rng, draw, 196, 270, 2 * math.pi * n / 9 + rng.uniform(-0.2, 0.2), 9)
    draw.ellipse((160, 226, 232, 314), fill=(250, 206, 134))
    for _ in range(34 if variant == "bleed" else 0):
        x, y = _ring(rng, 320, 280, 60, 220)
        _blob(rng, draw, x, y, rng.uniform(4, 15), (112, 14, 16))
    image = textured(rng, image.filter(ImageFilter.GaussianBlur(2.4)), fine=0.05, coarse=0.07)
    mask = Image.new("L", SIZE)
    ImageDraw.Draw(mask).ellipse((50, 10, 590, 550), fill=255)
    return Image.composite(image, Image.new("RGB", SIZE), mask)


def _vessel(rng: Random, draw: ImageDraw.ImageDraw, x: float, y: float, angle: float,
            width: float) -> None:  # fmt: skip
    while width > 1.2 and 40 < x < 600 and 0 < y < 560:
        angle += rng.uniform(-0.22, 0.22)
        x1, y1 = x + 16 * math.cos(angle), y + 16 * math.sin(angle)
        draw.line((x, y, x1, y1), fill=(134, 26, 22), width=round(width))
        x, y, width = x1, y1, width * 0.965
        if rng.random() < 0.07:
            _vessel(rng, draw, x, y, angle + rng.choice((-0.6, 0.6)), width * 0.7)


def blot(rng: Random, variant: str) -> Image.Image:
    """A western blot: lanes of bands over a loading control."""
    image = Image.new("L", SIZE, 226)
    draw = ImageDraw.Draw(image)
    rows = (("Target, 42 kDa", 150), ("Phospho-form", 290), ("Loading control", 430))
    for row, (_, y) in enumerate(rows):
        for lane in range(6):
            level = 1.0 if row == 2 else (lane + 1) / 6 if row == 0 else 1 - lane / 6.5
            x, tall = 190 + lane * 74, 8 + 18 * level
            dark = round(214 - 190 * level * rng.uniform(0.85, 1.0))
            draw.rounded_rectangle((x - 28, y - tall / 2, x + 28, y + tall / 2), 8, fill=dark)
    image = textured(rng, image.filter(ImageFilter.GaussianBlur(4)), fine=0.05, coarse=0.06)
    draw = ImageDraw.Draw(image)
    for words, y in rows:
        draw.text((8, y), words.replace(", ", ",\n"), fill=0, font=font(9), anchor="lm")
    for lane, hours in enumerate((0, 1, 3, 6, 12, 24)):
        draw.text((190 + lane * 74, 60), f"{hours} h", fill=0, font=font(10), anchor="mm")
    return image
