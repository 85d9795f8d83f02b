"""Commands about recipes and steps."""

import inspect
import re
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output
from medloom.cli.make import settings_from

if TYPE_CHECKING:
    from medloom.step import Step

_JSON = click.option("--json", "json_", is_flag=True, help="Print JSON lines.")


@click.command()
@_JSON
def recipes(json_: bool) -> None:
    """List the recipes that are installed."""
    from medloom.errors import RecipeError
    from medloom.recipe import Recipe
    from medloom.registry import shipped_recipes

    rows: list[dict[str, Any]] = []
    for name in shipped_recipes():
        try:
            recipe = Recipe.load(name)
        except RecipeError as error:  # an extra is not installed
            fixes = [one.fix for one in error.problems]
            rows.append({"recipe": name, "about": str(error), "tables": [], "needs": fixes})
            continue
        rows.append(
            {
                "recipe": name,
                "about": recipe.about,
                "tables": [table.name for table in recipe.tables if table.store],
                "needs": [
                    "--input PATH" if one == "input" else f"--set {one}=" for one in recipe.missing
                ],
            }
        )
    output.as_listing(rows, json_)


@click.command()
@click.argument("name", required=False)
@_JSON
def steps(name: str | None, json_: bool) -> None:
    """List the steps and readers that are installed, or explain one.

    \b
    medloom steps
    medloom steps images
    """
    from medloom.registry import READERS, STEPS, installed, load_reader, load_step

    if name is None:
        loaders = ((STEPS, load_step), (READERS, load_reader))
        rows = [_line(one, group, load) for group, load in loaders for one in installed(group)]
        output.as_listing(rows, json_)
        return
    step = load_reader(name) if name in installed(READERS) else load_step(name)
    if json_:
        output.as_json([{**_summary(step), "doc": step.doc}])
    else:
        _explain(step, name)


@click.command()
@click.argument("recipe")
@click.option("--input", "input_", metavar="PATH", help="Fills {input}.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Fills {NAME}.")
@_JSON
def check(recipe: str, input_: str | None, settings: tuple[str, ...], json_: bool) -> None:
    """Check RECIPE without reading any data; tell every problem at once.

    Exits with 2 when there is a problem.
    """
    from medloom.errors import RecipeError
    from medloom.recipe import Recipe

    given = settings_from(settings) | ({"input": input_} if input_ is not None else {})
    try:
        loaded = Recipe.load(recipe, given)
    except RecipeError as error:
        if not json_:
            raise
        output.as_json({"where": p.where, "what": p.what, "fix": p.fix} for p in error.problems)
        raise click.exceptions.Exit(2) from error
    if not json_:
        missing = ["--input PATH" if one == "input" else f"--set {one}=" for one in loaded.missing]
        needs = f"; to build it give {', '.join(missing)}" if missing else ""
        click.echo(f"{loaded.name}: no problems in {len(loaded.tables)} tables{needs}")


def _line(name: str, group: str, load: Any) -> dict[str, Any]:
    from medloom.errors import MissingExtraError

    try:
        return _summary(load(name))
    except MissingExtraError as error:
        return {"step": name, "kind": "", "reads": [], "makes": [], "about": str(error)}


def _summary(step: "Step") -> dict[str, Any]:
    about = step.doc.splitlines()[0] if step.doc else ""
    return {
        "step": step.name,
        "kind": step.kind.name.lower(),
        "reads": list(step.reads) or list(step.documents),
        "makes": list(step.makes) or (["as its settings say"] if step.settle else []),
        "about": about,
    }


def _explain(step: "Step", name: str) -> None:
    from medloom.step import Kind

    click.echo(f"{step.name}: {step.kind}\n")
    click.echo(step.doc + "\n")
    if step.documents:
        click.echo(f"documents: {', '.join(step.documents)}\n")
    for title, columns in (("reads", step.reads), ("makes", step.makes)):
        if columns:
            output.as_table(
                [{title: name, "type": _type(column.hint)} for name, column in columns.items()]
            )
            click.echo()
    if step.across:
        click.echo("it looks across all rows of the table\n")
    if step.by:
        click.echo(f"a document is: rows in a row with the same {step.by} (by: ANOTHER_COLUMN)\n")
    if step.settings.model_fields:
        output.as_table(
            [
                {
                    "setting": name,
                    "type": _type(field.annotation),
                    "default": "needed" if field.is_required() else repr(field.default),
                }
                for name, field in step.settings.model_fields.items()
            ]
        )
        click.echo()
    example = ", ".join(
        f"{name}: {field.default!r}"
        for name, field in step.settings.model_fields.items()
        if not field.is_required()
    )
    if step.kind is Kind.READS:
        click.echo(f"in a recipe:  read: {{{name}: '{{input}}'}}")
    else:
        click.echo(f"in a recipe:  - {name}" + (f": {{{example}}}" if example else ""))


def _type(hint: Any) -> str:
    if hint is Any:
        return "any"
    text = (
        hint.__name__ if inspect.isclass(hint) and not getattr(hint, "__args__", ()) else str(hint)
    )
    return re.sub(r"medloom\.tables\.\w+\.", "", text)
