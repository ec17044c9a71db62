"""Somebody at a browser without script: follows forms as they stand in the page, and judges every page."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import Cookie, TestResponse

from ocop_points.accounts.models import User
from ocop_points.core.db import db
from tests.html import judge, parse
from tests.people import PASSWORD

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Page:
    """An answer: its status, text and forms."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.location = answer.headers.get("Location", "")
        self.path = urlsplit(answer.request.path).path
        is_html = answer.mimetype == "text/html" and not 300 <= answer.status_code < 400
        self.text = (
            answer.get_data(as_text=True)
            if is_html or answer.mimetype == "application/json"
            else ""
        )
        self.parsed = parse(self.text) if is_html else None
        self.tree = self.parsed.root if self.parsed else None

    def __contains__(self, text: str) -> bool:
        return text in self.text

    @property
    def words(self) -> str:
        """The text a person reads, white space folded."""
        if self.parsed is None or self.tree is None:
            return ""
        body = self.tree.find("body") if self.parsed.whole else self.tree
        return "" if body is None else " ".join("".join(body.itertext()).split())

    def forms(self) -> list["Form"]:
        assert self.tree is not None
        return [Form(element, self.path, self.tree) for element in self.tree.iter("form")]

    def form(self, action: str | None = None) -> "Form":
        """The POST form of the page: the one with this action, or the only one inside main."""
        assert self.tree is not None
        main = self.tree.find(".//main")
        found = [
            form
            for form in (
                Form(e, self.path, self.tree)
                for e in (main if main is not None else self.tree).iter("form")
            )
            if form.method == "post" and (action is None or form.action == action)
        ]
        assert len(found) >= 1, f"no form {action or ''} in {self.path} ({self.status})"
        return found[0]

    def links(self) -> list[str]:
        assert self.tree is not None
        return [link.get("href", "") for link in self.tree.iter("a")]

    def errors(self) -> list[str]:
        """The messages at fields."""
        assert self.tree is not None
        found = [e for e in self.tree.iter("p") if "err" in (e.get("class") or "").split()]
        return [" ".join("".join(e.itertext()).split()).removeprefix("Lỗi: ") for e in found]


class Form:
    """A form as it stands: where it goes and what a browser would send."""

    def __init__(self, element: Any, path: str, page: Any) -> None:
        self.method = (element.get("method") or "get").lower()
        self.action = urljoin(path, element.get("action") or path).split("#")[0]
        self.multipart = element.get("enctype") == "multipart/form-data"
        self.fields: list[tuple[str, str]] = []
        controls = [one for one in element.iter() if "form" not in one.attrib]
        if name := element.get("id"):  # and those elsewhere in the page that name this form
            controls += [one for one in page.iter() if one.get("form") == name]
        for control in controls:
            self._read(control)

    def _read(self, control: Any) -> None:
        name = control.get("name")
        if not name or "disabled" in control.attrib:
            return
        if control.tag == "input":
            kind = control.get("type", "text")
            if kind in {"submit", "button", "file"}:
                return
            if kind in {"checkbox", "radio"} and "checked" not in control.attrib:
                return
            self.fields.append((name, control.get("value", "on" if kind == "checkbox" else "")))
        elif control.tag == "textarea":
            self.fields.append((name, "".join(control.itertext()).removeprefix("\n")))
        elif control.tag == "select":
            options = list(control.iter("option"))
            chosen = [o for o in options if "selected" in o.attrib] or options[:1]
            self.fields += [(name, o.get("value", "")) for o in chosen]

    def value(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key == name), None)

    def filled(self, values: dict[str, Any]) -> dict[str, Any]:
        """What is sent with these fields changed; None leaves a field out (an unticked box)."""
        data: dict[str, Any] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        for name, value in values.items():
            data.pop(name, None)
            if value is not None:
                data[name] = list(value) if isinstance(value, list) else [value]
        return data


class Whole(FlaskClient):
    """Takes every answer whole and closes it, as a server does: a file that was sent stays open otherwise."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        return super().open(*args, buffered=buffered, **kwargs)


class Browser:
    """Keeps cookies, follows forms, fails on pages that are not well made."""

    def __init__(self, app: Flask) -> None:
        self.http = Whole(app, app.response_class)

    def _judged(self, answer: TestResponse) -> Page:
        for _name, value in answer.headers:
            value.encode("latin-1")  # a real server cannot send any other letter
        page = Page(answer)
        if page.parsed and page.text:
            faults = judge(page.parsed)
            assert not faults, f"{answer.request.path} ({page.status}): {faults}"
        return page

    @staticmethod
    def _begin() -> None:
        """Requests share the context of the test: what one noted in `g`, its user too, is not for the next.

        The user leaves the session as well: else the next request finds the record or not, by Python's own time.
        """
        user = g.pop("_login_user", None)
        if isinstance(user, User) and user in db.session:
            db.session.expunge(user)
        for name in list(g):
            g.pop(name)

    def get(self, url: str, *, status: int | None = 200, **kwargs: Any) -> Page:
        self._begin()
        page = self._judged(self.http.get(url, **kwargs))
        assert status is None or page.status == status, (
            f"GET {url}: {page.status} {page.words[:300]}"
        )
        return page

    def part(self, url: str, *, status: int | None = 200) -> Page:
        """As htmx asks for a part."""
        return self.get(url, status=status, headers=PART)

    def post(self, url: str, data: Any = None, *, status: int | None = None, **kwargs: Any) -> Page:
        self._begin()
        page = self._judged(self.http.post(url, data=data, **kwargs))
        assert status is None or page.status == status, (
            f"POST {url}: {page.status} {page.words[:600]}"
        )
        return page

    def send(
        self, form: Form, values: dict[str, Any] | None = None, *, status: int | None = 303
    ) -> Page:
        """Send a form that was read from a page, some fields changed."""
        return self.post(form.action, form.filled(values or {}), status=status)

    def submit(
        self, url: str, values: dict[str, Any] | None = None, *, status: int | None = 303
    ) -> Page:
        """Open a page, fill its form in, send it."""
        return self.send(self.get(url).form(), values, status=status)

    def follow(self, page: Page) -> Page:
        """Go where a redirect leads."""
        return self.get(page.location)

    def sign_in(self, username: str, password: str = PASSWORD, *, status: int = 303) -> Page:
        return self.submit("/login", {"username": username, "password": password}, status=status)

    def wear(self, cookie: Cookie) -> None:
        """Be signed in already, by the cookie of a session that began before."""
        self.http.set_cookie(cookie.key, cookie.value, domain=cookie.domain, path=cookie.path)
