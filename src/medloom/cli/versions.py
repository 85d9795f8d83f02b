"""Commands that name the builds of a collection, compare them and forget old ones."""

from typing import TYPE_CHECKING

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.publish.differences import Difference

_JSON = click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")


@click.command()
@click.argument("folder")
@click.argument("name")
@click.option("--build", "number", type=int, metavar="N", help="Tag build N, not the last one.")
@click.option("--message", "-m", default="", help="What is special about it.")
@click.option("--move", is_flag=True, help="Take the name from another build.")
def tag(folder: str, name: str, number: int | None, message: str, move: bool) -> None:
    """Give a build a name, so that it can be opened by it and is kept for good.

    \b
    medloom tag DIR v1.0
    medloom show DIR cases --tag v1.0
    """
    import medloom
    from medloom.collection.tags import add_tag

    collection = medloom.open(folder, number)
    build = collection.record["run"]
    add_tag(collection.store, name, build, message, move)
    output.note(f"{name} is build {build} of {collection.uri}")


@click.command()
@click.argument("folder")
@_JSON
def versions(folder: str, json_: bool) -> None:
    """List the builds of a collection with their tags."""
    import medloom
    from medloom.collection.tags import tags_of

    collection = medloom.open(folder)
    tags = tags_of(collection.store)
    rows = [
        {
            "build": one["run"],
            "tags": [name for name, tag in tags.items() if tag["build"] == one["run"]],
            "finished": one["finished"],
            "recipe": one["recipe"]["name"],
            "rows": sum(t["rows"] for t in one["tables"].values() if not t["internal"]),
        }
        for one in collection.history()
    ]
    output.as_listing(rows, json_)


@click.command()
@click.argument("folder")
@click.argument("before")
@click.argument("after", required=False)
@click.option("--table", "tables", multiple=True, metavar="T", help="Only this table.")
@click.option("--drift", is_flag=True, help="Say which columns hold other values than before.")
@_JSON
def diff(
    folder: str,
    before: str,
    after: str | None,
    tables: tuple[str, ...],
    drift: bool,
    json_: bool,
) -> None:
    """Show what changed between two builds, and why. BEFORE and AFTER are tags or numbers.

    \b
    medloom diff DIR v1.0 v1.1
    medloom diff DIR 3 --table cases

    Without AFTER it is the last build. Rows are compared by id and content. Reasons come from the
    ledger, the sources and the steps.
    """
    import medloom
    from medloom.publish.differences import difference, drifts

    old, new = medloom.open(folder, before), medloom.open(folder, after)
    found = difference(old, new, tables)
    drifted = list(drifts(old, new, tables)) if drift else []
    if json_:
        output.as_json([{**found.told(), **({"drift": drifted} if drift else {})}])
        return
    _print(found)
    if drift:
        click.echo("\ncolumns that hold other values:")
        output.as_table(drifted)


def _print(found: "Difference") -> None:
    for one in found.made:
        click.echo(one)
    click.echo()
    shown = ("table", "added", "removed", "changed", "unchanged")
    output.as_table([{name: getattr(one, name) for name in shown} for one in found.tables])
    rows = [
        {"table": one.table, "rows": n, "what": kind, "why": why}
        for one in found.tables
        for kind, reasons in one.why.items()
        for why, n in reasons.items()
    ]
    rows += [
        {"table": one.table, "rows": n, "what": f"changed in {name}", "why": ""}
        for one in found.tables
        for name, n in one.changed_columns.items()
    ]
    rows += [
        {"table": one.table, "rows": one.rows_after, "what": "columns", "why": what}
        for one in found.tables
        for what in one.columns
    ]
    if rows:
        click.echo()
        output.as_table(rows)


@click.command()
@click.argument("folder")
@click.option("--keep", type=click.IntRange(min=1), default=1, show_default=True, metavar="N")
def prune(folder: str, keep: int) -> None:
    """Delete what only old builds need. The last N builds and tagged ones stay."""
    import medloom
    from medloom.collection.tags import prune as run

    gone = run(medloom.open(folder).store, keep)
    told = ", ".join(map(str, gone)) or "none"
    output.note(f"builds that are gone: {told}")
