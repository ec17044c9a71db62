"""Fill an empty database with the demonstration. The same day and scale give the same rows."""

from datetime import date
from time import perf_counter

from sqlalchemy import select

from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.demo import cast, register
from ocop_points.demo.stage import Stage
from ocop_points.desk.service import prepare_database
from ocop_points.localities.models import Department, Locality
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
        f"{len(stage.points)} điểm bán, trong {took:.1f} giây."
    )


def _play(scale: int, today: date) -> Stage:
    stage = Stage(today=today, scale=scale, localities=[], departments={})

    def begin() -> None:
        prepare_database(demonstration=True, mark_supported=demonstration_codes())
        chosen = select(Locality).where(Locality.supported).order_by(Locality.code)
        stage.localities.extend(db.session.scalars(chosen))
        stage.departments.update({one.id: one for one in db.session.scalars(select(Department))})
        cast.make(stage)
        register.plan(stage)

    stage.at(stage.ago(BEGUN), 8, 0, begin)
    stage.play()
    return stage
