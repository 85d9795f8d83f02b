"""A command that finds rows that are similar to a row, a text or an image."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.search.results import Hit, Results
    from medloom.search.similar import Wanted


@click.command()
@click.argument("folder")
@click.argument("table")
@click.argument("row_id", metavar="[ID]", required=False)
@click.option("--text", metavar="TEXT", help="Like this text; - reads it from standard input.")
@click.option(
    "--image",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Like the image in this file.",
)
@click.option("--to", "target", metavar="TABLE", help="Look in another table than the row's.")
@click.option("--by", metavar="a,b", help="Compare in these parts only; a=2 lets one weigh more.")
@click.option("--encoder", metavar="NAME", help="Compare vectors that this encoder makes.")
@click.option("--where", metavar="SQL", help='Only rows for which it holds: "year >= 2015".')
@click.option("--elsewhere", is_flag=True, help="Leave out rows of the same article or patient.")
@click.option("--sentences", is_flag=True, help="Show the sentences that answer to the text best.")
@click.option(
    "--hypothetical",
    is_flag=True,
    help="Let the configured chat model write what is wanted, and look for that, too.",
)
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--why", is_flag=True, help="Show what each part scored.")
@click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
def similar(
    folder: str,
    table: str,
    row_id: str | None,
    text: str | None,
    image: Path | None,
    target: str | None,
    by: str | None,
    encoder: str | None,
    where: str | None,
    elsewhere: bool,
    sentences: bool,
    hypothetical: bool,
    limit: int,
    why: bool,
    json_: bool,
) -> None:
    """Find the rows of a table that are similar to a row, a text or an image.

    \b
    medloom similar DIR figures PMC1234567/fig/F1 --by image
    medloom similar DIR cases PMC1234567/case/1 --to articles --why
    medloom similar DIR figures --text "no pleural effusion" --by findings
    medloom similar DIR passages --text "Aspirin prevents stroke." --sentences

    What is compared depends on the columns of the table: text, captions, vectors, images, concepts,
    age and sex, citations, findings. The score of a row is the mean of these parts, each divided by
    what the best row scores in it.
    """
    import medloom
    from medloom.search.similar import similar_to

    _one_of(row_id, text, image)
    if hypothetical and row_id is not None:
        raise click.UsageError("--hypothetical goes with --text: rows are not sent to a model")
    names, weights = _parts(by)
    own = None if row_id is not None else _own(text, image, target or table, hypothetical)
    found = similar_to(
        medloom.open(folder),
        table,
        own or str(row_id),
        target=target,
        by=names,
        weights=weights,
        encoder=encoder,
        where=where,
        elsewhere=elsewhere,
        sentences=sentences,
        limit=limit,
    )
    _show(found, why, json_)


def _one_of(row_id: str | None, text: str | None, image: Path | None) -> None:
    if row_id is not None and (text is not None or image is not None):
        raise click.UsageError("give an ID, or --text and --image, not both")
    if row_id is None and text is None and image is None:
        raise click.UsageError("give the ID of a row, or --text, or --image")


def _parts(by: str | None) -> tuple[list[str] | None, dict[str, float]]:
    """The parts that `--by` names, and the weights of those that have one."""
    names, weights = [], {}
    for one in filter(None, (one.strip() for one in (by or "").split(","))):
        name, has_weight, weight = one.partition("=")
        names.append(name)
        if has_weight:
            try:
                weights[name] = float(weight)
            except ValueError:
                raise click.UsageError(f"--by {one}: '{weight}' is not a number") from None
            if not 0 < weights[name] < float("inf"):
                raise click.UsageError(f"--by {one}: a weight is above 0")
    return names or None, weights


def _own(text: str | None, image: Path | None, table: str, hypothetical: bool) -> "Wanted":
    from medloom.search.similar import Wanted

    text = sys.stdin.read() if text == "-" else text or ""
    imagined: tuple[str, ...] = ()
    if hypothetical:
        from medloom.search.hypothetical import configured_chat, hypothetical_documents

        imagined = tuple(hypothetical_documents(text, configured_chat(), table))
    return Wanted(text, image.read_bytes() if image else None, more_texts=imagined)


def _show(found: "Results", why: bool, json_: bool) -> None:
    if json_:
        output.as_json([_as_json(one) for one in found.hits])
    else:
        output.as_table([_line(rank, one, why) for rank, one in enumerate(found.hits, start=1)])
    for one in found.notes:
        output.note(one)


def _line(rank: int, hit: "Hit", why: bool) -> dict[str, Any]:
    parts = {name: f"{score:.2f}" for name, score in hit.parts.items()} if why else {}
    return {"": rank, "score": f"{hit.score:.3f}", **parts, "id": hit.id, "what": hit.title}


def _as_json(hit: "Hit") -> dict[str, Any]:
    snippets = [{"column": one.column, "text": one.text} for one in hit.snippets]
    told = {"table": hit.table, "id": hit.id, "score": hit.score, "title": hit.title}
    return {**told, "group": hit.group, "parts": hit.parts, "snippets": snippets}
