"""Draw explorer.png: an article and a search that `medloom serve` shows of the demo.

python -m docs.images.explorer      (needs Chromium and the extra `serve`)
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

import medloom
from medloom import demo
from medloom.search.index import index
from tests.web.chromium import Browser

OUT = Path(__file__).with_name("explorer.png")
PAGES = ("/t/articles/r?id=PMC990000002", "/search?q=heart+failure")
WIDTH, HEIGHT, GAP = 620, 430, 12


def main() -> None:
    """Build, index, serve, look, put side by side."""
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch, "made")
        medloom.build("literature", input=demo.path(), into=made)
        index(str(made))
        shots = taken(made, Path(scratch))
    sheet = Image.new("RGB", (len(shots) * (WIDTH + GAP) - GAP, HEIGHT), "white")
    for place, shot in enumerate(shots):
        sheet.paste(shot, (place * (WIDTH + GAP), 0))
    sheet.quantize(255).save(OUT, optimize=True)


def taken(made: Path, scratch: Path) -> list[Image.Image]:
    """The pages as pictures of one size."""
    command = [sys.executable, "-u", "-m", "medloom", "serve", str(made), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        link = next(found[0] for line in served.stdout or () if (found := _LINK.search(line)))
        pictures = []
        with Browser(scratch / "profile", width=2 * WIDTH, height=2 * HEIGHT) as browser:
            browser.go(link)
            for number, page in enumerate(PAGES):
                browser.go(link.partition("/?")[0] + page)
                browser.settle()
                browser.shot(scratch / f"{number}.png")
                picture = Image.open(scratch / f"{number}.png").convert("RGB")
                pictures.append(picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS))
        served.terminate()
    return pictures


_LINK = re.compile(r"http://\S+")


if __name__ == "__main__":
    main()
