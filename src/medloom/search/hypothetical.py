"""Search with documents that a chat model imagines: what a good answer may look like.

HyDE (Gao et al. 2023, Precise Zero-Shot Dense Retrieval without Relevance Labels): a model writes
documents that would answer the query; the mean of their vectors and the query's is looked for. What
the model writes is never shown as a result, so it may be wrong: it only has to be like what is
right.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from medloom.errors import InputError
from medloom.kit.chat import HOW_TO_CONFIGURE, ChatModel, chat_model_from_settings

if TYPE_CHECKING:
    from medloom.search.results import Results
    from medloom.search.searcher import Searcher

_FORMS = {
    "article": "the title and abstract of a biomedical article",
    "passage": "a passage of a biomedical article",
    "figure": "the caption of a figure in a biomedical article",
    "patient": "the summary of a patient in a case report: age, sex, complaint, findings, course",
    "dataset": "the description of a research dataset",
}
_KINDS = {
    "articles": "article",
    "figures": "figure",
    "panels": "figure",
    "images": "figure",
    "cases": "patient",
    "notes": "patient",
    "datasets": "dataset",
}
_MOST_CHARACTERS = 4_000


class Encoder(Protocol):
    """What makes vectors of texts: see `medloom.kit.encoders`."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of length 1, one a text."""


def configured_chat() -> ChatModel:
    """The chat model that the environment names; raises InputError where it names none."""
    chat = chat_model_from_settings()
    if chat is None:
        raise InputError(f"no chat model is configured\n  fix: {HOW_TO_CONFIGURE}")
    return chat


def hypothetical_documents(
    query: str, chat: ChatModel, table: str = "passages", *, n_documents: int = 1
) -> list[str]:
    """Documents as a table may hold them that answer a query, written by a chat model.

    The query, and nothing else, is sent to the model. Raises ChatError where it gives no answer.
    """
    if not query.strip():
        raise InputError("a document can be imagined for a text only\n  fix: give --text")
    messages = _messages(query, table)
    if n_documents == 1:
        return [chat.ask(messages, max_tokens=400)[:_MOST_CHARACTERS]]
    return [
        chat.ask(messages, max_tokens=400, temperature=0.7, seed=number)[:_MOST_CHARACTERS]
        for number in range(n_documents)
    ]


def hypothetical_vector(
    query: str, documents: Sequence[str], encoder: Encoder
) -> npt.NDArray[np.float32]:
    """The mean of the vectors of a query and of the documents imagined for it, of length 1."""
    mean = encoder.encode([query, *documents]).mean(axis=0)
    made: npt.NDArray[np.float32] = mean / (np.linalg.norm(mean) or 1.0)
    return made


def find_with_hypothetical(
    searcher: "Searcher",
    table: str,
    query: str,
    chat: ChatModel,
    encoder: Encoder,
    *,
    n_documents: int = 1,
    limit: int = 10,
    where: str | None = None,
) -> "Results":
    """The rows of an indexed table that are nearest to what the model imagines for a query."""
    documents = hypothetical_documents(query, chat, table, n_documents=n_documents)
    vector = hypothetical_vector(query, documents, encoder)
    return searcher.nearest(table, vector, where=where, limit=limit)


def _messages(query: str, table: str) -> list[dict[str, str]]:
    form = _FORMS[_KINDS.get(table, "passage")]
    told = (
        f"You write {form} that answers the user's query, as it may stand in the literature. "
        "Write the text alone, at most 150 words, in the language of the query. Use the terms "
        "that an expert would use. If you do not know the facts, write what is plausible: the text "
        "is only used to look for real ones."
    )
    return [{"role": "system", "content": told}, {"role": "user", "content": query}]
