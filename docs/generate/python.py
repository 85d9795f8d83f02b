"""The page on the Python functions."""

import inspect
import re
from dataclasses import fields
from typing import Any

import medloom
from medloom import errors, step, testing
from medloom.collection.collection import Collection
from medloom.engine.build import Run
from medloom.kit import reading

from .markdown import NOTE, fenced, prose_and_examples, table
from .tables import notes

_DECORATORS = (step.adds, step.drops, step.expands, step.changes, step.reads)

_OPENED = """\
What `medloom.open` returns. Two attributes more: `record`, the record of the build as a dictionary
(recipe, inputs, code, tables), and `complete`, whether a build ever came to its end here."""


def page() -> str:
    """The whole page."""
    parts = [NOTE, "# Python", prose_and_examples(inspect.getdoc(medloom) or "")]
    parts += ["## medloom"]
    parts += [_function(getattr(medloom, name), f"medloom.{name}") for name in medloom.__all__]
    parts += _class(Collection, _OPENED)
    parts += _run()
    parts += ["## medloom.step", *(_function(one, one.__name__) for one in _DECORATORS)]
    parts += ["### Failure", inspect.getdoc(step.Failure) or ""]
    parts += _class(reading.Opened, "What a reader is given.")
    parts += [_function(reading.in_memory, "medloom.kit.reading.in_memory")]
    parts += ["## medloom.testing", prose_and_examples(_literal(inspect.getdoc(testing) or ""))]
    parts += _errors()
    return "\n\n".join(parts) + "\n"


def _function(function: Any, name: str) -> str:
    doc = prose_and_examples(inspect.getdoc(function) or "")
    return f"### {name}\n\n{fenced(_signature(function, name), 'python')}\n\n{doc}"


def _signature(function: Any, name: str) -> str:
    """A signature, a parameter a line where it is long."""
    parameters = list(inspect.signature(function).parameters.values())
    shown = [re.sub(r"(?:\w+\.)+(\w)", r"\1", str(one)) for one in parameters if one.name != "self"]
    stars = [at for at, one in enumerate(parameters) if one.kind is one.KEYWORD_ONLY]
    if stars and not any(one.kind is one.VAR_POSITIONAL for one in parameters):
        shown.insert(stars[0] - (parameters[0].name == "self"), "*")
    returned = inspect.signature(function).return_annotation
    returned = getattr(returned, "__name__", returned) if inspect.isclass(returned) else returned
    arrow = f" -> {re.sub(r'(?:[a-z_]+[.])+', '', str(returned))}".replace("'", "")
    line = f"{name}({', '.join(shown)}){arrow}"
    if len(line) <= 88:
        return line
    return f"{name}(\n" + "".join(f"    {one},\n" for one in shown) + f"){arrow}"


def _class(kind: type, lead: str) -> list[str]:
    parts = [f"## {kind.__name__}", lead, inspect.getdoc(kind) or ""]
    told = {name: _about(value) for name, value in vars(kind).items() if _is_value(name, value)}
    if told:
        parts += [table(["attribute", "about"], [(f"`{k}`", v) for k, v in told.items()])]
    for name, value in vars(kind).items():
        if not name.startswith("_") and inspect.isfunction(value):
            parts += [_function(value, f"{kind.__name__}.{name}")]
    return parts


def _is_value(name: str, value: Any) -> bool:
    return not name.startswith("_") and (isinstance(value, property) or hasattr(value, "func"))


def _about(value: Any) -> str:
    body = value.fget if isinstance(value, property) else value.func
    return (inspect.getdoc(body) or "").replace("\n", " ")


def _run() -> list[str]:
    told = notes(Run)
    rows = [(f"`{one.name}`", f"`{one.type}`", told.get(one.name, "")) for one in fields(Run)]
    shown = table(["attribute", "type", "about"], rows)
    return ["## Run", "What `medloom.build` returns.", inspect.getdoc(Run) or "", shown]


def _errors() -> list[str]:
    every = [kind for kind in vars(errors).values() if inspect.isclass(kind)]
    rows = [(f"`{k.__name__}`", inspect.getdoc(k)) for k in every if issubclass(k, Exception)]
    return ["## medloom.errors", table(["error", "when"], rows)]


def _literal(doc: str) -> str:
    """A docstring whose code follows `::`."""
    before, _, code = doc.partition("::\n\n")
    code = re.sub(r"\n+class ", "\n\n\nclass ", inspect.cleandoc(code))  # as ruff formats it
    return f"{before}:\n\n{fenced(code, 'python')}" if code else doc
