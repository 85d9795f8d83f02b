"""Datasheet and Healthsheet: questions with answers, those of people first, then the computed."""

from collections.abc import Mapping

from medloom.publish.documents.answers import Answer, Answers
from medloom.publish.documents.questions import Question, Sheet, questions

_TITLES = {"datasheet": "Datasheet", "healthsheet": "Healthsheet"}
_AFTER = {
    "datasheet": "The questions follow Gebru et al. 2021, *Datasheets for Datasets*.",
    "healthsheet": "The questions follow Rostamzadeh et al. 2022, *Healthsheet*.",
}
OPEN = "*Not answered.*"


def sheet(kind: Sheet, title: str, answers: Answers, facts: Mapping[str, str]) -> str:
    """A sheet as Markdown."""
    asked = questions(kind)
    n_open = sum(not is_answered(one, answers, facts) for one in asked)
    lines = [f"# {_TITLES[kind]}: {title}", "", _AFTER[kind], ""]
    lines += [f"{len(asked) - n_open} of {len(asked)} questions are answered.", ""]
    section = ""
    for one in asked:
        if one.section != section:
            section = one.section
            lines += [f"## {section}", ""]
        lines += [f"### {one.ask}", "", _answer(one, answers, facts), ""]
    return "\n".join(lines)


def is_answered(question: Question, answers: Answers, facts: Mapping[str, str]) -> bool:
    """Whether a person or the collection itself has answered a question."""
    return bool(answers.get(question.id) or facts.get(question.id))


def as_text(answer: Answer) -> str:
    """An answer as Markdown: a list has one item a line."""
    return answer if isinstance(answer, str) else "\n".join(f"- {one}" for one in answer)


def _answer(question: Question, answers: Answers, facts: Mapping[str, str]) -> str:
    said, computed = answers.get(question.id), facts.get(question.id)
    short = question.section == "At a glance"
    if said and (short or not computed):
        return as_text(said)
    if said:
        return f"{as_text(said)}\n\nComputed from the collection:\n\n{computed}"
    return computed or OPEN
