"""Finding period reports within reach, and what they say: as they were sent, or as the records say now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort
from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.audit.queries import rows_about
from ocop_points.core.access import DEPARTMENT
from ocop_points.core.db import db
from ocop_points.core.formats import phone_format, vi_number
from ocop_points.localities.models import Locality, Ward
from ocop_points.localities.queries import reached_ids
from ocop_points.points.models import LocationKind, SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.reports import kept
from ocop_points.reports.period_models import PeriodReport
from ocop_points.reports.period_rules import (
    AT_WORK,
    REMARKS,
    SENT,
    Contents,
    PointRow,
    ReportState,
    current,
    due,
    reads_what_was_sent,
    reportable,
)
from ocop_points.reports.rules import Figures, Period, read_period

OBJECT = "period_report"


# --- one report ------------------------------------------------------------------------------------


def get_locality_or_404(user: User, locality_id: int) -> Locality:
    """A locality within reach with its department and province."""
    rows = (
        select(Locality)
        .options(joinedload(Locality.department), joinedload(Locality.province))
        .where(Locality.id == locality_id, Locality.id.in_(reached_ids(user)))
    )
    return db.session.scalar(rows) or abort(404)


def report_of(locality_id: int, period: Period, *, lock: bool = False) -> PeriodReport:
    """The report of a locality on a period; one that nobody began is new, empty, and not in the session."""
    rows = select(PeriodReport).where(
        PeriodReport.locality_id == locality_id, PeriodReport.period == period.key
    )
    return db.session.scalar(rows.with_for_update() if lock else rows) or PeriodReport(
        locality_id=locality_id,
        period=period.key,
        state=ReportState.DRAFT,
        number="",
        return_reason="",
        version=0,
        **dict.fromkeys(REMARKS, ""),
    )


def get_report_or_404(
    user: User, locality_id: int, key: str, *, today: date, lock: bool = False
) -> tuple[Locality, PeriodReport]:
    """The locality and its report, begun or not; 404 out of reach, for a period that may not be reported, and, to
    the ministry, for what was never sent."""
    locality, period = get_locality_or_404(user, locality_id), read_period(key)
    if period is None:
        abort(404)
    report = report_of(locality_id, period, lock=lock)
    if report.version == 0 and not reportable(period, today):
        abort(404)
    if reads_what_was_sent(user.role, report.state) and report.content is None:
        abort(404)
    return locality, report


def contents_for(
    user: User, locality: Locality, report: PeriodReport, today: date
) -> tuple[Contents, bool]:
    """What this reader finds in the report, and whether that is as it was sent."""
    if reads_what_was_sent(user.role, report.state) and report.content is not None:
        return Contents.read(report.content, report.of), True
    return contents_now(locality, report, today), False


def contents_now(locality: Locality, report: PeriodReport, today: date) -> Contents:
    """What the records say today, with the remarks as they were written down last."""
    period = report.of
    known = kept.known_on(today, period)
    figures = known.figures.get(locality.id, Figures())
    before = _before(locality.id, period)
    kinds = {code: known.kinds[code] for code in figures.kinds} | (
        dict(before.kinds) if before else {}
    )
    department = locality.department
    return Contents(
        period=period,
        day=today,
        locality=_place(locality),
        head=department.letterhead.paper(),
        symbol=f"BC-{department.symbol}",
        number=report.number,
        sent_by="",
        remarks={name: getattr(report, name) for name in REMARKS},
        figures=figures,
        before=before.figures if before else recorded(locality.id, period.before, today),
        before_reported=before is not None,
        kinds=kinds,
        lines={id_: known.lines[id_] for id_ in figures.unmet},
        points=_open_points(locality.id),
    )  # fmt: skip


def _before(locality_id: int, period: Period) -> Contents | None:
    """The report of the period before, where it was sent."""
    found = report_of(locality_id, period.before)
    if found.content is None or found.state not in SENT:
        return None
    return Contents.read(found.content, period.before)


def recorded(locality_id: int, period: Period, today: date) -> Figures:
    """What the records of a locality say of a period today."""
    return kept.known_on(today, period).figures.get(locality_id, Figures())


def _place(locality: Locality) -> str:
    """The locality as papers name it; where its province of today is larger, they say which map is meant."""
    name = f"{locality.kind.lower()} {locality.name}"
    same = select(func.count()).where(Locality.province_code == locality.province_code)
    return name if db.session.scalar(same) == 1 else f"{name} (địa bàn trước ngày 01/7/2025)"


def _open_points(locality_id: int) -> tuple[PointRow, ...]:
    rows = (
        select(SalesPoint, LocationKind.short_name)
        .join(LocationKind, LocationKind.code == SalesPoint.kind_code)
        .options(joinedload(SalesPoint.ward).joinedload(Ward.province))
        .where(SalesPoint.locality_id == locality_id, SalesPoint.status == PointStatus.OPEN)
        .order_by(SalesPoint.code)
    )
    return tuple(
        PointRow(
            code=point.code,
            name=point.name,
            kind=kind,
            address=point.full_address,
            operator=point.operator_name,
            phone=phone_format(point.phone),
            area=vi_number(point.area_m2),
        )
        for point, kind in db.session.execute(rows)
    )


def steps_of(report: PeriodReport) -> list[Any]:
    """What was done to the report, the last first: audit rows."""
    return rows_about(object_type=OBJECT, object_id=report.id).items if report.id else []


# --- lists -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A report of the list, begun or not. `readable`: by this reader; `expected`: there is something to report."""

    locality_id: int
    locality: str
    period: Period
    state: ReportState
    number: str
    submitted_at: datetime | None
    return_reason: str
    readable: bool
    expected: bool


