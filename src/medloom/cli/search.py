"""Commands that index a collection and search it."""

from typing import TYPE_CHECKING

import click

from medloom.cli import output
from medloom.cli.make import Bar

if TYPE_CHECKING:
    from medloom.search.results import Hit, Results, Snippet


@click.command()
@click.argument("folder")
@click.argument("tables", nargs=-1)
@click.option(
    "--encoder",
    metavar="NAME",
    help="What makes vectors: static (the default), minilm, a model folder, or none.",
)
@click.option(
    "--text",
    "text",
    multiple=True,
    metavar="T.COLUMN",
    help="Search this column of a table, and not all that look like texts; may be given often.",
)
@click.option("--rebuild", is_flag=True, help="Make the index anew, for example after damage.")
@click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
def index(
    folder: str,
    tables: tuple[str, ...],
    encoder: str | None,
    text: tuple[str, ...],
    rebuild: bool,
    json_: bool,
) -> None:
    """Make a collection searchable, or bring its index up to date. TABLES: all by default.

    \b
    medloom index DIR
    medloom index DIR passages figures --encoder none
    medloom index DIR --text articles.title --text articles.abstract

    A second run reads only what has changed. Searches go on meanwhile, on the old index.
    """
    from medloom.search.index import index as run

    with Bar() as bar:
        done = run(
            folder,
            tables=tables or None,
            encoder=encoder,
            progress=bar.show,
            text_columns=_by_table(text),
            rebuild=rebuild,
        )
    rows = [
        {
            "table": one.table,
            "rows": one.rows,
            "added": one.added,
            "removed": one.removed,
            "vectors": one.encoder or "none",
            "searched": list(one.text),
        }
        for one in done
    ]
    output.as_listing(rows, json_)


def _by_table(text: tuple[str, ...]) -> dict[str, list[str]] | None:
    named: dict[str, list[str]] = {}
    for one in text:
        table, _, column = one.partition(".")
        if not column:
            raise click.BadParameter(f"'{one}' is no TABLE.COLUMN", param_hint="--text")
        named.setdefault(table, []).append(column)
    return named or None


@click.command()
@click.argument("folder")
@click.argument("query")
@click.option("--table", "tables", multiple=True, metavar="T", help="Only this table.")
@click.option(
    "--mode",
    type=click.Choice(["auto", "lexical", "dense", "hybrid"]),
    default="auto",
    help="By words, by meaning, or both. auto: both where vectors are.",
)
@click.option("--column", "columns", multiple=True, metavar="C", help="Look in this column only.")
@click.option("--where", metavar="SQL", help='Only rows that fit: "year >= 2015".')
@click.option("--group", metavar="C", help="The best row of each value: article_id, patient_id.")
@click.option("--facet", "facets", multiple=True, metavar="C", help="Count the values of a column.")
@click.option("--value", "values", multiple=True, metavar="C", help="Show this column, too.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(0, 10_000))
@click.option(
    "--offset", default=0, type=click.IntRange(0, 1_000_000), help="Leave out the first N."
)
@click.option("--rerank", is_flag=True, help="Order the first hits again with a model.")
@click.option("--no-expand", is_flag=True, help="Take the words as they are, without synonyms.")
@click.option("--why", is_flag=True, help="Show what each part scored.")
@click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
def search(
    folder: str,
    query: str,
    tables: tuple[str, ...],
    mode: str,
    columns: tuple[str, ...],
    where: str | None,
    group: str | None,
    facets: tuple[str, ...],
    values: tuple[str, ...],
    limit: int,
    offset: int,
    rerank: bool,
    no_expand: bool,
    why: bool,
    json_: bool,
) -> None:
    """Search a collection that `medloom index` has made searchable.

    \b
    medloom search DIR "chest pain in young women"
    medloom search DIR '"vitamin A" -rat title:retina*'
    medloom search DIR "(heart attack OR stroke) AND aspirin" --where "year >= 2015"
    medloom search DIR seizures --group article_id --facet license --why

    Words rank; a phrase in quotes, field:word and -word are musts. AND, OR and NOT in capitals.
    prefix* finds beginnings, word~ near spellings.
    """
    from medloom.search.searcher import Searcher

    found = Searcher.open(folder).find(
        query,
        tables=tables or None,
        mode=mode,
        columns=columns or None,
        where=where,
        limit=limit,
        offset=offset,
        group=group,
        facets=facets,
        rerank=rerank,
        expand=not no_expand,
        values=values,
    )
    if json_:
        output.as_json(_told(one, rank) for rank, one in enumerate(found.hits, offset + 1))
    else:
        _print(found, offset, why)
    if json_ and facets:
        output.as_json([{"facets": {name: dict(one) for name, one in found.facets.items()}}])
    for line in found.notes:
        output.note(f"note: {line}")


def _told(hit: "Hit", rank: int) -> dict[str, object]:
    return {
        "rank": rank,
        "table": hit.table,
        "id": hit.id,
        "score": hit.score,
        "title": hit.title,
        "group": hit.group,
        "snippets": [one._asdict() for one in hit.snippets],
        "parts": hit.parts,
        "values": hit.values,
    }


def _print(found: "Results", offset: int, why: bool) -> None:
    for rank, hit in enumerate(found.hits, offset + 1):
        head = f"{rank:>3}. {click.style(f'{hit.table} {hit.id}', bold=True)}"
        group = f"  ({hit.group})" if hit.group and hit.group != hit.id else ""
        click.echo(f"{head}  {hit.score:.3f}{group}")
        if hit.title:
            click.echo(f"     {' '.join(hit.title.split())}")
        for one in hit.snippets:
            if one.column != "title":
                click.echo(f"     {one.column}: {_marked(one)}")
        if why:
            click.echo(f"     why: {', '.join(f'{k} {v:.3f}' for k, v in hit.parts.items())}")
        for name, value in hit.values.items():
            click.echo(f"     {name} = {value}")
    for name, counted in found.facets.items():
        shown = ", ".join(f"{value} ({n:,})" for value, n in counted)
        click.echo(f"{name}: {shown or 'no values'}")
    total = "" if found.total is None else f" of {found.total:,}"
    output.note(f"{len(found.hits)}{total} rows, {found.seconds:.2f} s")


def _marked(one: "Snippet") -> str:
    parts, at = [], 0
    for start, end in one.marks:
        parts += [one.text[at:start], click.style(one.text[start:end], bold=True, underline=True)]
        at = end
    return " ".join("".join([*parts, one.text[at:]]).split())
