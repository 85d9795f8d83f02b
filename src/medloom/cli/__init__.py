"""The medloom command: it parses arguments and prints; all work is done elsewhere.

Heavy packages are imported inside the commands, so that `medloom --help` is quick.
"""

import os
import sys

import click

from medloom.cli import (
    abbreviations,
    ask,
    audit,
    document,
    export,
    feed,
    filters,
    find_datasets,
    look,
    make,
    phi,
    publish,
    quality,
    recipes,
    report,
    screen,
    search,
    serve,
    similar,
    tagger,
    terminology,
    versions,
)
from medloom.cli.sections import Sections
from medloom.errors import MedloomError


@click.group(
    cls=Sections,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="medloom")
def app() -> None:
    """Turn raw biomedical data into datasets that people can trust.

    \b
    Try it:      medloom demo
    Your data:   medloom build literature --input ARTICLES/ --into COLLECTION/
    Look at it:  medloom info COLLECTION/
                 medloom show COLLECTION/ figures
                 medloom ledger COLLECTION/
    Give it on:  medloom release COLLECTION/ v1.0 RELEASE/
    """


app.put(
    "Build a collection",
    [make.demo, make.build, recipes.recipes, recipes.steps, recipes.check],
)
app.put(
    "Look at it",
    [look.info, look.ledger, look.show, look.query, report.report, report.graph, audit.audit],
)
app.put(
    "Find and look",
    [
        search.index,
        search.search,
        ask.ask,
        similar.similar,
        find_datasets.find_datasets,
        screen.screen,
        feed.feed,
        serve.serve,
    ],
)
app.put(
    "Document, version and publish it",
    [
        document.document,
        document.guideline,
        versions.tag,
        versions.versions,
        versions.diff,
        versions.prune,
        publish.release,
        publish.publish,
        export.export,
    ],
)
app.put(
    "What steps use: terminologies, models, profiles",
    [
        terminology.terminology,
        abbreviations.abbreviations,
        tagger.tagger,
        filters.filters,
        quality.quality,
        phi.phi,
    ],
)


def main() -> None:
    """Run the command; show a MedloomError without a traceback."""
    try:
        code = app(prog_name="medloom", standalone_mode=False)
    except MedloomError as error:
        click.echo(f"medloom: {error}", err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nmedloom: stopped; run the same command again to go on", err=True)
        sys.stderr.flush()
        os._exit(130)  # the workers got the signal, too: an orderly end would wait for them
    except BrokenPipeError:  # `medloom show ... | head`
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
