"""Send a digest by e-mail. Off until MEDLOOM_SMTP_HOST, _FROM and _TO are set.

Neither addresses nor the password stand in any error, note or file: a recipient is remembered by a
hash. A message is named by its digest, so that a mail server which has it already can tell.
"""

import hashlib
import os
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from medloom.errors import MedloomError
from medloom.feed.pages import as_html
from medloom.feed.plain import as_text, heading
from medloom.feed.state import Digest

_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
_TIMEOUT_SECONDS = 30.0


class MailError(MedloomError):
    """A digest cannot be sent by e-mail."""


@dataclass(frozen=True)
class MailSettings:
    """How e-mail goes out; what is private is not shown."""

    host: str
    port: int
    security: str
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def mail_settings(environment: Mapping[str, str] = os.environ) -> MailSettings:
    """The settings of the environment; raise MailError where they are missing or unfit.

    >>> told = {"MEDLOOM_SMTP_HOST": "localhost", "MEDLOOM_SMTP_FROM": "me@example.org",
    ...         "MEDLOOM_SMTP_TO": "you@example.org, they@example.org"}
    >>> mail_settings(told)
    MailSettings(host='localhost', port=587, security='starttls')
    """
    told = {name: environment.get(f"MEDLOOM_SMTP_{name}", "").strip() for name in _NAMES}
    missing = [f"MEDLOOM_SMTP_{name}" for name in ("HOST", "FROM", "TO") if not told[name]]
    if missing:
        raise MailError(f"e-mail is off: set {', '.join(missing)} in the environment")
    security = told["SECURITY"].lower() or "starttls"
    if security not in _PORTS:
        raise MailError("MEDLOOM_SMTP_SECURITY is none of starttls, ssl, none")
    port = told["PORT"] or str(_PORTS[security])
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise MailError("MEDLOOM_SMTP_PORT is no port: give a number up to 65535")
    recipients = tuple(dict.fromkeys(filter(None, map(_address, told["TO"].split(",")))))
    sender = _address(told["FROM"])
    if not sender or len(recipients) < len({one.strip() for one in told["TO"].split(",")} - {""}):
        raise MailError("MEDLOOM_SMTP_FROM or MEDLOOM_SMTP_TO holds what is no address")
    if told["USER"] and security == "none" and told["HOST"] not in _LOCAL:
        raise MailError("a password is not sent in the clear: set MEDLOOM_SMTP_SECURITY=starttls")
    user, password = told["USER"] or None, environment.get("MEDLOOM_SMTP_PASSWORD") or None
    return MailSettings(told["HOST"], int(port), security, sender, recipients, user, password)


_NAMES = ("HOST", "PORT", "SECURITY", "FROM", "TO", "USER")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def _address(text: str) -> str:
    found = parseaddr(text.strip())[1]
    fit = found.count("@") == 1 and found.isprintable() and text.strip().isprintable()
    return found if fit else ""


def recipient_hash(address: str) -> str:
    """What a recipient is remembered by."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:16]


def message(digest: Digest, sender: str, recipient: str) -> EmailMessage:
    """The e-mail of a digest: text and HTML; its id is the same each time."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(heading(digest).split())
    mail["From"], mail["To"] = sender, recipient
    mail["Date"] = format_datetime(datetime.fromisoformat(digest.made))
    mail["Message-ID"] = f"<{digest.id}.{recipient_hash(recipient)}@feed.medloom.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(as_text(digest))
    mail.add_alternative(as_html(digest), subtype="html")
    return mail


def send(digest: Digest, settings: MailSettings, saved: Callable[[], None]) -> int:
    """Send a digest to those who do not have it yet; return to how many.

    `saved` is called to write the digest's marks down: before each message (it is being sent) and
    after it (it is sent). A stop between the two leaves the first mark: the next call sends again,
    under the same Message-ID.
    """
    waiting = [one for one in settings.recipients if recipient_hash(one) not in digest.sent]
    if not waiting:
        return 0
    with _connected(settings) as server:
        for number, recipient in enumerate(waiting, start=1):
            digest.sending = recipient_hash(recipient)
            saved()
            try:
                server.send_message(message(digest, settings.sender, recipient))
            except (smtplib.SMTPException, OSError, UnicodeError) as error:
                if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
                    digest.sending = None  # the server has said that it did not take it
                    saved()
                told = f"message {number} of {len(waiting)}: {_told(error)}"
                raise MailError(f"the mail server did not take {told}") from None
            digest.sent.append(recipient_hash(recipient))
            digest.sending = None
            saved()
    return len(waiting)


def _connected(settings: MailSettings) -> smtplib.SMTP:
    where, trusted = (settings.host, settings.port), ssl.create_default_context()
    try:
        if settings.security == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                *where, timeout=_TIMEOUT_SECONDS, context=trusted
            )
        else:
            server = smtplib.SMTP(*where, timeout=_TIMEOUT_SECONDS)
            if settings.security == "starttls":
                server.starttls(context=trusted)
        if settings.user:
            server.login(settings.user, settings.password or "")
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise MailError(f"no connection to the mail server: {_told(error)}") from None
    return server


def _told(error: Exception) -> str:
    """What went wrong, without the words of the server: they may hold addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"recipient refused ({', '.join(map(str, codes))})"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"login refused ({error.smtp_code}): see MEDLOOM_SMTP_USER and _PASSWORD"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answer {error.smtp_code}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it offers no STARTTLS or login: see MEDLOOM_SMTP_SECURITY"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror and not isinstance(error, ssl.SSLError):
        return error.strerror
    return type(error).__name__
