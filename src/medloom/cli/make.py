"""Commands that make collections."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.engine.build import Run


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("medloom-demo"))
@click.option("--json", "json_", is_flag=True, help="Print the ledger as JSON lines.")
def demo(folder: Path, json_: bool) -> None:
    """Build a bundled sample of 24 articles, and say what to try next.

    The articles and pictures were written and drawn for Medloom; nothing is downloaded. One file
    is broken and one picture is missing on purpose: the ledger shows both.
    """
    from medloom import demo as bundled

    made = _build("literature", {"input": str(bundled.path())}, str(folder))
    _report(made, json_)
    if not json_:
        click.echo(_NEXT.format(folder=folder))


_NEXT = """
Try next:
  medloom info {folder}                     what is in it, and what made it
  medloom show {folder} figures --limit 5   rows of a table
  medloom ledger {folder} images            the missing picture, and why
  medloom query {folder} "select license, count(*) n from articles group by license"
  medloom audit {folder} --out audit        its weaknesses, on a page
  medloom publish {folder} dataset          files for training, with card and checksums
Your own articles:
  medloom build literature --input FOLDER --into COLLECTION"""


@click.command()
@click.argument("recipe")
@click.option(
    "--input",
    "input_",
    metavar="PATH",
    help="Fills {input}: a file, folder, archive, list of paths (.txt) or s3:// prefix.",
)
@click.option(
    "--into",
    required=True,
    metavar="DIR",
    help="The collection: made if it is not there, brought up to date if it is.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Fill another {name} of the recipe; may be given several times.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    help="Processes; one a core by default; 0 runs in this one, for a debugger.",
)
@click.option(
    "--runner",
    type=click.Choice(["native", "ray"]),
    default="native",
    show_default=True,
    help="Where to run: this machine, or a Ray cluster.",
)
@click.option("--retry-failed", is_flag=True, help="Read sources again that failed before.")
@click.option("--json", "json_", is_flag=True, help="Print the ledger as JSON lines.")
def build(
    recipe: str,
    input_: str | None,
    into: str,
    settings: tuple[str, ...],
    workers: int | None,
    runner: str,
    retry_failed: bool,
    json_: bool,
) -> None:
    """Run RECIPE, a name or the path of a .yaml file, into a collection.

    Run it again after a stop, or with more files: only what is new is done. Sources that changed
    are read again; sources that left the input leave the collection (earlier builds keep them).

    \b
    medloom build literature --input articles/ --into collection/
    medloom build my-recipe.yaml --input articles/ --set min_year=2015 --into collection/
    """
    given = settings_from(settings) | ({"input": input_} if input_ is not None else {})
    _report(_build(recipe, given, into, workers, runner, retry_failed), json_)


def settings_from(pairs: tuple[str, ...]) -> dict[str, Any]:
    """Read NAME=VALUE pairs; a value is YAML, so that 3 is a number."""
    import yaml

    given: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"--set {pair}: write NAME=VALUE")
        given[name.strip()] = yaml.safe_load(value)
    return given


def _build(
    recipe: str,
    given: dict[str, Any],
    into: str,
    workers: int | None = None,
    runner: str = "native",
    retry_failed: bool = False,
) -> "Run":
    import medloom

    with Bar() as bar:
        return medloom.build(
            recipe,
            into=into,
            settings=given,
            workers=workers,
            runner=runner,
            retry_failed=retry_failed,
            progress=bar.show,
        )


class Bar:
    """A progress line on stderr, with rate and time left."""

    _UNITS: ClassVar[dict[str, str]] = {"reading": " sources", "publishing": " files"}

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the line away."""
        if self._bar is not None:
            self._bar.close()

    def show(self, what: str, done: int, total: int) -> None:
        """Say how much of what is done."""
        import tqdm

        if self._bar is None or self._bar.desc.rstrip(": ") != what:
            self.close()
            quiet = not sys.stderr.isatty()
            self._bar = tqdm.tqdm(
                desc=what,
                total=total or None,
                unit=self._UNITS.get(what.split(" ")[0], " rows"),
                dynamic_ncols=True,
                mininterval=10.0 if quiet else 0.2,
            )
        self._bar.total = total or None
        self._bar.update(done - self._bar.n)


def _report(made: "Run", json_: bool) -> None:
    rows = [
        {
            "table": one.table,
            "rows in": one.rows_in,
            "rows out": one.rows_out,
            "dropped": one.dropped,
            "failed": one.failed,
        }
        for one in made.tables
    ]
    if json_:
        output.as_json(one._asdict() for one in made.tables)
    else:
        output.as_table(rows)
    output.note(_told(made))
    wrong = [one.table for one in made.tables if not one.balanced]
    if wrong:
        raise click.ClickException(
            f"the ledger does not add up for {', '.join(wrong)}: please report this as a defect"
        )


def _told(made: "Run") -> str:
    parts = [f"{made.new} sources read"]
    parts += [f"{made.kept} kept as they were"] if made.kept else []
    parts += [f"{made.changed} of them again"] if made.changed else []
    parts += [f"{made.gone} no longer in the input, removed"] if made.gone else []
    parts += [f"made again: {', '.join(made.remade)}"] if made.remade else []
    lost = sum(one.dropped + one.failed for one in made.tables)
    why = f"; {lost} rows dropped or failed: medloom ledger {made.uri}" if lost else ""
    return f"build {made.number} of {made.uri}: {', '.join(parts)}, {made.seconds:.1f} s{why}"
