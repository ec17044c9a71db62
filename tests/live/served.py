"""The server as it is run, `python wsgi.py` with waitress, and people who talk to it over HTTP."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import html5lib
from flask import Flask
from werkzeug.test import encode_multipart

from tests import people
from tests.browser import Form

ROOT = Path(__file__).parents[2]
PROGRAM = ("wsgi.py",)
# What a request meets when its server is killed under it.
LOST = (OSError, HTTPException)
# Words of the machine that a person must never read.
_RAW = ("database is locked", "deadlock", "Traceback", "sqlite3", "psycopg", "OperationalError")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """One process on the database of the tests. It keeps its port when it is started again."""

    def __init__(
        self,
        app: Flask,
        log: Path,
        environment: Mapping[str, str] = {},
        program: tuple[str, ...] = PROGRAM,
    ) -> None:
        self.port, self.log = free_port(), log
        self.command = (sys.executable, *program)
        self.process: subprocess.Popen[bytes] | None = None
        ours = ("DATABASE_URL", "FILES_FOLDER", "TRUSTED_HOSTS", "TRUSTED_PROXIES", "OCOP_DEMO")
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        self.environment = {
            **kept,
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "FILES_FOLDER": app.config["FILES_FOLDER"],
            "SECRET_KEY": app.config["SECRET_KEY"],
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **environment,
        }

    def start(self) -> None:
        """Start and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")[-3000:]
            try:
                Client(self).get("/healthz")
                return
            except LOST:
                time.sleep(0.02)
        raise AssertionError("the server does not answer: " + self.log.read_text(encoding="utf-8"))

    def kill(self) -> None:
        """SIGKILL (on Windows: TerminateProcess): no chance to finish anything."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)


@contextmanager
def running(
    app: Flask,
    folder: Path,
    count: int = 1,
    environment: Mapping[str, str] = {},
    program: tuple[str, ...] = PROGRAM,
) -> Iterator[list[Server]]:
    """So many processes on one installation."""
    servers = [Server(app, folder / f"server-{n}.log", environment, program) for n in range(count)]
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.kill()


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, path: str) -> None:
        self.status, self.headers, self.body, self.path = status, headers, body, path
        self.location = headers.get("Location") or headers.get("HX-Redirect") or ""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @property
    def words(self) -> str:
        """The text a person reads."""
        body: Any = html5lib.parse(self.text, namespaceHTMLElements=False).find("body")
        return " ".join("".join(body.itertext()).split())

    def form(self, ending: str = "") -> Form:
        """The POST form inside main whose address ends so."""
        tree: Any = html5lib.parse(self.text, namespaceHTMLElements=False)
        forms = [Form(element, self.path, tree) for element in tree.find(".//main").iter("form")]
        found = [one for one in forms if one.method == "post" and one.action.endswith(ending)]
        assert found, f"no form in {self.path}: {self.status} {self.words[:500]}"
        return found[0]


class Client:
    """Somebody at a browser without script. `answers` holds a line for each answer no person should get."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies: dict[str, str] = {}
        self.unfit: list[str] = []

    def _connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.server.port, timeout=90)

    def _ask(self, method: str, url: str, body: Any, headers: dict[str, str]) -> Answer:
        connection = self._connection()
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, url, body, headers)
            got = connection.getresponse()
            content = got.read()
        finally:
            connection.close()
        for cookie in got.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        answer = Answer(got.status, dict(got.headers.items()), content, url)
        if got.status >= 500 or any(raw in answer.text for raw in _RAW):
            self.unfit.append(f"{method} {url}: {got.status} {answer.text[:2000]}")
        return answer

    def get(self, url: str) -> Answer:
        return self._ask("GET", url, None, {})

    def post(
        self,
        url: str,
        data: Mapping[str, Any],
        *,
        files: bool = False,
        headers: Mapping[str, str] = {},
    ) -> Answer:
        """Send fields; with `files` as a browser sends a form that holds a file."""
        if files:
            boundary, body = encode_multipart(dict(data))
            kind = f"multipart/form-data; boundary={boundary}"
        else:
            body, kind = (
                urlencode(dict(data), doseq=True).encode(),
                "application/x-www-form-urlencoded",
            )
        return self._ask("POST", url, body, {"Content-Type": kind, **headers})

    def send(self, form: Form, **values: Any) -> Answer:
        """Send a form that was read from a page, some fields changed."""
        return self.post(form.action, form.filled(values), files=form.multipart)

    def sign_in(self, who: str) -> "Client":
        form = self.get("/login").form()
        answer = self.send(form, username=people.USERNAMES[who], password=people.PASSWORD)
        assert answer.status == 303, answer.words
        return self


def signed_in(server: Server, who: str) -> Client:
    """One of the stock people, signed in at this server."""
    return Client(server).sign_in(who)


_KEY = re.compile(r'name="form_key"[^>]*?value="([^"]+)"')


def fresh_key(page: Answer) -> str:
    """The one-time key of a page's form."""
    found = _KEY.search(page.text)
    assert found, f"{page.path}: {page.status} {page.text[:500]}"
    return found[1]
