"""The bytes on the wire: read from a real server, heads included."""

import gzip
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from waitress.server import create_server

from ocop_points.core import wire
from tests import factories, factories_visits, people

PACKED = {"Accept-Encoding": "gzip, deflate, br"}
KB = 1_000


class Wire:
    """Somebody at a browser, every byte of the answers counted; static files are kept."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self.bytes = 0
        self.kept: set[str] = set()

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        """The text of an answer, unpacked; its bytes are added to the count."""
        body = urlencode(fields or {}).encode()
        heads = {
            **PACKED,
            "Host": f"127.0.0.1:{self.port}",
            "Connection": "close",
            "Cookie": self.cookie,
        }
        if fields is not None:
            heads |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Content-Length": str(len(body)),
            }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in heads.items())]
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            raw = b"".join(iter(lambda: line.recv(65_536), b""))
        self.bytes += len(raw)
        head, _, content = raw.partition(b"\r\n\r\n")
        for found in re.findall(rb"Set-Cookie: ([^;]+)", head):
            self.cookie = found.decode()
        assert int(head.split()[1]) in {200, 303}, head
        return (gzip.decompress(content) if b"Content-Encoding: gzip" in head else content).decode(
            errors="replace"
        )

    def open(self, path: str) -> str:
        """A page and whatever it needs that is not kept from before: sheets, scripts, pictures, fonts."""
        page = self.ask("GET", path)
        self._fetch(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
        return page

    def _fetch(self, wanted: list[str]) -> None:
        for address in wanted:
            if address in self.kept:
                continue
            self.kept.add(address)
            text = self.ask("GET", address)
            self._fetch([f"/static/{font}" for font in re.findall(r"url\((fonts/[^)]+)\)", text)])


@pytest.fixture
def visitor(app: Flask) -> Iterator[Wire]:
    server = create_server(app, host="127.0.0.1", port=0, threads=2)

    def run() -> None:
        with suppress(OSError):
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield Wire(server.effective_port)  # type: ignore[union-attr]
    server.close()
    thread.join(5)


def sign_in(visitor: Wire) -> None:
    page = visitor.open("/login")
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token is not None
    known = {"username": people.USERNAMES["officer"], "password": people.PASSWORD}
    visitor.ask("POST", "/login", {**known, "csrf_token": token[1]})


def test_the_first_visit_stays_under_100_kb(visitor: Wire) -> None:
    sign_in(visitor)
    visitor.open("/")
    assert {Path(address).suffix.split("?")[0] for address in visitor.kept} == {
        ".css", ".js", ".svg", ".woff2",
    }  # fmt: skip
    assert 60 * KB < visitor.bytes < 100 * KB


def test_a_page_after_that_stays_under_10_kb(visitor: Wire) -> None:
    for number in range(30):
        point = factories.point(name=f"Điểm bán số {number}", address=f"{number} đường Hạ Long")
    visit_id = factories_visits.visit(point)
    sign_in(visitor)
    visitor.open("/")
    before = visitor.bytes
    visitor.open(
        f"/assessments/{visit_id}/checklist"
    )  # with the scripts of offline work, kept from then on
    assert visitor.bytes - before < 27 * KB
    for path in (
        "/points",
        f"/points/{point.id}",
        f"/assessments/{visit_id}/checklist",
        f"/points/{point.id}/stock",
        f"/points/{point.id}/stock/receipts/new",
        "/assessments",
        "/products",
        "/audit",
    ):
        before = visitor.bytes
        visitor.open(path)
        assert 1 * KB < visitor.bytes - before < 10 * KB, path


def test_who_cannot_unpack_gets_it_as_it_is(app: Flask) -> None:
    someone = app.test_client()
    for path in ("/login", "/static/app.css"):
        for heads in ({}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0"}):
            plain = someone.get(path, headers=heads)
            assert "Content-Encoding" not in plain.headers
            assert "Accept-Encoding" in plain.headers["Vary"]
            packed = someone.get(path, headers=PACKED)
            assert packed.headers["Content-Encoding"] == "gzip"
            if path != "/login":  # its tokens differ
                assert gzip.decompress(packed.data) == plain.data
            plain.close()


def test_what_is_packed_already_or_short_stays_as_it_is(app: Flask) -> None:
    someone = app.test_client()
    for path in ("/static/fonts/bvp-600-viet.woff2", "/healthz"):
        answer = someone.get(path, headers=PACKED)
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
        answer.close()


def test_a_file_asked_for_again_is_not_sent_again(app: Flask) -> None:
    someone = app.test_client()
    for heads in ({}, PACKED):
        first = someone.get("/static/app.css", headers=heads)
        first.close()
        again = someone.get(
            "/static/app.css", headers={**heads, "If-None-Match": first.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")
        again.close()


@pytest.mark.parametrize("path", ["../wsgi.py", "%2e%2e/wsgi.py", "none.css", "vendor"])
def test_nothing_outside_the_folder_is_served(app: Flask, path: str) -> None:
    assert app.test_client().get(f"/static/{path}", headers=PACKED).status_code == 404


def test_the_sheet_names_its_fonts_by_their_fingerprint(app: Flask) -> None:
    folder = Path(app.static_folder or "")
    named = re.findall(
        r"url\((fonts/[^?)]+)(?:\?v=(\w+))?\)", (folder / "app.css").read_text("utf-8")
    )
    assert len(named) == 2
    for name, mark in named:
        assert wire._fingerprint(folder / name) == mark


def test_what_repeats_of_a_forms_token_is_worth_nothing(app: Flask) -> None:
    """Pages are packed and some repeat what was typed: only the signature counts, and it differs each second."""
    someone = app.test_client()
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', someone.get("/login").text)
    assert token is not None
    payload, moment, signature = token[1].split(".")
    forged = f"{payload}.{moment}.{'A' * len(signature)}"
    assert someone.post("/login", data={"csrf_token": forged}).status_code == 400
    assert someone.post("/login", data={"csrf_token": token[1]}).status_code == 422
