"""The commands that hand a collection to others: as files, and as a release with a version."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output
from medloom.cli.make import Bar

if TYPE_CHECKING:
    from medloom.publish.gates import Verdict
    from medloom.publish.release import Release, Settings

_WRITERS = ("parquet", "webdataset", "jsonl", "csv", "lance", "coco", "voc", "meds")
_REFUSED = 3


def _options(command: Any) -> Any:
    """The options that both commands have."""
    for option in reversed(
        (
            click.option("--table", "tables", multiple=True, metavar="T", help="Only this table."),
            click.option("--to", "writer", type=click.Choice(_WRITERS), default="parquet"),
            click.option(
                "--shard-rows",
                type=click.IntRange(min=1),
                metavar="N",
                help="Rows a file; by default 50,000, and 5,000 of tables that hold files.",
            ),
            click.option("--columns", metavar="a,b", help="Only these columns of the one table."),
            click.option("--where", metavar="SQL", help="Only rows of the one table that fit."),
            click.option("--link-only", is_flag=True, help="Only ids and links of the rows."),
        )
    ):
        command = option(command)
    return command


@click.command()
@click.argument("folder")
@click.argument("out")
@_options
@click.option("--no-documents", is_flag=True, help="Leave card, datasheet and the others out.")
@click.option("--fail-on-phi", is_flag=True, help="Refuse if a text names a person, a date, ...")
@click.option("--build", "number", type=int, metavar="N", help="Publish build N, not the last one.")
@click.option("--tag", metavar="NAME", help="Publish the build with this tag.")
def publish(
    folder: str,
    out: str,
    tables: tuple[str, ...],
    writer: str,
    shard_rows: int | None,
    columns: str | None,
    where: str | None,
    link_only: bool,
    no_documents: bool,
    fail_on_phi: bool,
    number: int | None,
    tag: str | None,
) -> None:
    """Write the tables of a collection to OUT, as files with a manifest and documents.

    \b
    medloom publish DIR dataset/
    medloom publish DIR s3://bucket/dataset --table figures --to webdataset

    OUT is a folder or an object-store prefix. Run it again after a stop, or when the collection
    has grown: only files that are not there yet are written. What was published before stays
    whole until all of the new is there.
    """
    import medloom
    from medloom.publish.release import publish as run

    settings = _settings(tables, writer, shard_rows, columns, where, link_only)
    settings = replace(settings, documents=not no_documents)
    collection = medloom.open(folder, tag or number)
    if fail_on_phi:
        from medloom.publish.gates import phi_gate

        verdict = phi_gate(collection, settings)
        if not verdict.passed:
            _show([verdict], False)
            raise click.exceptions.Exit(_REFUSED)
    with Bar() as bar:
        made = run(collection, out, settings, bar.show)
    output.note(_told(made))


def _settings(
    tables: tuple[str, ...],
    writer: str,
    shard_rows: int | None,
    columns: str | None,
    where: str | None,
    link_only: bool,
) -> "Settings":
    from medloom.publish.release import Settings

    if (columns or where) and len(tables) != 1:
        raise click.UsageError("--columns and --where are about one table: name it with --table")
    names = [name.strip() for name in columns.split(",")] if columns else None
    return Settings(tables, writer, shard_rows, names, where, link_only)


def _told(made: "Release") -> str:
    tables = made.manifest["tables"]
    rows = sum(one["rows"] for one in tables.values())
    parts = [f"{made.written} files written"]
    parts += [f"{made.kept} were there"] if made.kept else []
    parts += [f"{made.removed} old ones removed"] if made.removed else []
    return f"{rows:,} rows of {len(tables)} tables in {made.uri}: {', '.join(parts)}"


def _show(verdicts: "list[Verdict]", json_: bool) -> None:
    """Print what the gates said, and the evidence of those that refuse."""
    rows = [one.told() for one in verdicts]
    if json_:
        output.as_json(rows)
        return
    shown = ("gate", "verdict", "evidence")
    output.as_table([{name: row[name] for name in shown} for row in rows])
    for one in verdicts:
        if one.details and not one.passed:
            click.echo(f"\n{one.gate}:")
            output.as_table(list(one.details))


@click.command()
@click.argument("folder")
@click.argument("version")
@click.argument("out")
@_options
@click.option("--build", "number", type=int, metavar="N", help="Release build N, not the last one.")
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="GATE=REASON",
    help="Pass a gate all the same; the reason is kept in the manifest.",
)
@click.option("--phi-rows", type=int, metavar="N", help="Look at N rows of a table, not at all.")
@click.option("--json", "json_", is_flag=True, help="Print the verdicts as JSON lines.")
def release(
    folder: str,
    version: str,
    out: str,
    tables: tuple[str, ...],
    writer: str,
    shard_rows: int | None,
    columns: str | None,
    where: str | None,
    link_only: bool,
    number: int | None,
    allowed: tuple[str, ...],
    phi_rows: int | None,
    json_: bool,
) -> None:
    """Publish a collection as VERSION, once all gates are open.

    \b
    medloom release DIR v1.0 dataset/
    medloom release DIR v1.1 dataset/ --allow "licences=asked the publishers, 3 May"

    \b
    ledger      every row that went in came out, or is in the ledger
    splits      no patient, article or near-duplicate is in two splits
    licences    those of the rows go together, and let them be passed on
    phi         no text tells who it is about; published articles are not read
    documents   the questions that a release must answer are answered

    Where a gate refuses, nothing is written and the exit code is 3. Else the tables are published,
    the build is tagged VERSION, and CHANGELOG.md says what changed.
    """
    import medloom
    from medloom.publish.gates import gates
    from medloom.publish.releasing import release as run

    settings = _settings(tables, writer, shard_rows, columns, where, link_only)
    collection = medloom.open(folder, number)
    waivers = _waivers(allowed)
    verdicts = gates(collection, settings, waivers, phi_rows)
    _show(verdicts, json_)
    refused = [one.gate for one in verdicts if not one.is_open]
    if refused:
        output.note(f"no release: {', '.join(refused)} refused; what was published stays as it is")
        raise click.exceptions.Exit(_REFUSED)
    with Bar() as bar:
        made = run(collection, version, out, settings, verdicts, bar.show)
    output.note(f"{version} is build {collection.record['run']}; {_told(made)}")


def _waivers(allowed: tuple[str, ...]) -> dict[str, str]:
    waivers = {}
    for one in allowed:
        gate, _, reason = one.partition("=")
        if not reason.strip():
            raise click.UsageError(f"--allow {one}: say why: --allow {gate}=REASON")
        waivers[gate.strip()] = reason.strip()
    return waivers
