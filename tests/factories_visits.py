"""Editions and visits for the tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from unittest import mock

from sqlalchemy import select

from ocop_points.accounts.models import User
from ocop_points.assessments import queries as assessments
from ocop_points.assessments import service as visits
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import get_visit_to_edit
from ocop_points.assessments.rules import Answer, LineState, VisitKind
from ocop_points.assessments.service import Given, VisitFacts
from ocop_points.assessments.sheet import sheet_of
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.criteria import queries, service
from ocop_points.criteria.edition_file import SHIPPED, read_edition
from ocop_points.criteria.models import Edition, Line
from ocop_points.criteria.rules import EditionSpec, LineKind, PhotoRule
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import get_point_to_edit
from tests import factories, people

TOMORROW = date(2026, 11, 24)
YES, NO = Answer(value=True), Answer(value=False, note="Thấy tại chỗ")


@cache
def shipped(name: str) -> EditionSpec:
    """An edition file that comes with the program, read once: it takes as long as a page."""
    return read_edition((SHIPPED / f"criteria-{name}.yaml").read_text(encoding="utf-8"))


def edition(name: str = "950", **options: object) -> Edition:
    """An edition that comes with the program, published; loaded once a test."""
    spec = shipped(name)
    found = queries.edition_by_code(spec.code)
    edition_id = found.id if found else write(lambda: service.load_edition(spec, **options).id)  # type: ignore[arg-type]
    return db.session.get_one(Edition, edition_id)


def own_edition(**changed: Any) -> Edition:
    """An edition of the locality's own, in force, that asks for no photos."""
    spec = shipped("950")
    sections = tuple(
        replace(part, lines=tuple(replace(line, photo=PhotoRule.NEVER) for line in part.lines))
        for part in spec.sections
    )
    basis = replace(spec.legal_basis, number="12/QĐ-UBND")
    known = {"code": "qni-2026", "title": "Bộ tiêu chí của tỉnh", "valid_to": None, **changed}
    own = replace(spec, **{"sections": sections, "legal_basis": basis, **known})
    edition_id = write(lambda: service.load_edition(own, locality=people.locality()).id)
    return db.session.get_one(Edition, edition_id)


def long_edition(lines: int) -> Edition:
    """An own edition of so many lines, newer than any before."""
    spec = shipped("950")
    one = replace(spec.sections[0].lines[0], text="Đúng như hướng dẫn")
    part = replace(
        spec.sections[0], lines=tuple(replace(one, code=f"I.{n}") for n in range(1, lines + 1))
    )
    day = date(2026, 1, 1) + timedelta(days=lines)
    return own_edition(code=f"dai-{lines}", sections=(part,), valid_from=day)


def visit(
    point: SalesPoint | None = None,
    *,
    by: str = "officer",
    team: tuple[str, ...] = (),
    kind: VisitKind = VisitKind.PERIODIC,
    on: date | None = None,
    planned: bool = False,
    scored: bool = False,
) -> int:
    """A visit of today begun by the officer, or one that is planned; its id."""
    edition("950")
    chosen = edition("minh-hoa").id if scored else None
    point_id = point.id if point else factories.point().id
    day = on or clock.today()

    def verb() -> int:
        user = people.user(by)
        began = None if planned else min(clock.now(), noon(day))
        facts = VisitFacts(
            kind=kind,
            team=tuple(people.user(one).id for one in team),
            representative="Đặng Thị Nga",
            representative_position="Cửa hàng trưởng",
        )
        point = get_point_to_edit(user, point_id)
        made = visits.start_visit(point, facts, on=day, began_at=began, edition_id=chosen, by=user)
        return made.id

    return write(verb)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.VIETNAM)


def good(kind: LineKind) -> Answer:
    """An answer that meets any line of this kind in the editions that come with the program."""
    if kind is LineKind.YES_NO:
        return YES
    if kind is LineKind.ONE_OF:
        return Answer(choice="3")
    return Answer(number=Decimal(75)) if kind is LineKind.NUMBER else Answer(score=Decimal(15))


