"""The page on readers and steps: kind, columns, settings and docstring of each."""

from medloom.step import Column, Kind, Step
from medloom.testing import steps_of

from .markdown import NOTE, prose_and_examples, table, type_name

_INTRODUCTION = """\
What Medloom itself installs. `medloom steps` lists these together with the steps of plug-ins, and
`medloom steps NAME` shows one. The row types are in [Row types](tables.md)."""


def page() -> str:
    """The whole page."""
    every = sorted(steps_of("medloom"), key=lambda step: step.name)
    parts = [NOTE, "# Readers and steps", _INTRODUCTION, "## Readers"]
    parts += [_section(step) for step in every if step.kind is Kind.READS]
    parts += ["## Steps"]
    parts += [_section(step) for step in every if step.kind is not Kind.READS]
    return "\n\n".join(parts) + "\n"


def _section(step: Step) -> str:
    parts = [f"### {step.name}", f"*{step.kind.name.lower()}*: {step.kind}."]
    parts += [prose_and_examples(step.doc)]
    if step.documents:
        parts += ["Documents: " + ", ".join(f"`{one}`" for one in step.documents)]
    parts += _columns("reads", step.reads) + _columns("makes", step.makes)
    if fields := step.settings.model_fields:
        rows = [
            (
                f"`{name}`",
                f"`{type_name(field.annotation)}`",
                "needed" if field.is_required() else f"`{field.default!r}`",
            )
            for name, field in fields.items()
        ]
        parts += [table(["setting", "type", "default"], rows)]
    return "\n\n".join(parts)


def _columns(title: str, columns: dict[str, Column]) -> list[str]:
    rows = [(f"`{name}`", f"`{type_name(column.hint)}`") for name, column in columns.items()]
    return [table([title, "type"], rows)] if rows else []
