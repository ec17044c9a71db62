"""Ten visits at every point, each with twenty answers; nearly all approved."""

from collections import Counter as Counts
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import bindparam, update

from ocop_points.assessments.kinds import VisitKind, paper_number, paper_symbol
from ocop_points.assessments.models import Visit, VisitAnswer, VisitEvent, VisitMember
from ocop_points.assessments.rules import Result
from ocop_points.assessments.rules_states import Verb, VisitState
from ocop_points.audit.rules import Action
from ocop_points.audit.service import Subject, created
from ocop_points.core.db import db
from ocop_points.core.formats import vi_date
from ocop_points.criteria.queries import edition_by_code, whole_edition
from ocop_points.criteria.rules import (
    ChoiceSpec,
    EditionSpec,
    LegalBasis,
    LineKind,
    LineSpec,
    ResultRule,
    SectionSpec,
)
from ocop_points.criteria.service import load_edition, mark_used
from ocop_points.demo.national import DAYS, Bulk, Shop, moment
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import LastResult

VISITS, ANSWERS = 10, 20
CODE = "do-toc-do"
_BETWEEN = 36
_SECTIONS = ("Địa điểm", "Hàng hóa", "Nhân lực", "Quản lý")
_SOURCE = "Minh họa"  # published like any other, so it must say where it comes from
_NOTE = "Cần bổ sung trước đợt kiểm tra sau."


def _line(section: int, place: int) -> LineSpec:
    code = f"{section}.{place}"
    text = f"Tiêu chí minh họa {code}: điểm bán có đủ điều kiện, giữ sạch sẽ và dễ nhìn"
    if place == 4:
        choices = tuple(ChoiceSpec(f"c{n}", f"Loại thứ {n}") for n in (1, 2, 3))
        return LineSpec(code, LineKind.ONE_OF, text, source=_SOURCE, choices=choices)
    if place == 5 and section % 2:
        size = Decimal(50)
        return LineSpec(code, LineKind.NUMBER, text, source=_SOURCE, minimum=size, unit="m²")
    must, may_not_apply = place <= 2, place == 3
    return LineSpec(code, LineKind.YES_NO, text, must, source=_SOURCE, allows_na=may_not_apply)


def edition() -> EditionSpec:
    """An illustration of twenty lines, decided by its mandatory lines."""
    sections = [
        SectionSpec(str(number), title, tuple(_line(number, place) for place in range(1, 6)))
        for number, title in enumerate(_SECTIONS, start=1)
    ]
    return EditionSpec(
        code=CODE,
        title="Bộ tiêu chí minh họa, 20 dòng",
        legal_basis=LegalBasis("", None, _SOURCE),
        valid_from=date(2020, 1, 1),
        valid_to=None,
        result=ResultRule(mandatory_lines=True),
        sections=tuple(sections),
    )


def prepare(bulk: Bulk) -> None:
    """The edition, by its verbs: loaded, published, frozen at its first use."""
    with bulk.stage.moment(bulk.stage.ago(DAYS + 1), 8):
        made = load_edition(edition())
        mark_used(made, by=bulk.shops[0].manager)


