"""A real HTTP server on this machine that speaks the OpenAI form and replays what it is given."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """What the server answers once."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 - read only
    wait_seconds: float = 0.0
    breaks_off: bool = False


def says(text: Any) -> Reply:
    """A reply in the OpenAI form."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}}
    return Reply(body=json.dumps({"choices": [choice]}).encode())


class Asked(NamedTuple):
    """What the server was asked."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Server:
    """Where it listens, what it will say (the last reply again and again), what it was asked."""

    url: str
    replies: list[Reply]
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serving(*replies: Reply) -> Iterator[Server]:
    """Listen on a free port of this machine."""
    server = Server("", list(replies))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.asked.append(Asked(self.path, dict(self.headers), json.loads(body)))
            reply = server.replies.pop(0) if len(server.replies) > 1 else server.replies[0]
            with suppress(ConnectionError):  # who asked may have given up
                self._reply(reply)

        def _reply(self, reply: Reply) -> None:
            time.sleep(reply.wait_seconds)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + 10 * reply.breaks_off))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
