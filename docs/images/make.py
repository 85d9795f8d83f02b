"""`python docs/images/make.py` draws `demo.svg`: what the demo prints, and four of its figures.

The text is what the commands print; the pictures and their panels come out of the collection.
"""

import base64
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

import medloom

HERE = Path(__file__).parent
FIGURES = (
    "PMC990000001/fig/F1",
    "PMC990000021/fig/F1",
    "PMC990000024/fig/F1",
    "PMC990000023/fig/F3",
)
LINE, TOP, LEFT, WIDTH, TILE = 17, 52, 24, 940, 205
INK, DIM, GREEN, AMBER = "#e6edf3", "#9aa4af", "#7ee787", "#f0b72f"
QUERY = "select license, count(*) n from articles group by license order by n desc limit 2"


def main() -> None:
    """Build the demo and draw it."""
    sys.path.insert(0, str(HERE.parents[1]))
    from docs.generate.console import run_medloom  # noqa: PLC0415 - needs the path above

    os.environ["COLUMNS"] = "104"
    os.chdir(tempfile.mkdtemp(prefix="medloom-picture-"))
    made = run_medloom(["demo"]).split("\nTry next")[0]
    shown = [
        ("medloom demo", made),
        ("medloom ledger medloom-demo images", run_medloom(["ledger", "medloom-demo", "images"])),
        (f'medloom query medloom-demo "{QUERY}"', run_medloom(["query", "medloom-demo", QUERY])),
    ]
    lines = list(_lines(shown))
    tiles = list(_tiles(medloom.open("medloom-demo"), TOP + len(lines) * LINE + 14))
    height = TOP + len(lines) * LINE + 14 + 205
    (HERE / "demo.svg").write_text(_svg([*lines, *tiles], height), encoding="utf-8")


def _lines(shown: list[tuple[str, str]]) -> Iterator[str]:
    """The lines of a terminal."""
    at = TOP
    for command, answer in shown:
        yield _text(LEFT, at, f"$ {command}", GREEN)
        at += LINE
        for line in answer.strip("\n").split("\n"):
            colour = DIM if line.startswith("─") else AMBER if "missing file" in line else INK
            yield _text(LEFT, at, line, colour)
            at += LINE
        yield ""
        at += LINE


def _tiles(collection: Any, top: int) -> Iterator[str]:
    """Figures, with the panels that their captions name."""
    images = {row["figure_id"]: row["bytes"] for row in collection.table("images").to_pylist()}
    panels: dict[str, list[str]] = {}
    for row in collection.table("panels").to_pylist():
        panels.setdefault(row["figure_id"], []).append("+".join(row["letters"]))
    for number, figure in enumerate(FIGURES):
        left = LEFT + number * (TILE + 24)
        picture = Image.open(io.BytesIO(images[figure])).convert("RGB")
        picture.thumbnail((TILE * 2, 280))
        width, height = picture.width / 2, picture.height / 2
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=80)
        data = base64.b64encode(file.getvalue()).decode()
        yield (
            f'<rect x="{left}" y="{top}" width="{TILE}" height="140" fill="#161b22"/>'
            f'<image x="{left + (TILE - width) / 2:.0f}" y="{top + (140 - height) / 2:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" href="data:image/jpeg;base64,{data}"/>'
        )
        yield _text(left, top + 160, figure, INK)
        yield _text(left, top + 177, f"panels: {' '.join(panels.get(figure, ['none']))}", DIM)


def _text(x: int, y: int, text: str, colour: str) -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" xml:space="preserve">{escape(text)}</text>'


def _svg(parts: list[str], height: int) -> str:
    dots = "".join(
        f'<circle cx="{22 + n * 18}" cy="20" r="5.5" fill="{colour}"/>'
        for n, colour in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, '
            'monospace" font-size="13">',
            f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="9" '
            'fill="#0d1117" stroke="#8b949e"/>',
            dots,
            *(part for part in parts if part),
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    main()