class Visits:
    """The visits of each day, with their answers and papers."""

    def __init__(self, bulk: Bulk) -> None:
        self.bulk = bulk
        self.made = 0
        known = edition_by_code(CODE)
        assert known is not None  # noqa: S101  # just loaded
        self._edition = known.id
        self._short_name = known.short_name
        self._lines = [
            (line.id, line.text, line.kind, line.mandatory, line.allows_na)
            for line in whole_edition(known.id).lines
        ]
        self._chance = Random("national visits")  # noqa: S311
        self._numbers = Counts[tuple[int, int]]()
        self._last: dict[int, dict[str, Any]] = {}

    def play(self, day: date) -> None:
        """Everything that was assessed on this day; approved on the same."""
        begun = (day - self.bulk.stage.ago(DAYS)).days
        sent: list[dict[str, Any]] = []
        for number, shop in enumerate(self.bulk.shops):
            turn, rest = divmod(begun - number % _BETWEEN, _BETWEEN)
            if rest == 0 and 0 <= turn < VISITS:
                open_still = turn == VISITS - 1 and number % 10 == 0
                sent += self._visit(shop, day, turn, open_still=open_still)
        if sent:
            self._approve(sent)

    def finish(self) -> None:
        """The points keep the result of their last approved visit."""
        table: Any = SalesPoint.__table__
        change = update(table).where(table.c.id == bindparam("of_point"))
        change = change.values(
            last_visit_on=bindparam("day"),
            last_result=bindparam("kept"),
            version=table.c.version + bindparam("visits"),
        )
        if self._last:
            db.session.connection().execute(change, list(self._last.values()))

    def _visit(self, shop: Shop, day: date, turn: int, *, open_still: bool) -> list[dict[str, Any]]:
        bulk, visit_id = self.bulk, self.bulk.new_id(Visit)
        began, by = moment(day, 8, 30), shop.officer
        self.made += 1
        bulk.add(Visit, {**self._head(shop, day, turn), "id": visit_id})
        bulk.add(VisitMember, {"visit_id": visit_id, "user_id": by.id})
        self._event(visit_id, Verb.START, by.id, began)
        subject = self._subject(shop, day, visit_id)
        known = {"visit_kind": _kind(turn), "edition": self._short_name, "date": day}
        bulk.record(Action.VISIT_STARTED, subject, by, began, created(known))
        passed = self._answers(visit_id, by.id, day)
        if open_still:
            return []
        result = Result.PASS if passed else Result.FAIL
        done = moment(day, 11, 15)
        self._event(visit_id, Verb.SUBMIT, by.id, done)
        moved = {"visit_state": [VisitState.IN_PROGRESS.value, VisitState.SUBMITTED.value]}
        bulk.record(
            Action.VISIT_SUBMITTED, subject, by, done, {**moved, **created({"result": result})}
        )
        return [self._paper(shop, day, visit_id, result, done)]

    def _head(self, shop: Shop, day: date, turn: int) -> dict[str, Any]:
        began = moment(day, 8, 30)
        empty = ("opinion", "conclusion", "return_reason", "void_reason", "symbol")
        return {
            **dict.fromkeys(empty, ""),
            "point_id": shop.id,
            "locality_id": shop.locality_id,
            "department_id": shop.department_id,
            "edition_id": self._edition,
            "kind": _kind(turn),
            "state": VisitState.IN_PROGRESS,
            "visited_on": day,
            "began_at": began,
            "guests": "Đại diện Phòng Kinh tế xã (minh họa)",
            "representative": shop.representative,
            "representative_position": "Cửa hàng trưởng",
            "created_by_id": shop.officer.id,
            "created_at": began,
            "version": 1,
        }

    def _answers(self, visit_id: int, user_id: int, day: date) -> bool:
        passed, at = True, moment(day, 9, 30)
        for line_id, text, kind, mandatory, allows_na in self._lines:
            met = self._chance.random() < (0.98 if mandatory else 0.85)
            given: dict[str, Any] = {"value": None, "choice": None, "number": None}
            skipped = allows_na and self._chance.random() < 0.2
            if kind is LineKind.ONE_OF:
                given["choice"], met = f"c{self._chance.randint(1, 3)}", True
            elif kind is LineKind.NUMBER:
                given["number"] = Decimal(self._chance.randint(50, 99) if met else 40)
            elif not skipped:
                given["value"] = met
            passed = passed and (met or not mandatory)
            self.bulk.add(
                VisitAnswer,
                {
                    **given,
                    "id": self.bulk.new_id(VisitAnswer),
                    "visit_id": visit_id,
                    "line_id": line_id,
                    "line_text": text,
                    "score": None,
                    "not_applicable": skipped,
                    "note": "" if met or skipped else _NOTE,
                    "answered_by_id": user_id,
                    "answered_at": at,
                    "version": 1,
                },
            )
        return passed

    def _paper(
        self, shop: Shop, day: date, visit_id: int, result: Result, done: Any
    ) -> dict[str, Any]:
        """The visit with its number and result, and what its approval leaves elsewhere."""
        bulk, at = self.bulk, moment(day, 16)
        symbol = paper_symbol(shop.symbol)
        self._numbers[shop.department_id, day.year] += 1  # no counter: the clerk keeps the register
        number = self._numbers[shop.department_id, day.year]
        subject = self._subject(shop, day, visit_id)
        known = {"number": paper_number(number, symbol), "numbered_on": day, "result": result}
        moved = {"visit_state": [VisitState.SUBMITTED.value, VisitState.APPROVED.value]}
        bulk.record(Action.VISIT_APPROVED, subject, shop.manager, at, {**moved, **created(known)})
        self._event(visit_id, Verb.APPROVE, shop.manager.id, at)
        kept = self._last.get(shop.id, {"visits": 0, "day": None, "kept": None})
        before = {"last_visit_on": kept["day"], "last_result": kept["kept"]}
        after = {"last_visit_on": day, "last_result": LastResult(result.value)}
        changes = {
            name: [created({"x": before[name]}).get("x", [None, None])[1], change[1]]
            for name, change in created(after).items()
            if before[name] != after[name]
        }
        point = Subject("point", shop.id, f"{shop.name} ({shop.code})", shop.locality_id, shop.id)
        bulk.record(Action.POINT_RESULT_SET, point, shop.manager, at, changes)
        self._last[shop.id] = {
            "of_point": shop.id,
            "visits": kept["visits"] + 1,
            "day": day,
            "kept": after["last_result"],
        }
        return {
            "of_visit": visit_id,
            "to_result": result,
            "to_number": number,
            "to_year": day.year,
            "to_symbol": symbol,
            "day": day,
            "to_token": f"{self._chance.getrandbits(128):032x}",
            "sent_by": shop.officer.id,
            "sent_at": done,
            "by_manager": shop.manager.id,
            "at": at,
        }

    def _approve(self, sent: list[dict[str, Any]]) -> None:
        """Once the answers stand: a trigger lets none come in afterwards."""
        self.bulk.flush()
        table: Any = Visit.__table__
        change = update(table).where(table.c.id == bindparam("of_visit"))
        change = change.values(
            state=VisitState.APPROVED,
            result=bindparam("to_result"),
            number=bindparam("to_number"),
            number_year=bindparam("to_year"),
            symbol=bindparam("to_symbol"),
            numbered_on=bindparam("day"),
            token=bindparam("to_token"),
            finished_at=bindparam("sent_at"),
            submitted_by_id=bindparam("sent_by"),
            submitted_at=bindparam("sent_at"),
            decided_by_id=bindparam("by_manager"),
            decided_at=bindparam("at"),
            conclusion="Điểm bán hoạt động ổn định; các tồn tại đã được ghi ở từng tiêu chí.",
            version=3,
        )
        db.session.connection().execute(change, sent)

    def _event(self, visit_id: int, verb: Verb, user_id: int, at: Any) -> None:
        row = {"visit_id": visit_id, "verb": verb, "by_user_id": user_id, "at": at, "note": ""}
        self.bulk.add(VisitEvent, row)

    def _subject(self, shop: Shop, day: date, visit_id: int) -> Subject:
        text = f"{shop.name} ({shop.code}), {vi_date(day)}"
        return Subject("visit", visit_id, text, shop.locality_id, shop.id)


def _kind(turn: int) -> VisitKind:
    return VisitKind.PERIODIC if turn else VisitKind.FIRST
