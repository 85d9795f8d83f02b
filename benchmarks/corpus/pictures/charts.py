"""Charts as articles print them: bars, lines, survival, forest, ROC, scatter, heat map."""

import math
from random import Random

from PIL import Image, ImageDraw

from benchmarks.corpus.pictures.canvas import font

SIZE = (760, 600)
LEFT, TOP, RIGHT, BOTTOM = 104, 84, 724, 500
COLORS = ("#1b6ca8", "#d1495b", "#3a7d44", "#8a5aab")
INK = "#222222"
Draw = ImageDraw.ImageDraw


def _axes(across: str, up: str, top: float, unit: str = "") -> tuple[Image.Image, Draw]:
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


def _legend(draw: Draw, names: list[str], x: int = RIGHT - 190, y: int = TOP + 8) -> None:
    for n, name in enumerate(names):
        draw.rectangle((x, y + 34 * n - 9, x + 26, y + 34 * n + 9), fill=COLORS[n])
        draw.text((x + 36, y + 34 * n), name, fill=INK, font=font(10), anchor="lm")


def bars(rng: Random, variant: str) -> Image.Image:
    """Grouped bars with error bars, two arms at four visits."""
    image, draw = _axes("Week", "Mean score", 40)
    for n, week in enumerate((0, 4, 12, 24)):
        for arm in (0, 1):
            value = 32 - n * (2.2 if arm else 5.4) + rng.uniform(-0.8, 0.8)
            x = LEFT + 50 + n * 150 + arm * 52
            y = BOTTOM - (BOTTOM - TOP) * value / 40
            draw.rectangle((x, y, x + 46, BOTTOM - 2), fill=COLORS[arm])
            draw.line((x + 23, y - 18, x + 23, y + 18), fill=INK, width=3)
            for end in (y - 18, y + 18):
                draw.line((x + 14, end, x + 32, end), fill=INK, width=3)
        draw.text((LEFT + 100 + n * 150, BOTTOM + 24), str(week), fill=INK, font=font(10),
                  anchor="mm")  # fmt: skip
    _legend(draw, ["Treatment", "Control"])
    return image


_LINES = {
    "creatinine": ("Day", "Creatinine, umol/L", 500, [90, 180, 340, 410, 300, 190, 140, 120]),
    "crp": ("Day", "C-reactive protein, mg/L", 250, [182, 210, 164, 96, 61, 28, 14, 8]),
    "ck": ("Day", "Creatine kinase, kU/L", 60, [8, 26, 54, 44, 22, 9, 3, 1]),
    "titre": ("Month", "Antibody titre, U/mL", 200, [164, 120, 82, 40, 22, 16, 12, 10]),
    "platelets": ("Day", "Platelets, 10^9/L", 300, [12, 9, 24, 66, 140, 198, 240, 252]),
    "lactate": ("Hour", "Lactate, mmol/L", 10, [8.1, 7.4, 6.0, 4.4, 3.1, 2.2, 1.6, 1.3]),
    "loss": ("Epoch (x10)", "Dice", 1, [0.31, 0.52, 0.66, 0.74, 0.79, 0.82, 0.835, 0.84]),
}


def lines(rng: Random, variant: str) -> Image.Image:
    """A laboratory value over time, with the normal range shaded and the treatment marked."""
    across, up, top, values = _LINES[variant or "crp"]
    image, draw = _axes(across, up, top)
    tall = BOTTOM - TOP
    if top > 1:
        draw.rectangle((LEFT + 4, BOTTOM - tall * 0.2, RIGHT, BOTTOM - 3), fill="#e3f0e3")
    points = []
    for n, value in enumerate(values):
        x = LEFT + 40 + n * 80
        points.append((x, BOTTOM - tall * value / top))
        draw.text((x, BOTTOM + 24), str(n), fill=INK, font=font(10), anchor="mm")
    draw.line(points, fill=COLORS[0], width=6, joint="curve")
    for x, y in points:
        draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill="white", outline=COLORS[0], width=5)
    if top > 1:
        x = points[2][0]
        draw.line((x, TOP - 12, x, points[2][1] - 14), fill=COLORS[1], width=4)
        draw.text((x, TOP - 28), "treatment", fill=COLORS[1], font=font(10), anchor="mm")
    return image


