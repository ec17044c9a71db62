"""An installation moves from SQLite to PostgreSQL: the same rows, sound, and it goes on from there."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from ocop_points.accounts.queries import user_by_username
from ocop_points.core.db import Base, db, write
from ocop_points.points import service as points
from ocop_points.points.models import SalesPoint
from tests import factories, people
from tests.conftest import POSTGRESQL
from tests.installations import blank_database, copy_of, installation

pytestmark = pytest.mark.postgres
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def source(demonstration: Path, tmp_path: Path) -> Iterator[Flask]:
    app = copy_of(demonstration, tmp_path / "sqlite")
    yield app
    with app.app_context():
        db.engine.dispose()


def rows(app: Flask) -> dict[str, list[Any]]:
    with app.app_context():
        found = {
            table.name: sorted(map(repr, db.session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
        }
        db.session.remove()
        db.engine.dispose()
    return found


def move(source: Flask, url: str) -> Any:
    return source.test_cli_runner().invoke(args=["move-database", url])


def test_the_demonstration_moves_whole_and_goes_on(source: Flask, tmp_path: Path) -> None:
    url = blank_database(POSTGRESQL, f"moved_{WORKER}")
    before = rows(source)
    answer = move(source, url)
    assert answer.exit_code == 0, answer.output
    assert answer.output.endswith("Không thấy lỗi.\n")
    target = installation(tmp_path / "sqlite", url)
    assert rows(target) == before == rows(source)
    with target.app_context():
        last = db.session.scalar(select(func.max(SalesPoint.id)))
        made = write(_register)
        assert made == (last or 0) + 1
        db.session.remove()
        db.engine.dispose()
    again = move(source, url)
    assert again.exit_code == 1
    assert "không trống" in again.output


def _register() -> int:
    officer = user_by_username("quangninh.canbo")
    assert officer is not None
    twin = db.session.scalars(select(SalesPoint).where(SalesPoint.code.like("QNI-%"))).first()
    assert twin is not None
    facts = factories.facts(name="Sau khi chuyển", ward_code=twin.ward_code)
    return points.register_point(people.locality(), facts, by=officer, anyway=True).id


def test_only_to_postgresql(source: Flask, tmp_path: Path) -> None:
    for url in ("sqlite:///elsewhere.sqlite3", "no address", "postgresql://x/y"):
        answer = move(source, url)
        assert answer.exit_code == 1, answer.output
