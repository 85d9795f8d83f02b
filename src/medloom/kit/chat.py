"""A chat model behind an OpenAI-compatible endpoint: a local server, or a service.

Nothing is sent but to the configured endpoint: redirects are not followed. Neither texts nor the
key are ever in an error, in a log or in `repr`.
"""

import http.client
import ipaddress
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message as Headers
from typing import IO, Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from medloom.errors import MedloomError

URL, MODEL, KEY = "MEDLOOM_LLM_URL", "MEDLOOM_LLM_MODEL", "MEDLOOM_LLM_KEY"
HOW_TO_CONFIGURE = (
    f"set {URL} to an OpenAI-compatible endpoint (http://localhost:8080/v1), {MODEL} to the name "
    f"of a model and, where the endpoint wants one, {KEY} to the key"
)
Messages = Sequence[Mapping[str, str]]
"""What was said so far: `{"role": "system" | "user" | "assistant", "content": ...}`."""

_AGAIN = {408, 425, 429, 500, 502, 503, 504, 529}
_MEANING = {
    400: "the request was refused: perhaps the texts are longer than the model can read",
    401: f"the key was refused: look at {KEY}",
    403: f"the key may not do this: look at {KEY}",
    404: f"there is no such address or model: look at {URL} and {MODEL}",
    413: "the texts are longer than the endpoint takes",
    429: "too many requests",
}
_MOST_BYTES = 16_000_000
_LONGEST_WAIT_SECONDS = 30.0
_THOUGHT = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)


class ChatError(MedloomError):
    """A chat model cannot be asked, or gave no answer."""


class _Refused(Exception):
    """One try failed; `again` says whether another may help, `without` which parameter to drop."""

    def __init__(self, why: str, again: bool, wait: float | None = None, without: str = "") -> None:
        super().__init__(why)
        self.again, self.wait, self.without = again, wait, without


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: Any, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


@dataclass(frozen=True)
class ChatModel:
    """A model at an endpoint.

    >>> ChatModel("http://localhost:8080/v1", "small").endpoint
    'http://localhost:8080/v1/chat/completions'
    >>> ChatModel("http://localhost:8080/v1", "small").is_remote
    False
    """

    url: str
    model: str
    key_from_env: str = KEY
    """The environment variable that holds the key; without it none is sent."""
    timeout_seconds: float = 120.0
    """How long one try may take, to the last byte."""
    tries: int = 4
    first_wait_seconds: float = 1.0
    """The wait before the second try; it doubles, unless the endpoint says how long."""

    def __post_init__(self) -> None:
        parts = _parts(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ChatError(f"{URL} is not the address of a model\n  fix: {HOW_TO_CONFIGURE}")
        if parts.username or parts.password:
            raise ChatError(f"{URL} holds a user or a password\n  fix: put the key into {KEY}")
        if not self.model:
            raise ChatError(f"no model is named\n  fix: set {MODEL} to the name of a model")

    @property
    def endpoint(self) -> str:
        """Where the questions go."""
        parts = _parts(self.url)
        path = parts.path.rstrip("/")
        path += "" if path.endswith("/chat/completions") else "/chat/completions"
        return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))

    @property
    def place(self) -> str:
        """The endpoint as errors name it: without what may be secret."""
        parts = _parts(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_remote(self) -> bool:
        """Whether texts leave this machine: the host is not a loopback address."""
        return not _is_loopback(_parts(self.url).hostname or "")

    def ask(
        self,
        messages: Messages,
        *,
        max_tokens: int | None = 1024,
        temperature: float | None = 0.0,
        **more: Any,
    ) -> str:
        """Ask for the next message; `more` are further parameters of the endpoint.

        Raises ChatError where the endpoint cannot be reached, refuses, or gives no text.
        """
        body = {"model": self.model, "messages": [dict(one) for one in messages], **more}
        given = {"temperature": temperature, "max_tokens": max_tokens}
        body |= {name: value for name, value in given.items() if value is not None}
        wait = self.first_wait_seconds
        for left in reversed(range(max(self.tries, 1))):
            try:
                return self._once(body)
            except _Refused as refused:
                if not left or not refused.again:
                    raise ChatError(f"the model at {self.place} {refused}") from None
                if refused.without:
                    _drop(body, refused.without)
                    continue
                pause = wait if refused.wait is None else refused.wait
                time.sleep(min(pause, _LONGEST_WAIT_SECONDS))
                wait *= 2
        raise AssertionError("a try either returns or raises")

    def _once(self, body: Mapping[str, Any]) -> str:
        sent = json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint, sent, self._headers(), method="POST")
        try:
            with self._opener().open(request, timeout=self.timeout_seconds) as answer:
                return _text(_read(answer, time.monotonic() + self.timeout_seconds))
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error, body) from None
        except TimeoutError:
            raise self._too_slow() from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._too_slow() from None
            raise _Refused(f"cannot be reached: {_reason(error.reason)}", again=True) from None
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise _Refused(f"broke off: {type(error).__name__}", again=True) from None

    def _too_slow(self) -> _Refused:
        return _Refused(f"did not answer in {self.timeout_seconds:g} seconds", again=True)

    def _refused(self, error: urllib.error.HTTPError, body: Mapping[str, Any]) -> _Refused:
        # What the endpoint says may repeat the key or the texts: only its numbers are told.
        told = _MEANING.get(error.code, "no answer")
        if error.code == 400 and (parameter := _parameter(error)) in body:
            return _Refused(told, again=True, without=parameter)
        why = f"answered {error.code}: {told}"
        return _Refused(why, again=error.code in _AGAIN, wait=_retry_after(error.headers))

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        key = os.environ.get(self.key_from_env, "").strip()
        if key and not re.fullmatch(r"[!-~]+", key):
            raise ChatError(f"{self.key_from_env} holds characters that no key has")
        return headers | ({"Authorization": f"Bearer {key}"} if key else {})

    def _opener(self) -> urllib.request.OpenerDirector:
        # Over a proxy only what it cannot read: never plain HTTP, never to this machine.
        tunnels = self.is_remote and self.endpoint.startswith("https:")
        known = urllib.request.getproxies() if tunnels else {}
        proxies = {name: place for name, place in known.items() if name == "https"}
        return urllib.request.build_opener(urllib.request.ProxyHandler(proxies), _NoRedirect())


