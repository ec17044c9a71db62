"""Every link in the demonstration leads somewhere, for each of its people.

Each request has a session of its own, as on a server: in other tests it finds what the test itself loaded before.
"""

import re
from collections import Counter, deque
from pathlib import Path

import html5lib
import pytest
from flask import Flask

from tests.browser import Whole
from tests.installations import copy_of

PEOPLE = ("quantri", "quangninh.quanly", "quangninh.canbo", "quangninh.diem")
ALIKE = 2  # addresses that differ in their numbers only, looked at
_TOKEN = re.compile(rb'name="csrf_token"[^>]* value="([^"]+)"')


def links(html: bytes) -> list[str]:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    found = [
        one.get("href") or one.get("src") or "" for one in tree.iter() if one.tag in {"a", "img"}
    ]
    return [one.split("#")[0] for one in found if one.startswith("/") and not one.startswith("//")]


def kind(address: str) -> str:
    """The address with its numbers and values left out."""
    return re.sub(r"=[^&]*", "=", re.sub(r"\d+", "0", address))


def walked(app: Flask, who: str) -> dict[str, int]:
    """The status of what this person reaches by links from the home page."""
    client = Whole(app, app.response_class)
    token = _TOKEN.search(client.get("/login").data)
    assert token is not None
    known = {"username": who, "password": "ocop-demo", "csrf_token": token[1].decode()}
    assert client.post("/login", data=known).status_code == 303
    found: dict[str, int] = {}
    seen: Counter[str] = Counter()
    waiting = deque(["/"])
    while waiting:
        address = waiting.popleft()
        if address in found or seen[kind(address)] >= ALIKE or address.startswith("/static/"):
            continue
        seen[kind(address)] += 1
        answer = client.get(address)
        found[address] = answer.status_code
        if answer.mimetype == "text/html" and answer.status_code == 200:
            waiting.extend(links(answer.data))
    return found


@pytest.mark.parametrize("who", PEOPLE)
def test_every_link_leads_somewhere(demonstration: Path, tmp_path: Path, who: str) -> None:
    app = copy_of(demonstration, tmp_path / "copy")
    found = walked(app, who)
    assert len(found) > 60, sorted(found)
    lost = {address: status for address, status in found.items() if status not in {200, 302, 303}}
    assert not lost
