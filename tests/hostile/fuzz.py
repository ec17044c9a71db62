"""One hostile request, sent to the real application and judged; the same for the tests and for `make soak`."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, g
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse, encode_multipart

from ocop_points.accounts.queries import user_by_username
from ocop_points.core import once
from ocop_points.core.db import db
from ocop_points.extensions import limiter
from tests import people
from tests.architecture.expected import furnished
from tests.architecture.world import EVERYBODY, Commits, World, fingerprint
from tests.browser import PART, Browser
from tests.hostile import surface, texts
from tests.html import judge
from tests.store import Store

# What a refused sign-in does write.
_MAY_WRITE = {
    "accounts.sign_in": {"sign_in_failure"},
    "desk.backup": {"sign_in_failure"},  # asks for the password again
}

_BIG = 400_000
_HEADERS = [
    {},
    PART,
    {"HX-Request": "true"},
    {"HX-Request": "true", "HX-Request-Type": "full", "HX-Boosted": "true"},
    {**PART, "HX-History-Restore-Request": "true"},
]
_HEADER_NAMES = [
    "HX-Target", "HX-Current-URL", "HX-Trigger", "HX-Trigger-Name", "HX-Prompt", "HX-Source", "Referer",
    "If-None-Match", "If-Modified-Since", "Range", "Accept", "Accept-Language", "X-Forwarded-For", "User-Agent",
    "X-CSRFToken", "Content-Type", "Origin", "HX-Request-Type",
]  # fmt: skip


@dataclass
class Case:
    """A request as it will be sent. `who` is "" for nobody."""

    method: str
    endpoint: str
    url: str
    who: str
    body: list[tuple[str, Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    multipart: bool = False

    def __str__(self) -> str:
        body = [(k, f"{v[:60]!r}…{len(v)}" if len(str(v)) > 70 else v) for k, v in self.body]
        return f"{self.method} {self.url[:300]} as {self.who or 'nobody'} {body} {self.headers}"


class Attacker:
    """The furnished application, everybody's sessions, and the way back after each change."""

    def __init__(
        self, app: Flask, store: Store, others: Callable[[World], Mapping[str, str]] | None = None
    ) -> None:
        """`others` adds people to the stock ones: key to user name."""
        self.app, self.store = app, store
        self.counts: Counter[str] = Counter()
        self.world = furnished(store)
        self.names = {who: people.USERNAMES[who] for who in EVERYBODY}
        self.names |= others(self.world) if others else {}
        browsers = {who: Browser(app) for who in self.names}
        for who, browser in browsers.items():
            browser.sign_in(self.names[who])
        self.tokens = {who: _token(browser, "/profile") for who, browser in browsers.items()}
        browsers[""] = Browser(app)
        self.tokens[""] = _token(browsers[""], "/login")
        self.targets = surface.targets(app, self.world, browsers)
        self.cookies = {who: _cookie(browser) for who, browser in browsers.items()}
        self.user_ids = {who: _id_of(name) for who, name in self.names.items()}
        self.readable = surface.rules_of(app, "GET")
        db.session.remove()
        db.engine.dispose()
        store.keep("attacked")
        self._commits = Commits()
        self.http = app.test_client(use_cookies=False)
        self.base = fingerprint()
        self.seen = self.mark()

    def mark(self) -> Any:
        """Moves with every commit that wrote, whoever made it."""
        return self._commits.mark()

    def close(self) -> None:
        self._commits.close()

    def key(self, who: str) -> str:
        """A fresh one-time key of this person."""
        return once.new_key(self.user_ids[who])

    def everywhere(self, text: str) -> Iterator[Case]:
        """This text in every parameter of every page, and in every field of every form."""
        for rule in self.readable:
            url = surface.path_of(rule, self.world.params)
            query = urlencode(dict.fromkeys(surface.parameters(), text))
            for headers in ({}, PART):
                yield Case("GET", rule.endpoint, f"{url}?{query}", "officer", headers=headers)
            yield Case("GET", rule.endpoint, f"{url}?{query}", "admin")
        for target in self.targets:
            plumbing = [("csrf_token", self.tokens[target.by]), ("form_key", "")]
            if target.by:
                plumbing[1] = ("form_key", self.key(target.by))
            fields = [(name, text) for name in target.fields if name not in dict(plumbing)]
            yield Case("POST", target.endpoint, target.url, target.by, [*plumbing, *fields])

    def restore(self) -> None:
        """Everything as it was furnished."""
        self.close()
        db.session.remove()
        db.engine.dispose()
        self.store.reset("attacked")
        self.seen = self.mark()

    def send(self, case: Case) -> None:
        """Send, and judge the answer and what it left behind."""
        try:
            answer = self.open(case)
            self.judge(case, answer)
        except BaseException as error:
            error.add_note(str(case))
            self.restore()
            raise

    def open(self, case: Case, cookie: str | None = None) -> TestResponse:
        """Send it as this person, with nothing left of the request before."""
        for name in list(g):
            g.pop(name)
        limiter.reset()
        headers = [(k, v) for k, v in case.headers.items() if k != "Content-Type"]
        if held := (cookie or self.cookies[case.who]):
            headers.append(("Cookie", f"ocop_points={held}"))
        data: Any = None
        kind = case.headers.get("Content-Type")
        if case.method != "GET" and case.multipart:
            boundary, data = encode_multipart(MultiDict(case.body))
            kind = kind or f"multipart/form-data; boundary={boundary}"
        elif case.method != "GET":
            data = urlencode(case.body)
            kind = kind or "application/x-www-form-urlencoded"
        answer = self.http.open(
            case.url, method=case.method, data=data, headers=headers, content_type=kind
        )
        if answer.is_streamed:  # a file: taken whole, as a browser does, and closed
            answer.make_sequence()
            answer.close()
        return answer

    def judge(self, case: Case, answer: TestResponse) -> None:
        """Nothing broke, nothing came back as markup, and what was refused changed no row."""
        self.counts[f"{answer.status_code // 100}xx"] += 1
        assert answer.status_code < 500, answer.get_data(as_text=True)[:500]
        self._judge_text(answer, sum(len(str(v)) for _k, v in case.body) + len(case.url))
        moved = self.mark() != self.seen
        refused = answer.status_code >= 400 or case.method == "GET"
        if moved and refused:
            after = fingerprint()
            changed = {name for name in after if after[name] != self.base[name]}
            assert not changed - _MAY_WRITE.get(case.endpoint, set()), (
                f"{answer.status_code} and yet changed: {changed}"
            )
        if answer.status_code in {302, 303} and not refused:
            self.counts["done"] += 1
            self._follow(case, answer)
        if moved:
            self.restore()

    def _follow(self, case: Case, answer: TestResponse) -> None:
        """The page that a verb leads to, where what was typed is shown as stored."""
        location = answer.headers["Location"]
        assert location.startswith("/"), location
        assert not location.startswith("//"), location
        cookie = answer.headers.get("Set-Cookie", "").partition("ocop_points=")[2].partition(";")[0]
        page = self.open(Case("GET", "", location, case.who), cookie)
        assert page.status_code < 500, location
        self._judge_text(page, 0)

    def _judge_text(self, answer: TestResponse, sent: int) -> None:
        for name, value in answer.headers:
            value.encode("latin-1")
            assert not {"\n", "\r"} & set(value), name
        content = answer.get_data()
        if (
            answer.mimetype == "application/zip"
        ):  # the administrator's backup is as large as all there is
            return
        assert len(content) < _BIG + 10 * sent, f"{len(content)} bytes"
        if answer.mimetype != "text/html" or answer.status_code in {302, 303}:
            return
        html = content.decode()
        found = texts.unescaped(html)
        assert not found, f"unescaped: {found}"
        if "zq" in html.casefold() and len(html) < 2 * _BIG:
            self.counts["echoed"] += 1
            # A field that a page does not show cannot have been typed there: its error points nowhere.
            faults = [fault for fault in judge(html) if "points to no id" not in fault]
            assert not faults, faults


