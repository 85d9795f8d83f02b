"""Commands that screen the records of a literature search for a review."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.search.screening.session import Record, Screening, Status
    from medloom.search.screening.simulation import Played

_JSON = click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
_NAME = click.option("--name", default="review", show_default=True, help="Which screening.")
_WHO = click.option("--who", default="", help="Who decided; by default the user logged in.")
_SHOWN = 500


@click.group()
def screen() -> None:
    """Screen records for a systematic review: read the likeliest first, and know when to stop.

    The order is learnt anew from every decision. Decisions lie in the collection's folder, with who
    and when; every command can be stopped and run again.

    \b
    medloom build screening --input EXPORTS/ --into DIR
    medloom screen start DIR --question "Do nudges change what clinicians do?"
    medloom screen next DIR
    medloom screen decide DIR --include pmid:123 --exclude pmid:456
    medloom screen status DIR
    """


@screen.command()
@click.argument("folder")
@click.option("--table", default="records", show_default=True, help="The table to screen.")
@click.option("--question", default="", help="The review's question and criteria, in words.")
@click.option("--include", "known", multiple=True, metavar="ID", help="A paper known to belong.")
@click.option("--columns", default="", help="Columns to read: title,abstract by default.")
@click.option("--recall", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95,
              show_default=True, help="The recall to reach before stopping.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@_NAME
@_WHO
def start(
    folder: str,
    table: str,
    question: str,
    known: tuple[str, ...],
    columns: str,
    recall: float,
    seed: int,
    name: str,
    who: str,
) -> None:
    """Begin a screening of a table with a question, with papers known to belong, or with neither.

    \b
    medloom screen start DIR --question "antihistamines for allergic rhinitis" --include pmid:123
    """
    import medloom
    from medloom.search.screening import session
    from medloom.search.screening.decisions import Verdict

    collection = medloom.open(folder)
    named = tuple(one.strip() for one in columns.split(",") if one.strip())
    read = named or session.text_columns(collection, table)
    settings = session.Settings(table, read, question, (), recall, seed)
    session.check_ids(collection, settings, known)
    begun = session.start(folder, name, settings)
    if known:
        begun.decide(known, Verdict.INCLUDE, who, known=True)
    output.note(f"{len(begun.records):,} records to screen; go on: medloom screen next {folder}")


@screen.command("next")
@click.argument("folder")
@click.option("-n", "n", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--random", "by_chance", is_flag=True, help="Draw them, so that the stop is exact.")
@_NAME
@_JSON
def next_(folder: str, n: int, by_chance: bool, name: str, json_: bool) -> None:
    """Show the records to read next, the likeliest to be included first.

    \b
    medloom screen next DIR -n 20
    medloom screen next DIR --random     (near the end: makes the stopping rule exact)
    """
    from medloom.search.screening.session import Screening

    held = Screening(folder, name)
    records = held.next(n, by_chance)
    if json_:
        output.as_json(_row(one, held.settings.columns) for one in records)
    elif not records:
        output.note("nothing is left to read")
    else:
        shown = ({**_row(one, held.settings.columns)} for one in records)
        output.as_records({key: _cut(value) for key, value in row.items()} for row in shown)


@screen.command()
@click.argument("folder")
@click.option("--include", multiple=True, metavar="ID", help="Belongs to the review.")
@click.option("--exclude", multiple=True, metavar="ID", help="Does not belong.")
@click.option("--undo", multiple=True, metavar="ID", help="Take back what you said last.")
@click.option("--why", default="", help="The reason, kept with the decisions.")
@_WHO
@_NAME
def decide(
    folder: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    undo: tuple[str, ...],
    why: str,
    who: str,
    name: str,
) -> None:
    """Write down what was decided; the next order learns from it.

    \b
    medloom screen decide DIR --include pmid:123 --exclude pmid:456 --exclude pmid:789
    medloom screen decide DIR --undo pmid:456
    """
    from medloom.search.screening.decisions import Verdict
    from medloom.search.screening.session import Screening

    said = {Verdict.INCLUDE: include, Verdict.EXCLUDE: exclude, Verdict.UNDO: undo}
    if not any(said.values()):
        raise click.UsageError("say what was decided: --include ID, --exclude ID or --undo ID")
    held = Screening(folder, name)
    held.check([id for ids in said.values() for id in ids])
    for verdict, ids in said.items():
        if ids:
            held.decide(ids, verdict, who, why)
    _print_status(held, json_=False, brief=True)


@screen.command("import")
@click.argument("folder")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", help="The column of verdicts: label_included, decision, ...")
@click.option("--all", "all_", type=click.Choice(["include", "exclude"]),
              help="All records of the file have this verdict.")  # fmt: skip
@_WHO
@_NAME
def import_(
    folder: str, file: Path, column: str | None, all_: str | None, who: str, name: str
) -> None:
    """Take over decisions from FILE: a CSV of ids and verdicts, or a RIS file of one verdict.

    Records are found by id, PMID, DOI or title.

    \b
    medloom screen import DIR decided.csv --column label_included
    medloom screen import DIR included.ris --all include
    """
    from medloom.search.screening.decisions import Verdict
    from medloom.search.screening.session import Screening
    from medloom.search.screening.verdicts_file import verdicts_of

    held = Screening(folder, name)
    brought = verdicts_of(file, held.records, column, Verdict(all_) if all_ else None)
    for verdict in (Verdict.INCLUDE, Verdict.EXCLUDE):
        ids = [id for id, one in brought.verdicts.items() if one is verdict]
        if ids:
            held.decide(ids, verdict, who, f"from {file.name}", known=True)
    output.note(
        f"{len(brought.verdicts):,} decisions taken over; {brought.n_unknown:,} lines fit no "
        f"record, {brought.n_without:,} say no verdict"
    )


@screen.command()
@click.argument("folder")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page.")
@_NAME
@_JSON
def status(folder: str, html: Path | None, name: str, json_: bool) -> None:
    """Say how far the screening is, draw its curve, and say whether you may stop.

    \b
    medloom screen status DIR --html status.html
    """
    from medloom.search.screening.curve import page
    from medloom.search.screening.session import Screening

    held = Screening(folder, name)
    if html:
        titles = [(one.id, one.texts[0]) for one in held.included()]
        title = held.settings.question or f"Screening of {held.settings.table}"
        html.write_text(page(title, held.status(), titles), encoding="utf-8")
        output.note(f"page: {html}")
    _print_status(held, json_, brief=False)


@screen.command()
@click.argument("folder")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_NAME
def export(folder: str, file: Path, name: str) -> None:
    """Write all records with what was decided on them to a CSV: who, when, why, who disagrees.

    \b
    medloom screen export DIR decided.csv
    """
    import csv

    from medloom.search.screening.session import Screening

    held = Screening(folder, name)
    rows = list(held.told())
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]) if rows else ["id"])
        writer.writeheader()
        writer.writerows(rows)
    output.note(f"{len(rows):,} records in {file}")


@screen.command()
@click.argument("folder")
@click.option("--table", default="records", show_default=True)
@click.option("--label", default="label_included", show_default=True, help="The true verdicts.")
@click.option("--question", default="", help="Begin with a question, not with two records.")
@click.option("--columns", default="", help="Columns to read: title,abstract by default.")
@click.option("--starts", "n_starts", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--recall", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@_JSON
def simulate(
    folder: str,
    table: str,
    label: str,
    question: str,
    columns: str,
    n_starts: int,
    recall: float,
    seed: int,
    json_: bool,
) -> None:
    """Play a screening through on a table that has all verdicts: how much reading is saved?

    Each start is one record to include and one to exclude, drawn by the seed. `wss` is the work
    saved over sampling at the recall, `found_in_10` the part found in the first tenth,
    `discovery` the mean place of what belongs, `stopped` and `recall` what the stopping rule did.

    \b
    medloom screen simulate DIR --table records --starts 10
    """
    import medloom
    from medloom.search.screening import session
    from medloom.search.screening.ranker import Ranker
    from medloom.search.screening.simulation import play, starts

    collection = medloom.open(folder)
    named = tuple(one.strip() for one in columns.split(",") if one.strip())
    read = named or session.text_columns(collection, table)
    texts, labels = session.labelled(collection, table, read, label)
    ranker = Ranker(texts, question, seed=seed)
    begins = [()] if question else starts(labels, n_starts, seed)
    rows = []
    for number, begin in enumerate(begins, start=1):
        output.note(f"start {number} of {len(begins)}")
        rows.append(_told(number, play(ranker, labels, begin, recall=recall), recall))
    output.as_listing(rows, json_)


def _told(number: int, played: "Played", recall: float) -> dict[str, object]:
    return {
        "start": number,
        "records": len(played.labels),
        "included": sum(played.labels),
        "wss": round(played.wss(recall), 3),
        "found_in_10": round(played.found_within(0.1), 3),
        "discovery": round(played.time_to_discovery, 3),
        "stopped": played.stopped_at,
        "recall": round(played.recall_at_stop, 3),
    }


def _print_status(held: "Screening", json_: bool, brief: bool) -> None:
    from medloom.search.screening.curve import drawn_in_text, verdict_on_stopping

    now = held.status()
    if json_:
        output.as_json([{**now._asdict(), "verdict": verdict_on_stopping(now)}])
        return
    click.echo(_line(now))
    click.echo(verdict_on_stopping(now))
    if not brief:
        click.echo()
        click.echo(drawn_in_text(now.found, now.n_records))
        click.echo(f"0{now.n_records:>{59},}")


def _line(now: "Status") -> str:
    share = now.n_read / now.n_records if now.n_records else 0
    told = f"{now.n_read:,} of {now.n_records:,} read ({share:.0%}), {now.n_included:,} included"
    return told + (f", people disagree on {now.n_disputed:,}" if now.n_disputed else "")


def _row(record: "Record", columns: tuple[str, ...]) -> dict[str, str]:
    return {"id": record.id, **dict(zip(columns, record.texts, strict=True))}


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
