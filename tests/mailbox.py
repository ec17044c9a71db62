"""A mail server of the tests: it speaks SMTP over a socket on this machine and keeps what it is given."""

import base64
import email
import email.policy
import socketserver
import ssl
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any


class Mailbox(socketserver.ThreadingTCPServer):
    """What it was sent, and how it shall behave: set the attributes before the client comes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters: list[tuple[str, EmailMessage]] = []
        self.said: list[str] = []
        self.tls: ssl.SSLContext | None = None
        self.account: tuple[str, str] | None = None
        self.refused: dict[str, str] = {}  # recipient: the answer
        self.breaks_off = False  # after a letter, before the answer
        self.before_answer: Callable[[], None] = lambda: None

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> "Mailbox":
        threading.Thread(target=self.serve_forever, daemon=True, args=(0.01,)).start()
        return self

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or that does not trust us, is what some tests are about."""

    def __exit__(self, *_error: object) -> None:
        self.shutdown()
        self.server_close()


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    server: Mailbox
    secured = False

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def finish(self) -> None:
        super().finish()
        self.request.close()  # the server closes the one it began with

    def handle(self) -> None:
        self.say("220 mailbox of the tests")
        to = ""
        while line := self.rfile.readline().decode().strip():
            self.server.said.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "QUIT":
                return self.say("221 bye")
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                self.say(self.server.refused.get(to, "250 ok"))
            elif verb == "DATA":
                if not self._take(to):
                    return None
            else:
                self._answer(verb, line)
        return None

    def _answer(self, verb: str, line: str) -> None:
        if verb == "EHLO":
            offers = ["AUTH PLAIN"] if self.server.account else []
            offers += ["STARTTLS"] if self.server.tls and not self.secured else []
            for offer in ("mailbox of the tests", *offers):
                self.say(f"250-{offer}")
            self.say("250 8BITMIME")
        elif verb == "AUTH":
            _nothing, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
            # Some servers repeat what was wrong.
            right = (user, password) == self.server.account
            self.say("235 welcome" if right else f"535 wrong: {line} {password}")
        elif verb == "STARTTLS" and self.server.tls:
            self.say("220 go ahead")
            self.request: Any = self.server.tls.wrap_socket(
                self.request, server_side=True, do_handshake_on_connect=False
            )
            self.request.do_handshake()
            self.setup()
            self.secured = True
        else:
            self.say("250 ok")

    def _take(self, to: str) -> bool:
        self.say("354 go ahead")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        letter: Any = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.server.letters.append((to, letter))
        self.server.before_answer()
        if self.server.breaks_off:
            return False
        self.say("250 kept")
        return True
