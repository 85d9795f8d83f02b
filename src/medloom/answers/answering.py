"""Answer a question from a collection: find, ask a model, check each sentence, say what is left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from medloom.answers.asking import NO_ANSWER, messages
from medloom.answers.checking import Unsupported, checked, written
from medloom.answers.contexts import enough
from medloom.answers.graph import graph_of
from medloom.answers.model import Answer, Statement
from medloom.answers.retrieving import Searches, retrieve
from medloom.answers.statements import said
from medloom.answers.texts import may_be_patients, with_texts
from medloom.collection.collection import Collection
from medloom.errors import InputError
from medloom.kit.chat import HOW_TO_CONFIGURE, ChatModel
from medloom.search.understanding.of_collection import Understanding


@dataclass(frozen=True)
class Asking:
    """How to answer."""

    tables: Sequence[str] | None = None
    where: str | None = None
    most_passages: int = 12
    unsupported: Unsupported = "mark"
    understanding: Understanding | None = None
    """Other ways to say the question; None to take its words alone."""
    use_graph: bool = True
    send_patient_text: bool = False
    """Whether texts that may be about patients may go to an endpoint that is not this machine."""


def answer(
    collection: Collection,
    searcher: Searches,
    question: str,
    chat: ChatModel | None,
    how: Asking | None = None,
) -> Answer:
    """Answer a question; without a model, give the ranked evidence.

    Raises ChatError where the model cannot be asked, InputError for an empty question, or where
    texts of patients would leave this machine without `send_patient_text`.
    """
    how = how or Asking()
    if not any(one.isalnum() for one in question):
        raise InputError("the question has no words\n  fix: ask one, in quotes")
    tables = how.tables or with_texts(collection, searcher.tables)
    if chat is not None:
        _check_place(collection, chat, tables, how)
    graph = graph_of(collection) if how.use_graph else None
    found = retrieve(
        collection,
        searcher,
        question,
        tables=tables,
        where=how.where,
        understanding=how.understanding,
        graph=graph,
    )
    taken, why = enough(found.evidence, most=how.most_passages)
    evidence = tuple(replace(one, number=n) for n, one in enumerate(taken, start=1))
    told = tuple(graph.told(step) for step in found.steps) if graph else ()
    notes = (*found.notes, f"{len(evidence)} of {len(found.evidence)} passages: {why}")
    made = Answer(question, evidence, notes=notes, graph=told)
    if not evidence:
        return replace(made, notes=(*found.notes, "nothing was found that could answer this"))
    if chat is None:
        return replace(made, notes=(*notes, f"no model answered; to have one: {HOW_TO_CONFIGURE}"))
    return _answered(made, chat.ask(messages(question, evidence)), chat, how)


def _answered(made: Answer, reply: str, chat: ChatModel, how: Asking) -> Answer:
    if NO_ANSWER.rstrip(".").casefold() in reply.casefold() and len(reply) < 2 * len(NO_ANSWER):
        return replace(
            made, model=chat.model, notes=(*made.notes, "the model found no answer here")
        )
    statements = tuple(checked(said(reply), made.evidence))
    return replace(
        made,
        model=chat.model,
        statements=statements,
        text=written(statements, how.unsupported),
        notes=(*made.notes, *_counted(statements, how.unsupported)),
    )


def _counted(statements: Sequence[Statement], unsupported: Unsupported) -> list[str]:
    bad = sum(not one.is_supported for one in statements)
    if not statements:
        return ["the model's answer has no sentences"]
    done = "left out" if unsupported == "drop" else "marked"
    told = f"{len(statements) - bad} of {len(statements)} sentences are supported"
    return [told + (f"; the others are {done}" if bad else "")]


def _check_place(
    collection: Collection, chat: ChatModel, tables: Sequence[str], how: Asking
) -> None:
    if not chat.is_remote or how.send_patient_text:
        return
    private = may_be_patients(collection, tables)
    if private:
        raise InputError(
            f"the model at {chat.place} is not on this machine, and table {', '.join(private)} "
            "may hold texts of patients\n  fix: use a model on this machine, name tables with "
            "--table, or allow it with --send-patient-text"
        )
