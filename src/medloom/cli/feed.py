"""Commands of the paper feed: interests, digests, marks, and what belongs to a paper."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.collection.collection import Collection
    from medloom.feed.digests import Made
    from medloom.feed.state import State

_JSON = click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def feed() -> None:
    """Follow papers: what came into a collection, ranked by your interests, as a digest.

    \b
    medloom feed add DIR sepsis --query 'sepsis "septic shock"' --like PMC1234567
    medloom feed digest DIR
    medloom feed up DIR PMC7654321
    medloom feed digest DIR --record --html digest.html --rss feed.xml
    medloom feed related DIR PMC7654321 --html paper.html

    Interests and marks lie in the collection, in DIR/feed/. Nothing is sent unless you say --mail
    and set MEDLOOM_SMTP_HOST, MEDLOOM_SMTP_FROM and MEDLOOM_SMTP_TO.
    """


@feed.command()
@click.argument("folder")
@click.argument("name")
@click.option("--query", "queries", multiple=True, help="A query, as for medloom search.")
@click.option("--concept", "concepts", multiple=True, help="An id or name: HP:0001250.")
@click.option("--terminology", "terminologies", multiple=True, help="Where concepts are named.")
@click.option("--like", multiple=True, metavar="ID", help="A paper to be like: id, DOI or PMID.")
@click.option("--unlike", multiple=True, metavar="ID", help="A paper that is not wanted.")
@click.option("--author", "authors", multiple=True, help="Ng, 'Ng A' or 'Ada Ng'.")
@click.option("--journal", "journals", multiple=True, help="The name of a journal.")
def add(folder: str, name: str, **parts: tuple[str, ...]) -> None:
    """Save an interest, or add to it; every option may be given several times.

    \b
    medloom feed add DIR sepsis --query 'sepsis AND (lactate OR "septic shock")' --author "Ng A"
    """
    from medloom.feed import interests
    from medloom.feed.files import held

    store = _open(folder).store
    with held(store):
        every = interests.added(interests.load(store), interests.Interest(name, **parts))
        interests.save(store, every)
    output.note(f"{name} is saved; what it finds: medloom feed digest {folder}")


@feed.command("list")
@click.argument("folder")
@_JSON
def list_(folder: str, json_: bool) -> None:
    """List the saved interests."""
    from medloom.feed import interests

    rows = [one.told() for one in interests.load(_open(folder).store)]
    output.as_json(rows) if json_ else output.as_records(rows)


@feed.command()
@click.argument("folder")
@click.argument("name")
def remove(folder: str, name: str) -> None:
    """Remove an interest."""
    from medloom.feed import interests
    from medloom.feed.files import held

    store = _open(folder).store
    with held(store):
        interests.save(store, interests.removed(interests.load(store), name))
    output.note(f"{name} is gone")


@feed.command()
@click.argument("folder")
@click.option(
    "--since",
    default="last",
    show_default=True,
    metavar="WHEN",
    help="last (recorded digest), a date as 2026-11-28, or a build or tag after which.",
)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N")
@click.option("--record", is_flag=True, help="Remember it: the next digest begins after it.")
@click.option("--mail", is_flag=True, help="Send it (MEDLOOM_SMTP_...), and remember it.")
@click.option("--old", is_flag=True, help="Also what earlier digests have shown.")
@click.option("--html", type=_FILE, help="Write a page that stands alone.")
@click.option("--text", type=_FILE, help="Write plain text.")
@click.option("--rss", type=_FILE, help="Write RSS 2.0: this digest and the recorded ones.")
@click.option("--atom", type=_FILE, help="Write Atom: this digest and the recorded ones.")
@_JSON
def digest(
    folder: str,
    since: str,
    limit: int,
    record: bool,
    mail: bool,
    old: bool,
    json_: bool,
    **files: Path | None,
) -> None:
    """Rank what came since the last digest, at most N papers for each interest.

    Without --record or --mail nothing is remembered: run it as often as you like. With --mail a
    digest that was recorded and not sent to all goes out first; one that is empty is not sent.

    \b
    medloom feed digest DIR --since 2026-11-01 --html digest.html
    17 6 * * 1  medloom feed digest /data/papers --mail      (a line for cron: Mondays, 6:17)
    """
    from medloom.feed import digests, state
    from medloom.feed.mail import mail_settings

    collection = _open(folder)
    settings = mail_settings() if mail else None
    if not (record or mail):
        remembered = state.load(collection.store)
        made = digests.make(collection, remembered, since, limit, old)
        _give(made, remembered, files, json_)
        return
    with state.changing(collection.store) as remembered:
        made = digests.make(collection, remembered, since, limit, old)
        kept = remembered.record(made.digest, by_mail=mail)
        state.save(collection.store, remembered)
        _give(made._replace(digest=kept), remembered, files, json_)
        if settings is not None:
            _send(collection, remembered, settings)


def _send(collection: "Collection", remembered: "State", settings: Any) -> None:
    from medloom.feed import state
    from medloom.feed.mail import send

    n_sent = 0
    for one in remembered.digests:
        if one.by_mail and one.items:
            if one.sending:
                output.note("a message may have been sent before a stop: it is sent again")
            n_sent += send(one, settings, lambda: state.save(collection.store, remembered))
    output.note(f"messages sent: {n_sent}")


def _give(made: "Made", remembered: "State", files: dict[str, Path | None], json_: bool) -> None:
    from dataclasses import asdict

    from medloom.feed import pages, plain, syndication

    one = made.digest
    for note in made.notes:
        output.note(note)
    every = [*(d for d in remembered.digests if d.id != one.id), one]
    written = {
        "html": lambda: pages.as_html(one).encode(),
        "text": lambda: plain.as_text(one).encode(),
        "rss": lambda: syndication.as_rss(one.collection, every, one.made),
        "atom": lambda: syndication.as_atom(one.collection, every, one.made),
    }
    for name, path in files.items():
        if path is not None:
            path.write_bytes(written[name]())
            output.note(f"{path} is written")
    if json_:
        output.as_json([asdict(item) for item in one.items])
    elif not any(files.values()):
        click.echo(plain.as_text(one), nl=False)


def _mark(folder: str, ids: tuple[str, ...], kind: str | None, interest: str) -> None:
    from medloom.errors import InputError
    from medloom.feed import interests, state
    from medloom.feed.articles import Articles

    collection = _open(folder)
    names = [one.name for one in interests.load(collection.store)]
    if interest and interest not in names:
        known = ", ".join(names) or "none"
        raise InputError(f"no interest is called '{interest}'; there: {known}")
    articles = Articles(collection)
    found = [articles.place(one).id for one in ids]
    with state.changing(collection.store) as remembered:
        remembered.mark(found, kind, interest)


_INTEREST = click.option("--interest", default="", help="Only for this interest; by default, all.")
_IDS = click.argument("ids", nargs=-1, required=True)


@feed.command()
@click.argument("folder")
@_IDS
@_INTEREST
def up(folder: str, ids: tuple[str, ...], interest: str) -> None:
    """Mark papers as wanted: more like them come first."""
    _mark(folder, ids, "up", interest)


@feed.command()
@click.argument("folder")
@_IDS
@_INTEREST
def down(folder: str, ids: tuple[str, ...], interest: str) -> None:
    """Mark papers as not wanted: they go, and those like them come later."""
    _mark(folder, ids, "down", interest)


@feed.command()
@click.argument("folder")
@_IDS
@_INTEREST
def unmark(folder: str, ids: tuple[str, ...], interest: str) -> None:
    """Take back what up or down said of papers."""
    _mark(folder, ids, None, interest)


@feed.command()
@click.argument("folder")
@_IDS
@click.option("--not", "unread", is_flag=True, help="They are unread again.")
def read(folder: str, ids: tuple[str, ...], unread: bool) -> None:
    """Mark papers as read: no digest shows them."""
    from medloom.feed import state
    from medloom.feed.articles import Articles

    collection = _open(folder)
    articles = Articles(collection)
    found = [articles.place(one).id for one in ids]
    with state.changing(collection.store) as remembered:
        left = [one for one in remembered.read if one not in found]
        remembered.read = left if unread else [*left, *found]


@feed.command()
@click.argument("folder")
@click.argument("paper")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, metavar="N")
@click.option("--html", type=_FILE, help="Write a page that stands alone.")
@_JSON
def related(folder: str, paper: str, limit: int, html: Path | None, json_: bool) -> None:
    """Show what belongs to a PAPER: papers like it, citations, data sets.

    PAPER is an id, DOI, PMID or PMCID. Data sets are found by accession numbers (GSE, PRJNA, NCT,
    PDB, ...) and DOIs of data repositories in its texts, and in those of the papers near it.

    \b
    medloom feed related DIR PMC7654321 --html paper.html
    """
    from medloom.feed import related as finding

    found = finding.related(_open(folder), paper, limit)
    if html is not None:
        html.write_text(finding.as_html(found), encoding="utf-8")
        output.note(f"{html} is written")
    if json_:
        output.as_json([found.told()])
    elif html is None:
        _print_related(found.told())


def _print_related(told: dict[str, Any]) -> None:
    click.echo(f"{told['title']}\n{told['url'] or told['id']}")
    for name in ("datasets", "datasets_of_neighbours", "similar", "cites", "cited_by"):
        if told[name]:
            click.echo(f"\n{name.replace('_', ' ')}:")
            rows = [{k: v for k, v in one.items() if k != "url"} for one in told[name]]
            output.as_table(rows)


def _open(folder: str) -> "Collection":
    import medloom

    collection: Collection = medloom.open(folder)
    return collection
