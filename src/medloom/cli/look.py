"""Commands that look at a collection."""

from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output

if TYPE_CHECKING:
    import pyarrow as pa

_JSON = click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
_BUILD = click.option(
    "--build", "number", type=int, metavar="N", help="Look at build N instead of the last one."
)
_TABLE_COLUMNS = 8


@click.command()
@click.argument("folder")
@click.option("--builds", is_flag=True, help="List the builds that came to their end.")
@_BUILD
@_JSON
def info(folder: str, builds: bool, number: int | None, json_: bool) -> None:
    """Show what is in a collection and what made it: recipe, inputs, code, versions."""
    import medloom

    collection = medloom.open(folder, number)
    record = collection.record
    if builds:
        rows = [_build_line(one) for one in collection.history()]
        output.as_listing(rows, json_)
        return
    if json_:
        output.as_json([{"uri": collection.uri, "complete": collection.complete, **record}])
        return
    if not collection.complete:
        output.note("the first build has not come to its end: run it again to go on")
    recipe, code = record.get("recipe", {}), record.get("code", {})
    click.echo(f"collection  {collection.uri}")
    click.echo(f"recipe      {recipe.get('name')} ({recipe.get('digest')})")
    click.echo(f"build       {record['run']}, finished {record.get('finished')}")
    for name, one in record.get("inputs", {}).items():
        click.echo(
            f"input       {name}: {one['place']}, {one['sources']} sources, "
            f"fingerprint {one['fingerprint'][:16]}"
        )
    click.echo("code        " + ", ".join(f"{name} {value}" for name, value in code.items()))
    click.echo()
    output.as_table(
        [
            {
                "table": name,
                "rows": one["rows"],
                "version": one["version"],
                "key": one["key"],
                "made by": " > ".join(
                    [one["parent"] or "files", *(s["name"] for s in one["steps"])]
                ),
                "about": one["about"],
            }
            for name, one in record["tables"].items()
            if not one["internal"]
        ]
    )
    click.echo("\nsettings and code of every step: medloom info --json; columns: medloom show")


def _build_line(record: dict[str, Any]) -> dict[str, Any]:
    held = {name: one["rows"] for name, one in record["tables"].items() if not one["internal"]}
    return {
        "build": record["run"],
        "finished": record["finished"],
        "recipe": record["recipe"]["name"],
        "sources": sum(one["sources"] for one in record["inputs"].values()),
        "rows": sum(held.values()),
    }


@click.command()
@click.argument("folder")
@click.argument("table", required=False)
@click.option("--limit", default=20, show_default=True, help="Lost rows to list.")
@click.option("--steps", "by_step", is_flag=True, help="Show the sum of each step.")
@_BUILD
@_JSON
def ledger(
    folder: str, table: str | None, limit: int, by_step: bool, number: int | None, json_: bool
) -> None:
    """Show that nothing is lost: rows in = rows out + dropped + failed, for every table.

    With TABLE, list its lost rows with step, reason and source, and count the reasons.
    """
    import medloom
    from medloom.collection.ledger import reasons
    from medloom.errors import CollectionError

    collection = medloom.open(folder, number)
    sums = [one._asdict() for one in collection.ledger]
    if table and table not in {one["table"] for one in sums}:
        known = ", ".join(one["table"] for one in sums)
        raise CollectionError(f"no table '{table}' in the ledger; tables: {known}")
    if table and not by_step:
        _lost_rows(collection.lost(table), limit, json_)
        return
    steps = [one._asdict() for one in collection.steps if not table or one.table == table]
    rows = steps if by_step else sums
    if json_:
        output.as_json(rows)
        return
    output.as_table(
        [
            {name.replace("_", " "): value for name, value in row.items() if name != "source"}
            for row in rows
        ]
    )
    found = reasons(collection.lost(table))
    if found and not by_step:
        click.echo("\nwhy rows were lost:")
        output.as_table(found[:limit])
        click.echo(f"\nthe rows themselves: medloom ledger {folder} {found[0]['table']}")


def _lost_rows(rows: "pa.Table", limit: int, json_: bool) -> None:
    from medloom.collection.ledger import reasons

    columns = ["outcome", "step", "reason", "row_id", "source"]
    if json_:
        output.as_json(rows.to_pylist())
        return
    output.as_table(reasons(rows)[:limit])
    click.echo()
    output.as_table(rows.select(columns).slice(0, limit).to_pylist())
    if rows.num_rows > limit:
        click.echo(f"... {rows.num_rows - limit} more: --limit N, or --json for all, whole")


@click.command()
@click.argument("folder")
@click.argument("table", required=False)
@click.option("--columns", metavar="a,b", help="Only these columns.")
@click.option("--where", metavar="SQL", help='Only rows for which it holds: "year >= 2015".')
@click.option("--limit", default=10, show_default=True, help="At most so many rows.")
@click.option("--id", "row_id", help="One row, whole.")
@_BUILD
@click.option("--tag", metavar="NAME", help="Look at the build with this tag.")
@_JSON
def show(
    folder: str,
    table: str | None,
    columns: str | None,
    where: str | None,
    limit: int,
    row_id: str | None,
    number: int | None,
    tag: str | None,
    json_: bool,
) -> None:
    """Show rows of a table; without TABLE, list the tables and their columns.

    \b
    medloom show DIR figures --columns label,caption --where "part = 'floats'"
    medloom show DIR articles --id PMC1234567
    """
    import medloom
    from medloom.errors import CollectionError
    from medloom.kit.sql import literal

    collection = medloom.open(folder, tag or number)
    if table is None:
        _columns(collection, json_)
        return
    if row_id is not None:
        where = f"id = {literal(row_id)}"
    names = [name.strip() for name in columns.split(",")] if columns else None
    if names is None and not json_ and row_id is None:
        names = _readable(collection.dataset(table).schema)
    rows = [
        row for batch in collection.scan(table, names, where, limit) for row in batch.to_pylist()
    ]
    if row_id is not None and not rows:
        raise CollectionError(f"no row '{row_id}' in {table}")
    if json_:
        output.as_json(rows)
    elif row_id is not None:
        output.as_records(rows)
    else:
        output.as_table(rows)


def _columns(collection: Any, json_: bool) -> None:
    rows = [
        {
            "table": name,
            "rows": collection.record["tables"][name]["rows"],
            "columns": collection.dataset(name).schema.names,
        }
        for name in collection.tables
    ]
    if json_:
        output.as_json(rows)
        return
    for row in rows:
        click.echo(click.style(row["table"], bold=True) + f"  {row['rows']:,} rows")
        click.echo(click.wrap_text(", ".join(row["columns"]), 100, "    ", "    "))


def _readable(schema: "pa.Schema") -> list[str]:
    """The columns that tell most on one line: the first, without nested and binary ones."""
    import pyarrow.types as types

    simple = [
        field.name
        for field in schema
        if not types.is_nested(field.type) and not types.is_large_binary(field.type)
    ]
    return simple[:_TABLE_COLUMNS]


@click.command()
@click.argument("folder")
@click.argument("sql")
@click.option("--limit", default=50, show_default=True, help="At most so many rows.")
@_BUILD
@_JSON
def query(folder: str, sql: str, limit: int, number: int | None, json_: bool) -> None:
    """Run an SQL query over all tables of a collection.

    \b
    medloom query DIR "select license, count(*) n from articles group by license order by n desc"
    """
    import medloom

    rows = medloom.open(folder, number).query(sql).limit(limit).to_pylist()
    output.as_listing(rows, json_)
