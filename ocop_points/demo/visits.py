"""A year of visits at the demonstration's points: most approved, some still on their way."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from werkzeug.datastructures import FileStorage

from ocop_points.accounts.models import User
from ocop_points.assessments import minutes_service, photos_service, queries, service
from ocop_points.assessments.kinds import VisitKind, paper_symbol
from ocop_points.assessments.measures_queries import figures_of
from ocop_points.assessments.measures_rules import Figure, proposed
from ocop_points.assessments.minutes_paper import minutes_pdf
from ocop_points.assessments.rules import Answer, LineState, line_state
from ocop_points.assessments.service import Given, VisitFacts
from ocop_points.core import clock
from ocop_points.criteria.queries import KnownLine, edition_by_code, whole_edition
from ocop_points.criteria.rules import LineKind, PhotoRule
from ocop_points.demo import drawings, followups
from ocop_points.demo.stage import Stage
from ocop_points.evidence.intake import Prepared, prepare_made, prepare_pictures
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus

# How far the latest visits are, in turn, at the points of the localities with accounts to try.
# "" has none on its way, and is proposed for one.
_ON_THE_WAY = ("planned", "late", "in progress", "", "submitted", "returned", "")
TRIED = ("QNI", "CMA")
# Days back to which minutes lie on the server as files; setting the type of all took a third of the whole loading.
# The page of an older visit offers to make its own, and shows it meanwhile.
KEPT_MINUTES = 100
# How often the team sees something else on the shelf than the books say, by what the books say.
_OTHERWISE = {True: 0.04, False: 0.7}
_SEEN = {
    True: "Hàng này đã rút khỏi kệ, chờ trả nhà cung cấp; sổ chưa ghi xuất.",
    False: "Trên kệ có mặt hàng chưa ghi sổ, không rõ căn cứ.",
}
_NOTES = (
    "Cần bổ sung trước đợt kiểm tra sau.",
    "Còn thiếu ở hai kệ phía trong.",
    "Chưa thực hiện đủ, đã nhắc tại chỗ.",
)


def plan(stage: Stage) -> None:
    """Called when the points stand: from a year ago they are visited twice, and some just now."""
    pictures: list[Prepared] = []
    stage.at(stage.ago(359), 7, 0, lambda: _plan_points(stage, pictures))
    stage.at(stage.ago(15), 9, 0, lambda: followups.amend(stage, TRIED[0]))


def _plan_points(stage: Stage, pictures: list[Prepared]) -> None:
    pictures += _pictures()
    ways = iter(_ON_THE_WAY * 10)
    for number, point in enumerate(list(stage.points)):
        if point.status not in {PointStatus.OPEN, PointStatus.SUSPENDED}:
            continue
        chance = Random(f"visits {point.code}")  # noqa: S311  # a demonstration is no secret
        plan_one = partial(_plan_visit, stage, point, pictures, chance)
        plan_one(stage.ago(chance.randint(240, 350)), VisitKind.FIRST, "approved")
        if number % 5:
            plan_one(stage.ago(chance.randint(30, 200)), VisitKind.PERIODIC, "approved")
        if point.code[:3] in TRIED and (way := next(ways)):
            plan_one(stage.ago(chance.randint(1, 6)), VisitKind.PERIODIC, way)


_CAPTIONS = {"bien-hieu.jpg": "Biển hiệu mặt tiền", "ke-hang.jpg": "Kệ hàng ở lối vào"}


def _pictures() -> list[Prepared]:
    made = (
        ("bien-hieu.jpg", drawings.sign()),
        ("ke-hang.jpg", drawings.shelf()),
        ("gia.jpg", drawings.price_tag()),
    )
    uploads = [FileStorage(io.BytesIO(content), filename=name) for name, content in made]
    return prepare_pictures(uploads, field="photos")


def _plan_visit(
    stage: Stage,
    point: SalesPoint,
    pictures: list[Prepared],
    chance: Random,
    day: date,
    kind: VisitKind,
    way: str,
) -> None:
    """Put one visit on the agenda, as far as it goes."""
    officer, manager = stage.officer(point.locality_id), stage.manager(point.locality_id)
    made: list[int] = []
    at = partial(stage.at, day)
    if way in {"planned", "late"}:
        # The manager sends the officer; the day of a late one went by without anybody going.
        ahead = chance.randint(2, 12) if way == "planned" else -chance.randint(1, 3)
        day = day if way == "planned" else stage.ago(chance.randint(8, 12))
        trip = stage.today + timedelta(days=ahead)
        stage.at(day, 16, 0, partial(_send, point, kind, officer, manager, trip))
        return
    scored = chance.random() < 0.2
    at(8, 30, partial(_start, point, kind, officer, made, "minh-hoa-100" if scored else None))
    at(9, 30, partial(_answer, made, pictures, officer, chance, way == "in progress"))
    if way == "in progress":
        return
    at(10, 30, partial(followups.ask, made, officer, chance))
    at(11, 15, partial(_submit, made, officer, point))
    later = partial(stage.at, day + timedelta(days=1))
    if way == "returned":
        later(8, 0, partial(_return, made, manager))
    elif way == "approved":
        later(14, 30, partial(_approve, stage, made, manager))
        people = {"officer": officer, "manager": manager}
        later(14, 31, partial(followups.plan, stage, made, pictures, **people, chance=chance))


def _send(point: SalesPoint, kind: VisitKind, officer: User, manager: User, on: date) -> None:
    if point.status in {PointStatus.OPEN, PointStatus.SUSPENDED}:
        facts = VisitFacts(kind=kind, representative=point.representative)
        service.start_visit(point, facts, on=on, began_at=None, by=manager, leader=officer)


def _start(
    point: SalesPoint, kind: VisitKind, by: User, made: list[int], edition_code: str | None
) -> None:
    if point.status not in {PointStatus.OPEN, PointStatus.SUSPENDED}:
        return
    facts = VisitFacts(
        kind=kind,
        guests="Đại diện Phòng Kinh tế xã (minh họa)",
        representative=point.representative,
        representative_position="Cửa hàng trưởng",
    )
    edition = edition_by_code(edition_code) if edition_code else None
    visit = service.start_visit(
        point,
        facts,
        on=clock.today(),
        began_at=clock.now(),
        by=by,
        edition_id=edition.id if edition else None,
    )
    made.append(visit.id)


def _answer(
    made: list[int], pictures: list[Prepared], by: User, chance: Random, half: bool
) -> None:
    for visit_id in made:
        visit = queries.get_visit_to_edit(by, visit_id)
        lines = whole_edition(visit.edition_id).lines
        if half:
            lines = lines[: len(lines) // 2]
        figures = figures_of(visit, lines)
        given = [Given(line, _answer_of(line, chance, figures.get(line.id)), 0) for line in lines]
        service.answer_lines(visit, given, by=by)
        for line, picture in _wanted_pictures(given, pictures):
            caption = _CAPTIONS.get(picture.name, "")
            photos_service.add_photos(visit, line, [picture], caption=caption, by=by)


def _wanted_pictures(
    given: list[Given], pictures: list[Prepared]
) -> Iterator[tuple[KnownLine, Prepared]]:
    """A photo where the line asks for one."""
    for place, one in enumerate(given):
        not_met = one.answer.value is False
        if one.line.photo is PhotoRule.ALWAYS or (not_met and one.line.photo is PhotoRule.NOT_MET):
            yield one.line, pictures[(place + 1) % len(pictures)]


def _answer_of(line: KnownLine, chance: Random, figure: Figure | None) -> Answer:
    """Mostly met; what is not met says why. A measured line is mostly answered as its figure says."""
    note = chance.choice(_NOTES)
    wanted = proposed(line, figure)
    if wanted is not None:
        if wanted.value is not None and chance.random() < _OTHERWISE[wanted.value]:
            return Answer(value=not wanted.value, note=_SEEN[not wanted.value])
        return wanted if line_state(line, wanted) is LineState.MET else replace(wanted, note=note)
    if line.kind is LineKind.ONE_OF:
        return Answer(choice=chance.choice(line.choices).code)
    if line.kind is LineKind.NUMBER:
        least = Decimal(line.minimum or 0)
        number = (least * Decimal(chance.randint(92, 150)) / 100).quantize(Decimal("0.1"))
        number = min(number, Decimal(100)) if line.unit == "%" else number
        return Answer(number=number, note=note if number < least else "")
    if line.kind is LineKind.SCORE:
        most = int(line.maximum or 0)
        score = chance.randint(most // 2 + 1, most)
        return Answer(score=Decimal(score))
    if line.allows_na and chance.random() < 0.25:
        return Answer(not_applicable=True)
    met = chance.random() < (0.97 if line.mandatory else 0.8)
    return Answer(value=met, note="" if met else note)


def _submit(made: list[int], by: User, point: SalesPoint) -> None:
    for visit_id in made:
        visit = queries.get_visit_to_edit(by, visit_id)
        service.submit_visit(
            visit,
            conclusion="Điểm bán hoạt động ổn định; các tồn tại đã được ghi ở từng tiêu chí.",
            representative=point.representative,
            representative_position="Cửa hàng trưởng",
            finished_at=clock.now(),
            by=by,
        )


def _return(made: list[int], by: User) -> None:
    for visit_id in made:
        visit = queries.get_visit_to_edit(by, visit_id)
        lines = whole_edition(visit.edition_id).lines
        sign = {
            line.id: "Ảnh chụp xa, không đọc được chữ" for line in lines if line.code == "III.1"
        }
        reason = "Ảnh biển hiệu chưa rõ chữ, chụp lại giúp."
        service.return_visit(visit, reason=reason, remarks=sign, by=by)


def _approve(stage: Stage, made: list[int], by: User) -> None:
    for visit_id in made:
        visit = queries.get_visit_to_edit(by, visit_id)
        symbol = paper_symbol(stage.departments[visit.department_id].symbol)
        year = clock.today().year
        number = queries.next_paper_number(visit.department_id, year, symbol)
        service.approve_visit(visit, number=number, numbered_on=clock.today(), by=by)
        if clock.today() < stage.ago(KEPT_MINUTES):
            continue
        content, address = minutes_pdf(queries.get_visit_or_404(by, visit_id))
        minutes_service.keep_minutes(
            visit, prepare_made(content, name="minutes.pdf"), check_url=address
        )
