"""What every answer carries."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from ocop_points import create_app
from tests import people
from tests.browser import Browser

Open = Callable[[str | None], Browser]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (None, "/login"),
        ("officer", "/"),
        ("officer", "/points"),
        (None, "/khong-co"),
        ("officer", "/points?format=xlsx"),
    ],
)
def test_security_headers(browser: Open, who: str | None, path: str) -> None:
    heads = browser(who).http.get(path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in heads["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert heads["X-Content-Type-Options"] == "nosniff"
    assert heads["Referrer-Policy"] == "same-origin"
    assert heads["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in heads


def test_over_https_it_stays_there(browser: Open) -> None:
    answer = browser(None).http.get("/login", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_the_cookie_over_https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_COOKIE_SECURE", "1")
    settings = {"INSTANCE": tmp_path, "SECRET_KEY": "x", "SQLALCHEMY_DATABASE_URI": "sqlite://"}
    answer = create_app(settings).test_client().get("/login", base_url="https://localhost")
    name, _equals, rest = answer.headers["Set-Cookie"].partition("=")
    assert name == "__Host-ocop_points"
    assert set(rest.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_headers_of_a_proxy_count_only_behind_one(browser: Open) -> None:
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = browser(None).http.get("/points", headers=forged)
    assert "Strict-Transport-Security" not in answer.headers
    assert "evil.example" not in answer.headers["Location"]


def test_trace_is_not_answered(browser: Open) -> None:
    answer = browser(None).http.open("/login", method="TRACE")
    assert answer.status_code == 405
    assert b"ocop_points=" not in answer.data


def test_a_fingerprinted_file_is_kept_for_a_year_and_another_is_asked_for_again(
    app: Flask, browser: Open
) -> None:
    someone = browser(None)
    page = someone.get("/login")
    assert page.tree is not None
    sheets = [
        link.get("href", "") for link in page.tree.iter("link") if "css" in link.get("href", "")
    ]
    for sheet in sheets:
        assert "?v=" in sheet
        answer = someone.http.get(sheet)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        answer.close()
    plain = someone.http.get(sheets[0].split("?")[0])
    assert plain.headers["Cache-Control"] == "no-cache"
    plain.close()


def test_a_host_that_is_not_ours_is_refused(app: Flask, browser: Open) -> None:
    app.config["TRUSTED_HOSTS"] = ["ocop.example"]
    try:
        someone = browser(None)
        assert someone.http.get("/login", base_url="http://evil.example").status_code == 400
        assert someone.http.get("/login", base_url="http://ocop.example").status_code == 200
    finally:
        app.config["TRUSTED_HOSTS"] = None


def test_the_session_cookie_is_for_this_site_and_no_script(browser: Open) -> None:
    someone = browser(None)
    someone.sign_in(people.USERNAMES["officer"])
    cookie = someone.http.get_cookie("ocop_points")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
