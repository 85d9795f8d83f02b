"""Makes what the documentation can take from the code.

`python -m docs.generate` writes `docs/reference/` and runs every ```console block again, so that
no page shows what the code no longer does.
"""

from pathlib import Path

from . import cli, console, python, steps, tables

ROOT = Path(__file__).parents[2]
REFERENCE = {"cli": cli, "python": python, "steps": steps, "tables": tables}


def targets() -> list[str]:
    """The files that are made, relative to the repository."""
    made = [f"docs/reference/{name}.md" for name in REFERENCE]
    written = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    shown = [page for page in written if console.BLOCK in page.read_text(encoding="utf-8")]
    return made + [page.relative_to(ROOT).as_posix() for page in shown]


def make(target: str) -> str:
    """The text that a file should have now."""
    name = Path(target).stem
    if target.startswith("docs/reference/") and name in REFERENCE:
        return REFERENCE[name].page()
    return console.refreshed((ROOT / target).read_text(encoding="utf-8"))
