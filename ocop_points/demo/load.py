"""Fill an empty database with the demonstration. The same day gives the same rows."""

from collections.abc import Callable
from datetime import date
from time import perf_counter

from sqlalchemy import select

from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.demo import (
    agreements,
    cast,
    goods,
    house_rules,
    letters,
    national,
    papers,
    period_reports,
    register,
    support,
    tourism,
    trade,
    twice,
    visits,
)
from ocop_points.demo.stage import Stage
from ocop_points.desk.service import prepare_database
from ocop_points.localities.models import Department, Locality, Ward
from ocop_points.localities.service import demonstration_codes

# Long before the first point, so that every step of the demonstration comes after it.
BEGUN = 1_200
# As we know them, and the invented one that shows every kind of line.
EDITIONS = ("criteria-920.yaml", "criteria-950.yaml", "criteria-minh-hoa.yaml")


def load(
    *, as_of: date | None, load_criteria: Callable[[str], None], scale: float | None = None
) -> str:
    """Load everything; returns a sentence with what was loaded and how long it took.

    With `scale` it is not the small demonstration but that share of the national figures, in bulk.
    `load_criteria` runs the command that loads an edition's file: nothing else reads those files.
    """
    started = perf_counter()
    stage = Stage(today=as_of or clock.today(), localities=[], departments={})
    with stage.moment(stage.ago(BEGUN), 8):
        write(lambda: _begin(stage))
        for name in EDITIONS:
            load_criteria(name)
    if scale is not None:
        _look_round(stage)
        return national.load(stage, scale)
    write(lambda: _play(stage))
    took = perf_counter() - started
    return (
        f"Đã nạp bản minh họa ngày {stage.today:%d/%m/%Y}: {len(stage.localities)} địa phương, "
        f"{len(stage.points)} điểm bán, {len(stage.products)} sản phẩm, trong {took:.1f} giây."
    )


def _begin(stage: Stage) -> None:
    """The database itself and its people."""
    prepare_database(demonstration=True, mark_supported=demonstration_codes())
    _read_places(stage)
    cast.make(stage)


def _play(stage: Stage) -> None:
    """Everything that happened since, in the order of time."""
    _look_round(stage)
    goods.plan(stage)
    twice.plan(stage)
    register.plan(stage)
    trade.plan(stage)
    visits.plan(stage)
    letters.plan(stage)
    papers.plan(stage)
    agreements.plan(stage)
    house_rules.plan(stage)
    support.plan(stage)
    tourism.plan(stage)
    period_reports.plan(stage)
    stage.play()


def _look_round(stage: Stage) -> None:
    """Read places and people: another transaction has begun since they were made."""
    _read_places(stage)
    cast.find(stage)


def _read_places(stage: Stage) -> None:
    chosen = select(Locality).where(Locality.supported).order_by(Locality.code)
    stage.localities[:] = db.session.scalars(chosen)
    stage.departments.update({one.id: one for one in db.session.scalars(select(Department))})
    stage.wards.clear()
    for ward in db.session.scalars(select(Ward).order_by(Ward.code)):
        stage.wards.setdefault(ward.province_code, []).append(ward)
