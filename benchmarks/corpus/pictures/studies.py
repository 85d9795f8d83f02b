"""Charts of studies: survival, forest and funnel plots, ROC curves, heat maps."""

import math
from random import Random

from PIL import Image, ImageDraw

from benchmarks.corpus.pictures.canvas import font
from benchmarks.corpus.pictures.charts import (
    BOTTOM,
    COLORS,
    INK,
    LEFT,
    RIGHT,
    SIZE,
    TOP,
    Draw,
    axes,
    legend,
)

_SURVIVAL = {
    "": ("Months", 6, "Event-free, %", ("Treatment", "Control"), (0.62, 0.4)),
    "trial": ("Weeks", 4, "Event-free, %", ("Titration", "Usual care"), (0.742, 0.592)),
    "walk": ("Days", 5, "Not yet walking, %", ("Intervention", "Control"), (0.2, 0.26)),
    "lesions": ("Contrast reduction, %", 10, "Detected, %", ("Low noise", "High noise"),
                (0.7, 0.5)),
    "stroke": ("Months", 6, "Free of stroke, %", ("Anticoagulant", "None"), (0.95, 0.88)),
}  # fmt: skip


def km(rng: Random, variant: str) -> Image.Image:
    """Kaplan-Meier curves of two arms."""
    across, step, up, arms, ends = _SURVIVAL[variant]
    image, draw = axes(across, up, 100)
    for arm, end in enumerate(ends):
        falls = [rng.uniform(0.2, 1.8) for _ in range(30)]
        points, share, x = [(float(LEFT + 4), float(TOP))], 1.0, float(LEFT + 4)
        for fall in falls:
            x += 588 / 30
            points.append((x, points[-1][1]))
            share -= (1 - end) * fall / sum(falls)
            points.append((x, BOTTOM - (BOTTOM - TOP) * share))
            if rng.random() < 0.3:
                draw.line((x, points[-1][1] - 9, x, points[-1][1] + 9), fill=COLORS[arm], width=3)
        draw.line(points, fill=COLORS[arm], width=6)
    for n in range(7):
        draw.text((LEFT + 4 + n * 98, BOTTOM + 24), str(n * step), fill=INK, font=font(10),
                  anchor="mm")  # fmt: skip
    legend(draw, list(arms), LEFT + 40, BOTTOM - 80)
    return image


def forest(rng: Random, variant: str) -> Image.Image:
    """A forest plot: one square a study, a diamond for the pooled effect."""
    image = Image.new("RGB", (1000, 620), "white")
    draw = ImageDraw.Draw(image)
    names = ("Anskar 2009", "Brannoch 2012", "Corvane 2014", "Dunmarrow 2015", "Farrowby 2018",
             "Harkonsen 2019", "Jolstad 2021", "Nerrivik 2022")  # fmt: skip
    middle, unit = 600, 150
    draw.line((middle, 60, middle, 540), fill="#888888", width=3)
    draw.text((24, 34), "Study", fill=INK, font=font(11), anchor="lm")
    draw.text((750, 34), "Risk ratio (95% CI)", fill=INK, font=font(10), anchor="lm")
    for n, name in enumerate(names):
        y = 84 + n * 50
        effect, half = rng.gauss(-0.28, 0.22), rng.uniform(0.2, 0.6)
        x0, x1 = middle + unit * 1.6 * (effect - half), middle + unit * 1.6 * (effect + half)
        draw.line((max(x0, 300), y, min(x1, 740), y), fill=INK, width=4)
        x, r = middle + unit * 1.6 * effect, 20 - half * 20
        draw.rectangle((x - r, y - r, x + r, y + r), fill=COLORS[0])
        draw.text((24, y), name, fill=INK, font=font(10), anchor="lm")
        interval = f"{math.exp(effect):.2f} ({math.exp(effect - half):.2f}-"
        draw.text((760, y), interval + f"{math.exp(effect + half):.2f})", fill=INK,
                  font=font(10), anchor="lm")  # fmt: skip
    draw.polygon([(500, 500), (540, 482), (584, 500), (540, 518)], fill=COLORS[1])
    draw.text((24, 500), "Pooled (random effects)", fill=INK, font=font(10), anchor="lm")
    draw.text((760, 500), "0.78 (0.66-0.93)", fill=INK, font=font(10), anchor="lm")
    draw.line((300, 546, 740, 546), fill=INK, width=4)
    for value in (0.25, 0.5, 1, 2):
        x = middle + unit * 1.6 * math.log(value)
        if x > 290:
            draw.text((x, 572), f"{value:g}", fill=INK, font=font(10), anchor="mm")
    draw.text((420, 600), "favours treatment", fill=INK, font=font(9), anchor="mm")
    draw.text((676, 600), "favours control", fill=INK, font=font(9), anchor="mm")
    return image


