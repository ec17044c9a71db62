"""The transaction rule: no lost update, a lock that is let go, counters without gaps."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from ocop_points.core import db as module
from ocop_points.core.db import Counter, db, next_number, write

ROOT = Path(__file__).parents[2]
ADD = """
import sys, threading
from sqlalchemy import select
from ocop_points import create_app
from ocop_points.core.db import Counter, db, write

app = create_app({"INSTANCE": sys.argv[1], "SQLALCHEMY_DATABASE_URI": sys.argv[2], "SECRET_KEY": "x"})

def add():
    counter = db.session.scalars(select(Counter).where(Counter.name == "sum").with_for_update()).one()
    counter.value = counter.value + 1

def work():
    with app.app_context():
        for _ in range(int(sys.argv[3])):
            write(add)

threads = [threading.Thread(target=work) for _ in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def value(name: str) -> int | None:
    db.session.rollback()
    return db.session.scalar(select(Counter.value).where(Counter.name == name))


def test_threads_and_processes_lose_no_update(app: Flask, tmp_path: Path) -> None:
    """Read, add, write: 2 processes × 3 threads × 15 times."""
    write(lambda: db.session.add(Counter(name="sum", value=0)))
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-c", ADD, str(tmp_path), url, "15"]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        _out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
        assert not errors, errors.decode()
    assert value("sum") == 2 * 3 * 15


def test_numbers_have_no_gap_and_no_twin(app: Flask) -> None:
    def take(index: int) -> int | None:
        def verb() -> int:
            number = next_number("series")
            if index % 4 == 0:
                raise ValueError("refused")
            return number

        with app.app_context():
            try:
                return write(verb)
            except ValueError:
                return None

    with ThreadPoolExecutor(4) as pool:
        given = [number for number in pool.map(take, range(40)) if number is not None]
    assert sorted(given) == list(range(1, 31))


def test_an_error_takes_everything_back_and_lets_the_lock_go(app: Flask) -> None:
    def verb() -> None:
        next_number("a")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write(verb)
    assert value("a") is None
    done = threading.Event()

    def other() -> None:
        with app.app_context():
            write(lambda: next_number("a"))
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(5)
    assert done.is_set()
    assert value("a") == 1


def test_what_was_read_before_is_read_again_inside(app: Flask) -> None:
    write(lambda: db.session.add(Counter(name="x", value=1)))
    mine = db.session.scalars(select(Counter).where(Counter.name == "x")).one()
    assert mine.value == 1

    def elsewhere() -> None:
        with app.app_context():
            write(lambda: next_number("x"))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(10)
    assert write(lambda: mine.value) == 2


def test_a_read_sees_one_moment(app: Flask) -> None:
    """A page that reads twice while somebody writes shows one state."""
    if db.engine.dialect.name == "postgresql":
        pytest.skip("read committed: each statement sees its own moment")
    write(lambda: next_number("x"))
    first = db.session.scalar(select(Counter.value).where(Counter.name == "x"))

    def elsewhere() -> None:
        with app.app_context():
            write(lambda: next_number("x"))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(10)
    assert db.session.scalar(select(Counter.value).where(Counter.name == "x")) == first == 1
    assert value("x") == 2


def test_a_read_that_turns_to_writing_after_somebody_wrote_fails_at_once(app: Flask) -> None:
    """Why verbs run in `write`: the snapshot of a page is too old to write from."""
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL locks rows, not the database")
    write(lambda: next_number("x"))
    counter = db.session.scalars(select(Counter).where(Counter.name == "x")).one()

    def elsewhere() -> None:
        with app.app_context():
            write(lambda: next_number("x"))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(10)
    counter.value = 99
    with pytest.raises(OperationalError):
        db.session.flush()
    db.session.rollback()
    assert value("x") == 2


def test_readers_are_not_stopped_by_a_writer(app: Flask) -> None:
    write(lambda: next_number("x"))
    seen: list[int | None] = []

    def reader() -> None:
        with app.app_context():
            seen.append(db.session.scalar(select(Counter.value).where(Counter.name == "x")))

    def verb() -> None:
        next_number("x")
        thread = threading.Thread(target=reader)
        thread.start()
        thread.join(5)
        assert seen == [1]

    write(verb)


def test_the_settings_of_a_sqlite_connection(app: Flask) -> None:
    if db.engine.dialect.name == "postgresql":
        pytest.skip("SQLite only")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    for name, setting in wanted.items():
        assert db.session.scalar(text(f"PRAGMA {name}")) == setting
    assert db.session.scalar(text("PRAGMA busy_timeout")) == module.BUSY_TIMEOUT_MS


class _Lost(Exception):
    sqlstate = "40001"


class _Twin(Exception):
    sqlstate = "23505"


class _Other(Exception):
    sqlstate = "23514"


@pytest.mark.parametrize(
    ("error", "calls"),
    [
        (OperationalError("", {}, _Lost()), 5),
        (IntegrityError("", {}, _Twin()), 5),
        (IntegrityError("", {}, _Other()), 1),
    ],
)
def test_a_lost_race_is_run_again_and_nothing_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch, error: DBAPIError, calls: int
) -> None:
    """The way of PostgreSQL, on whatever database the tests have."""
    tried = []

    def verb() -> None:
        tried.append(1)
        raise error

    with pytest.raises(type(error)):
        module._with_retries(verb)
    assert len(tried) == calls


def test_a_race_lost_once_is_won_the_second_time(app: Flask) -> None:
    tried: list[int] = []

    def verb() -> int:
        tried.append(1)
        if len(tried) == 1:
            raise OperationalError("", {}, _Lost())
        return next_number("x")

    assert module._with_retries(verb) == 1
    assert value("x") == 1


@pytest.mark.postgres
def test_two_first_numbers_of_a_series_at_once_on_postgresql(app: Flask) -> None:
    barrier = threading.Barrier(2, timeout=10)
    waited: set[int] = set()

    def verb() -> int:
        db.session.scalar(select(Counter).where(Counter.name == "new"))
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            barrier.wait()
        return next_number("new")

    def take(_index: int) -> int:
        with app.app_context():
            return write(verb)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, range(2))) == [1, 2]
