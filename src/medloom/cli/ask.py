"""The command that answers a question from a collection, with sources."""

from typing import TYPE_CHECKING

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.answers.model import Answer, Evidence
    from medloom.kit.chat import ChatModel

_SHOWN_CHARACTERS = 400


@click.command()
@click.argument("folder")
@click.argument("question")
@click.option("--table", "tables", multiple=True, metavar="T", help="Only this table; repeatable.")
@click.option("--where", metavar="SQL", help="Only rows that meet a condition: year >= 2015.")
@click.option(
    "--most",
    default=12,
    show_default=True,
    type=click.IntRange(1, 50),
    help="Read at most so many passages; fewer where scores fall or nothing new comes.",
)
@click.option(
    "--unsupported",
    type=click.Choice(["mark", "drop"]),
    default="mark",
    show_default=True,
    help="What to do with sentences that the passages do not support.",
)
@click.option("--terminology", "terminologies", multiple=True, metavar="NAME", help="Synonyms.")
@click.option("--no-expand", is_flag=True, help="Take the words of the question alone.")
@click.option("--no-graph", is_flag=True, help="Do not look at the graph of concepts.")
@click.option("--model", metavar="NAME", help="In place of MEDLOOM_LLM_MODEL.")
@click.option("--url", metavar="URL", help="In place of MEDLOOM_LLM_URL.")
@click.option("--no-model", is_flag=True, help="Show the evidence; ask no model.")
@click.option(
    "--send-patient-text",
    is_flag=True,
    help="Let texts that may be about patients go to a model that is not on this machine.",
)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
def ask(
    folder: str,
    question: str,
    tables: tuple[str, ...],
    where: str | None,
    most: int,
    unsupported: str,
    terminologies: tuple[str, ...],
    no_expand: bool,
    no_graph: bool,
    model: str | None,
    url: str | None,
    no_model: bool,
    send_patient_text: bool,
    json_: bool,
) -> None:
    """Answer QUESTION from the texts of a collection, each sentence with its passages.

    \b
    medloom ask DIR "Does valproate reduce seizures in children?"
    medloom ask DIR "What causes HP:0001250?" --terminology hpo --json

    Without a model it shows the ranked passages with their best sentences. A model is any endpoint
    that speaks the OpenAI form: set MEDLOOM_LLM_URL, MEDLOOM_LLM_MODEL and, where it wants one,
    MEDLOOM_LLM_KEY. Each sentence is checked by its words, numbers, names and negations against the
    passages that it cites.
    """
    import medloom
    from medloom.answers.answering import Asking, answer
    from medloom.search.searcher import Searcher
    from medloom.search.understanding import Understanding, expander

    collection = medloom.open(folder)
    understanding = None if no_expand else Understanding.of(collection, terminologies or None)
    how = Asking(
        tables=tables or None,
        where=where,
        most_passages=most,
        unsupported="drop" if unsupported == "drop" else "mark",
        understanding=understanding,
        use_graph=not no_graph,
        send_patient_text=send_patient_text,
    )
    searcher = Searcher.open(folder, expander(understanding) if understanding else None)
    chat = None if no_model else _chat(url, model)
    made = answer(collection, searcher, question, chat, how)
    output.as_json([made.told()]) if json_ else _print(made)


def _chat(url: str | None, model: str | None) -> "ChatModel | None":
    import os

    from medloom.kit.chat import MODEL, URL, chat_model_from_settings

    given = {name: value for name, value in ((URL, url), (MODEL, model)) if value}
    return chat_model_from_settings({**os.environ, **given})


def _print(made: "Answer") -> None:
    if made.text:
        click.echo(made.text)
        click.echo()
    cited = {number for one in made.statements for number in one.citations}
    for one in made.evidence:
        if not cited or one.number in cited:
            _print_evidence(one)
    for line in made.graph:
        output.note(f"graph: {line}")
    for line in made.notes:
        output.note(f"note: {line}")


def _print_evidence(one: "Evidence") -> None:
    place = f"{one.table} {one.id}"
    title = f"  {one.title}" if one.title and one.title != one.id else ""
    why = f"  ({', '.join(one.why)})" if one.why else ""
    click.echo(f"{click.style(f'[{one.number}]', bold=True)} {place}  {one.score:.2f}{title}{why}")
    shown = sorted(one.sentences) or ()
    for key in shown:
        text = " ".join(one.text[key.start : key.end].split())
        click.echo(f"    {click.style(text, bold=True)}")
    if not shown:
        click.echo(f"    {' '.join(one.text[:_SHOWN_CHARACTERS].split())}")
