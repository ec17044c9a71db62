"""Fill an empty database with the demonstration. The same day and scale give the same rows."""

from datetime import date
from time import perf_counter

from sqlalchemy import select

from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.criteria.service import load_shipped
from ocop_points.demo import cast, goods, register
from ocop_points.demo.stage import Stage
from ocop_points.desk.service import prepare_database
from ocop_points.localities.models import Department, Locality, Ward
from ocop_points.localities.service import demonstration_codes

# Long before the first point, so that every step of the demonstration comes after it.
BEGUN = 1_200


def load(*, scale: int, as_of: date | None) -> str:
    """Load everything in one transaction; returns a sentence with what was loaded and how long it took."""
    started = perf_counter()
    stage = write(lambda: _play(scale, as_of or clock.today()))
    took = perf_counter() - started
    return (
        f"Đã nạp bản minh họa ngày {stage.today:%d/%m/%Y}: {len(stage.localities)} địa phương, "
        f"{len(stage.points)} điểm bán, {len(stage.products)} sản phẩm, trong {took:.1f} giây."
    )


def _load_criteria() -> None:
    """The editions as we know them, and the invented one that shows every kind of line."""
    for name in ("criteria-950.yaml", "criteria-minh-hoa.yaml"):
        load_shipped(name)


def _play(scale: int, today: date) -> Stage:
    stage = Stage(today=today, scale=scale, localities=[], departments={})

    def begin() -> None:
        prepare_database(demonstration=True, mark_supported=demonstration_codes())
        chosen = select(Locality).where(Locality.supported).order_by(Locality.code)
        stage.localities.extend(db.session.scalars(chosen))
        stage.departments.update({one.id: one for one in db.session.scalars(select(Department))})
        for ward in db.session.scalars(select(Ward).order_by(Ward.code)):
            stage.wards.setdefault(ward.province_code, []).append(ward)
        cast.make(stage)
        _load_criteria()
        goods.plan(stage)
        register.plan(stage)

    stage.at(stage.ago(BEGUN), 8, 0, begin)
    stage.play()
    return stage
