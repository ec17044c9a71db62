"""Reading the figures of the overview: six statements for the whole country, whatever its size.

The figures of all localities are read at once, since a locality is shown beside the country's median; after a write
in one locality, those of that one only (reports.kept). What a reader may not see is left out by `rules.units`, which is
given only the places within reach.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, extract, func, or_, select
from sqlalchemy.orm import aliased

from ocop_points.accounts.models import User
from ocop_points.assessments.findings_models import CorrectiveAction, Finding
from ocop_points.assessments.findings_rules import LIVE, FindingState
from ocop_points.assessments.models import Visit
from ocop_points.assessments.rules_states import VisitState
from ocop_points.catalogue.models import Certificate, Product
from ocop_points.catalogue.rules import Stars
from ocop_points.core.db import db
from ocop_points.criteria.models import Line
from ocop_points.localities.models import Locality, Province
from ocop_points.localities.queries import reached_ids
from ocop_points.points.models import LocationKind, SalesPoint
from ocop_points.points.rules import PointStatus, TourismKind
from ocop_points.points.tourism_models import TourismLink
from ocop_points.programme.models import Support, SupportPayment
from ocop_points.programme.rules import DORMANT_AFTER
from ocop_points.reports.rules import Figures, Period, Place
from ocop_points.stock.models import HELD, Balance, Lot, Movement

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


def read(day: date, period: Period, localities: Collection[int] | None = None) -> Known:
    """The figures on this day and in this period, of every locality or of these only: six statements."""
    figures: dict[int, Figures] = {}

    statements = _statements(day, period, localities is not None)
    given = {} if localities is None else {"localities": list(localities)}

    def rows(name: str) -> Any:
        return db.session.execute(statements[name], given)

    def of(locality_id: int) -> Figures:
        return figures.setdefault(locality_id, Figures())

    lines, kinds = {}, {}
    for row in rows("points"):
        one = of(row.locality_id)
        one.status[row.status] += row.n
        one.helped += row.helped
        one.agreed += int(row.agreed)
        one.paid += int(row.paid)
        if row.status is PointStatus.OPEN:
            one.kinds[row.kind_code] += row.n
            kinds[row.kind_code] = row.kind
            one.dormant += row.dormant
            _add_tourism(one, row)
    for row in rows("planned"):
        of(row.locality_id).planned += row.n
        of(row.locality_id).begun += row.begun
    for row in rows("approved"):
        one = of(row.locality_id)
        one.results[int(row.month), row.result] += row.n
        if row.score_tenths is not None:
            one.scores[row.score_tenths] += row.n
    for row in rows("live"):
        of(row.locality_id).live += row.n
        of(row.locality_id).overdue += row.overdue
    for row in rows("unmet"):
        of(row.locality_id).unmet[row.line_id] += row.n
        lines[row.line_id] = (row.code, row.text)
    for row in rows("goods"):
        one = of(row.locality_id)
        one.stars[row.stars or ""] += row.n
        one.groups[row.group148 or ""] += row.n
        one.own_old += row.own_old
        one.own_new += row.own_new
    return Known(figures, lines, kinds)


@lru_cache(maxsize=16)
def _statements(day: date, period: Period, narrowed: bool) -> Mapping[str, Any]:
    """The six by name, of all localities or of `:localities`: putting them together takes longer than reading one."""
    chosen: Any = bindparam("localities", expanding=True) if narrowed else None
    made = {
        "points": (_points(day, period), SalesPoint.locality_id),
        "planned": (_planned(period), Visit.locality_id),
        "approved": (_approved(period), Visit.locality_id),
        "live": (_live(day), Finding.locality_id),
        "unmet": (_unmet(period), Finding.locality_id),
        "goods": (_goods(day, chosen), SalesPoint.locality_id),
    }
    return {
        name: statement if chosen is None else statement.where(column.in_(chosen))
        for name, (statement, column) in made.items()
    }


def _add_tourism(one: Figures, row: Any) -> None:
    one.linked += row.linked
    for kind in TourismKind:
        one.tourism[kind] += getattr(row, f"has_{kind.value}")
        one.in_season[kind] += getattr(row, f"now_{kind.value}")


def _points(day: date, period: Period) -> Any:
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
    tourism = _tourism(period)
    return (
        select(
            *columns,
            func.count().label("n"),
            func.count(tourism.c.point_id).label("linked"),
            *(
                func.coalesce(func.sum(one), 0).label(one.name)
                for one in tourism.c
                if one.name != "point_id"
            ),
            func.sum(quiet).label("dormant"),
            func.sum(case((supported, 1), else_=0)).label("helped"),
            func.sum(agreed.scalar_subquery()).label("agreed"),
            func.sum(paid.scalar_subquery()).label("paid"),
        )
        .join(LocationKind, LocationKind.code == SalesPoint.kind_code)
        .outerjoin(tourism, tourism.c.point_id == SalesPoint.id)
        .group_by(*columns)
    )


def _tourism(period: Period) -> Any:
    """Each linked point with 1 or 0: has it a link of this kind, and one in season in a month of the period?"""
    first, last = period.first.month, period.last.month
    begins, ends = TourismLink.first_month, TourismLink.last_month
    in_season = or_(
        begins.is_(None),
        and_(begins <= ends, begins <= last, ends >= first),
        and_(begins > ends, or_(begins <= last, ends >= first)),  # over the turn of the year
    )

    def any_of(condition: Any, name: str) -> Any:
        return func.max(case((condition, 1), else_=0)).label(name)

    flags = [
        flag
        for kind in TourismKind
        for flag in (
            any_of(TourismLink.kind == kind, f"has_{kind.value}"),
            any_of(and_(TourismLink.kind == kind, in_season), f"now_{kind.value}"),
        )
    ]
    return select(TourismLink.point_id, *flags).group_by(TourismLink.point_id).subquery()


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


def _goods(day: date, localities: Any) -> Any:
    """Products on the shelf of open points, by the stars of the certificate in force (catalogue.rules.standing_on).

    The product of a lot and the stars of a product are looked up one by one: as joins, SQLite walks through all lots.
    """
    of_lot = select(Lot.product_id).where(Lot.id == Balance.lot_id)
    product_id = of_lot.correlate(Balance).scalar_subquery().label("product_id")
    on_shelf = select(Balance.point_id, product_id).where(HELD)
    if localities is not None:  # said here too: what is made distinct first is all there is
        shops = select(SalesPoint.id).where(SalesPoint.locality_id.in_(localities))
        on_shelf = on_shelf.where(Balance.point_id.in_(shops))
    held = on_shelf.distinct().subquery()
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
