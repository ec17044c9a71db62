"""One application a session, one fresh copy of a prepared database a test."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from werkzeug.test import Cookie

from ocop_points import create_app
from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.desk.service import prepare_database
from tests import people
from tests.architecture.expected import furnished
from tests.architecture.world import World
from tests.browser import Browser
from tests.installations import load_demonstration
from tests.store import POSTGRESQL, Store

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 10:00 on a Monday in Việt Nam


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("instance"), os.environ.get("PYTEST_XDIST_WORKER", "main"))


@pytest.fixture(scope="session")
def whole_app(store: Store) -> Flask:
    """The application with a filled template database. Tests ask for `app` instead."""
    store.create()
    app = create_app(
        {
            "INSTANCE": store.folder,
            "SQLALCHEMY_DATABASE_URI": store.url,
            "TESTING": True,
            "PROPAGATE_CRASHES": True,
            "SECRET_KEY": "of the tests",
            "PASSWORD_MEMORY_KIB": 8,
            "PASSWORD_ROUNDS": 1,
            "PUBLIC_URL": "https://ocop.example",
        }
    )
    with app.app_context(), clock.freeze(NOW):
        upgrade()
        write(lambda: prepare_database(demonstration=False, mark_supported=frozenset({"22", "96"})))
        write(people.make_everybody)
        db.session.remove()
        db.engine.dispose()
    store.keep()
    return app


@pytest.fixture(scope="session")
def signed_in(whole_app: Flask, store: Store) -> dict[str, Cookie]:
    """The session of each stock person, begun once: the clock and the key stand still, so it holds in every test."""
    cookies = {}
    with whole_app.app_context(), clock.freeze(NOW):
        db.engine.dispose()
        store.reset()
        for who, username in people.USERNAMES.items():
            opened = Browser(whole_app)
            opened.sign_in(username)
            cookie = opened.http.get_cookie(whole_app.config["SESSION_COOKIE_NAME"])
            assert cookie is not None
            cookies[who] = cookie
        db.session.remove()
        db.engine.dispose()
    return cookies


@pytest.fixture
def app(whole_app: Flask, store: Store) -> Iterator[Flask]:
    """The application on a fresh database, its clock stopped, inside an application context."""
    with whole_app.app_context(), clock.freeze(NOW):
        db.engine.dispose()
        for kept in ("ocop_editions", "ocop_overview"):  # read from another database
            whole_app.extensions.pop(kept, None)
        store.reset()
        yield whole_app
        left = [*db.session.new, *db.session.dirty, *db.session.deleted]
        db.session.remove()
        db.engine.dispose()
    assert not left, f"changes left uncommitted: {left}"


@pytest.fixture
def world(app: Flask, store: Store) -> World:
    """The application with a record of each kind in it."""
    return furnished(store)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation with the demonstration in it, loaded once for all workers: copy it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demonstration"
    load_demonstration(folder)
    return folder


@pytest.fixture
def browser(signed_in: dict[str, Cookie], app: Flask) -> Callable[[str | None], Browser]:
    """`browser("officer")`: somebody at a browser, signed in; `browser(None)`: nobody signed in."""

    def open_for(who: str | None) -> Browser:
        opened = Browser(app)
        if who is not None:
            if clock.now() == NOW:
                opened.wear(signed_in[who])
            else:  # at another hour that session may have ended
                opened.sign_in(people.USERNAMES[who])
        return opened

    return open_for


@pytest.fixture
def officer(app: Flask) -> User:
    return people.user("officer")


@pytest.fixture
def manager(app: Flask) -> User:
    return people.user("manager")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in e2e need a browser: skipped where none is found, an error with CI=true."""
    from tests.chromium import chromium_path

    missing = chromium_path() is None and os.environ.get("CI") != "true"
    for item in items:
        if "e2e" in Path(str(item.path)).parts:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(pytest.mark.skip(reason="no Chromium found"))
        if "postgres" in item.keywords and not POSTGRESQL:
            item.add_marker(pytest.mark.skip(reason="needs TEST_DATABASE_URL"))
