"""The command that shows a collection in a browser."""

import click


@click.command()
@click.argument("folder")
@click.option("--port", default=8765, show_default=True, help="0: any that is free.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Another address lets other computers in: over plain HTTP, with the link as the only key.",
)
@click.option("--open", "open_", is_flag=True, help="Open the browser, too.")
def serve(folder: str, port: int, host: str, open_: bool) -> None:
    """Show a collection in a browser: its tables, records, ledger and search.

    \b
    medloom serve DIR
    medloom serve DIR --port 9000 --open

    No table is changed. The link that is printed works once and for one browser. Stop with Ctrl-C.
    """
    from medloom.web.serving import serve as run

    def announce(link: str) -> None:
        click.echo(f"open {link}")

    run(folder, host, port, announce, open_browser=open_)
