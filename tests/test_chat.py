"""A chat model is asked over real HTTP; what it may not tell stays untold."""

import json
import logging
import socket

import pytest

from medloom.kit.chat import (
    KEY,
    MODEL,
    URL,
    ChatError,
    ChatModel,
    Messages,
    chat_model_from_settings,
)
from tests.answers.server import Reply, Server, says, serving

SECRET = "sk-verysecret-0123456789"
PRIVATE = "Mr Quaxley Brindleton has lupus"
QUESTION: Messages = [{"role": "user", "content": PRIVATE}]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)


def model_at(server: Server, **settings: float) -> ChatModel:
    quick = {"first_wait_seconds": 0.01, "timeout_seconds": 5.0, **settings}
    return ChatModel(server.url, "small", **quick)  # type: ignore[arg-type]


def test_a_question_is_sent_in_the_openai_form_with_the_key() -> None:
    with serving(says("Yes.")) as server:
        assert model_at(server).ask(QUESTION, seed=7) == "Yes."
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["Authorization"] == f"Bearer {SECRET}"
    assert asked.body["messages"] == QUESTION
    assert (asked.body["model"], asked.body["seed"], asked.body["temperature"]) == ("small", 7, 0.0)


def test_without_a_key_none_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY)
    with serving(says("Yes.")) as server:
        model_at(server).ask(QUESTION)
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int) -> None:
    with serving(Reply(status), Reply(status), says("Yes.")) as server:
        assert model_at(server).ask(QUESTION) == "Yes."
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "told"), [(401, KEY), (403, KEY), (404, MODEL), (400, "longer"), (413, "longer")]
)
def test_what_will_not_pass_is_told_at_once(status: int, told: str) -> None:
    echo = json.dumps({"error": {"message": f"{SECRET} {PRIVATE}", "param": None}}).encode()
    with serving(Reply(status, echo)) as server, pytest.raises(ChatError, match=told) as caught:
        model_at(server).ask(QUESTION)
    assert len(server.asked) == 1
    assert SECRET not in str(caught.value)
    assert PRIVATE not in str(caught.value)


def test_it_gives_up_after_its_tries() -> None:
    with serving(Reply(500)) as server, pytest.raises(ChatError, match="answered 500"):
        model_at(server, tries=3).ask(QUESTION)
    assert len(server.asked) == 3


def test_the_endpoint_says_how_long_to_wait() -> None:
    with serving(Reply(429, headers={"Retry-After": "0"}), says("Yes.")) as server:
        assert model_at(server, first_wait_seconds=60.0).ask(QUESTION) == "Yes."


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b'{"choices": [{"message": null}]}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_an_answer_of_another_form_is_an_error(body: bytes) -> None:
    with serving(Reply(body=body)) as server, pytest.raises(ChatError, match="OpenAI form"):
        model_at(server, tries=2).ask(QUESTION)
    assert len(server.asked) == 2


@pytest.mark.parametrize("text", ["", "  \n", None, "<think>only thoughts", []])
def test_an_empty_answer_is_an_error(text: object) -> None:
    with serving(says(text)) as server, pytest.raises(ChatError, match="empty answer"):
        model_at(server, tries=1).ask(QUESTION)


def test_parts_of_text_are_joined_and_thoughts_left_out() -> None:
    parts = [{"type": "text", "text": "<think>a\nb</think>\nYes"}, {"type": "text", "text": "."}]
    with serving(says(parts)) as server:
        assert model_at(server).ask(QUESTION) == "Yes."


def test_a_slow_answer_is_a_time_out() -> None:
    slow = says("Yes.")._replace(wait_seconds=0.6)
    with serving(slow) as server, pytest.raises(ChatError, match=r"did not answer in 0\.1 seconds"):
        model_at(server, timeout_seconds=0.1, tries=1).ask(QUESTION)


def test_an_answer_that_breaks_off_is_tried_again() -> None:
    with serving(says("Yes.")._replace(breaks_off=True), says("No.")) as server:
        assert model_at(server, timeout_seconds=1.0).ask(QUESTION) == "No."


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = ChatModel(f"http://127.0.0.1:{port}/v1", "m", tries=2, first_wait_seconds=0.01)
    with pytest.raises(ChatError, match="cannot be reached"):
        model.ask(QUESTION)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with serving(says("stolen")) as other, serving(Reply(status)) as server:
        server.replies = [Reply(status, headers={"Location": other.url + "/chat/completions"})]
        with pytest.raises(ChatError, match=f"answered {status}"):
            model_at(server).ask(QUESTION)
    assert other.asked == []


def test_a_proxy_of_the_environment_never_sees_local_or_plain_texts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(says("proxy")) as proxy, serving(says("Yes.")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert model_at(server).ask(QUESTION) == "Yes."
    assert proxy.asked == []


def test_a_parameter_that_a_model_does_not_know_is_left_out() -> None:
    no_temperature = Reply(400, b'{"error": {"param": "temperature"}}')
    no_limit = Reply(400, b'{"error": {"param": "max_tokens"}}')
    with serving(no_temperature, no_limit, says("Yes.")) as server:
        assert model_at(server).ask(QUESTION, max_tokens=9) == "Yes."
    last = server.asked[-1].body
    assert "temperature" not in last
    assert last["max_completion_tokens"] == 9


def test_the_key_and_the_texts_are_in_no_log_and_no_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Reply(500)) as server, pytest.raises(ChatError):
        model_at(server, tries=2).ask(QUESTION)
    shown = caplog.text + repr(model_at(server))
    assert SECRET not in shown
    assert PRIVATE not in shown


def test_a_key_with_a_line_break_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, f"{SECRET}\nX-Evil: 1")
    with serving(says("Yes.")) as server, pytest.raises(ChatError, match=KEY) as caught:
        model_at(server).ask(QUESTION)
    assert SECRET not in str(caught.value)
    assert server.asked == []


@pytest.mark.parametrize(
    "url", ["", "localhost:8080", "ftp://a/b", "http://", "http://a:x/v1", "http://[::1"]
)
def test_an_address_that_is_none_is_told_with_what_to_do(url: str) -> None:
    with pytest.raises(ChatError, match="fix: set"):
        ChatModel(url, "m")


def test_a_key_does_not_belong_into_the_address() -> None:
    with pytest.raises(ChatError, match="put the key into") as caught:
        ChatModel(f"http://me:{SECRET}@localhost/v1", "m")
    assert SECRET not in str(caught.value)


def test_a_model_of_the_settings() -> None:
    assert chat_model_from_settings({}) is None
    with pytest.raises(ChatError, match=MODEL):
        chat_model_from_settings({URL: "http://localhost/v1"})
    with pytest.raises(ChatError, match=URL):
        chat_model_from_settings({MODEL: "m"})


@pytest.mark.parametrize(
    ("url", "remote"),
    [
        ("http://localhost:1/v1", False),
        ("http://127.1.2.3/v1", False),
        ("http://[::1]:1/v1", False),
        ("https://api.example.org/v1", True),
        ("http://192.168.0.2/v1", True),
        ("http://localhost.example.org/v1", True),
        ("http://0.0.0.0/v1", True),
    ],
)
def test_what_is_remote(url: str, remote: bool) -> None:
    assert ChatModel(url, "m").is_remote is remote


def test_the_query_of_an_address_is_kept() -> None:
    model = ChatModel("https://a.example/openai/x?api-version=1", "m")
    assert model.endpoint == "https://a.example/openai/x/chat/completions?api-version=1"
    assert "api-version" not in model.place