def roc(rng: Random, variant: str) -> Image.Image:
    """ROC curves of three models."""
    image, draw = axes("1 - specificity", "Sensitivity", 1)
    tall, wide = BOTTOM - TOP, RIGHT - LEFT
    draw.line((LEFT, BOTTOM, RIGHT, TOP), fill="#999999", width=3)
    for n, power in enumerate((0.22, 0.4, 0.62)):
        points = [(LEFT + wide * t / 50, BOTTOM - tall * (t / 50) ** power) for t in range(51)]
        draw.line(points, fill=COLORS[n], width=6)
    for n in range(6):
        draw.text((LEFT + wide * n / 5, BOTTOM + 24), f"{n / 5:.1f}", fill=INK, font=font(10),
                  anchor="mm")  # fmt: skip
    legend(draw, ["Model 0.82", "Score 0.71", "Age 0.62"], RIGHT - 210, BOTTOM - 130)
    return image


def funnel(rng: Random, variant: str) -> Image.Image:
    """A funnel plot: precise trials at the top, small ones spread below."""
    image, draw = axes("Risk ratio", "Precision", 10)
    middle, tall = (LEFT + RIGHT) / 2 - 60, BOTTOM - TOP
    draw.line((middle, TOP, middle, BOTTOM), fill="#888888", width=4)
    for side in (-1, 1):
        for part in range(0, 20, 2):
            near, far = part / 20, (part + 1) / 20
            draw.line((middle + side * 230 * near, TOP + tall * near,
                       middle + side * 230 * far, TOP + tall * far), fill=INK, width=3)  # fmt: skip
    for _ in range(8):
        down = rng.uniform(0.2, 0.9)
        x, y = middle + 100 * down * rng.gauss(0, 0.9), TOP + tall * down
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=COLORS[0])
    for n, words in enumerate(("0.25", "0.5", "0.78", "1.2", "2.0")):
        x = middle + (n - 2) * 130
        draw.text((x, BOTTOM + 24), words, fill=INK, font=font(10), anchor="mm")
    return image


_GENES = ("IL6", "TNF", "CXCL8", "IFNG", "CCL2", "IL1B", "TGFB1", "FOXP3", "GATA3", "VEGFA")
_TRIALS = ("Anskar", "Brannoch", "Corvane", "Dunmarrow", "Farrowby", "Harkonsen", "Jolstad",
           "Nerrivik")  # fmt: skip
_DOMAINS = ("random", "deviate", "missing", "measure", "report")


def heatmap(rng: Random, variant: str) -> Image.Image:
    """Genes by samples, or with `bias` trials by domains: blue for low and red for high."""
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    rows, columns, wide = (_TRIALS, 5, 108) if variant == "bias" else (_GENES, 12, 48)
    for row, name in enumerate(rows):
        y = 70 + row * 46
        draw.text((150, y + 23), name, fill=INK, font=font(9), anchor="rm")
        for column in range(columns):
            high = rng.random() < 0.25 if variant == "bias" else (row < 6) == (column >= 6)
            value = max(-1.0, min(1.0, rng.gauss(0.6 if high else -0.5, 0.3)))
            pale = round(245 - 190 * abs(value))
            color = (235, pale, pale) if value > 0 else (pale, pale, 235)
            x = 166 + column * wide
            draw.rectangle((x, y, x + wide - 2, y + 44), fill=color)
    _column_names(draw, variant)
    return image


def _column_names(draw: Draw, variant: str) -> None:
    if variant == "bias":
        for n, name in enumerate(_DOMAINS):
            draw.text((219 + n * 108, 44), name, fill=INK, font=font(10), anchor="mm")
        return
    draw.text((310, 44), "Control", fill=INK, font=font(11), anchor="mm")
    draw.text((598, 44), "Disease", fill=INK, font=font(11), anchor="mm")
    draw.line((453, 54, 453, 534), fill=INK, width=4)
