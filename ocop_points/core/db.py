"""The database: connection settings, the transaction rule, counters.

Every request begins with a deferred read. `write` ends that read, takes the write lock around one verb only,
and commits (RULES.md §8). SQLAlchemy's defaults on SQLite lose updates silently: see docs/decisions.
"""

import errno
import sqlite3
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, String, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# How long somebody waits for a lock before being told that nothing was saved.
BUSY_TIMEOUT_MS = 10_000
_RETRIED_STATES = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock
_ATTEMPTS = 5
_READ_ONLY = "25006"  # PostgreSQL calls it an internal error
_DISK = {errno.ENOSPC, errno.EROFS, errno.EIO}


class Busy(Exception):
    """Other writers of this process were not done in time; nothing was written."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

# One writer of this process at a time: waiting here is fair and quick, while SQLite's own busy wait sleeps.
_write_lock = threading.Lock()


class Counter(Model):
    """The last number given out under a name. The row is locked until the number's record is committed."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int]


# The same words on SQLite and PostgreSQL; there the row stays locked until the commit.
_NEXT_NUMBER = text(
    "INSERT INTO counter (name, value) VALUES (:name, 1)"
    " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)


def next_number(name: str) -> int:
    """The next number of a series, without gaps: call it only inside `write`."""
    return int(db.session.connection().scalar(_NEXT_NUMBER, {"name": name}) or 0)


def write(verb: Callable[[], T]) -> T:
    """Run `verb` once as one locked, committed transaction; whatever it raises rolls everything back.

    What the verb changes it must read again itself: everything read before is expired here. On PostgreSQL a
    verb that lost a race is run again, so it may not have effects outside the database.
    """
    try:
        return _write(verb)
    except DBAPIError as error:
        if not _is_read_only(error):
            raise
    # A connection made while the disk was read-only stays so: a new one tells whether it still is.
    db.engine.dispose()
    return _write(verb)


def _write(verb: Callable[[], T]) -> T:
    db.session.rollback()
    if db.engine.dialect.name != "sqlite":
        return _with_retries(verb)
    # With a limit: behind a lock that another process holds, each would otherwise wait for all before it.
    if not _write_lock.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
        raise Busy
    try:
        return _run(verb, immediate=True)
    finally:
        _write_lock.release()


def _run(verb: Callable[[], T], *, immediate: bool) -> T:
    session = db.session
    try:
        session.connection(execution_options={"immediate": immediate})
        result = verb()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return result


def _with_retries(verb: Callable[[], T]) -> T:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _run(verb, immediate=False)
        except DBAPIError as error:
            if attempt == _ATTEMPTS or not _lost_a_race(error):
                raise
    raise AssertionError("unreachable")


def _lost_a_race(error: DBAPIError) -> bool:
    """A unique row that appeared meanwhile is a lost race too: run again, the verb's own check sees it."""
    if isinstance(error, IntegrityError):
        return getattr(error.orig, "sqlstate", "") == "23505"
    return isinstance(error, OperationalError) and (
        getattr(error.orig, "sqlstate", "") in _RETRIED_STATES
    )


def cannot_now(error: BaseException) -> bool:
    """Is it the machine that cannot do this now: locked, full, read-only, gone? Then nothing was written, and the
    same may work in a minute."""
    if isinstance(error, Busy | OperationalError | PoolTimeoutError):
        return True
    if isinstance(error, DBAPIError):
        return _is_read_only(error)
    return isinstance(error, OSError) and error.errno in _DISK


def _is_read_only(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the rest tells of what kind
    return code == sqlite3.SQLITE_READONLY or getattr(error.orig, "sqlstate", "") == _READ_ONLY


def _on_connect_postgresql(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """A lock that is never given back would hold every thread of the server."""
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
    cursor.close()
    connection.commit()


def _on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours to send
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    # A plain BEGIN, which each page sends, cannot fail: past SQLAlchemy, which takes ten times as long over it.
    if immediate:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN")


def install(app: Flask) -> None:
    """Give the application its engine, with our rules on each SQLite connection."""
    db.init_app(app)
    with app.app_context():
        engine: Engine = db.engine
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _on_connect)
            event.listen(engine, "begin", _on_begin)
        else:
            event.listen(engine, "connect", _on_connect_postgresql)


def is_empty(inspector: Any) -> bool:
    """Has this database no table at all?"""
    return not inspector.get_table_names()