def km(rng: Random, variant: str) -> Image.Image:
    """Kaplan-Meier curves of two arms."""
    image, draw = _axes("Months since randomisation", "Event-free, %", 100)
    for arm, hazard in enumerate((0.02, 0.045)):
        x, y, share = float(LEFT + 4), float(TOP), 1.0
        points = [(x, y)]
        while x < RIGHT - 24:
            x = min(RIGHT - 24, x + rng.uniform(10, 30))
            points.append((x, y))
            share *= 1 - hazard * rng.uniform(0.3, 1.7)
            y = BOTTOM - (BOTTOM - TOP) * share
            points.append((x, y))
            if rng.random() < 0.3:
                draw.line((x, y - 9, x, y + 9), fill=COLORS[arm], width=3)
        draw.line(points, fill=COLORS[arm], width=6)
    for n in range(7):
        draw.text((LEFT + n * 98, BOTTOM + 24), str(n * 6), fill=INK, font=font(10), anchor="mm")
    _legend(draw, ["Treatment", "Control"], LEFT + 40, BOTTOM - 80)
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
    draw.text((760, 34), "Risk ratio (95% CI)", fill=INK, font=font(11), anchor="lm")
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
    image, draw = _axes("1 - specificity", "Sensitivity", 1)
    tall, wide = BOTTOM - TOP, RIGHT - LEFT
    draw.line((LEFT, BOTTOM, RIGHT, TOP), fill="#999999", width=3)
    for n, power in enumerate((0.22, 0.4, 0.62)):
        points = [(LEFT + wide * t / 50, BOTTOM - tall * (t / 50) ** power) for t in range(51)]
        draw.line(points, fill=COLORS[n], width=6)
    for n in range(6):
        draw.text((LEFT + wide * n / 5, BOTTOM + 24), f"{n / 5:.1f}", fill=INK, font=font(10),
                  anchor="mm")  # fmt: skip
    _legend(draw, ["Model 0.82", "Score 0.71", "Age 0.62"], RIGHT - 210, BOTTOM - 130)
    return image


def scatter(rng: Random, variant: str) -> Image.Image:
    """Points around a line, with the fit."""
    image, draw = _axes("Marker, ng/mL", "Severity score", 50)
    for _ in range(90):
        x = rng.uniform(0, 1)
        y = min(0.97, max(0.02, 0.15 + 0.62 * x + rng.gauss(0, 0.09)))
        px, py = LEFT + 16 + 590 * x, BOTTOM - (BOTTOM - TOP) * y
        draw.ellipse((px - 7, py - 7, px + 7, py + 7), outline=COLORS[0], width=4)
    tall = BOTTOM - TOP
    draw.line((LEFT + 16, BOTTOM - tall * 0.15, RIGHT - 14, BOTTOM - tall * 0.77),
              fill=COLORS[1], width=5)  # fmt: skip
    for n in range(6):
        draw.text((LEFT + 16 + 118 * n, BOTTOM + 24), str(n * 20), fill=INK, font=font(10),
                  anchor="mm")  # fmt: skip
    return image


def box(rng: Random, variant: str) -> Image.Image:
    """Box plots of four groups."""
    image, draw = _axes("Group", "Expression, log2", 12)
    for n, name in enumerate(("WT", "+/-", "-/-", "rescue")):
        middle = (8.6, 6.2, 3.0, 7.4)[n] + rng.uniform(-0.3, 0.3)
        x = LEFT + 84 + n * 148

        def y(value: float) -> float:
            return BOTTOM - (BOTTOM - TOP) * value / 12

        draw.line((x, y(middle + 2), x, y(middle - 1.8)), fill=INK, width=4)
        draw.rectangle((x - 40, y(middle + 0.9), x + 40, y(middle - 0.8)), fill=COLORS[n],
                       outline=INK, width=4)  # fmt: skip
        draw.line((x - 40, y(middle), x + 40, y(middle)), fill="white", width=6)
        draw.text((x, BOTTOM + 24), name, fill=INK, font=font(10), anchor="mm")
    return image


def heatmap(rng: Random, variant: str) -> Image.Image:
    """Genes by samples, blue for low and red for high."""
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    genes = "IL6 TNF CXCL8 IFNG CCL2 IL1B TGFB1 FOXP3 GATA3 VEGFA".split()
    for row, gene in enumerate(genes):
        y = 70 + row * 46
        draw.text((120, y + 23), gene, fill=INK, font=font(10), anchor="rm")
        for column in range(12):
            high = (row < 6) == (column >= 6)
            value = max(-1.0, min(1.0, rng.gauss(0.6 if high else -0.5, 0.3)))
            pale = round(245 - 190 * abs(value))
            color = (235, pale, pale) if value > 0 else (pale, pale, 235)
            x = 136 + column * 48
            draw.rectangle((x, y, x + 46, y + 44), fill=color)
    draw.text((280, 44), "Control", fill=INK, font=font(11), anchor="mm")
    draw.text((568, 44), "Disease", fill=INK, font=font(11), anchor="mm")
    draw.line((424, 54, 424, 534), fill=INK, width=4)
    return image
