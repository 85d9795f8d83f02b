"""Small pieces of Markdown."""

import inspect
import types
import typing
from collections.abc import Iterable, Sequence
from typing import Any

NOTE = "<!-- Made from the code by `python -m docs.generate`: do not edit. -->"


def table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with a head.

    >>> print(table(["a"], [["b | c"]]))
    | a |
    |---|
    | b \\| c |
    """
    lines = [names, *rows]
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    text = ["| " + " | ".join(line) + " |" for line in cells]
    return "\n".join([text[0], "|" + "---|" * len(names), *text[1:]])


def fenced(text: str, language: str = "") -> str:
    """A block of code."""
    return f"```{language}\n{text.strip()}\n```"


def prose_and_examples(doc: str) -> str:
    """A docstring, its examples in blocks of their own.

    >>> prose_and_examples("Do it.\\n\\n>>> 1 + 1\\n2").splitlines()
    ['Do it.', '', '```python', '>>> 1 + 1', '2', '```']
    """
    parts = []
    for part in doc.strip().split("\n\n"):
        parts.append(fenced(part, "python") if part.lstrip().startswith(">>>") else part)
    return "\n\n".join(parts)


def type_name(hint: Any) -> str:
    """An annotation as an author writes it.

    >>> type_name(list[str] | None)
    'list[str] | None'
    """
    if hint is types.NoneType:
        return "None"
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return " | ".join(map(type_name, typing.get_args(hint)))
    if args := typing.get_args(hint):
        inner = ", ".join("..." if one is ... else type_name(one) for one in args)
        return f"{getattr(typing.get_origin(hint), '__name__', hint)}[{inner}]"
    return hint.__name__ if inspect.isclass(hint) else str(hint)
