"""The database is locked, read-only or gone: a plain 503, nothing kept, and the next try works by itself."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.engine import Connection, make_url

from ocop_points.audit.models import AuditRow
from ocop_points.core import db as module
from ocop_points.core.db import Base, db
from ocop_points.points.models import SalesPoint
from tests.browser import PART, Browser, Form, Page
from tests.points.test_register import filled

Open = Callable[[str | None], Browser]


def on_sqlite() -> bool:
    return bool(db.engine.dialect.name == "sqlite")


@contextmanager
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Locks are waited for a moment only; connections are made anew."""
    db.session.remove()
    db.engine.dispose()
    with monkeypatch.context() as patch:
        patch.setattr(module, "BUSY_TIMEOUT_MS", 200)
        yield
    db.session.remove()
    db.engine.dispose()


@contextmanager
def server(url: str, database: str | None = None) -> Iterator[Connection]:
    """Another client of the PostgreSQL server."""
    given = make_url(url)
    engine = create_engine(given.set(database=database or given.database))
    try:
        with engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
    finally:
        engine.dispose()


@contextmanager
def locked_elsewhere(app: Flask) -> Iterator[None]:
    """Another program writes and does not come to an end."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if on_sqlite():
        path = str(make_url(url).database)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with server(url) as other:
            other.execute(text("BEGIN"))
            tables = ", ".join(Base.metadata.tables)
            other.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))  # reading goes on
            yield
            other.execute(text("ROLLBACK"))


@contextmanager
def read_only(app: Flask) -> Iterator[None]:
    """Nothing can be written; what connections were made meanwhile stay so."""
    db.session.remove()
    if on_sqlite():

        def pragma(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA query_only=ON")

        event.listen(db.engine, "connect", pragma)
        db.engine.dispose()
        yield
        event.remove(db.engine, "connect", pragma)
    else:
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        name = make_url(url).database
        with server(url) as other:
            change = f"ALTER DATABASE {name} SET default_transaction_read_only"
            other.execute(text(f"{change} = on"))
            db.engine.dispose()
            yield
            other.execute(text("SET default_transaction_read_only = off"))
            other.execute(text(f"{change} = off"))


def points() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SalesPoint)) or 0


def audit_rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditRow)) or 0


def refused(officer: Browser, form: Form) -> Page:
    """Sending gets the page, with what was typed in it; the part says the same."""
    page = officer.send(form, filled(name='Quán "Bến" <b>'), status=503)
    assert "Việc bạn vừa làm chưa được lưu" in page.words
    assert "Những gì bạn vừa gõ còn trong trang này" in page.words
    assert page.form().value("name") == 'Quán "Bến" <b>'
    assert page.answer.headers["Retry-After"] == "60"
    part = officer.post(form.action, form.filled(filled()), status=503, headers=PART)
    assert "chưa được lưu" in part.text
    assert "<html" not in part.text
    return page


def comes_through(officer: Browser, page: Page) -> None:
    """Nothing was kept of the refused ones, and the button of their page does it now, once."""
    assert points() == 0
    before = audit_rows()
    done = officer.send(page.form())
    assert officer.send(page.form()).location == done.location
    assert points() == 1
    assert audit_rows() == before + 1


def test_a_lock_held_elsewhere(app: Flask, browser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = browser("officer")
    form = officer.get("/points/new").form()
    with impatient(monkeypatch), locked_elsewhere(app):
        page = refused(officer, form)
        assert officer.get("/points").status == 200
    comes_through(officer, page)


def test_behind_a_writer_of_the_same_process_nobody_waits_for_ever(
    app: Flask, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not on_sqlite():
        pytest.skip("PostgreSQL locks rows, not the process")
    officer = browser("officer")
    form = officer.get("/points/new").form()
    with impatient(monkeypatch), module._write_lock:
        page = refused(officer, form)
    comes_through(officer, page)


def test_a_read_only_database(app: Flask, browser: Open) -> None:
    officer = browser("officer")
    form = officer.get("/points/new").form()
    with read_only(app):
        page = refused(officer, form)
        assert officer.get("/points").status == 200
    comes_through(officer, page)


def test_a_password_is_not_carried_by_the_page(
    app: Flask, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = browser(None)
    form = nobody.get("/login").form()
    with impatient(monkeypatch), locked_elsewhere(app):
        page = nobody.send(form, {"username": "ai", "password": "một mật khẩu dài"}, status=503)
    assert "một mật khẩu dài" not in page.text
    assert "Gửi lại" not in page.words


def test_health_when_the_database_is_gone_and_back(app: Flask, browser: Open) -> None:
    nobody = browser(None)
    assert nobody.get("/healthz").status == 200
    db.session.remove()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if on_sqlite():
        path = Path(str(make_url(url).database))
        db.engine.dispose()
        path.rename(path.with_suffix(".away"))
        path.touch()  # as where a disk was not mounted: SQLite begins a new one and answers
    else:
        name = make_url(url).database
        with server(url, "postgres") as other:
            other.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            other.execute(text(gone), {"name": name})
    for _time in range(2):
        page = nobody.get("/healthz", status=503)
        assert page.answer.json == {"status": "database unavailable"}
    assert "chưa được lưu" in nobody.get("/kt/" + "0" * 32, status=503).words
    if on_sqlite():
        db.engine.dispose()
        path.with_suffix(".away").replace(path)
    else:
        with server(url, "postgres") as other:
            other.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    assert nobody.get("/healthz").status == 200
