"""Commands that show and export what a collection mentions."""

from pathlib import Path

import click

from medloom.cli import output

_JSON = click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
_PAIRS = click.option(
    "--pairs", default="cooccurrence", show_default=True, help="The table of pairs."
)


@click.command()
@click.argument("folder")
@click.argument("table", required=False)
@click.option("--label", "labels", multiple=True, help="Only mentions with this label; repeatable.")
@click.option("--top", default=20, show_default=True, help="Rank so many entities.")
@click.option(
    "--by",
    type=click.Choice(["documents", "mentions"]),
    default="documents",
    show_default=True,
    help="What to rank by.",
)
@click.option("--entity", metavar="ID", help="Show the sentences of one entity instead.")
@click.option("--trend", is_flag=True, help="Show documents by year instead.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a page for a browser, tables, the graph and its picture into this folder.",
)
@_PAIRS
@_JSON
def report(
    folder: str,
    table: str | None,
    labels: tuple[str, ...],
    top: int,
    by: str,
    entity: str | None,
    trend: bool,
    out: Path | None,
    pairs: str,
    json_: bool,
) -> None:
    """Rank what a collection mentions; look at one entity; write a page with graphs.

    TABLE is a table of mentions, as the recipe `entities` makes it; by default the first there is.

    \b
    medloom report DIR entities --label Disease
    medloom report DIR entities --entity MESH:D003000
    medloom report DIR entities --trend
    medloom report DIR entities --out report/ --top 200
    """
    import medloom
    from medloom.report import page, ranking

    collection = medloom.open(folder)
    table = table or ranking.table_of_mentions(collection)
    if out is not None:
        made = page.write(collection, out, table, labels=labels, top=top, pairs=pairs)
        for file in made:
            output.note(f"wrote {file}")
        if any(file.suffix == ".tsv" and file.stem != "entities" for file in made) and not any(
            file.suffix == ".png" for file in made
        ):
            output.note("no graph and picture: pip install 'medloom[report]'")
        return
    if entity is not None:
        rows = list(ranking.sentences(collection, table, [entity], top))
        if json_:
            output.as_json(rows)
        else:
            output.as_records({"from": row["text_id"], "sentence": row["sentence"]} for row in rows)
        return
    ranked = ranking.rank(collection, table, labels=labels, top=top, by=by)
    if trend:
        by_year, every = ranking.trends(collection, table, [one.entity_id for one in ranked])
        lines = [
            {"entity": one.entity_id, "name": one.name, **_years(by_year, one.entity_id, every)}
            for one in ranked
        ]
        output.as_listing(lines, json_)
        return
    lines = [one._asdict() for one in ranked]
    output.as_listing(lines, json_)


def _years(
    by_year: dict[str, dict[int, int]], entity: str, every: dict[int, int]
) -> dict[str, int]:
    return {str(year): by_year.get(entity, {}).get(year, 0) for year in sorted(every)}


@click.command()
@click.argument("folder")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--entities", metavar="TABLE", help="The table of mentions; by default the first.")
@_PAIRS
@click.option("--top", type=int, help="Only so many pairs, the heaviest.")
@click.option(
    "--weight",
    type=click.Choice(["n_together", "npmi", "pmi", "llr"]),
    default="llr",
    show_default=True,
    help="What makes a pair heavy: count, normalised or plain mutual information, likelihood.",
)
@click.option("--least", default=2, show_default=True, help="Texts that a pair must share.")
def graph(
    folder: str,
    out: Path,
    entities: str | None,
    pairs: str,
    top: int | None,
    weight: str,
    least: int,
) -> None:
    """Write the graph of a collection; the name of OUT says in which form.

    \b
    graph.graphml   nodes and edges for Cytoscape, Gephi, networkx
    graph.png, .svg a picture
    graph.ttl       RDF: every mention as a Web Annotation, with its provenance (PROV-O)
    graph/          a folder: nodes.parquet and edges.parquet
    """
    import medloom
    from medloom.report import network, ranking, triples

    collection = medloom.open(folder)
    entities = entities or ranking.table_of_mentions(collection)
    if out.suffix == ".ttl":
        n = triples.write_turtle(collection, out, entities, pairs)
        output.note(f"{n} annotations in {out}")
        return
    writers = {".graphml": network.write_graphml, "": network.write_parquet}
    if out.suffix not in (*writers, ".png", ".svg"):
        raise click.UsageError(
            "the name of OUT ends in .graphml, .png, .svg or .ttl, or is a folder"
        )
    made = network.of_collection(collection, entities, pairs, top=top, weight=weight, least=least)
    if out.suffix in writers:
        writers[out.suffix](made, out)
    else:
        network.write_picture(made, out, weight)
    output.note(f"{len(made)} nodes and {made.number_of_edges()} edges in {out}")
