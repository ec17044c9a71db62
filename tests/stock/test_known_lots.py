"""Looking lots up by product and code reads those lots, not every lot of the country."""

import pytest
from flask import Flask

from ocop_points.core.db import db
from ocop_points.stock import queries
from tests.statements import counted


def test_known_lots_are_found_by_an_index(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("asks SQLite for its plan")
    with counted() as seen:
        queries.known_lots({1, 2}, {"A", "B"})
    (asked,) = [one for one in seen if one != "BEGIN"]
    given = (1, 2, "A", "B") * 2
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", given)
    steps = " ".join(row[3] for row in plan)
    assert "uq_lot_dated" in steps
    assert "uq_lot_undated" in steps
    assert "ix_lot_expiry" not in steps
    assert "SCAN" not in steps
