"""The chain of audit rows: whole, and broken where somebody reached in."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from ocop_points.audit import rules
from ocop_points.audit.models import AuditRow
from ocop_points.audit.queries import broken_row
from ocop_points.audit.rules import Action, first_broken, row_hash
from ocop_points.audit.rules_fields import ALLOWED, check_keys
from ocop_points.audit.service import created, plain, record
from ocop_points.core.db import db, write
from ocop_points.desk.labels import ACTION, FIELD
from tests import factories, people

PEOPLE = len(people.USERNAMES)


def test_the_chain_of_a_used_database_is_whole(app: Flask) -> None:
    factories.surveyed_point()
    assert broken_row() is None
    assert app.test_cli_runner().invoke(args=["verify"]).exit_code == 0


@pytest.mark.parametrize("sql", ["UPDATE audit_row SET note = 'x'", "DELETE FROM audit_row"])
def test_rows_are_protected(app: Flask, sql: str) -> None:
    with pytest.raises(DBAPIError, match="audit_row is protected"):
        write(lambda: db.session.execute(db.text(sql)))
    assert broken_row() is None


@pytest.mark.postgres
def test_truncate_is_refused(app: Flask) -> None:
    with pytest.raises(DBAPIError, match="audit_row is protected"):
        write(lambda: db.session.execute(db.text("TRUNCATE audit_row")))


def test_replace_does_not_slip_past(app: Flask) -> None:
    if db.engine.dialect.name == "postgresql":
        pytest.skip("SQLite only")
    sql = "INSERT OR REPLACE INTO audit_row SELECT * FROM audit_row WHERE id = 1"
    with pytest.raises(DBAPIError, match="audit_row is protected"):
        write(lambda: db.session.execute(db.text(sql)))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_row SET note = 'x' WHERE id = 3",
        "UPDATE audit_row SET user_name = 'Ai khác' WHERE id = 3",
        "DELETE FROM audit_row WHERE id = 2",
        "UPDATE audit_row SET hash = 'x' WHERE id = 3",
    ],
)
def test_a_row_changed_behind_the_triggers_is_found(app: Flask, sql: str) -> None:
    def verb() -> None:
        if db.engine.dialect.name == "postgresql":
            db.session.execute(db.text("ALTER TABLE audit_row DISABLE TRIGGER USER"))
        else:
            for name in ("update", "delete"):
                db.session.execute(db.text(f"DROP TRIGGER audit_row_no_{name}"))
        db.session.execute(db.text(sql))

    write(verb)
    assert broken_row() == 3
    done = app.test_cli_runner().invoke(args=["verify"])
    assert done.exit_code == 1
    assert "Nhật ký: dòng 3" in done.output


def test_the_hash_does_not_depend_on_the_database() -> None:
    """A known row gives a known hash: on SQLite, on PostgreSQL, in ten years."""
    facts: dict[str, Any] = {
        "at": "2026-11-23T03:00:00+00:00",
        "action": "point.registered",
        "note": "đặc sản",
        "user_id": None,
    }
    assert row_hash("", facts) == row_hash("", dict(reversed(facts.items())))
    assert row_hash("", facts) == "96da53604eb2888daafe1dd4e7dfa98f000c857321ff01f8bac3e03f583b60d6"


def test_the_moment_is_hashed_as_utc(app: Flask) -> None:
    row = db.session.get_one(AuditRow, 1)
    there = row.at.astimezone(timezone(timedelta(hours=7)))
    assert isinstance(there, datetime)
    before = row.facts()
    row.at = there
    assert row.facts() == before
    db.session.rollback()


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_first_broken_row(index: int) -> None:
    rows, last = [], ""
    for n in range(3):
        facts = {"n": n}
        own = row_hash(last, facts)
        rows.append((n + 1, last, own, facts))
        last = own
    assert first_broken(rows) is None
    rows[index] = (index + 1, rows[index][1], rows[index][2], {"n": 99})
    assert first_broken(rows) == index + 1


def test_a_field_the_action_may_not_carry_raises(app: Flask) -> None:
    with pytest.raises(ValueError, match="password_hash"):
        check_keys(Action.USER_EDITED, {"password_hash": ["a", "b"]})
    subject = people.user("officer").subject()

    def verb() -> None:
        record(Action.SIGNED_IN, subject, by=None, changes={"note": [None, "x"]})

    with pytest.raises(ValueError, match="may not carry"):
        write(verb)


def test_no_action_may_carry_a_secret() -> None:
    assert set(ALLOWED) == set(Action)
    for keys in ALLOWED.values():
        assert not {key for key in keys if "password" in key or "hash" in key or "token" in key}


def test_every_action_and_field_has_words() -> None:
    assert set(ACTION) == set(Action)
    assert {key for keys in ALLOWED.values() for key in keys} <= set(FIELD)


def test_values_are_written_plainly() -> None:
    assert plain(rules.Action.SIGNED_IN) == "user.signed_in"
    assert created({"a": "", "b": None, "c": 0, "d": [], "e": False}) == {
        "c": [None, 0],
        "e": [None, False],
    }