@dataclass(frozen=True)
class ReportFilter:
    """What the list is narrowed to; None means no matter."""

    period: Period | None = None
    state: ReportState | None = None
    locality_id: int | None = None


def listed(user: User, wanted: ReportFilter, today: date) -> list[Listed]:
    """Every report within reach, and those waited for that were not sent: the newest period first. Two statements."""
    there: dict[int, dict[str, Any]] = {}
    for row in db.session.execute(_rows(user, wanted)):
        there.setdefault(row.locality_id, {})[row.period] = row
    waited = [wanted.period] if wanted.period else [*current(today), *due(today)]
    with_points = exists().where(SalesPoint.locality_id == Locality.id).label("with_points")
    places = select(Locality.id, Locality.name, Locality.supported, with_points).where(
        Locality.id.in_(reached_ids(user))
    )
    if wanted.locality_id:
        places = places.where(Locality.id == wanted.locality_id)
    found = []
    for place in db.session.execute(places.order_by(Locality.sort_key)):
        rows = there.get(place.id, {})
        keys = set(rows)
        if place.supported or user.role in DEPARTMENT:
            keys |= {period.key for period in waited}
        found += [_listed(user, place, key, rows.get(key)) for key in keys]
    chosen = [one for one in found if wanted.state in (None, one.state)]
    return sorted(chosen, key=lambda one: (-one.period.last.toordinal(), one.period.key))


def _rows(user: User, wanted: ReportFilter) -> Any:
    rows = select(
        PeriodReport.locality_id,
        PeriodReport.period,
        PeriodReport.state,
        PeriodReport.number,
        PeriodReport.submitted_at,
        PeriodReport.return_reason,
    ).where(PeriodReport.locality_id.in_(reached_ids(user)))
    return rows.where(PeriodReport.period == wanted.period.key) if wanted.period else rows


def _listed(user: User, place: Any, key: str, row: Any) -> Listed:
    period = read_period(key)
    if period is None:
        raise ValueError(f"no period: {key}")
    state = row.state if row else ReportState.DRAFT
    return Listed(
        place.id,
        place.name,
        period,
        state,
        row.number if row else "",
        row.submitted_at if row else None,
        row.return_reason if row else "",
        not reads_what_was_sent(user.role, state) or state is not ReportState.DRAFT,
        bool(row or (place.supported and place.with_points)),
    )


def sent_of(period: Period) -> tuple[Mapping[int, ReportState], Mapping[int, Contents]]:
    """The states of all reports of a period by locality, and what those say that were sent and not returned."""
    states, contents = {}, {}
    for report in db.session.scalars(select(PeriodReport).where(PeriodReport.period == period.key)):
        states[report.locality_id] = report.state
        if report.state in SENT and report.content is not None:
            contents[report.locality_id] = Contents.read(report.content, period)
    return states, contents


def expected_ids() -> list[int]:
    """The localities whose reports are waited for: those that the ministry supports."""
    return list(db.session.scalars(select(Locality.id).where(Locality.supported)))


# --- what waits ------------------------------------------------------------------------------------


def to_accept(*, limit: int) -> list[PeriodReport]:
    """Reports that wait for the ministry, the oldest first."""
    rows = (
        select(PeriodReport)
        .options(joinedload(PeriodReport.locality))
        .where(PeriodReport.state == ReportState.SUBMITTED)
        .order_by(PeriodReport.submitted_at, PeriodReport.id)
    )
    return list(db.session.scalars(rows.limit(limit)))


def to_send(user: User, today: date) -> list[Listed]:
    """Reports that wait for the department: returned ones, and those of periods that ended. Two statements."""
    ended = due(today)
    return [
        one
        for one in listed(user, ReportFilter(), today)
        if one.state is ReportState.RETURNED
        or (one.state in AT_WORK and one.expected and one.period in ended)
    ]
