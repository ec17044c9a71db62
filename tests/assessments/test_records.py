"""Who reads what; lists with their filters and exports; what never changes; the data of the minutes."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ocop_points.assessments import queries, service
from ocop_points.assessments.documents import minutes_data
from ocop_points.assessments.rules import Answer
from ocop_points.core.db import db, write
from ocop_points.core.printing import render_pdf
from tests import factories, people
from tests import factories_visits as visits
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]


# --- reading --------------------------------------------------------------------------------------


def test_who_reads_which_state(browser: Open) -> None:
    """RULES.md §1: the ministry viewer what was submitted, the operator what was approved at own points."""
    visits.own_edition()
    point = factories.point()
    factories.give_point(point)
    made = {
        "planned": visits.visit(point, planned=True, on=visits.TOMORROW),
        "begun": visits.visit(point),
        "sent": visits.submitted(point=point),
        "returned": visits.submitted(point=point),
        "withdrawn": visits.submitted(point=point),
        "approved": visits.approved(point=point, number=1),
        "void": visits.approved(point=point, number=2),
    }
    visits.give_back(made["returned"])
    visits.act(made["withdrawn"], service.withdraw_visit, by="officer")
    visits.act(made["void"], service.void_visit, by="manager", reason="Ghi nhầm")
    reading = {
        "admin": set(made),
        "manager": set(made),
        "second_officer": set(made),
        "viewer": {"sent", "returned", "approved", "void"},
        "operator": {"approved", "void"},
        "other_manager": set(),
        "other_officer": set(),
    }
    for who, seen in reading.items():
        someone = browser(who)
        links = someone.get("/assessments").links()
        for name, visit_id in made.items():
            url = f"/assessments/{visit_id}"
            assert (url in links) is (name in seen), (who, name)
            someone.get(url, status=200 if name in seen else 404)
        rows = list(queries.visits_for_export(people.user(who), queries.VisitFilter()))
        assert len(rows) == len(seen)
    assert browser(None).get("/assessments", status=302)


def test_the_operator_of_another_point_reads_nothing(browser: Open) -> None:
    factories.give_point(factories.point(name="Điểm khác", address="2 đường khác"))
    visit_id = visits.approved()
    operator = browser("operator")
    operator.get(f"/assessments/{visit_id}", status=404)
    operator.get(f"/points/{visits.record(visit_id).point_id}/visits", status=404)


# --- lists ----------------------------------------------------------------------------------------


def test_filters_narrow_the_list_and_its_export(browser: Open) -> None:
    visits.own_edition()
    point = factories.point()
    bad = visits.approved({"I.1": visits.NO}, point=point, number=4, day=date(2026, 5, 18))
    good = visits.submitted(point=factories.point(name="Siêu thị Hạ Long", address="5 khác"))
    officer = browser("officer")
    for query, found in {
        "state=approved": {bad},
        "state=submitted": {good},
        "result=fail": {bad},
        "result=pass": {good},
        "kind=first": set(),
        "q=sieu thi": {good},
        "from=1/6/2026": {good},
        "to=31/5/2026": {bad},
        "from=1/5/2026&to=2026-05-18": {bad},
        "from=không phải ngày": {bad, good},
        f"locality={people.locality().id}": {bad, good},
        f"locality={people.locality(people.ELSEWHERE).id}": set(),
        "edition=999": set(),
        "state=nonsense": {bad, good},
    }.items():
        links = officer.get(f"/assessments?{query}").links()
        assert {one for one in (bad, good) if f"/assessments/{one}" in links} == found, query
    part = officer.part("/assessments?sort=day")
    assert part.text.index(f"/assessments/{bad}") < part.text.index(f"/assessments/{good}")
    assert "<html" not in part.text
    assert "Không có lần đánh giá nào khớp" in officer.get("/assessments?kind=first").words
    answer = officer.http.get("/assessments?state=approved&format=xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert rows[1][:4] == ["QNI-0001", "Trung tâm OCOP Bãi Cháy", "Quảng Ninh", "Định kỳ"]
    assert "04/BB-SCT" in rows[1]
    assert "Chưa đạt" in rows[1]


def test_the_tab_of_a_point_lists_its_own_visits(browser: Open) -> None:
    mine = visits.approved()
    visits.submitted(point=factories.point(name="Điểm khác", address="2 đường khác"))
    page = browser("officer").get(f"/points/{visits.record(mine).point_id}/visits")
    assert "1–1 trong 1 lần đánh giá" in page.words
    assert "Đánh giá điểm này" in page.words


def test_lists_ask_the_same_number_of_statements_for_10_and_100_visits(browser: Open) -> None:
    visits.own_edition()
    point = factories.point()
    officer = browser("officer")
    asked = []
    for wanted in (10, 90):
        for _ in range(wanted):
            visits.visit(point)
        officer.get("/assessments")
        found = []
        for url in ("/assessments", "/assessments?format=xlsx", f"/points/{point.id}/visits", "/"):
            db.session.rollback()
            found.append(statements(officer.http.get, url))
        asked.append(found)
    assert asked[0] == asked[1]


# --- what never changes ---------------------------------------------------------------------------

KEPT = [
    "UPDATE visit_answer SET note = 'khác'",
    "UPDATE visit_answer SET value = (1 = 0)",
    "UPDATE visit_answer SET line_text = 'khác'",
    "DELETE FROM visit_answer",
    "UPDATE visit_member SET user_id = 1",
    "DELETE FROM visit_member",
    "DELETE FROM visit_event",
    "UPDATE visit_event SET note = 'khác'",
    "DELETE FROM visit",
]
FINAL = [
    "UPDATE visit SET result = 'fail'",
    "UPDATE visit SET number = 99",
    "UPDATE visit SET token = '00000000000000000000000000000000'",
    "UPDATE visit SET state = 'submitted'",
    "UPDATE visit SET visited_on = '2026-01-01'",
    "UPDATE visit SET conclusion = 'khác', state = 'void', void_reason = 'x'",
]


@pytest.mark.parametrize("statement", [*KEPT, *FINAL])
@pytest.mark.parametrize("void", [False, True])
def test_an_approved_visit_never_changes(app: Flask, statement: str, void: bool) -> None:
    visit_id = visits.approved()
    if void:
        visits.act(visit_id, service.void_visit, by="manager", reason="Ghi nhầm")
    with pytest.raises(DBAPIError, match="is protected"):
        write(lambda: db.session.execute(text(statement)))


@pytest.mark.parametrize("statement", KEPT)
def test_a_submitted_visit_keeps_its_answers(app: Flask, statement: str) -> None:
    visits.submitted()
    with pytest.raises(DBAPIError, match="is protected"):
        write(lambda: db.session.execute(text(statement)))


def test_an_answer_cannot_be_slipped_into_an_approved_visit(app: Flask) -> None:
    visits.approved()
    open_id = visits.visit(factories.point(name="Điểm khác", address="2 đường khác"))
    visits.answer_all(open_id)
    moved = (
        "UPDATE visit_answer SET visit_id = (SELECT id FROM visit WHERE state = 'approved') "
        "WHERE visit_id = :id"
    )
    copied = (
        "INSERT INTO visit_answer (visit_id, line_id, line_text, not_applicable, note, "
        "answered_by_id, answered_at, version) SELECT v.id, a.line_id, '', (1 = 0), '', "
        "a.answered_by_id, a.answered_at, 1 FROM visit AS v, visit_answer AS a "
        "WHERE v.state = 'approved' AND a.visit_id = :id"
    )
    for statement in (moved, copied):
        with pytest.raises(DBAPIError, match="is protected"):
            write(
                lambda statement=statement: db.session.execute(text(statement), {"id": open_id})  # type: ignore[misc]
            )


def test_what_was_sent_once_is_not_deleted_although_it_is_open_again(app: Flask) -> None:
    visit_id = visits.submitted()
    visits.act(visit_id, service.withdraw_visit, by="officer")
    write(lambda: db.session.execute(text("UPDATE visit_answer SET note = 'sửa'")))
    for statement in ("DELETE FROM visit_event", "DELETE FROM visit"):
        with pytest.raises(DBAPIError, match="is protected"):
            write(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]


def test_one_line_has_one_answer(app: Flask) -> None:
    visit_id = visits.visit(scored=True)
    visits.answer_all(visit_id)
    for statement in (
        "UPDATE visit_answer SET not_applicable = (1 = 1)",
        "UPDATE visit_answer SET choice = 'a', number = 1",
    ):
        with pytest.raises(DBAPIError, match="one_answer"):
            write(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]


# --- the minutes ----------------------------------------------------------------------------------


def data_of(visit_id: int) -> dict[str, object]:
    db.session.rollback()
    return minutes_data(queries.get_visit_or_404(people.user("manager"), visit_id))


def test_the_data_of_approved_minutes(app: Flask) -> None:
    bad = Answer(value=False, note="12 gói hết hạn trên kệ số 3")
    scored = {"B.2": bad, "C.2": Answer(not_applicable=True), "A.1": Answer(number=Decimal("45.5"))}
    visit_id = visits.approved(scored, scored=True, number=5, team=("second_officer",))
    data = data_of(visit_id)
    token = visits.record(visit_id).token
    assert data["date"] == date(2026, 11, 23)
    assert (data["draft"], data["number"], data["symbol"]) == (False, "05/BB-SCT", "BB-SCT")
    assert data["check_url"] == f"https://ocop.example/kt/{token}"
    assert data["kind"] == "định kỳ"
    assert data["started_at"] == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert data["head"]["issuer"] == "SỞ CÔNG THƯƠNG"  # type: ignore[index]
    assert [(one["name"], one["role"]) for one in data["team"]] == [  # type: ignore[attr-defined]
        ("Nguyễn Thị Thu Hà", "Trưởng đoàn"),
        ("Lê Đức Mạnh", "Thành viên"),
    ]
    lines = {line["code"]: line for part in data["sections"] for line in part["lines"]}  # type: ignore[attr-defined]
    assert (lines["A.1"]["value"], lines["A.1"]["minimum"]) == ("45,5 m²", "30 m²")
    assert (lines["A.1"]["points"], lines["A.1"]["possible"]) == ("15,0", "15,0")
    assert (lines["A.2"]["value"], lines["A.2"]["result"]) == ("15/15", "met")
    assert (lines["B.2"]["result"], lines["B.2"]["points"]) == ("not_met", "0,0")
    assert lines["B.3"]["choice"] == "Trong tỉnh"
    assert (lines["C.2"]["result"], lines["C.2"]["points"]) == ("na", None)
    assert data["score"]["percent"] == "88,9 %"  # type: ignore[index]
    assert data["conclusion"] == {
        "label": "Chưa đạt",
        "provisional": False,
        "reasons": ["Chưa đạt tiêu chí bắt buộc B.2"],
    }
    assert data["findings"][0]["what"] == "12 gói hết hạn trên kệ số 3"  # type: ignore[index]
    assert data["edition"]["number"] is None  # type: ignore[index]
    assert render_pdf("minutes", data).startswith(b"%PDF")


def test_a_draft_has_no_number_and_no_address(app: Flask) -> None:
    visit_id = visits.visit()
    data = data_of(visit_id)
    assert (data["draft"], data["number"], data["check_url"]) == (True, None, None)
    assert data["edition"]["ended"].startswith("Bộ tiêu chí 950/QĐ-BCT")  # type: ignore[index]
    assert data["conclusion"]["label"] == "Chưa đánh giá"  # type: ignore[index]
    assert render_pdf("minutes", data).startswith(b"%PDF")


def test_void_minutes_say_so(app: Flask) -> None:
    visit_id = visits.approved()
    visits.act(visit_id, service.void_visit, by="manager", reason="Ghi nhầm điểm bán")
    data = data_of(visit_id)
    assert data["void"] == "Đã hủy ngày 23/11/2026: Ghi nhầm điểm bán"
    assert render_pdf("minutes", data).startswith(b"%PDF")


def test_guests_stand_in_the_team_line_by_line(app: Flask) -> None:
    visit_id = visits.visit(planned=True, on=visits.TOMORROW)
    write(lambda: setattr(visits.record(visit_id), "guests", "Bà Tư, UBND phường\n\nÔng Ba"))
    names = [one["name"] for one in data_of(visit_id)["team"]]  # type: ignore[attr-defined]
    assert names == ["Nguyễn Thị Thu Hà", "Bà Tư, UBND phường", "Ông Ba"]
