"""Reading the figures of the overview: six statements for the whole country, whatever its size.

The figures of all localities are read at once, since a locality is shown beside the country's median. They are kept
in the process until anything is written: the hash of the last audit row says so (docs/decisions). What a reader may
not see is left out by `rules.units`, which is given only the places within reach.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import and_, case, exists, extract, func, select
from sqlalchemy.orm import aliased

from ocop_points.accounts.models import User
from ocop_points.assessments.findings_models import CorrectiveAction, Finding
from ocop_points.assessments.findings_rules import LIVE, FindingState
from ocop_points.assessments.models import Visit
from ocop_points.assessments.rules_states import VisitState
from ocop_points.audit.queries import last_hash
from ocop_points.catalogue.models import Certificate, Product
from ocop_points.catalogue.rules import Stars
from ocop_points.core.db import db
from ocop_points.criteria.models import Line
from ocop_points.localities.models import Locality, Province
from ocop_points.localities.queries import reached_ids
from ocop_points.points.models import LocationKind, SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.programme.models import Support, SupportPayment
from ocop_points.programme.rules import DORMANT_AFTER
from ocop_points.reports.rules import Figures, Period, Place
from ocop_points.stock.models import HELD, Balance, Lot, Movement

_KEPT = "ocop_overview"
_MOST_KEPT = 8
_LONG_AGO = date(1900, 1, 1)


@dataclass(frozen=True)
class Known:
    """The figures of every locality, by its id, and the names of the lines of criteria and kinds in them."""

    figures: dict[int, Figures]
    lines: dict[int, tuple[str, str]]
    kinds: dict[str, str]


def places(user: User) -> list[Place]:
    """Every locality in Vietnamese order, marked whether the user reaches it: one statement."""
    rows = (
        select(
            Locality.id,
            Locality.code,
            Locality.name,
            Locality.region,
            Locality.short_code,
            Locality.province_code,
            Province.name.label("province_name"),
            Locality.id.in_(reached_ids(user)).label("reached"),
        )
        .join(Province, Province.code == Locality.province_code)
        .order_by(Locality.sort_key)
    )
    return [
        Place(**{**row._mapping, "reached": bool(row.reached)}) for row in db.session.execute(rows)
    ]


def known_on(day: date, period: Period) -> Known:
    """The figures on this day and in this period, read again only when something was written since."""
    kept: dict[Any, Known] = current_app.extensions.setdefault(_KEPT, {})
    key = (last_hash(), day, period)
    if (found := kept.get(key)) is not None:
        return found
    found = _read(day, period)
    for old in list(kept)[: max(0, len(kept) + 1 - _MOST_KEPT)]:
        kept.pop(old, None)
    kept[key] = found
    return found


def _read(day: date, period: Period) -> Known:
    figures: dict[int, Figures] = {}

    def of(locality_id: int) -> Figures:
        return figures.setdefault(locality_id, Figures())

    lines, kinds = {}, {}
    for row in db.session.execute(_points(day)):
        one = of(row.locality_id)
        one.status[row.status] += row.n
        one.helped += row.helped
        one.agreed += int(row.agreed)
        one.paid += int(row.paid)
        if row.status is PointStatus.OPEN:
            one.kinds[row.kind_code] += row.n
            kinds[row.kind_code] = row.kind
            one.dormant += row.dormant
    for row in db.session.execute(_planned(period)):
        of(row.locality_id).planned += row.n
        of(row.locality_id).begun += row.begun
    for row in db.session.execute(_approved(period)):
        one = of(row.locality_id)
        one.results[int(row.month), row.result] += row.n
        if row.score_tenths is not None:
            one.scores[row.score_tenths] += row.n
    for row in db.session.execute(_live(day)):
        of(row.locality_id).live += row.n
        of(row.locality_id).overdue += row.overdue
    for row in db.session.execute(_unmet(period)):
        of(row.locality_id).unmet[row.line_id] += row.n
        lines[row.line_id] = (row.code, row.text)
    for row in db.session.execute(_goods(day)):
        one = of(row.locality_id)
        one.stars[row.stars or ""] += row.n
        one.groups[row.group148 or ""] += row.n
        one.own_old += row.own_old
        one.own_new += row.own_new
    return Known(figures, lines, kinds)


def _points(day: date) -> Any:
    moved = exists().where(
        Movement.point_id == SalesPoint.id, Movement.on_date > day - DORMANT_AFTER
    )
    # A point that has just opened is not dormant yet.
    young = func.coalesce(SalesPoint.opened_on, _LONG_AGO) > day - DORMANT_AFTER
    quiet = case((and_(SalesPoint.status == PointStatus.OPEN, ~young, ~moved), 1), else_=0)
    supported = exists().where(Support.point_id == SalesPoint.id)
    agreed = _money(Support.amount).correlate(SalesPoint)
    paid = _money(SupportPayment.amount).join(Support.payments).correlate(SalesPoint)
    columns = (
        SalesPoint.locality_id,
        SalesPoint.status,
        SalesPoint.kind_code,
        LocationKind.short_name.label("kind"),
    )
    return (
        select(
            *columns,
            func.count().label("n"),
            func.sum(quiet).label("dormant"),
            func.sum(case((supported, 1), else_=0)).label("helped"),
            func.sum(agreed.scalar_subquery()).label("agreed"),
            func.sum(paid.scalar_subquery()).label("paid"),
        )
        .join(LocationKind, LocationKind.code == SalesPoint.kind_code)
        .group_by(*columns)
    )


def _money(amount: Any) -> Any:
    """What the support of a point comes to, 0 without any."""
    total = func.coalesce(func.sum(amount), 0)
    return select(total).select_from(Support).where(Support.point_id == SalesPoint.id)


def _planned(period: Period) -> Any:
    begun = func.sum(case((Visit.visited_on.is_not(None), 1), else_=0))
    return (
        select(Visit.locality_id, func.count().label("n"), begun.label("begun"))
        .where(Visit.planned_on.between(period.first, period.last), Visit.state != VisitState.VOID)
        .group_by(Visit.locality_id)
    )


def _approved(period: Period) -> Any:
    columns = (
        Visit.locality_id,
        extract("month", Visit.visited_on).label("month"),
        Visit.result,
        Visit.score_tenths,
    )
    return (
        select(*columns, func.count().label("n"))
        .where(
            Visit.state == VisitState.APPROVED,
            Visit.visited_on.between(period.first, period.last),
        )
        .group_by(*columns)
    )


def _live(day: date) -> Any:
    over = and_(Finding.state == FindingState.OPEN, CorrectiveAction.due_on < day)
    return (
        select(
            Finding.locality_id,
            func.count().label("n"),
            func.sum(case((over, 1), else_=0)).label("overdue"),
        )
        .outerjoin(
            CorrectiveAction,
            and_(
                CorrectiveAction.visit_id == Finding.visit_id,
                CorrectiveAction.line_id == Finding.line_id,
            ),
        )
        .where(Finding.state.in_(LIVE))
        .group_by(Finding.locality_id)
    )


def _unmet(period: Period) -> Any:
    return (
        select(
            Finding.locality_id,
            Finding.line_id,
            Line.code,
            Line.text,
            func.count().label("n"),
        )
        .join(Line, Line.id == Finding.line_id)
        .where(
            Finding.opened_on.between(period.first, period.last),
            Finding.state != FindingState.VOID,
        )
        .group_by(Finding.locality_id, Finding.line_id, Line.code, Line.text)
    )


def _goods(day: date) -> Any:
    """Products on the shelf of open points, by the stars of the certificate in force (catalogue.rules.standing_on).

    The product of a lot and the stars of a product are looked up one by one: as joins, SQLite walks through all lots.
    """
    of_lot = select(Lot.product_id).where(Lot.id == Balance.lot_id)
    product_id = of_lot.correlate(Balance).scalar_subquery().label("product_id")
    held = select(Balance.point_id, product_id).where(HELD).distinct().subquery()
    seller, maker = aliased(Locality), aliased(Locality)

    def own(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    stars = _stars_on(day).label("stars")
    return (
        select(
            SalesPoint.locality_id,
            Product.group148,
            stars,
            func.count().label("n"),
            own(Product.locality_id == SalesPoint.locality_id).label("own_old"),
            own(maker.province_code == seller.province_code).label("own_new"),
        )
        .select_from(held)
        .join(SalesPoint, SalesPoint.id == held.c.point_id)
        .join(Product, Product.id == held.c.product_id)
        .join(seller, seller.id == SalesPoint.locality_id)
        .join(maker, maker.id == Product.locality_id)
        .where(SalesPoint.status == PointStatus.OPEN)
        .group_by(SalesPoint.locality_id, Product.group148, stars)
    )


def _stars_on(day: date) -> Any:
    """The stars of the product beside it on a day, NULL without a certificate in force."""
    rank = case({stars: stars.rank for stars in Stars}, value=Certificate.stars)
    rows = select(Certificate.stars).where(
        Certificate.product_id == Product.id,
        Certificate.issued_on <= day,
        Certificate.void_from > day,
    )
    order = (
        Certificate.issued_on.desc(),
        Certificate.void_from.desc(),
        rank.desc(),
        Certificate.id.desc(),
    )
    return rows.order_by(*order).limit(1).correlate(Product).scalar_subquery()
