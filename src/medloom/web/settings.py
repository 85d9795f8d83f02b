"""How the application is served."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _secret() -> str:
    return secrets.token_urlsafe(24)


def _ignore(link: str) -> None:
    """Nobody waits for a new link."""


@dataclass
class Settings:
    """Who may see the pages.

    `token` opens the application once and is then replaced; `session` is what the browser keeps in
    a cookie; `announce` is called with a new token when somebody without a cookie came.
    """

    hosts: tuple[str, ...] = LOOPBACK
    """The names by which a browser may call this server."""
    token: str = field(default_factory=_secret)
    session: str = field(default_factory=_secret)
    csrf: str = field(default_factory=_secret)
    name: str = field(default_factory=lambda: secrets.token_hex(3))
    announce: Callable[[str], None] = _ignore
    most_body_bytes: int = 16 * 2**20
    sql_seconds: float = 30.0
    sql_rows: int = 1000

    @property
    def cookie(self) -> str:
        """The name of the cookie; another server on another port has another."""
        return f"medloom_{self.name}"
