"""Commands that document a collection: an interview, and the seed of a labelling guideline."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.publish.documents.answers import Answers
    from medloom.publish.documents.questions import Question


@click.command()
@click.argument("folder")
@click.option("--answers", "file", metavar="FILE", help="Take answers from this YAML or JSON file.")
@click.option("--question", metavar="ID", help="Ask only this question, answered or not.")
@click.option("--all", "every", is_flag=True, help="Ask also what no release requires.")
@click.option("--check", is_flag=True, help="List what is open; exit code 1 if a release needs it.")
@click.option("--json", "json_", is_flag=True, help="Print all questions with their answers.")
def document(
    folder: str, file: str | None, question: str | None, every: bool, check: bool, json_: bool
) -> int:
    """Answer what a datasheet, a Healthsheet and a dataset card ask, and the data cannot tell.

    What the collection itself can answer is answered. The rest is asked here; each answer is kept
    at once in documentation.yaml beside the manifest, so that you can stop at any time. Questions
    that a release requires come first.

    \b
    medloom document DIR
    medloom document DIR --check
    medloom document DIR --answers answers.yaml
    """
    import medloom
    from medloom.errors import InputError
    from medloom.publish.documents.answers import Answers, read_answers
    from medloom.publish.documents.facts import Facts
    from medloom.publish.documents.questions import questions
    from medloom.publish.documents.sheets import is_answered

    collection = medloom.open(folder)
    answers, facts = Answers.of(collection), Facts(collection).answers()
    if file is not None:
        answers.give(read_answers(file))
    wanted = questions()
    open_ = [one for one in wanted if not is_answered(one, answers, facts)]
    if json_:
        output.as_json(_line(one, answers, facts) for one in wanted)
        return 0
    if check or file is not None:
        _list(open_, len(wanted))
        return int(check and any(one.required for one in open_))
    if question is not None:
        asked = [one for one in wanted if one.id == question]
        if not asked:
            raise InputError(f"no question {question}; {', '.join(one.id for one in wanted)}")
    else:
        asked = sorted(open_, key=lambda one: not one.required)
        asked = asked if every else [one for one in asked if one.required]
    _interview(asked, answers, facts, str(answers.place))
    return 0


def _line(one: "Question", answers: "Answers", facts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "section": one.section,
        "sheets": list(one.sheets),
        "ask": one.ask,
        "required": one.required,
        "answer": answers.get(one.id),
        "computed": facts.get(one.id),
    }


def _list(open_: "list[Question]", n: int) -> None:
    for one in sorted(open_, key=lambda one: not one.required):
        mark = "required" if one.required else "open"
        click.echo(f"{mark:<9} {one.id:<24} {one.ask}")
    click.echo(f"\n{n - len(open_)} of {n} questions are answered")


def _interview(
    asked: "list[Question]", answers: "Answers", facts: Mapping[str, str], place: str
) -> None:
    from medloom.publish.documents.answers import NOT_APPLICABLE

    if not asked:
        output.note("nothing is open; --all asks the questions that no release requires")
        return
    output.note(
        f"{len(asked)} questions. Enter leaves one open, '-' means {NOT_APPLICABLE}, "
        f"Ctrl-C stops: answers are kept in {place}"
    )
    section = ""
    for number, one in enumerate(asked, 1):
        if one.section != section:
            section = one.section
            click.echo("\n" + click.style(section, bold=True))
        told = answers.get(one.id) or facts.get(one.id)
        if told:
            click.echo(f"  so far: {told if isinstance(told, str) else '; '.join(told)}")
        said = _asked(one, f"{number}/{len(asked)} {one.ask}")
        if said:
            answers.give({one.id: NOT_APPLICABLE if said in ("-", ["-"]) else said})


def _asked(one: "Question", ask: str) -> str | list[str]:
    if not one.list:
        return str(click.prompt(ask + "\n ", default="", show_default=False, prompt_suffix="> "))
    lines: list[str] = []
    while line := click.prompt(
        ask + "\n " if not lines else " ", default="", show_default=False, prompt_suffix="> "
    ):
        lines.append(line)
    return lines


@click.command()
@click.argument("folder")
@click.argument("table")
@click.option("--spans", metavar="COL", default="spans", show_default=True, help="Column of spans.")
@click.option("--text", metavar="COL", help="The column of texts that the spans lie in.")
@click.option("--examples", default=5, show_default=True, help="Typical exemplars of each label.")
@click.option(
    "--definitions", metavar="FILE", help="What labels mean: a YAML file, LABEL: definition."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write guideline.md and guideline.html here; else Markdown is printed.",
)
@click.option("--json", "json_", is_flag=True, help="Print JSON, one label a line.")
def guideline(
    folder: str,
    table: str,
    spans: str,
    text: str | None,
    examples: int,
    definitions: str | None,
    out: Path | None,
    json_: bool,
) -> None:
    """Write the seed of a labelling guideline from what is labelled: exemplars and confusions.

    Of each label: how often it occurs, what is labelled with it, typical and borderline exemplars
    chosen to differ from each other, words that stand around it, and labels that it is mixed up
    with. People write the rules; this shows what the data says they are.
    """
    import medloom
    from medloom.publish.documents import guideline_page
    from medloom.publish.documents.answers import read_answers
    from medloom.publish.documents.guideline import guideline as gather

    known = {k: str(v) for k, v in read_answers(definitions).items()} if definitions else {}
    found = gather(medloom.open(folder), table, spans, text, examples, known)
    if json_:
        output.as_json(one.as_json() for one in found.labels)
    elif out is None:
        click.echo(guideline_page.as_markdown(found))
    else:
        for file in guideline_page.write(found, out):
            output.note(f"wrote {file}")
