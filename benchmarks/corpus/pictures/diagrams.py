"""Boxes with words: participant flow, search flow, pipelines, and a table that is a picture."""

from random import Random

from PIL import Image, ImageDraw

from benchmarks.corpus.pictures.canvas import font

INK = "#222222"
Box = tuple[float, float, float, float]

_FLOWS: dict[str, list[tuple[float, float, str]]] = {
    "consort": [
        (500, 60, "Assessed for eligibility (n = 412)"),
        (500, 190, "Randomised (n = 240)"),
        (260, 330, "Allocated to treatment\n(n = 120)"),
        (740, 330, "Allocated to control\n(n = 120)"),
        (260, 470, "Lost to follow-up (n = 6)"),
        (740, 470, "Lost to follow-up (n = 9)"),
        (260, 600, "Analysed (n = 120)"),
        (740, 600, "Analysed (n = 120)"),
    ],
    "prisma": [
        (500, 60, "Records identified (n = 1,846)"),
        (500, 190, "Records screened (n = 1,204)"),
        (260, 330, "Full texts assessed\n(n = 96)"),
        (740, 330, "Records excluded\n(n = 1,108)"),
        (260, 470, "Studies included (n = 8)"),
        (740, 470, "Full texts excluded (n = 88)"),
    ],
    "pipeline": [
        (500, 60, "Scan"),
        (500, 190, "Resample to 1 mm, normalise"),
        (260, 330, "Network\n(4 levels, skip links)"),
        (740, 330, "Outline by hand"),
        (260, 470, "Probability map"),
        (740, 470, "Mask after threshold"),
    ],
    "care": [
        (500, 60, "Suspected attack"),
        (500, 190, "Measure ammonia at once"),
        (260, 330, "Raised: stop protein,\nstart infusion"),
        (740, 330, "Normal: repeat\nafter 4 h"),
        (260, 470, "Dialysis if > 500 umol/L"),
        (740, 470, "Look for other causes"),
    ],
}
_LINKS = [(0, 1), (1, 2), (1, 3), (2, 4), (3, 5), (4, 6), (5, 7)]
_BELOW_LEFT = [(0, 1), (1, 2), (1, 3), (2, 4), (2, 5)]
"""The last two boxes both come from the third."""


def flow(rng: Random, variant: str) -> Image.Image:
    """A flow of boxes: `consort`, `prisma`, `pipeline` or `care`."""
    boxes = _FLOWS[variant]
    tall = int(max(y for _, y, _ in boxes)) + 70
    image = Image.new("RGB", (1000, tall), "white")
    draw = ImageDraw.Draw(image)
    for start, end in _BELOW_LEFT if variant in ("prisma", "pipeline") else _LINKS:
        if end < len(boxes):
            _arrow(draw, boxes[start], boxes[end])
    for x, y, words in boxes:
        draw.rounded_rectangle((x - 215, y - 44, x + 215, y + 44), 10, fill="#eef4fa",
                               outline="#1b6ca8", width=4)  # fmt: skip
        draw.multiline_text((x, y), words, fill=INK, font=font(11), anchor="mm", align="center")
    return image


def _arrow(draw: ImageDraw.ImageDraw, start: tuple[float, float, str],
           end: tuple[float, float, str]) -> None:  # fmt: skip
    (x0, y0, _), (x1, y1, _) = start, end
    middle = (y0 + y1) / 2
    draw.line([(x0, y0), (x0, middle), (x1, middle), (x1, y1 - 56)], fill=INK, width=4)
    draw.polygon([(x1 - 10, y1 - 62), (x1 + 10, y1 - 62), (x1, y1 - 46)], fill=INK)


def tablepicture(rng: Random, variant: str) -> Image.Image:
    """A table as a scan: what some publishers deposit in place of its text."""
    rows = [
        ("Patient", "Age, sex", "CK, U/L", "Outcome"),
        ("1", "24, M", "48,200", "recovered"),
        ("2", "31, M", "22,600", "recovered"),
        ("3", "19, F", "61,900", "dialysis"),
        ("4", "45, M", "17,350", "recovered"),
    ]
    image = Image.new("RGB", (980, 400), (250, 249, 244))
    draw = ImageDraw.Draw(image)
    for n, row in enumerate(rows):
        for column, words in enumerate(row):
            draw.text((40 + column * 235, 60 + n * 68), words, fill=INK,
                      font=font(14 if n == 0 else 13), anchor="lm")  # fmt: skip
    for y in (24, 94, 372):
        draw.line((24, y, 956, y), fill=INK, width=4)
    return image
