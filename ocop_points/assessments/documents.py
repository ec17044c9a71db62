"""Visits as they leave the house: the list as a workbook, one visit as the data of its printed minutes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import labels, queries
from ocop_points.assessments.findings_models import CorrectiveAction
from ocop_points.assessments.findings_queries import Earlier, actions_of, found_before
from ocop_points.assessments.kinds import paper_number, paper_symbol
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import VisitFilter
from ocop_points.assessments.rules import LineState
from ocop_points.assessments.rules_states import VisitState
from ocop_points.assessments.sheet import Sheet, SheetLine, SheetSection, sheet_of
from ocop_points.audit.queries import held_then
from ocop_points.core import clock
from ocop_points.core.formats import phone_format, vi_date, vi_datetime, vi_number
from ocop_points.core.tables_out import Column, Table
from ocop_points.criteria import labels as criteria_labels
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import NONE_OF_THEM, LineKind
from ocop_points.localities.models import Letterhead
from ocop_points.localities.queries import letterhead_then
from ocop_points.points import labels as points
from ocop_points.points.models import SalesPoint

GROUNDS = (
    "Quyết định số 490/QĐ-TTg ngày 07 tháng 5 năm 2018 của Thủ tướng Chính phủ "
    "phê duyệt Chương trình mỗi xã một sản phẩm",
)
COPIES = 3
RESULT = {
    LineState.MET: "met",
    LineState.NOT_MET: "not_met",
    LineState.NOT_APPLICABLE: "na",
    LineState.UNANSWERED: "open",
}

Pictures = Mapping[int, Sequence[Mapping[str, object]]]


def visits_table(user: User, wanted: VisitFilter) -> Table:
    """The list with its filters."""
    columns = [
        Column(_("Mã điểm"), 11), Column(_("Điểm bán"), 36), Column(_("Địa phương"), 16),
        Column(_("Loại đánh giá"), 18), Column(_("Ngày đánh giá"), 13), Column(_("Ngày lên lịch"), 13),
        Column(_("Trạng thái"), 15), Column(_("Kết quả"), 14), Column(_("Điểm"), 8),
        Column(_("Số biên bản"), 16), Column(_("Ngày của số"), 13), Column(_("Bộ tiêu chí"), 24),
        Column(_("Trưởng đoàn"), 22), Column(_("Đại diện điểm bán"), 22), Column(_("Gửi duyệt lúc"), 17),
    ]  # fmt: skip
    made = _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name)
    return Table(columns, _rows(user, wanted), sheet=_("Đánh giá"), notes=[made])


def _rows(user: User, wanted: VisitFilter) -> Iterator[tuple[Any, ...]]:
    for row in queries.visits_for_export(user, wanted):
        yield (
            row.point_code,
            row.point_name,
            row.locality_name,
            str(labels.KIND[row.kind]),
            row.visited_on,
            row.planned_on,
            str(labels.STATE[row.state][1]),
            str(labels.RESULT[row.result][1]) if row.result else None,
            None if row.score_tenths is None else Decimal(row.score_tenths) / 10,
            paper_number(row.number, row.symbol) if row.number else None,
            row.numbered_on,
            row.legal_number or row.edition_title,
            row.leader,
            row.representative,
            row.submitted_at,
        )


def minutes_data(visit: Visit, pictures: Pictures | None = None) -> dict[str, object]:
    """The visit as templates/print/minutes.typ takes it. Needs what `get_visit_or_404` loads.

    `pictures` holds, by the line's id, {key, taken_at, caption} of each picture in the order of the paper. The paper's
    day is the visit's, its place the department's (RULES.md §4); before approval it is a draft without number.
    """
    sheet, people = sheet_of(visit), _people(visit)
    return {
        **paper_head(visit, letterhead(visit)),
        "date": visit.on,
        "draft": not visit.was_approved,
        "void": _void_words(visit),
        "number": visit.paper_number,
        "symbol": visit.symbol or paper_symbol(visit.department.symbol),
        "kind": str(labels.KIND[visit.kind]).lower(),
        "grounds": list(GROUNDS),
        "edition": edition_facts(visit.edition, visit.on or visit.edition.valid_from),
        "started_at": visit.began_at or visit.created_at,
        "finished_at": visit.finished_at,
        "team": _team(visit, people),
        "point": point_facts(visit.point),
        "representatives": [
            {"name": visit.representative, "office": visit.representative_position or None}
        ]
        if visit.representative
        else [],
        "scored": sheet.edition.rule.is_scored,
        "sections": [_section(part, pictures or {}, sheet) for part in sheet.sections],
        "score": _score(sheet),
        "conclusion": {
            "label": _conclusion(sheet),
            "provisional": sheet.outcome.provisional,
            "reasons": [
                *labels.result_reasons(sheet.outcome, sheet.edition.rule),
                *([visit.conclusion] if visit.conclusion else []),
            ],
        },
        "findings": _findings(visit, sheet),
        "opinion": visit.opinion or None,
        "copies": COPIES,
        "signers": [
            {"office": "ĐẠI DIỆN ĐIỂM BÁN", "name": visit.representative or None},
            {"office": "TRƯỞNG ĐOÀN KIỂM TRA", "name": people[visit.created_by_id].full_name},
        ],
        "recipients": [visit.point.name, "Lãnh đạo Sở (để b/c)", "Lưu: VT"],
    }


def letterhead(visit: Visit) -> Letterhead:
    """Who issues the paper: as it was called at approval, for a draft as it is called now."""
    if not visit.was_approved or visit.decided_at is None:
        return visit.department.letterhead
    return letterhead_then(visit.department, visit.decided_at)


def paper_head(visit: Visit, issuer: Letterhead) -> dict[str, object]:
    """What every paper of a visit says of who issues it and where it can be checked."""
    address = (current_app.config.get("PUBLIC_URL") or "").rstrip("/")
    return {
        "check_url": f"{address}/kt/{visit.token}" if visit.token and address else None,
        "head": issuer.paper(),
    }


@dataclass(frozen=True)
class Person:
    """A user as a paper names them."""

    full_name: str
    position: str
    unit_name: str

    @property
    def office(self) -> str | None:
        return ", ".join(part for part in (self.position, self.unit_name) if part) or None


def _people(visit: Visit) -> dict[int, Person]:
    """Team and leader by their ids, with name, position and unit as they were at approval."""
    users = {member.user_id: member.user for member in visit.members}
    users[visit.created_by_id] = visit.created_by
    approved = visit.decided_at if visit.was_approved else None
    held = held_then("user", users, approved) if approved else {}
    return {
        id_: Person(
            **{
                one.name: held.get(id_, {}).get(one.name, getattr(user, one.name))
                for one in fields(Person)
            }
        )
        for id_, user in users.items()
    }


def _void_words(visit: Visit) -> str | None:
    if visit.state is not VisitState.VOID:
        return None
    day = vi_date(clock.local(visit.voided_at).date()) if visit.voided_at else ""
    return f"Đã hủy ngày {day}: {visit.void_reason}"


def edition_facts(edition: Edition, day: date) -> dict[str, object]:
    """An edition as papers name it; `ended` says so when its period was over on the day."""
    return {
        "title": edition.title,
        "number": edition.legal_number or None,
        "issued_on": edition.legal_issued_on,
        "issuer": edition.legal_issuer,
        "ended": criteria_labels.period_note(edition, day) or None,
    }


def _team(visit: Visit, people: Mapping[int, Person]) -> list[dict[str, object]]:
    team: list[dict[str, object]] = [
        {
            "name": people[member.user_id].full_name,
            "office": people[member.user_id].office,
            "role": "Trưởng đoàn" if member.user_id == visit.created_by_id else "Thành viên",
        }
        for member in visit.members
    ]
    guests = [line.strip() for line in visit.guests.splitlines() if line.strip()]
    team += [{"name": guest, "office": None, "role": None} for guest in guests]
    return team


def point_facts(point: SalesPoint) -> dict[str, object]:
    """A point as papers name it; needs locality, ward, kind and operator loaded."""
    return {
        "code": point.code,
        "name": point.name,
        "address": point.full_address,
        "kind": point.kind.name,
        "operator": point.operator_name,
        "operator_kind": str(points.OPERATOR_KIND[point.operator_kind]),
        "tax_code": point.operator_tax_code or None,
        "phone": phone_format(point.phone) or None,
        "area": f"{vi_number(point.area_m2)} m²" if point.area_m2 else None,
    }


def _section(part: SheetSection, pictures: Pictures, sheet: Sheet) -> dict[str, object]:
    return {
        "code": part.section.code,
        "title": part.section.title,
        "note": part.section.note or None,
        "lines": [_line(one, pictures, scored=sheet.edition.rule.is_scored) for one in part.lines],
    }


def _line(shown: SheetLine, pictures: Pictures, *, scored: bool) -> dict[str, object]:
    line, answer = shown.line, shown.answer
    measured = line.kind in {LineKind.NUMBER, LineKind.SCORE} and answer.given
    least = vi_number(shown.line.met_from) if shown.line.met_from is not None else ""
    chosen = line.kind is LineKind.ONE_OF and answer.choice not in (None, NONE_OF_THEM)
    counts = shown.state in {LineState.MET, LineState.NOT_MET}
    return {
        "code": line.code,
        "text": shown.text,
        "mandatory": line.mandatory,
        "confirmed": line.confirmed,
        "result": RESULT[shown.state],
        "value": shown.words if measured and not answer.not_applicable else None,
        "minimum": f"{least} {line.unit}".strip() if least else None,
        "choice": shown.words if chosen else None,
        "points": vi_number(shown.result.earned, 1) if scored and counts else None,
        "possible": vi_number(line.weight, 1) if scored else None,
        "measured": shown.measured_words or None,
        "difference": shown.difference or None,
        "note": answer.note or None,
        "pictures": [dict(picture) for picture in pictures.get(line.id, ())],
    }


def _score(sheet: Sheet) -> dict[str, object] | None:
    if not sheet.edition.rule.is_scored:
        return None
    earned = sum((part.earned for part in sheet.sections), Decimal(0))
    possible = sum((part.possible for part in sheet.sections), Decimal(0))
    return {
        "rows": [
            {
                "code": part.section.code,
                "title": part.section.title,
                **_share(part.earned, part.possible),
                "minimum": _percent(part.section.minimum_score),
            }
            for part in sheet.sections
        ],
        **_share(earned, possible),
        "minimum": _percent(sheet.edition.rule.minimum_score),
    }


def _percent(least: Decimal | None) -> str | None:
    return None if least is None else f"{vi_number(least)} %"


def _share(earned: Decimal, possible: Decimal) -> dict[str, object]:
    percent = vi_number(100 * earned / possible, 1) + " %" if possible else _("không có số liệu")
    return {
        "earned": vi_number(earned, 1),
        "possible": vi_number(possible, 1),
        "percent": percent,
    }


def _conclusion(sheet: Sheet) -> str:
    if not sheet.outcome.answered:
        return _("Chưa đánh giá")
    return str(labels.RESULT[sheet.outcome.running][1])


def _findings(visit: Visit, sheet: Sheet) -> list[dict[str, object]]:
    """Each line not met with what the team asked for, and how often it was found so far."""
    asked, earlier = actions_of(visit.id), found_before(visit)
    return [
        _finding(line, asked.get(line.line.id), earlier.get((line.line.code, line.text)))
        for line in sheet.findings
    ]


def _finding(
    shown: SheetLine, action: CorrectiveAction | None, before: Earlier | None
) -> dict[str, object]:
    again = f" (lặp lại lần {before.times + 1})" if before else ""
    owner = f" Người chịu trách nhiệm: {action.owner}." if action and action.owner else ""
    return {
        "line": shown.line.code,
        "what": (shown.answer.note or shown.text) + again,
        "mandatory": shown.line.mandatory,
        "remedy": f"{action.text.rstrip('. ')}.{owner}" if action else None,
        "due": action.due_on if action else None,
    }
