"""The demonstration's supply agreements, where the accounts to try are: running, ending soon, ended, with a chain."""

from datetime import timedelta

from sqlalchemy import select

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Supplier
from ocop_points.core.db import db
from ocop_points.demo import drawings
from ocop_points.demo.papers import drawn
from ocop_points.demo.stage import Stage
from ocop_points.demo.twice import ACCOUNTS
from ocop_points.localities.models import Locality
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.programme import agreements_queries, agreements_service
from ocop_points.programme.agreements_models import Agreement
from ocop_points.programme.agreements_rules import Terms
from ocop_points.programme.agreements_service import AgreementFacts

CONFERENCE = "Hội nghị kết nối cung cầu (minh họa)"


def plan(stage: Stage) -> None:
    """Written down three weeks ago, whenever they were signed."""
    stage.at(stage.ago(21), 10, 30, lambda: _write_down(stage))


def _write_down(stage: Stage) -> None:
    scan = drawn(drawings.paper())
    for locality in stage.localities:
        if locality.short_code not in ACCOUNTS:
            continue
        by = stage.officer(locality.id)
        rows = select(Supplier).where(Supplier.locality_id == locality.id, Supplier.active)
        makers = [
            one for one in db.session.scalars(rows.order_by(Supplier.id)) if one.kind.may_produce
        ]
        points = [
            one
            for one in stage.points
            if one.locality_id == locality.id and one.status is PointStatus.OPEN
        ]
        made = [
            _agreement(stage, makers[0], points[0], 1, by=by, days=(330, 400)),
            _agreement(stage, makers[1], points[0], 2, by=by, days=(325, 40)),
            _agreement(stage, makers[2], points[1], 3, by=by, days=(200, 530)),
            _agreement(stage, makers[0], None, 4, by=by, days=(150, 580)),
        ]
        agreements_service.attach_scan(made[0], [scan], by=by)
        _end_one(stage, locality, makers[3], points[1])


def _agreement(
    stage: Stage,
    producer: Supplier,
    point: SalesPoint | None,
    number: int,
    *,
    by: User,
    days: tuple[int, int],
) -> Agreement:
    """Signed so many days before today, for so many days after it."""
    consigned = number == 2
    facts = AgreementFacts(
        terms=Terms.CONSIGNMENT if consigned else Terms.PURCHASE,
        number=f"{number:02}/TT-MH",
        signed_on=stage.ago(days[0]),
        valid_from=stage.ago(days[0] - 5),
        valid_to=stage.today + timedelta(days=days[1]),
        chain_code="" if point else "winmart",
        discount_hundredths=1_500 if consigned else 0,
        return_days=30 if consigned else None,
        least_value=20_000_000 if point and not consigned else None,
        conference=CONFERENCE if number != 3 else "",
    )
    made = agreements_service.write_agreement(producer, point, facts, by=by)
    prices = {
        one: one.reference_price
        for one in agreements_queries.goods_of(producer.id)
        if one.reference_price
    }
    agreements_service.set_prices(made, prices, by=by)
    return made


def _end_one(stage: Stage, locality: Locality, producer: Supplier, point: SalesPoint) -> None:
    by = stage.officer(locality.id)
    made = _agreement(stage, producer, point, 5, by=by, days=(300, 200))
    reason = "Chủ thể tạm dừng sản xuất (minh họa)"
    agreements_service.end_agreement(made, on=stage.ago(30), reason=reason, by=by)
