"""A full fixture, its fingerprint, and the shapes of what each package expects of its routes."""

import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from ocop_points.core import once
from ocop_points.core.db import db
from tests import people
from tests.browser import Browser
from tests.store import POSTGRESQL

PUBLIC = "public"
# Somebody of each role at the place of the records, and the same roles elsewhere.
EVERYBODY = (
    "admin",
    "viewer",
    "manager",
    "officer",
    "operator",
    "other_manager",
    "other_officer",
)
ELSEWHERE = {"other_manager", "other_officer"}


@dataclass
class World:
    """What stands in the database; `params` fills the arguments of addresses, `ids` bodies."""

    params: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Post:
    """A POST that is carried out when `by` sends it, and changes nothing when anybody below does.

    `params` replace those of the world; `elsewhere` is the answer to a right role of another locality, and
    `also` the answers to people whose role holds the permission but who may not do this one thing.
    """

    endpoint: str
    by: str
    body: Callable[[World], Mapping[str, Any]] = lambda _world: {}
    params: Callable[[World], Mapping[str, Any]] = lambda _world: {}
    elsewhere: int | None = 404
    also: Mapping[str, int] = field(default_factory=dict)
    # Leaves an audit row; a dry run or a lookup does not, and says why.
    silent: str = ""
    done: int = 303


def fingerprint() -> dict[str, tuple[int, str]]:
    """Of every table its row count and the hash of its content."""
    db.session.rollback()
    read = (
        db.session.connection().exec_driver_sql
    )  # as stored: reading types would take most of the time
    prints = {}
    keys = {
        table.name: ", ".join(column.name for column in table.primary_key.columns)
        for table in db.metadata.sorted_tables
    }
    for name, order in {**keys, "alembic_version": "version_num"}.items():
        rows = read(f"SELECT * FROM {name} ORDER BY {order}").fetchall()
        digest = hashlib.sha256(repr(rows).encode(errors="replace"))
        prints[name] = (len(rows), digest.hexdigest())
    db.session.rollback()
    return prints


class Commits:
    """Tells whether anybody committed a change since, without reading a row."""

    def __init__(self) -> None:
        self._watch: sqlite3.Connection | None = None

    def mark(self) -> Any:
        """Moves with every commit that wrote; on PostgreSQL also with those of other tests on the same cluster."""
        if POSTGRESQL:
            mark = db.session.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text"))
            db.session.rollback()
            return mark
        if self._watch is None:
            self._watch = sqlite3.connect(str(db.engine.url.database))
        return self._watch.execute("PRAGMA data_version").fetchone()

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None


class Rows(Commits):
    """The rows as they are, and whether they still are: read again only where something was committed."""

    def __init__(self) -> None:
        super().__init__()
        self.prints, self._seen = fingerprint(), self.mark()

    def unchanged(self) -> bool:
        """False from the first change on, for good."""
        mark = self.mark()
        if mark == self._seen:
            return True
        if fingerprint() != self.prints:
            return False
        self._seen = mark
        return True

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def plumbing(browser: Browser, who: str) -> dict[str, str]:
    """The token and a fresh one-time key of this person, so that nothing but the right is missing."""
    token = browser.get("/profile").form().value("csrf_token") or ""
    return {"csrf_token": token, "form_key": once.new_key(people.user(who).id)}
