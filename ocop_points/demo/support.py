"""The demonstration's support: what open points of the programme were given, paid, and have to keep."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.demo.stage import Stage
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.programme import service
from ocop_points.programme.models import Support
from ocop_points.programme.rules import SupportSource
from ocop_points.programme.service import SupportFacts

_PURPOSES = ("Biển hiệu, quầy kệ", "Tủ trưng bày, tủ mát", "Thiết bị tính tiền, quét mã vạch")


def plan(stage: Stage) -> None:
    """Two years running decisions, then payments; last month the ministry came to three points."""
    stage.at(stage.ago(560), 10, 0, lambda: _decide(stage, 310))
    stage.at(stage.ago(330), 10, 0, lambda: _decide(stage, 710))
    stage.at(stage.ago(150), 10, 0, lambda: _pay(stage))
    stage.at(stage.ago(33), 16, 0, lambda: _guide(stage))


def _open(stage: Stage) -> list[SalesPoint]:
    """Points that trade with the ministry's support, in the order of their registration."""
    return [one for one in stage.points if one.moit_supported and one.status is PointStatus.OPEN]


def _decide(stage: Stage, first: int) -> None:
    today, helped = clock.today(), set(db.session.scalars(select(Support.point_id)))
    fresh = [point for point in _open(stage) if point.id not in helped]
    for number, point in enumerate(fresh):
        source = SupportSource.PROVINCE if number % 3 == 2 else SupportSource.MINISTRY
        decided = max(point.opened_on or today, today - timedelta(days=120))
        facts = SupportFacts(
            source=source,
            programme_year=decided.year,
            purpose=_PURPOSES[number % 3],
            amount=50_000_000 + number % 6 * 10_000_000,
            decision_number=f"{first + number}/QĐ-{'UBND' if number % 3 == 2 else 'BCT'}",
            decided_on=decided,
            acceptance_number=f"{number + 1:02d}/BBNT" if number % 4 else "",
            accepted_on=today if number % 4 else None,
            keep_open_until=_two_years_after(today),
        )
        service.add_support(point, facts, by=stage.officer(point.locality_id))


def _two_years_after(day: date) -> date:
    """Two years on, less a day; 29 February counts as the 28th."""
    return day.replace(year=day.year + 2, day=min(day.day, 28)) - timedelta(days=1)


def _pay(stage: Stage) -> None:
    rows = (
        select(Support)
        .options(joinedload(Support.point), selectinload(Support.payments))
        .where(Support.accepted_on.is_not(None))
        .order_by(Support.id)
    )
    for number, support in enumerate(db.session.scalars(rows)):
        service.add_payment(
            support,
            paid_on=clock.today() - timedelta(days=number % 20),
            amount=support.amount if number % 2 else support.amount // 2,
            document_number=f"UNC {140 + number}",
            by=stage.officer(support.point.locality_id),
        )


def _guide(stage: Stage) -> None:
    for point in _open(stage)[:3]:
        service.add_guidance(
            point,
            on_date=clock.today(),
            people="Vụ Thị trường trong nước (minh họa)",
            content="Xem cách trưng bày, niêm yết giá, ghi sổ hàng nhập; hẹn báo cáo sau hai tháng.",
            by=stage.officer(point.locality_id),
        )
