"""The command that audits a collection."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.audit.report import Audit


@click.command()
@click.argument("folder")
@click.option("--table", help="Only this table; by default all of them.")
@click.option("--label", metavar="COL", help="The column that models are to predict.")
@click.option(
    "--predictions",
    metavar="FILE|COL",
    help="A file with id, prediction, score (CSV, JSON lines, Parquet), or a column.",
)
@click.option("--groups", metavar="a,b", help="Columns of subgroups; sex, age, race, site by name.")
@click.option("--annotators", metavar="a,b", help="Columns with the labels of single annotators.")
@click.option(
    "--reference",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Shares of the population that is meant: JSON, or CSV with group, value, share.",
)
@click.option("--splits", is_flag=True, help="Only prove that no path leads from part to part.")
@click.option("--phi", is_flag=True, help="Only count identifying data in texts.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a page for a browser and the whole audit as JSON into this folder.",
)
@click.option("--json", "json_", is_flag=True, help="Print the whole audit as JSON.")
def audit(
    folder: str,
    table: str | None,
    label: str | None,
    predictions: str | None,
    groups: str | None,
    annotators: str | None,
    reference: Path | None,
    splits: bool,
    phi: bool,
    out: Path | None,
    json_: bool,
) -> int:
    """Show the weaknesses of a collection, each with its evidence and the rows.

    Counts, missing values, class balance, agreement, leaks between parts, subgroups, performance
    gaps, shortcuts, contamination, licences, identifying data, filters, and a graded rubric. With
    --splits or --phi, the exit code is 1 where a problem was found.

    \b
    medloom audit DIR --label diagnosis --out audit/
    medloom audit DIR --label diagnosis --predictions predicted.csv --groups sex,age,site
    medloom audit DIR --splits
    """
    import medloom
    from medloom.audit import page
    from medloom.audit.report import audit as look
    from medloom.audit.subject import Subject, read_reference

    subject = Subject(
        medloom.open(folder),
        table=table,
        label=label,
        groups=_names(groups),
        annotators=_names(annotators),
        predictions=predictions,
        reference=read_reference(reference) if reference else {},
    )
    only = (*(("leaks",) if splits else ()), *(("privacy",) if phi else ()))
    found = look(subject, only)
    if json_:
        output.as_json([found.as_json()])
    else:
        _show(found)
    for file in page.write(found, out) if out else ():
        output.note(f"wrote {file}")
    return int(bool(only) and found.counts["problem"] > 0)


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


_COLOURS = {"problem": "red", "warning": "yellow", "note": "blue"}


def _show(found: "Audit") -> None:
    for one in found.findings:
        level = click.style(f"{one.level:<8}", fg=_COLOURS[one.level])
        where = f" ({one.table})" if one.table else ""
        click.echo(f"{level} {one.what}{where}")
        click.echo(click.wrap_text(one.evidence, 100, " " * 9, " " * 9))
        if one.rows:
            more = f" and {one.n_rows - 3:,} more" if one.n_rows > 3 else ""
            click.echo(f"         rows: {', '.join(one.rows[:3])}{more}")
    for section in found.sections:
        if not section.findings and not section.not_asked:
            click.echo(f"{'fine':<8} {section.title}" + _at(section.table))
    for section in found.sections:
        if section.not_asked:
            click.echo(f"{'-':<8} {section.title}: {section.not_asked}")
    if found.rubric:
        points, most = found.score
        graded = sum(one.score is not None for one in found.rubric)
        click.echo(
            f"\nrubric: {points} of {most} points, {graded} of {len(found.rubric)} criteria graded"
        )


def _at(table: str | None) -> str:
    return f" ({table})" if table else ""
