"""Charts of measurements: bars, lines, points, boxes."""

from random import Random

from PIL import Image, ImageDraw

from benchmarks.corpus.pictures.canvas import font

SIZE = (760, 600)
LEFT, TOP, RIGHT, BOTTOM = 104, 84, 724, 500
COLORS = ("#1b6ca8", "#d1495b", "#3a7d44", "#8a5aab")
INK = "#222222"
Draw = ImageDraw.ImageDraw


def axes(across: str, up: str, top: float, unit: str = "") -> tuple[Image.Image, Draw]:
    """An empty chart whose y axis goes from 0 to `top`."""
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    draw.line([(LEFT, TOP), (LEFT, BOTTOM), (RIGHT, BOTTOM)], fill=INK, width=4)
    for n in range(6):
        y = BOTTOM - (BOTTOM - TOP) * n / 5
        draw.line((LEFT - 10, y, LEFT, y), fill=INK, width=4)
        value = top * n / 5
        words = f"{value:.0f}" if top >= 5 else f"{value:.1f}"
        draw.text((LEFT - 16, y), words + unit, fill=INK, font=font(10), anchor="rm")
        if n:
            draw.line((LEFT + 4, y, RIGHT, y), fill="#e6e6e6", width=2)
    draw.text(((LEFT + RIGHT) / 2, SIZE[1] - 24), across, fill=INK, font=font(11), anchor="mm")
    _sideways(image, up)
    return image, draw


def _sideways(image: Image.Image, words: str) -> None:
    strip = Image.new("L", (BOTTOM - TOP, 34))
    ImageDraw.Draw(strip).text((strip.width / 2, 17), words, fill=255, font=font(11), anchor="mm")
    image.paste(INK, (4, TOP), strip.rotate(90, expand=True))


def legend(draw: Draw, names: list[str], x: int = RIGHT - 190, y: int = TOP + 8) -> None:
    for n, name in enumerate(names):
        draw.rectangle((x, y + 34 * n - 9, x + 26, y + 34 * n + 9), fill=COLORS[n])
        draw.text((x + 36, y + 34 * n), name, fill=INK, font=font(10), anchor="lm")


_BARS = {
    "": ("Week", "Congestion score", ("0", "4", "12", "24"), ("Titration", "Usual care"),
         ((32.0, 26.9, 21.8, 16.4), (32.2, 29.9, 27.9, 25.6))),
    "delirium": ("Day", "Delirium score", ("1", "2", "4", "7"), ("Probiotic", "Plain"),
                 ((30.0, 22.0, 12.0, 6.0), (31.0, 29.0, 24.0, 13.0))),
    "asthma": ("Week", "Symptom score", ("0", "1", "2", "4"), ("Preventer", "None"),
               ((34.0, 19.5, 12.3, 8.1), (35.1, 27.2, 22.6, 18.4))),
}  # fmt: skip


def bars(rng: Random, variant: str) -> Image.Image:
    """Grouped bars with error bars, two arms at four visits."""
    across, up, ticks, arms, values = _BARS[variant]
    image, draw = axes(across, up, 40)
    for n, tick in enumerate(ticks):
        for arm in (0, 1):
            x = LEFT + 50 + n * 150 + arm * 52
            y = BOTTOM - (BOTTOM - TOP) * values[arm][n] / 40
            draw.rectangle((x, y, x + 46, BOTTOM - 2), fill=COLORS[arm])
            draw.line((x + 23, y - 18, x + 23, y + 18), fill=INK, width=3)
            for end in (y - 18, y + 18):
                draw.line((x + 14, end, x + 32, end), fill=INK, width=3)
        draw.text((LEFT + 100 + n * 150, BOTTOM + 24), tick, fill=INK, font=font(10), anchor="mm")
    legend(draw, list(arms), y=TOP - 30)
    return image


_LINES: dict[str, tuple[str, str, float, list[float]]] = {
    "creatinine": ("Day", "Creatinine, umol/L", 500, [341, 372, 398, 446, 431, 420, 413, 408]),
    "crp": ("Day", "C-reactive protein, mg/L", 250, [182, 210, 164, 96, 61, 28, 14, 8]),
    "ck": ("Day", "Creatine kinase, kU/L", 60, [12, 31, 48.2, 39, 22, 9, 3, 1]),
    "titre": ("Month", "Antibody titre, U/mL", 200, [164, 140, 112, 88, 61, 34, 20, 14]),
    "platelets": ("Day", "Platelets, 10^9/L", 300, [9, 11, 24, 66, 140, 198, 240, 252]),
    "slow": ("Day", "Platelets, 10^9/L", 300, [31, 34, 41, 62, 88, 121, 150, 177]),
    "lactate": ("Hour", "Lactate, mmol/L", 10, [8.1, 7.4, 6.0, 4.4, 3.1, 2.2, 1.6, 1.3]),
    "delay": ("Month", "Hours to first mobilisation", 50, [31, 33, 30, 27, 22, 19, 18, 17]),
    "loss": ("Epoch (x10)", "Dice", 1, [0.31, 0.52, 0.66, 0.74, 0.79, 0.82, 0.835, 0.84]),
}

