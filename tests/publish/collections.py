"""Small collections to publish, and ways to compare what was published."""

import json
from pathlib import Path
from typing import Any

import medloom

RECIPE = """\
name: notes
tables:
  notes:
    about: Notes that were written for tests.
    read: {jsonl: {input: "{input}", columns: {COLUMNS}}}
"""
COLUMNS = {"id": "str", "text": "str", "split": "str", "n": "int"}


def note(number: int, **more: Any) -> dict[str, Any]:
    """One row."""
    split = "test" if number % 5 == 0 else "train"
    return {"id": f"n{number}", "text": f"Note {number}. " * 5, "split": split, "n": number, **more}


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as JSON lines; a file that has them already stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def build(
    folder: Path, *files: list[dict[str, Any]], columns: dict[str, str] | None = None
) -> Path:
    """Build `folder/c` from files of rows, one build a file, so that it grows."""
    recipe = folder / "recipe.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    recipe.write_text(RECIPE.replace("{COLUMNS}", json.dumps(columns or COLUMNS)))
    for number, rows in enumerate(files):
        write_lines(folder / "in" / f"{number}.jsonl", rows)
        medloom.build(recipe, input=folder / "in", into=folder / "c", workers=0)
    return folder / "c"


def build_files(folder: Path, files: dict[str, list[dict[str, Any]]]) -> Path:
    """Build `folder/c` from these files alone: those of an earlier call are gone or changed."""
    recipe = folder / "recipe.yaml"
    recipe.write_text(RECIPE.replace("{COLUMNS}", json.dumps(COLUMNS)))
    for path in (folder / "in").glob("*.jsonl"):
        if path.stem not in files:
            path.unlink()
    for name, rows in files.items():
        write_lines(folder / "in" / f"{name}.jsonl", rows)
    medloom.build(recipe, input=folder / "in", into=folder / "c", workers=0)
    return folder / "c"


def tree(folder: Path) -> dict[str, bytes]:
    """All files of a release by their paths; what it keeps for itself is hidden."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def rows_of(collection: Path | str, table: str) -> list[dict[str, Any]]:
    """All rows of a table, in order."""
    return [row for batch in medloom.open(collection).scan(table) for row in batch.to_pylist()]
