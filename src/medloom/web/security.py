"""What every request must pass: the host, the token or cookie, and the proof of a form.

A page on the web cannot read a collection: it lacks the cookie (SameSite=Strict), its name is not
on the list of hosts (DNS rebinding), and it does not know the value that each form carries.
"""

import secrets
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from medloom.web.settings import Settings

Scope = dict[str, Any]

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_PUBLIC = "/static/"
_READS = ("GET", "HEAD")
_LINK_WANTED = (
    "Open the link that medloom serve printed in its terminal. It works once; "
    "if it was used, a new one stands there now."
)


class Guard:
    """An ASGI layer around the application."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        send = _with_headers(send, scope["path"])
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if not is_known_host(headers.get("host", ""), self.settings.hosts):
            await _answer(send, 421, "This server is not known by that name.")
            return
        if scope["path"].startswith(_PUBLIC) and scope["method"] in _READS:
            await self.app(scope, receive, send)
            return
        if not self._has_cookie(headers.get("cookie", "")):
            await self._without_cookie(scope, send)
            return
        if scope["method"] not in _READS:
            body = await _body(receive, self.settings.most_body_bytes)
            if body is None:
                await _answer(send, 413, "The request is too large.")
                return
            if not self._is_from_here(headers, body):
                await _answer(send, 403, "The form is not of this session: reload the page.")
                return
            receive = _again(body)
        await self.app(scope, receive, send)

    def _has_cookie(self, header: str) -> bool:
        try:
            held = SimpleCookie(header).get(self.settings.cookie)
        except CookieError:
            return False
        return held is not None and _same(held.value, self.settings.session)

    async def _without_cookie(self, scope: Scope, send: Any) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = query.get("token", [""])[0]
        if scope["method"] == "GET" and _same(given, self.settings.token):
            self.settings.token = ""  # it opens once
            cookie = (
                f"{self.settings.cookie}={self.settings.session}; HttpOnly; SameSite=Strict; Path=/"
            )
            here = "/" + scope["path"].lstrip("/")  # never another host
            await _answer(send, 200, "", {"set-cookie": cookie}, go_to=here)
            return
        if not self.settings.token and scope["path"] == "/":
            self.settings.token = secrets.token_urlsafe(24)
            self.settings.announce(self.settings.token)
        await _answer(send, 403, _LINK_WANTED)

    def _is_from_here(self, headers: dict[str, str], body: bytes) -> bool:
        site = headers.get("sec-fetch-site")
        if site not in (None, "same-origin", "none"):
            return False
        origin = headers.get("origin")
        hidden = origin == "null" and site == "same-origin"  # what no-referrer makes of ours
        if origin is not None and not hidden and urlsplit(origin).netloc != headers.get("host"):
            return False
        given = headers.get("x-csrf-token") or _form_value(headers.get("content-type", ""), body)
        return _same(given, self.settings.csrf)


def is_known_host(header: str, hosts: tuple[str, ...]) -> bool:
    """Whether the Host header of a request names one of the hosts, on any port.

    >>> [is_known_host(one, ("localhost",)) for one in ("localhost:8000", "evil.example")]
    [True, False]
    """
    try:
        name = urlsplit(f"//{header}").hostname
    except ValueError:
        return False
    return name in hosts and "@" not in header


def _same(given: str, wanted: str) -> bool:
    return bool(wanted) and secrets.compare_digest(given.encode(), wanted.encode())


def _form_value(kind: str, body: bytes) -> str:
    """The value that proves a form, from a form's body."""
    if kind.startswith("application/x-www-form-urlencoded"):
        return parse_qs(body.decode("latin-1")).get("csrf", [""])[0]
    if kind.startswith("multipart/form-data"):
        _, mark, rest = body.partition(b'name="csrf"\r\n\r\n')
        return rest.partition(b"\r\n")[0].decode("latin-1") if mark else ""
    return ""


async def _body(receive: Any, most_bytes: int) -> bytes | None:
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > most_bytes or message["type"] == "http.disconnect":
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes) -> Any:
    """Give a body that was read to the application."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _with_headers(send: Any, path: str) -> Any:
    cache = "no-cache" if path.startswith(_PUBLIC) else "no-store"

    async def wrapped(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            held = {name.lower() for name, _ in message["headers"]}
            added = {**HEADERS, "cache-control": cache}
            message["headers"] = [
                *message["headers"],
                *(
                    (name.encode(), value.encode())
                    for name, value in added.items()
                    if name.encode() not in held
                ),
            ]
        await send(message)

    return wrapped


async def _answer(
    send: Any, status: int, told: str, headers: dict[str, str] | None = None, go_to: str = ""
) -> None:
    refresh = f'<meta http-equiv="refresh" content="0; url={escape(go_to)}">' if go_to else ""
    link = f'<p><a href="{escape(go_to)}">Go on</a></p>' if go_to else f"<p>{escape(told)}</p>"
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{refresh}<title>Medloom</title>'
        f'<link rel="stylesheet" href="/static/medloom.css">'
        f'<main class="narrow"><h1>Medloom</h1>{link}</main></html>'
    ).encode()
    kept = {
        "content-type": "text/html; charset=utf-8",
        "content-length": str(len(page)),
        **(headers or {}),
    }
    start = {"type": "http.response.start", "status": status}
    await send({**start, "headers": [(k.encode(), v.encode()) for k, v in kept.items()]})
    await send({"type": "http.response.body", "body": page})
