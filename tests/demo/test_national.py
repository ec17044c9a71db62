"""The national figures in bulk: rows that the verbs might have left, and the same ones each time."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from ocop_points import create_app
from ocop_points.accounts import queries as users
from ocop_points.assessments.models import Visit, VisitAnswer
from ocop_points.assessments.queries import get_visit_or_404
from ocop_points.assessments.rules_states import VisitState
from ocop_points.assessments.sheet import sheet_of
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.catalogue.queries import standings_on
from ocop_points.core.db import Model, db
from ocop_points.points.models import SalesPoint
from ocop_points.stock.gate_rules import receipt_warning
from ocop_points.stock.models import Movement, Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind
from tests.conftest import NOW

TABLES = Model.metadata.sorted_tables


def loaded(folder: Path) -> Flask:
    """A hundredth of the national figures in a fresh file."""
    app = create_app(
        {
            "INSTANCE": folder,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{(folder / 'd.sqlite3').as_posix()}",
            "DATABASE_GIVEN": True,
            "SECRET_KEY": "of the tests",
            "PROPAGATE_CRASHES": True,
        }
    )
    given = ["seed-demo", "--scale", "0.01", "--as-of", f"{NOW:%Y-%m-%d}"]
    done = app.test_cli_runner().invoke(args=given)
    assert done.exit_code == 0, done.output
    return app


@pytest.fixture(scope="module")
def loaded_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return loaded(tmp_path_factory.mktemp("national"))


@pytest.fixture
def national(loaded_app: Flask) -> Iterator[Flask]:
    with loaded_app.app_context():
        yield loaded_app
        db.session.remove()
        db.engine.dispose()


def test_the_figures_are_a_hundredth_of_the_countrys(national: Flask) -> None:
    wanted = {
        SalesPoint: 10,
        Supplier: 54,
        Product: 103,
        Visit: 100,
        VisitAnswer: 2_000,
        Movement: 10_000,
    }
    held = {model: db.session.scalar(select(func.count()).select_from(model)) for model in wanted}
    assert held == wanted


def test_verify_finds_no_fault(national: Flask) -> None:
    done = national.test_cli_runner().invoke(args=["verify"])
    assert (done.exit_code, done.output) == (0, "Không thấy lỗi.\n")


def test_the_rules_judge_the_visits_as_they_are_stored(national: Flask) -> None:
    manager = users.user_by_username("quantri")
    assert manager is not None
    results, states = set(), set()
    for visit_id in db.session.scalars(select(Visit.id)).all():
        visit = get_visit_or_404(manager, visit_id)
        sheet = sheet_of(visit)
        states.add(visit.state)
        assert not sheet.missing
        if visit.state is VisitState.APPROVED:
            assert visit.result is sheet.outcome.result
            results.add(visit.result)
    assert len(results) == 2
    assert states == {VisitState.APPROVED, VisitState.IN_PROGRESS}


def test_receipts_keep_how_the_certificate_stood(national: Flask) -> None:
    rows = select(VoucherLine, Voucher.on_date).join(Voucher, Voucher.id == VoucherLine.voucher_id)
    rows = rows.where(Voucher.kind == VoucherKind.RECEIPT).limit(200)
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 103
    for line, day in db.session.execute(rows):
        judged = receipt_warning(standings_on({line.product_id}, day)[line.product_id], day)
        assert (line.certificate, line.certificate_day) == (judged.state, judged.day)


def test_triggers_are_in_force(national: Flask) -> None:
    for table in ("movement", "audit_row"):
        with pytest.raises(DBAPIError, match=f"{table} is protected"):
            db.session.execute(text(f"DELETE FROM {table}"))
        db.session.rollback()


def _digest(app: Flask) -> dict[str, str]:
    with app.app_context():
        found = {}
        for table in TABLES:
            rows = db.session.execute(select(table)).all()
            written = sorted(repr(tuple(row)) for row in rows)
            found[table.name] = hashlib.sha256("\n".join(written).encode()).hexdigest()
        db.session.remove()
        db.engine.dispose()
        return found


def test_the_same_day_gives_the_same_rows(loaded_app: Flask, tmp_path: Path) -> None:
    first, second = _digest(loaded_app), _digest(loaded(tmp_path))
    differing = {name for name in first if first[name] != second[name]}
    assert not differing
