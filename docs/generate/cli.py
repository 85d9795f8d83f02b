"""The page on the command line: the help of every command."""

import click

from medloom.cli import app

from .markdown import NOTE, fenced

_INTRODUCTION = """\
A listing takes `--json`: one object a line, values whole. Answers go to the standard output;
progress and notes to the standard error. Exit codes: 0 done, 1 no such row or a defect, 2 something
to mend (a recipe, an input, a collection, an option), 130 stopped by the user."""


def page() -> str:
    """The whole page."""
    settings = {**app.context_settings, "max_content_width": 88, "terminal_width": 88}
    top = click.Context(app, info_name="medloom", **settings)
    parts = [NOTE, "# The command line", _INTRODUCTION, fenced(app.get_help(top), "text")]
    for name, command in sorted(app.commands.items()):
        context = click.Context(command, top, name, max_content_width=88, terminal_width=88)
        parts += [f"## medloom {name}", fenced(command.get_help(context), "text")]
    return "\n\n".join(parts) + "\n"