@contextmanager
def photographed() -> Iterator[None]:
    """Every line has a photo inside the block: these tests are not about photos."""
    kept = assessments.photo_counts

    def counts(visit_id: int) -> dict[int, int]:
        rows = select(Line.id).join(Visit, Visit.edition_id == Line.edition_id)
        return dict.fromkeys(db.session.scalars(rows.where(Visit.id == visit_id)), 1)

    with mock.patch.object(assessments, "photo_counts", counts):
        yield
    assert assessments.photo_counts is kept


def answer_all(visit_id: int, changed: Mapping[str, Answer] = {}, *, by: str = "officer") -> None:
    """Answer every line so that it is met, but for those named by code."""

    def verb() -> None:
        user = people.user(by)
        record = get_visit_to_edit(user, visit_id)
        given = [
            Given(line.line, _for(line.line, changed), line.stored.version if line.stored else 0)
            for line in sheet_of(record).lines
        ]
        visits.answer_lines(record, given, by=user)

    write(verb)


def _for(line: Any, changed: Mapping[str, Answer]) -> Answer:
    if line.code in changed:
        return changed[line.code]
    if line.kind is LineKind.ONE_OF:
        return Answer(choice=line.choices[0].code)
    return good(line.kind)


def act(visit_id: int, verb: Any, *, by: str, **given: Any) -> None:
    """Carry a verb of the service out on a visit, as somebody."""

    def run() -> None:
        user: User = people.user(by)
        verb(get_visit_to_edit(user, visit_id), by=user, **given)

    write(run)


def submit(visit_id: int, *, by: str = "officer") -> None:
    with photographed():
        act(visit_id, visits.submit_visit, by=by, conclusion="", representative="Đặng Thị Nga")


def approve(visit_id: int, *, number: int = 1, by: str = "manager", on: date | None = None) -> None:
    with photographed():
        act(visit_id, visits.approve_visit, by=by, number=number, numbered_on=on or clock.today())


def submitted(changed: Mapping[str, Answer] = {}, **options: Any) -> int:
    """A visit answered and sent to the manager."""
    visit_id = visit(**options)
    answer_all(visit_id, changed, by=options.get("by", "officer"))
    submit(visit_id, by=options.get("by", "officer"))
    return visit_id


def approved(
    changed: Mapping[str, Answer] = {}, *, number: int = 1, day: date | None = None, **options: Any
) -> int:
    """A visit approved under this number."""
    visit_id = submitted(changed, on=day, **options)
    approve(visit_id, number=number, on=day)
    return visit_id


def give_back(visit_id: int, *, by: str = "manager", reason: str = "III.1 thiếu ảnh") -> None:
    act(visit_id, visits.return_visit, by=by, reason=reason)


def record_point(visit_id: int) -> SalesPoint:
    """The point of a visit."""
    return db.session.get_one(SalesPoint, record(visit_id).point_id)


def fresh_point(point_id: int) -> SalesPoint:
    """A point as it is stored now."""
    db.session.rollback()
    return db.session.get_one(SalesPoint, point_id)


def record(visit_id: int) -> Visit:
    """The visit as it is stored now."""
    db.session.rollback()
    return db.session.get_one(Visit, visit_id)


def team(visit_id: int) -> list[int]:
    """Who is in the team, the leader first."""
    return [member.user_id for member in assessments.members_of(visit_id)]


def states(visit_id: int) -> dict[str, LineState]:
    """The verdict on each line, by code."""
    db.session.rollback()
    return {line.line.code: line.state for line in sheet_of(record(visit_id)).lines}


def showcase() -> None:
    """Something of everything, to look at the pages."""
    shop = factories.point(representative="Đặng Thị Nga")
    approved({"III.3": NO}, point=shop, day=date(2026, 5, 18))
    current = visit(shop, team=("second_officer",))
    answer_all(
        current, {code: Answer() for code in ("II.3", "III.2", "III.6", "III.8")} | {"III.4": NO}
    )
    other = factories.point(name="Siêu thị OCOP Hạ Long", address="5 đường Lê Thánh Tông")
    submitted(
        {"B.2": Answer(value=False, note="12 gói tôm khô hết hạn 20/11/2026 còn trên kệ số 3")},
        point=other,
        scored=True,
    )
    visit(
        factories.point(name="Cửa hàng OCOP Tuần Châu", address="1 đảo Tuần Châu"),
        on=date(2026, 12, 1),
        planned=True,
    )