def chat_model_from_settings(settings: Mapping[str, str] | None = None) -> ChatModel | None:
    """The model that the environment names; None where it names none.

    >>> chat_model_from_settings({}) is None
    True
    >>> chat_model_from_settings({URL: "http://localhost:8080/v1", MODEL: "small"}).model
    'small'
    """
    settings = os.environ if settings is None else settings
    url, model = settings.get(URL, "").strip(), settings.get(MODEL, "").strip()
    return ChatModel(url, model) if url or model else None


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine.

    >>> [_is_loopback(one) for one in ("localhost", "127.0.0.2", "::1", "10.0.0.1", "a.org")]
    [True, True, True, False, False]
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(answer: Any, deadline: float) -> bytes:
    parts, size = [], 0
    while piece := answer.read1(65_536):
        parts.append(piece)
        size += len(piece)
        if size > _MOST_BYTES:
            raise _Refused("gave an answer without end", again=False)
        if time.monotonic() > deadline:
            raise TimeoutError
    if answer.length:  # what was announced and did not come
        raise http.client.IncompleteRead(b"")
    return b"".join(parts)


def _text(answer: bytes) -> str:
    """The text of an answer; what a model thought aloud before it is left out.

    >>> _text(b'{"choices": [{"message": {"content": "<think>Hm.</think> Yes."}}]}')
    'Yes.'
    """
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
        if isinstance(content, list):
            content = "".join(one["text"] for one in content if one.get("type") == "text")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _Refused("gave an answer that is not of the OpenAI form", again=True) from None
    if not isinstance(content, str | None):
        raise _Refused("gave an answer that is not of the OpenAI form", again=True)
    text = _THOUGHT.sub("", content or "").strip()
    if not text:
        raise _Refused("gave an empty answer", again=True)
    return text


def _parameter(error: urllib.error.HTTPError) -> str:
    """The parameter that a model does not know: newer ones refuse `temperature`."""
    try:
        parameter = json.loads(error.read(65_536))["error"]["param"]
    except (ValueError, LookupError, TypeError, OSError, http.client.HTTPException):
        return ""
    return parameter if parameter in ("temperature", "max_tokens", "seed") else ""


def _drop(body: dict[str, Any], parameter: str) -> None:
    value = body.pop(parameter)
    if parameter == "max_tokens":
        body["max_completion_tokens"] = value


def _retry_after(headers: Headers) -> float | None:
    """The seconds that an endpoint asks to wait, if it says a number."""
    told = str(headers.get("Retry-After") or "").strip()
    return min(float(told), _LONGEST_WAIT_SECONDS) if re.fullmatch(r"\d{1,6}", told) else None


def _reason(reason: Any) -> str:
    """Why a connection failed, in the words of the system."""
    return getattr(reason, "strerror", None) or type(reason).__name__
