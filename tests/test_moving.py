"""An installation moves from SQLite to PostgreSQL with every row, and goes on counting there."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from ocop_points.accounts.models import User
from ocop_points.backup import serving
from ocop_points.core.db import Base, db, write
from ocop_points.localities.models import Locality
from ocop_points.points.models import SalesPoint
from ocop_points.points.service import register_point
from tests import factories
from tests.architecture import schema
from tests.architecture.expected import TRIGGERS
from tests.architecture.test_schema import up_and_down
from tests.installations import blank_database, copy_of, installation
from tests.store import POSTGRESQL

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
pytestmark = pytest.mark.postgres


@pytest.fixture
def source(demonstration: Path, tmp_path: Path) -> Flask:
    return copy_of(demonstration, tmp_path / "source")


@pytest.fixture
def url() -> str:
    return blank_database(POSTGRESQL, f"moved_{WORKER}")


@pytest.fixture
def moved(source: Flask, url: str) -> Iterator[Flask]:
    """The demonstration, moved; the folder stays the same."""
    done = source.test_cli_runner().invoke(args=["move-database", url])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Không thấy lỗi."), done.output
    yield (app := installation(Path(source.instance_path), url))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def rows(app: Flask) -> dict[str, list[str]]:
    with app.app_context():
        found = {
            table.name: sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
        db.session.remove()
        db.engine.dispose()
    return found


def test_every_row_is_there_and_the_triggers_guard_it(source: Flask, moved: Flask) -> None:
    left, arrived = rows(source), rows(moved)
    assert left == arrived
    assert len(arrived["movement"]) > 1000
    with moved.app_context():
        assert schema.differences(TRIGGERS) == []
        assert moved.test_cli_runner().invoke(args=["verify"]).exit_code == 0


def test_work_goes_on(moved: Flask) -> None:
    """A new point, with its step and audit row, comes after those that were moved; no id is given twice."""

    def verb() -> int:
        by = db.session.scalars(select(User).where(User.username == "quangninh.canbo")).one()
        here = db.session.scalars(select(Locality).where(Locality.short_code == "QNI")).one()
        return register_point(here, factories.facts("QNI"), by=by).id

    with moved.app_context():
        last = db.session.scalar(select(func.max(SalesPoint.id))) or 0
        assert write(verb) == last + 1
        assert moved.test_cli_runner().invoke(args=["verify"]).exit_code == 0
        for table in Base.metadata.sorted_tables:
            key = table.autoincrement_column
            if key is not None and (most := db.session.scalar(select(func.max(key)))):
                name = db.session.scalar(
                    text("SELECT pg_get_serial_sequence(:t, :k)"), {"t": table.name, "k": key.name}
                )
                if name:
                    fresh = db.session.scalar(text("SELECT nextval(:n)"), {"n": name})
                    assert fresh == most + 1, table.name


def test_what_holds_something_is_refused(source: Flask, moved: Flask, url: str) -> None:
    before = rows(moved)
    again = source.test_cli_runner().invoke(args=["move-database", url])
    assert again.exit_code == 1
    assert "không trống" in again.output
    assert rows(moved) == before


def test_a_running_installation_is_refused(source: Flask, url: str) -> None:
    with serving(Path(source.instance_path)):
        done = source.test_cli_runner().invoke(args=["move-database", url])
    assert done.exit_code == 1
    assert "đang chạy" in done.output


def test_what_cannot_arrive_leaves_nothing(source: Flask, url: str) -> None:
    """SQLite takes a longer text than the column says; PostgreSQL does not."""
    with source.app_context():
        db.session.execute(text(f"UPDATE supplier SET phone = '{'9' * 500}' WHERE id = 90"))
        db.session.commit()
        db.session.remove()
    done = source.test_cli_runner().invoke(args=["move-database", url])
    assert done.exit_code == 1
    assert "Chưa chuyển gì" in done.output
    target = installation(Path(source.instance_path), url)
    assert not any(rows(target).values())


def test_every_migration_runs_on_the_demonstration_and_back(moved: Flask) -> None:
    with moved.app_context():
        up_and_down(moved)


def test_a_backup_comes_back_on_an_empty_database(moved: Flask, tmp_path: Path) -> None:
    made = moved.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.zip")])
    assert made.exit_code == 0, made.output
    empty = installation(tmp_path / "empty", blank_database(POSTGRESQL, f"restored_{WORKER}"))
    done = empty.test_cli_runner().invoke(args=["restore", str(tmp_path / "b.zip")])
    assert done.exit_code == 0, done.output
    assert rows(empty) == rows(moved)
    with moved.app_context():
        there = {thing[:3] for thing in schema.current()}
    with empty.app_context():
        # PostgreSQL writes a CHECK it has read back in other words; so by name, all of them.
        assert {thing[:3] for thing in schema.current()} == there
        assert {kind for kind, _table, _name in schema.differences(TRIGGERS)} <= {"check"}
        told = empty.test_cli_runner().invoke(args=["verify"])
        assert (told.exit_code, told.output.strip()) == (0, "Không thấy lỗi.")
        db.session.remove()
        db.engine.dispose()
    again = empty.test_cli_runner().invoke(args=["restore", str(tmp_path / "b.zip")])
    assert again.exit_code == 1
    assert "không trống" in again.output
    with empty.app_context():
        db.engine.dispose()
    # A SQLite installation does not take a PostgreSQL backup.
    other = installation(tmp_path / "other")
    refused = other.test_cli_runner().invoke(args=["restore", str(tmp_path / "b.zip")])
    assert refused.exit_code == 1
    assert "hai loại" in refused.output


def test_without_the_client_tools_the_command_says_so(
    moved: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("pg_dump") is None
    done = moved.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.zip")])
    assert done.exit_code == 1
    assert "pg_dump" in done.output
    assert not (tmp_path / "b.zip").exists()