def _id_of(username: str) -> int:
    found = user_by_username(username)
    assert found is not None
    return found.id


def _token(browser: Browser, path: str) -> str:
    return browser.get(path).form().value("csrf_token") or ""


def _cookie(browser: Browser) -> str:
    cookie = browser.http.get_cookie("ocop_points")
    return cookie.value if cookie else ""


def cases(attacker: Attacker) -> st.SearchStrategy[Case]:
    """Any request: two of three are forms, the rest pages with odd parameters."""
    return st.one_of(_posts(attacker), _posts(attacker), _gets(attacker))


@st.composite
def _gets(draw: st.DrawFn, attacker: Attacker) -> Case:
    rule = draw(st.sampled_from(attacker.readable))
    url = draw(_paths(rule, attacker))
    chosen = draw(st.lists(st.sampled_from(surface.parameters()), max_size=4))
    pairs = [(name, draw(texts.anything)) for name in chosen]
    query = "?" + urlencode(pairs) if pairs else ""
    who = draw(st.sampled_from(("officer", "manager", "admin", *EVERYBODY, "")))
    method = draw(st.sampled_from(["GET"] * 12 + ["HEAD", "PUT", "DELETE", "OPTIONS"]))
    return Case(method, rule.endpoint, url + query, who, headers=draw(_headers()))


