"""Letters by e-mail: the settings, one letter as a message, and the connection to the mail server.

Nothing of the password leaves this file: it stands in no text, no error and no log.
"""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any
from urllib.parse import urlsplit

from ocop_points.core import clock
from ocop_points.core.formats import parse_email
from ocop_points.core.text import clean

TIMEOUT = 20
"""Seconds that a mail server may be silent."""

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_REPLY = 200


class MailError(Exception):
    """Nothing can be sent now: a setting, the server or the sign-in; the message says which, in Vietnamese."""


class NotTaken(Exception):
    """The server refused this one letter; the message is its answer."""


class Unknown(Exception):
    """The connection broke while this letter was under way: whether it arrived nobody knows."""


@dataclass(frozen=True)
class MailSettings:
    """How to reach the mail server, and who writes."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: Address
    public_url: str


def mail_settings(config: Mapping[str, Any]) -> MailSettings | None:
    """The settings in force, None where none is set and nothing is ever sent. Raises MailError for what cannot work."""
    host, security = config["SMTP_HOST"], config["SMTP_SECURITY"]
    if not host:
        return None
    if security not in _PORTS:
        raise MailError("SMTP_SECURITY phải là starttls, tls hoặc none.")
    user, password = config["SMTP_USER"], config["SMTP_PASSWORD"]
    if user and security == "none" and host not in _HERE:
        raise MailError(
            "SMTP_USER chỉ dùng với SMTP_SECURITY=starttls hoặc tls: mật khẩu không gửi trần qua mạng."
        )
    if user and not password:
        raise MailError("Có SMTP_USER thì phải có SMTP_PASSWORD.")
    address = urlsplit(config["PUBLIC_URL"])
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise MailError("PUBLIC_URL phải là địa chỉ đầy đủ, ví dụ https://ocop.example.")
    sender = _sender(config["SMTP_FROM"])
    port = config["SMTP_PORT"] or _PORTS[security]
    return MailSettings(host, port, security, user, password, sender, config["PUBLIC_URL"])


def _sender(text: str) -> Address:
    """`Điểm OCOP <ocop@so.example>`, or the address alone."""
    name, address = parseaddr(text)
    try:
        if text != clean(text):
            raise ValueError
        return Address(clean(name), addr_spec=parse_email(address))
    except (ValueError, MessageError):
        raise MailError(
            "SMTP_FROM phải là một địa chỉ thư, ví dụ Điểm OCOP <ocop@soct.example>."
        ) from None


@dataclass(frozen=True)
class Letter:
    """What is written: the same in plain text and in HTML; `stop_url` is where one leaves off getting it."""

    subject: str
    text: str
    html: str
    stop_url: str


def message(letter: Letter, settings: MailSettings, *, to: str) -> EmailMessage:
    """The letter as a message. Raises ValueError for what would break out of a header."""
    made = EmailMessage(policy=SMTP)
    made["From"] = settings.sender
    made["To"] = Address(addr_spec=parse_email(to))
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(clock.local(clock.now()))
    # Of the sender's domain: the default asks for the name of this machine and gives it away.
    made["Message-ID"] = make_msgid(domain=settings.sender.domain)
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<{letter.stop_url}>"
    made.set_content(letter.text, cte="base64")
    made.add_alternative(letter.html, subtype="html", cte="base64")
    return made


class MailLine:
    """One connection to the mail server, opened when a letter is ready, and again when it was dropped."""

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> "MailLine":
        return self

    def __exit__(self, *_error: object) -> None:
        self._hang_up()

    def ready(self) -> None:
        """Ask whether the server is there and lets us in. Raises MailError."""
        if self._line is not None and self._answers(self._line):
            return
        self._hang_up()
        try:
            self._line = self._open()
        except smtplib.SMTPAuthenticationError as error:
            # Not the server's words: some repeat what was sent to them.
            raise MailError(f"Máy chủ thư không cho đăng nhập (mã {error.smtp_code}).") from None
        except smtplib.SMTPNotSupportedError:
            raise MailError(
                "Máy chủ thư không có STARTTLS hoặc không nhận đăng nhập; xem SMTP_SECURITY."
            ) from None
        except ssl.SSLError as error:
            raise MailError(f"Chứng thư của máy chủ thư không được tin: {error.reason}.") from None
        except (OSError, smtplib.SMTPException) as error:
            kind = type(error).__name__
            raise MailError(
                f"Không tới được máy chủ thư {self.settings.host}:{self.settings.port} ({kind})."
            ) from None

    def send(self, letter: EmailMessage) -> None:
        """Hand one letter over; call `ready` before. Raises NotTaken or Unknown, and goes on for the next."""
        line = self._line
        if line is None:
            raise MailError("Chưa nối với máy chủ thư.")
        sender, to = self.settings.sender.addr_spec, letter["To"].addresses[0].addr_spec
        try:
            line.send_message(letter, from_addr=sender, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as error:
            raise NotTaken(_reply(*error.recipients[to])) from None
        except smtplib.SMTPResponseException as error:
            raise NotTaken(_reply(error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Unknown(type(error).__name__) from None

    def _open(self) -> smtplib.SMTP:
        known, trusted = self.settings, ssl.create_default_context()
        if known.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                known.host, known.port, timeout=TIMEOUT, context=trusted
            )
        else:
            line = smtplib.SMTP(known.host, known.port, timeout=TIMEOUT)
        try:
            if known.security == "starttls":
                line.starttls(context=trusted)
            if known.user:
                line.login(known.user, known.password)
        except BaseException:
            line.close()
            raise
        return line

    @staticmethod
    def _answers(line: smtplib.SMTP) -> bool:
        try:
            return line.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (OSError, smtplib.SMTPException):
            line.close()


def _reply(code: int, words: bytes | str) -> str:
    """A server's answer in one short line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return clean(f"{code} {text}")[:_LONGEST_REPLY]
