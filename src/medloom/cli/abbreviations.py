"""Commands about abbreviations."""

from pathlib import Path

import click

from medloom.cli import output


@click.group()
def abbreviations() -> None:
    """Learn what short forms mean that their document does not define.

    \b
    medloom build abbreviations --input ARTICLES/ --into DIR
    medloom abbreviations train DIR --out senses.npz
    """


@abbreviations.command()
@click.argument("folder")
@click.option("--table", default="examples", show_default=True, help="The table of examples.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
def train(folder: str, table: str, out: Path) -> None:
    """Learn from the examples of a collection; write one file.

    Use it in a recipe: `disambiguate_abbreviations: {model: senses.npz}`.
    """
    import medloom
    from medloom.kit.short_forms.senses import Example, Senses, features_of

    examples = (
        Example(use["short"], use["long"], features_of(row["text"], use["start"], use["end"]))
        for batch in medloom.open(folder).scan(table, ["text", "abbreviations"])
        for row in batch.to_pylist()
        for use in row["abbreviations"]
    )
    senses = Senses.learn(examples)
    senses.save(out)
    output.note(f"wrote {out}: {len(senses.names)} senses of {len(senses.shorts)} short forms")
