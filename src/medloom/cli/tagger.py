"""Commands that train, show and test taggers."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.tagging.corpora import Document
    from medloom.tagging.tagger import Tagger

_DATA = click.option(
    "--data",
    "folders",
    multiple=True,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder in which the plan's files are looked for; give several, first comes first.",
)
_JSON = click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")


@click.group()
def tagger() -> None:
    """Train, show and test the small models of the step `tag`."""


@tagger.command()
@click.argument("plan")
@_DATA
@click.option(
    "--into", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE"
)
@click.option(
    "--hold-out", is_flag=True, help="Keep the documents to develop on apart, and score on them."
)
@_JSON
def train(plan: str, folders: tuple[Path, ...], into: Path, hold_out: bool, json_: bool) -> None:
    """Train a model by PLAN: a YAML file, or `mentions`, by which the built-in one was made.

    Needs the extra `train` (PyTorch). One core, minutes; the same inputs, seed and machine give
    the same file.
    """
    from medloom.errors import MissingExtraError
    from medloom.tagging.modelfile import load
    from medloom.tagging.tagger import Tagger

    try:
        from medloom.tagging.training.plan import place_of_plan, read_plan
        from medloom.tagging.training.run import train_model
    except ImportError as error:
        raise MissingExtraError(
            f"training needs {error.name}: pip install 'medloom[train]'"
        ) from None
    wanted = read_plan(place_of_plan(plan))
    divided = train_model(wanted, folders, into, hold_out, output.note)
    model = load(str(into))
    output.note(f"{into}: {into.stat().st_size / 1e6:.1f} MB, digest {model.digest}")
    if hold_out:
        made = Tagger(model)
        rows = [r for n, some in divided.develop.items() if some for r in _scores(made, n, some)]
        output.as_listing(rows, json_)


@tagger.command()
@click.argument("model", default="mentions")
@_JSON
def show(model: str, json_: bool) -> None:
    """Show the heads of MODEL, what it was trained on and its digest."""
    from medloom.tagging.modelfile import load, place_of

    loaded = load(model)
    card = loaded.card
    if json_:
        output.as_json([{"digest": loaded.digest, **card}])
        return
    size = place_of(model).stat().st_size
    click.echo(f"model    {card['name']}, digest {loaded.digest}, {size / 1e6:.1f} MB")
    click.echo(f"names    {len(loaded.gazetteer.names):,} in {', '.join(card['vocabularies'])}")
    click.echo()
    trained = card.get("trained_on", {})
    output.as_table(
        [
            {
                "head": head.name,
                "labels": ", ".join(head.labels),
                "documents": trained.get(head.name, {}).get("documents"),
                "mentions": trained.get(head.name, {}).get("mentions"),
                "terms": trained.get(head.name, {}).get("terms"),
            }
            for head in loaded.heads
        ]
    )


@tagger.command()
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", default="mentions", help="A built-in model, or a file.")
@click.option("--head", required=True, help="The head to ask.")
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="LABEL[=LABEL]",
    help="A label of the corpus, and the model's name for it; give several. Default: the head's.",
)
@_JSON
def test(corpus: Path, model: str, head: str, labels: tuple[str, ...], json_: bool) -> None:
    """Score MODEL on a CORPUS (PubTator, JSON lines): ends and labels must be the gold's."""
    from medloom.tagging.corpora import read_corpus
    from medloom.tagging.modelfile import load
    from medloom.tagging.tagger import Tagger

    loaded = load(model)
    heads = {one.name: one.labels for one in loaded.heads}
    if head not in heads:
        raise click.BadParameter(f"{model} has {', '.join(heads)}", param_hint="--head")
    given = {old: new or old for old, _, new in (one.partition("=") for one in labels)}
    documents = read_corpus(corpus, given or {one: one for one in heads[head]})
    output.as_listing(list(_scores(Tagger(loaded, [head]), head, documents)), json_)


def _scores(made: "Tagger", head: str, documents: "list[Document]") -> Iterator[dict[str, Any]]:
    from medloom.tagging.scoring import compare, total

    labels = sorted({mention.label for one in documents for mention in one.mentions})
    counted = compare(made, head, documents, labels)
    together = [one for some in counted.values() for one in some]
    for label, some in {**counted, "all": together}.items():
        one = total(some)
        yield {
            "head": head,
            "label": label,
            "mentions": one.tp + one.fn,
            "precision": round(one.tp / ((one.tp + one.fp) or 1), 4),
            "recall": round(one.tp / ((one.tp + one.fn) or 1), 4),
            "F1": round(one.f1(), 4),
        }