_NORMAL = {"creatinine": (0.0, 0.2), "crp": (0.0, 0.02), "ck": (0.0, 0.0), "titre": (0.0, 0.2),
           "lactate": (0.0, 0.2), "platelets": (0.5, 1.0), "slow": (0.5, 1.0)}  # fmt: skip
"""The normal range of a test, as shares of its axis."""


def lines(rng: Random, variant: str) -> Image.Image:
    """A laboratory value over time, with the normal range shaded and the treatment marked."""
    across, up, top, values = _LINES[variant or "crp"]
    image, draw = axes(across, up, top)
    tall = BOTTOM - TOP
    if variant in _NORMAL:
        low, high = _NORMAL[variant]
        normal = (LEFT + 4, BOTTOM - 3 - tall * high, RIGHT, BOTTOM - 3 - tall * low)
        draw.rectangle(normal, fill="#e3f0e3")
    points = []
    for n, value in enumerate(values):
        x = LEFT + 40 + n * 80
        points.append((x, BOTTOM - tall * value / top))
        draw.text((x, BOTTOM + 24), str(n), fill=INK, font=font(10), anchor="mm")
    draw.line(points, fill=COLORS[0], width=6, joint="curve")
    for x, y in points:
        draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill="white", outline=COLORS[0], width=5)
    if variant in _NORMAL:
        x = points[2][0]
        draw.line((x, TOP - 12, x, points[2][1] - 14), fill=COLORS[1], width=4)
        draw.text((x, TOP - 28), "treatment", fill=COLORS[1], font=font(10), anchor="mm")
    return image


_SCATTERS = {
    "": ("Marker, ng/mL", "Severity score", 50, 100),
    "lactate": ("Initial lactate, mmol/L", "Severity score", 20, 15),
    "pollen": ("Grass pollen, grains per m3", "Visits per day", 60, 150),
    "weight": ("Body weight, kg", "Clearance, L/h", 5, 65),
}


def scatter(rng: Random, variant: str) -> Image.Image:
    """Points around a line, with the fit."""
    across, up, top, right = _SCATTERS[variant]
    image, draw = axes(across, up, top)
    tall = BOTTOM - TOP
    for _ in range(46 if variant == "weight" else 90):
        x = rng.uniform(0.05, 0.94)
        y = min(0.97, max(0.02, _fit(x, variant) + rng.gauss(0, 0.07)))
        px, py = LEFT + 16 + 590 * x, BOTTOM - tall * y
        draw.ellipse((px - 7, py - 7, px + 7, py + 7), outline=COLORS[0], width=4)
    curve = [(LEFT + 16 + 5.9 * n, BOTTOM - tall * _fit(n / 100, variant)) for n in range(4, 97)]
    draw.line(curve, fill=COLORS[1], width=5)
    for n in range(6):
        draw.text((LEFT + 16 + 118 * n, BOTTOM + 24), f"{right * n / 5:.0f}", fill=INK,
                  font=font(10), anchor="mm")  # fmt: skip
    return image


def _fit(x: float, variant: str) -> float:
    """Height over the x axis, both as shares: a line, or the three-quarter power of weight."""
    return 0.8 * (65 * x / 70) ** 0.75 if variant == "weight" else 0.15 + 0.62 * x


_BOXES = {
    "": ("Group", "Expression, log2", 12, ("WT", "+/-", "-/-", "rescue"), (8.6, 6.2, 3.0, 7.4)),
    "lactate": ("28-day outcome (C, cirrhosis)", "Lactate at 6 h, mmol/L", 12,
                ("alive", "died", "alive, C", "died, C"), (2.8, 5.4, 4.9, 5.3)),
}  # fmt: skip


def box(rng: Random, variant: str) -> Image.Image:
    """Box plots of four groups."""
    across, up, top, names, middles = _BOXES[variant]
    image, draw = axes(across, up, top)
    scale = (BOTTOM - TOP) / top
    for n, (name, center) in enumerate(zip(names, middles, strict=True)):
        x, y = LEFT + 84 + n * 148, BOTTOM - scale * (center + rng.uniform(-0.3, 0.3))
        draw.line((x, y - 2 * scale, x, y + 1.8 * scale), fill=INK, width=4)
        draw.rectangle((x - 40, y - 0.9 * scale, x + 40, y + 0.8 * scale), fill=COLORS[n],
                       outline=INK, width=4)  # fmt: skip
        draw.line((x - 40, y, x + 40, y), fill="white", width=6)
        draw.text((x, BOTTOM + 24), name, fill=INK, font=font(10), anchor="mm")
    return image
