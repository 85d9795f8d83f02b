"""Draw report.png: the page that `medloom report --out` writes, in a browser, over the demo.

python -m docs.images.report      (needs Chromium and the extra `report`)
"""

import subprocess
import tempfile
from pathlib import Path

import medloom
from medloom import demo
from medloom.report import page

OUT = Path(__file__).with_name("report.png")
CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--hide-scrollbars")  # fmt: skip


def main() -> None:
    """Build, report, look."""
    with tempfile.TemporaryDirectory() as scratch:
        made, shown = Path(scratch, "made"), Path(scratch, "report")
        medloom.build("entities", input=demo.path(), into=made)
        page.write(medloom.open(made), shown)
        command = [
            *CHROMIUM,
            f"--user-data-dir={scratch}/profile",
            "--window-size=1180,760",
            f"--screenshot={OUT}",
            (shown / "index.html").as_uri() + "#Disease%3Aheart%20failure",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
