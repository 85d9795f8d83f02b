"""Draw audit.png: the page that `medloom audit --out` writes, in a browser.

python -m docs.images.audit      (needs Chromium; the notes are those of the how-to page)
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import medloom
from docs.images.report import CHROMIUM
from medloom.audit import page
from medloom.audit.report import audit
from medloom.audit.subject import Subject

OUT = Path(__file__).with_name("audit.png")
HOW_TO = Path(__file__).parents[1] / "how-to" / "audit-a-dataset.md"


def main() -> None:
    """Make the notes, build, audit, look."""
    code = re.search(r"```python\n(# make_notes.py\n.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    assert code is not None
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        exec(code[1], {})
        medloom.build("notes", input="clinic.csv", into="clinic")
        page.write(audit(Subject(medloom.open("clinic"))), Path("page"))
        command = [
            *CHROMIUM,
            f"--user-data-dir={scratch}/profile",
            "--window-size=1180,1900",
            f"--screenshot={OUT}",
            Path("page/index.html").absolute().as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        os.chdir(here)


if __name__ == "__main__":
    main()
