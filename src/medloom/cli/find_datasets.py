"""A command that finds datasets for a research idea."""

import click

from medloom.cli import output

_SHOWN = 300


@click.command("find-datasets")
@click.argument("folder")
@click.argument("idea")
@click.option("--table", default="datasets", show_default=True, help="The table of descriptions.")
@click.option("-n", "n", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
def find_datasets(folder: str, idea: str, table: str, n: int, json_: bool) -> None:
    """Find datasets that suit a research IDEA, said in a sentence.

    The table has `id` and `description`, and `name`, `variants`, `title` where there are any.
    Datasets are ranked by their words, and by how many descriptions of others name them.

    \b
    medloom build dataset-finder --input datasets.jsonl --into DIR
    medloom find-datasets DIR "segment the prostate in 3D MRI volumes"
    """
    from medloom.search.datasets.finder import DatasetFinder
    from medloom.search.datasets.table import datasets_of

    found = DatasetFinder(datasets_of(folder, table)).find(idea, n)
    if json_:
        output.as_json(one._asdict() for one in found)
    elif not found:
        output.note("no dataset shares a word with the idea; say it in other words")
    else:
        shown = [{**one._asdict(), "description": one.description[:_SHOWN]} for one in found]
        output.as_records(shown)
