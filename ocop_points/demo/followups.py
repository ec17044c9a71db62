"""What became of what the visits found: asked on site, reported as done, verified, reopened, or overdue."""

from datetime import date, timedelta
from functools import partial
from random import Random

from ocop_points.accounts.models import User
from ocop_points.assessments import (
    amendments_service,
    findings_queries,
    findings_service,
    queries,
)
from ocop_points.assessments.amendments_paper import amendment_pdf
from ocop_points.assessments.findings_rules import FindingState
from ocop_points.assessments.findings_service import Remedy
from ocop_points.assessments.kinds import AmendmentKind, paper_symbol
from ocop_points.assessments.sheet import sheet_of
from ocop_points.core import clock
from ocop_points.demo.stage import Stage
from ocop_points.evidence.intake import Prepared, prepare_made

_REMEDIES = (
    "Dọn lại kệ, lau bụi, bỏ hàng quá hạn; gửi ảnh sau khi làm.",
    "In bảng giá thống nhất, niêm yết đủ mọi mặt hàng.",
    "Bổ sung hợp đồng cung ứng còn thiếu và lưu tại điểm.",
    "Ghi lại sổ nhập, xuất từ đầu tháng.",
)


def ask(made: list[int], by: User, chance: Random) -> None:
    """The team asks for most of what it found, a fortnight to a month ahead."""
    for visit_id in made:
        visit = queries.get_visit_to_edit(by, visit_id)
        wanted: dict[int, Remedy | None] = {}
        for line in sheet_of(visit).findings:
            if chance.random() < 0.85:
                due_on = clock.today() + timedelta(days=chance.randint(14, 30))
                text = chance.choice(_REMEDIES)
                name = visit.representative or "Cửa hàng trưởng"
                wanted[line.line.id] = Remedy(text, due_on, owner_name=name)
        findings_service.set_remedies(visit, wanted, by=by)


def plan(
    stage: Stage,
    made: list[int],
    pictures: list[Prepared],
    *,
    officer: User,
    manager: User,
    chance: Random,
) -> None:
    """Called when the visit is approved: what is done about each finding from then on."""
    for visit_id in made:
        for found in findings_queries.findings_of(visit_id).values():
            way = chance.random()
            day = clock.today() + timedelta(days=chance.randint(5, 25))
            if way < 0.25 or day >= stage.today:
                continue  # nothing is heard of it: it becomes overdue, or is carried on
            picture = chance.choice(pictures)
            stage.at(day, 9, 0, partial(_report, found.id, picture, officer))
            if way > 0.4:
                _answered(stage, found.id, day, manager, good=way > 0.5)


def _answered(stage: Stage, finding_id: int, day: date, by: User, *, good: bool) -> None:
    later = day + timedelta(days=3)
    if later < stage.today:
        stage.at(later, 15, 0, partial(_decide, finding_id, by, good=good))


def _report(finding_id: int, picture: Prepared, by: User) -> None:
    found = findings_queries.get_finding_to_edit(by, finding_id)
    if found.state is FindingState.OPEN:
        note = "Điểm bán gửi ảnh, đã làm xong (minh họa)"
        findings_service.report_done(found, note=note, evidence=[picture], by=by)


def _decide(finding_id: int, by: User, *, good: bool) -> None:
    found = findings_queries.get_finding_to_edit(by, finding_id)
    if found.state is not FindingState.WAITING:
        return
    if good:
        findings_service.verify(found, note="Đã xem ảnh", by=by)
    else:
        due_on = clock.today() + timedelta(days=10)
        reason = "Ảnh chụp một góc, chưa thấy kệ phía trong"
        findings_service.reopen(found, reason=reason, due_on=due_on, by=by)


def amend(stage: Stage, short_code: str) -> None:
    """One of the minutes of a locality has an amendment beside it."""
    locality = next(one for one in stage.localities if one.short_code == short_code)
    by = stage.manager(locality.id)
    department = stage.departments[locality.department_id]
    for point in stage.points:
        found = queries.last_approved(point.id) if point.locality_id == locality.id else None
        if found is None:
            continue
        visit = queries.get_visit_to_edit(by, found.id)
        symbol = paper_symbol(department.symbol)
        amendment = amendments_service.amend(
            visit,
            kind=AmendmentKind.CORRECTION,
            number=queries.next_paper_number(department.id, clock.today().year, symbol),
            numbered_on=clock.today(),
            text="Chức vụ của đại diện điểm bán: Phó giám đốc phụ trách cửa hàng.",
            reason="Ghi nhầm chức vụ của đại diện điểm bán (minh họa)",
            by=by,
        )
        content = amendment_pdf(queries.get_visit_or_404(by, visit.id), amendment)
        amendments_service.keep_paper(amendment, prepare_made(content, name="amendment.pdf"))
        return
