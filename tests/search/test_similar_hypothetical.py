"""Hypothetical documents, over a real HTTP server of this test that speaks the OpenAI form.

The server stands for the endpoint, not for the quality of what a model writes.
"""

import numpy as np
import pytest
from click.testing import CliRunner

from medloom.cli import app
from medloom.errors import InputError
from medloom.kit.chat import ChatError, ChatModel
from medloom.search.hypothetical import (
    configured_chat,
    hypothetical_documents,
    hypothetical_vector,
)
from tests.answers.server import Reply, says, serving
from tests.search.test_similar import folder, notes

__all__ = ["folder", "notes"]


class Letters:
    """An encoder that counts letters: enough to see what becomes of the vectors."""

    def encode(self, texts):
        counts = np.array([[one.count(c) for c in "abc"] for one in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def test_the_query_alone_is_sent_and_the_document_comes_back():
    with serving(says("Aspirin lowers the risk of stroke.")) as server:
        chat = ChatModel(server.url, "small")
        assert hypothetical_documents("aspirin?", chat) == ["Aspirin lowers the risk of stroke."]
    messages = server.asked[0].body["messages"]
    assert messages[-1] == {"role": "user", "content": "aspirin?"}
    assert "a passage of a biomedical article" in messages[0]["content"]
    assert len(server.asked) == 1


def test_what_is_imagined_depends_on_the_table():
    with serving(says("A 54-year-old woman ...")) as server:
        hypothetical_documents("chest pain", ChatModel(server.url, "small"), "cases")
    assert "summary of a patient" in server.asked[0].body["messages"][0]["content"]


def test_several_documents_differ_by_seed():
    with serving(says("one"), says("two"), says("three")) as server:
        chat = ChatModel(server.url, "small")
        assert hypothetical_documents("q", chat, n_documents=3) == ["one", "two", "three"]
    assert [one.body["seed"] for one in server.asked] == [0, 1, 2]


def test_an_endless_document_is_cut():
    with serving(says("word " * 10_000)) as server:
        made = hypothetical_documents("q", ChatModel(server.url, "small"))
    assert len(made[0]) == 4_000


def test_an_endpoint_that_fails_is_told_without_the_query():
    with serving(Reply(status=401)) as server, pytest.raises(ChatError) as error:
        hypothetical_documents("my secret query", ChatModel(server.url, "small"))
    assert "secret" not in str(error.value)


def test_the_vector_lies_between_the_query_and_its_documents():
    vector = hypothetical_vector("a", ["b", "b"], Letters())
    assert np.linalg.norm(vector) == pytest.approx(1)
    assert vector.tolist() == pytest.approx([1 / 5**0.5, 2 / 5**0.5, 0])


def test_nothing_is_imagined_for_nothing():
    with pytest.raises(InputError, match="for a text only"):
        hypothetical_documents(" ", ChatModel("http://127.0.0.1:9/v1", "small"))


def test_the_command_finds_what_the_model_says(notes, monkeypatch):
    """The query shares no word with the row; what the model writes does."""
    asked = ["similar", notes.uri, "notes", "--text", "acetylsalicylic acid", "--by", "text"]
    run = CliRunner().invoke
    with serving(says("Aspirin prevents stroke.")) as server:
        monkeypatch.setenv("MEDLOOM_LLM_URL", server.url)
        monkeypatch.setenv("MEDLOOM_LLM_MODEL", "small")
        monkeypatch.delenv("MEDLOOM_LLM_KEY", raising=False)
        assert configured_chat().model == "small"
        assert "Aspirin" not in run(app, asked).output
        assert not server.asked
        assert "Aspirin" in run(app, [*asked, "--hypothetical"]).output
