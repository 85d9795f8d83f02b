"""A command that looks for protected health information in texts."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.tables import Span

_SHOWN = 60
"""Characters around a finding that are shown with `--show`."""


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path, allow_dash=True))
@click.option("--language", type=click.Choice(["auto", "en", "es"]), default="auto")
@click.option("--entity", "entities", multiple=True, help="A label or kind; give several.")
@click.option("--no-model", is_flag=True, help="Rules and word lists only.")
@click.option("--show", is_flag=True, help="Show what was found; it may be about a patient.")
@click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
def phi(
    path: Path,
    language: str,
    entities: tuple[str, ...],
    no_model: bool,
    show: bool,
    json_: bool,
) -> None:
    """Look for names, dates, numbers and more in a text file, in the .txt of a folder, or in `-`.

    Values are masked unless you say `--show`. To find them in a collection put the step `phi` into
    a recipe, and `deidentify` after it to replace them.
    """
    from medloom.registry import load_step

    given: dict[str, Any] = {"language": language, "entities": list(entities)}
    if no_model:
        given |= {"model_en": None, "model_es": None}
    find: Callable[[list[str]], list[list[Span]]] = load_step("phi")(**given)
    rows: list[dict[str, Any]] = []
    for name, text in _texts(path):
        for span in find([text])[0]:
            kind = next(one.value for one in span.attributes if one.name == "kind")
            rule, score = span.made_by.rule if span.made_by else None, round(span.score or 0, 2)
            row = {"file": name, "start": span.start, "end": span.end, "label": span.label}
            row |= {"kind": kind, "rule": rule, "score": score}
            row["text"] = span.text.replace("\n", " ")[:_SHOWN] if show else _masked(span.text)
            rows.append(row)
    output.as_listing(rows, json_)


def _texts(path: Path) -> list[tuple[str, str]]:
    if str(path) == "-":
        return [("-", sys.stdin.read())]
    files = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    return [(file.name, file.read_text("utf-8", errors="replace")) for file in files]


def _masked(text: str) -> str:
    """The shape of a value without its characters.

    >>> _masked("Ana-Lee 12")
    'Xxx-Xxx 99'
    """
    return "".join(
        "9"
        if one.isdigit()
        else "X"
        if one.isupper()
        else "x"
        if one.isalpha()
        else " "
        if one.isspace()
        else one
        for one in text
    )
