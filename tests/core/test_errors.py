"""What goes wrong is said in plain Vietnamese, with what to do, as a page or as a part."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests

from ocop_points.core import web
from ocop_points.core.db import db
from tests import factories
from tests.browser import PART, Browser

Open = Callable[[str | None], Browser]
WORDS = {
    400: ("Yêu cầu không đọc được", "tải lại trang rồi làm lần nữa"),
    403: ("Không có quyền làm việc này", "nhờ người quản lý"),
    404: ("Không tìm thấy trang", "Kiểm tra lại địa chỉ"),
    405: ("Không mở được theo cách này", "bấm nút trong trang"),
    413: ("Tệp hoặc nội dung quá lớn", "Chọn tệp nhỏ hơn"),
    429: ("Thử quá nhiều lần", "Đợi một phút"),
    500: ("Hệ thống gặp lỗi", "báo người quản trị kèm mã"),
    503: ("Hệ thống đang bận", "Đợi một phút rồi làm lại"),
}


@contextmanager
def broken(app: Flask, error: Exception) -> Iterator[None]:
    """The list of points fails, and failures are answered as in service."""
    kept = app.view_functions["points.point_list"]

    def fail() -> str:
        raise error

    fail.permission = "points.read"  # type: ignore[attr-defined]
    app.view_functions["points.point_list"] = fail
    handlers: dict[Any, Any] = app.error_handler_spec[None][None]
    before = handlers[Exception]
    handlers[Exception] = web._on_crash
    try:
        yield
    finally:
        app.view_functions["points.point_list"] = kept
        handlers[Exception] = before


def locked() -> OperationalError:
    return OperationalError("SELECT secret", {}, sqlite3.OperationalError("database is locked"))


@pytest.mark.parametrize("code", list(WORDS))
@pytest.mark.parametrize("as_part", [False, True])
def test_a_page_and_a_part_for_each(app: Flask, browser: Open, code: int, as_part: bool) -> None:
    officer = browser("officer")
    headers = PART if as_part else {}
    if code in (429, 500, 503):
        errors = {429: TooManyRequests(), 500: KeyError("secret detail"), 503: locked()}
        with broken(app, errors[code]):
            page = officer.get("/points", status=code, headers=headers)
    elif code == 400:
        app.config["WTF_CSRF_CHECK_DEFAULT"] = True
        page = officer.post("/points/new", {"csrf_token": "forged"}, status=400, headers=headers)
    elif code == 413:
        page = officer.post("/points/new", {"name": "x" * 600_000}, status=413, headers=headers)
    elif code == 405:
        page = officer.get("/logout", status=405, headers=headers)
        assert "POST" in page.answer.headers["Allow"]
    else:
        page = officer.get(
            {403: "/admin/users", 404: "/khong-co"}[code], status=code, headers=headers
        )
    for words in WORDS[code]:
        assert words in page.words or words in page.text
    assert ("<html" in page.text) is not as_part
    if as_part:
        assert page.answer.headers["HX-Retarget"] == "#messages"
    for leak in ("Traceback", "secret", "KeyError", "sqlite", "SELECT", "Werkzeug"):
        assert leak not in page.text


def test_a_crash_names_its_request_and_keeps_nothing(app: Flask, browser: Open) -> None:
    officer = browser("officer")
    with broken(app, ZeroDivisionError("secret")):
        page = officer.get("/points", status=500)
    assert page.tree is not None
    code = "".join(next(page.tree.iter("code")).itertext())
    assert len(code) == 12
    assert not db.session.new


@pytest.mark.parametrize(
    "message",
    [
        "database is locked",
        "attempt to write a readonly database",
        "database or disk is full",
        "disk I/O error",
    ],
)
def test_a_database_that_cannot_write_says_that_nothing_was_saved(
    app: Flask, browser: Open, message: str
) -> None:
    officer = browser("officer")
    error = OperationalError("INSERT", {}, sqlite3.OperationalError(message))
    with broken(app, error):
        page = officer.get("/points", status=503)
    assert "chưa được lưu" in page.words
    assert page.answer.headers["Retry-After"] == "60"
    assert officer.get("/points").status == 200


def test_an_error_page_for_nobody(browser: Open) -> None:
    page = browser(None).get("/khong-co", status=404)
    assert "Không tìm thấy trang" in page.words
    assert "Đăng xuất" not in page.words


def test_the_error_page_of_the_signed_in_leads_home(browser: Open) -> None:
    page = browser("officer").get("/points/99999", status=404)
    assert "/" in page.links()


def test_health(browser: Open) -> None:
    answer = browser(None).http.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_what_is_typed_into_an_address_is_not_shown_as_html(browser: Open) -> None:
    factories.point()
    page = browser("officer").get("/points?q=<script>alert(1)</script>")
    assert "<script>alert" not in page.text
