"""Digests by e-mail, against a real SMTP server on this machine: TLS, login, refusals, stops."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from medloom.feed.mail import MailError, MailSettings, mail_settings, message, recipient_hash, send
from medloom.feed.state import Digest, Item

ITEM = Item(
    *("doi:10.1000/e", "articles", "Blåbär <b> & wool\nBcc: x@example.org", "Ng A", "J Loom"),
    *("2026-11-02", "https://doi.org/10.1000/e", "About.", 0.9, {"wool": ["matches 'wool'"]}),
    "2026-11-28T06:00:00+00:00",
)
TO = ("one@example.org", "two@example.org")


def digest() -> Digest:
    made = "2026-11-28T06:00:00+00:00"
    return Digest("d1", "pa\npers", 1, 2, made, [ITEM], 3, by_mail=True)


class Box:
    """Keeps what was delivered; refuses the recipients that it is told to."""

    def __init__(self, refuse: str = "") -> None:
        self.mails: list[tuple[list[str], str]] = []
        self.refuse = refuse

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address == self.refuse:
            return f"550 no such user {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@contextmanager
def server(box: Box, **options: Any) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def settings(port: int, security: str = "none", **more: Any) -> MailSettings:
    return MailSettings("localhost", port, security, "me@example.org", TO, **more)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("tls")
    key, file = place / "key.pem", place / "certificate.pem"
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subprocess.run([*command, "-keyout", key, "-out", file, *name], check=True, capture_output=True)
    return file, key


def context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*certificate)
    return made


def nothing() -> None:
    pass


def test_each_recipient_gets_one_message_of_text_and_html() -> None:
    box, one, saved = Box(), digest(), []
    with server(box) as port:
        assert send(one, settings(port), lambda: saved.append(one.sending)) == 2
        assert send(one, settings(port), nothing) == 0  # the same digest is not sent twice
    assert [to for to, _ in box.mails] == [[TO[0]], [TO[1]]]
    text = box.mails[0][1]
    assert "Subject: pa pers: 1 of 3 new papers" in text
    assert "multipart/alternative" in text
    assert "\nBcc:" not in text.partition("\r\n\r\n")[0]
    assert TO[1] not in text
    assert saved == [recipient_hash(TO[0]), None, recipient_hash(TO[1]), None]
    assert one.sent == [recipient_hash(to) for to in TO]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_tls_and_login(
    security: str, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def authenticate(_: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret", handled=False)

    options: dict[str, Any] = {"authenticator": authenticate, "auth_required": True}
    kind = "tls_context" if security == "starttls" else "ssl_context"
    options[kind] = context(certificate)
    if security == "ssl":
        options["auth_require_tls"] = False
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    box = Box()
    with server(box, **options) as port:
        assert send(digest(), settings(port, security, user="me", password="secret"), nothing) == 2
        with pytest.raises(MailError, match=r"login refused \(535\)") as error:
            send(digest(), settings(port, security, user="me", password="wrong"), nothing)
        assert "wrong" not in str(error.value)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(MailError, match="not trusted"):
            send(digest(), settings(port, security, user="me", password="secret"), nothing)
    assert seen[0] == (b"me", b"secret")
    assert len(box.mails) == 2


def test_a_refused_recipient_is_told_without_the_address() -> None:
    box, one = Box(refuse=TO[1]), digest()
    with server(box) as port:
        with pytest.raises(MailError, match="message 2 of 2: recipient refused") as error:
            send(one, settings(port), nothing)
        assert "example.org" not in str(error.value)
        assert (one.sending, one.sent) == (None, [recipient_hash(TO[0])])
        box.refuse = ""
        assert send(one, settings(port), nothing) == 1
    assert [to for to, _ in box.mails] == [[TO[0]], [TO[1]]]


def test_a_stop_behind_sending_sends_again_under_the_same_name() -> None:
    box, one = Box(), digest()
    calls = 0

    def stops() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:  # sent, and not yet written down
            raise KeyboardInterrupt

    with server(box) as port:
        with pytest.raises(KeyboardInterrupt):
            send(one, settings(port), stops)
        again = digest()  # as the file has it: being sent to the first
        again.sending = recipient_hash(TO[0])
        assert send(again, settings(port), nothing) == 2
    named = [text.partition("Message-ID: ")[2].split()[0] for _, text in box.mails]
    assert named[0] == named[1] != named[2]


def test_no_server_and_no_tls() -> None:
    with pytest.raises(MailError, match="no connection"):
        send(digest(), settings(1), nothing)
    with server(Box()) as port, pytest.raises(MailError, match="offers no STARTTLS"):
        send(digest(), settings(port, "starttls"), nothing)


OK = {"HOST": "mail.example.org", "FROM": "Me <me@example.org>", "TO": "a@example.org,b@x.org"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"HOST": ""}, "set MEDLOOM_SMTP_HOST"),
        ({"PORT": "x"}, "no port"),
        ({"SECURITY": "tls"}, "none of starttls"),
        ({"TO": "a@example.org, nobody"}, "no address"),
        ({"FROM": "me@x\nBcc: you@y"}, "no address"),
        ({"SECURITY": "none", "USER": "me"}, "in the clear"),
    ],
)
def test_settings_that_are_wrong(change: dict[str, str], told: str) -> None:
    given = {f"MEDLOOM_SMTP_{name}": value for name, value in {**OK, **change}.items()}
    with pytest.raises(MailError, match=told) as error:
        mail_settings(given)
    assert "@" not in str(error.value)


def test_settings_do_not_show_what_is_private() -> None:
    given = {f"MEDLOOM_SMTP_{name}": value for name, value in OK.items()}
    found = mail_settings({**given, "MEDLOOM_SMTP_USER": "u", "MEDLOOM_SMTP_PASSWORD": "secret"})
    assert found.recipients == ("a@example.org", "b@x.org")
    assert "@" not in repr(found)
    assert "secret" not in repr(found)
    assert message(digest(), found.sender, "a@example.org")["From"] == "me@example.org"