@st.composite
def _paths(draw: st.DrawFn, rule: Any, attacker: Attacker) -> str:
    values: dict[str, Any] = {}
    for name in rule.arguments:
        known = attacker.world.params[name]
        others = [known] * 6 + [*attacker.world.ids.values(), *_IDS]
        value = draw(st.one_of(st.sampled_from(others), texts.anything)) if draw(_seldom) else known
        values[name] = quote(str(value), safe="")
    return surface.path_of(rule, values)


_seldom = st.integers(0, 4).map(lambda n: n == 0)
_IDS = [
    0,
    1,
    999_999,
    2**31 - 1,
    2**31,
    2**63 - 1,
    2**63,
    2**64,
    10**30,
    "00001",
    "-1",
    "1.0",
    "1e3",
]


@st.composite
def _headers(draw: st.DrawFn) -> dict[str, str]:
    headers = dict(draw(st.sampled_from(_HEADERS)))
    if draw(_seldom):
        name = draw(st.sampled_from(_HEADER_NAMES))
        value = draw(texts.anything)
        # What a server lets through: one line of Latin-1.
        headers[name] = " ".join(value.encode("latin-1", "replace").decode("latin-1").split())[
            :2000
        ]
    return headers


@st.composite
def _posts(draw: st.DrawFn, attacker: Attacker) -> Case:
    target = draw(st.sampled_from(attacker.targets))
    who = draw(st.sampled_from(EVERYBODY)) if draw(_seldom) else target.by
    body = MultiDict(_pairs(target.body))
    body["csrf_token"] = attacker.tokens[who]
    if who:
        body["form_key"] = attacker.key(who)
    names = sorted(target.fields) or ["csrf_token"]
    if not draw(_seldom):
        names = [name for name in names if name not in {"csrf_token", "form_key"}] or names
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=4)):
        _spoil(draw, body, name, target.fields.get(name))
    if draw(_seldom):
        odd = st.sampled_from(["_restored", "choose-name", "seen", "version", "in_place", "zq"])
        body[draw(odd)] = draw(texts.anything)
    pairs = list(body.items(multi=True))
    files = any(not isinstance(value, str | int) for _name, value in pairs)
    return Case(
        "POST",
        target.endpoint,
        target.url,
        who,
        pairs,
        draw(_headers()),
        files or draw(st.booleans()),
    )


def _pairs(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(k, one) for k, v in body.items() for one in (v if isinstance(v, list) else [v])]


def _spoil(draw: st.DrawFn, body: MultiDict[str, Any], name: str, most: int | None) -> None:
    """Replace, lengthen, repeat or leave out one field."""
    how = draw(st.sampled_from(["other"] * 6 + ["long", "twice", "missing"]))
    if how == "other":
        body[name] = draw(texts.anything)
    elif how == "long":
        body[name] = draw(st.sampled_from(texts.lengths(most)))
    elif how == "twice":
        held = body.getlist(name)
        body.setlist(name, [*held, draw(texts.anything), draw(texts.anything)])
    else:
        body.poplist(name)
