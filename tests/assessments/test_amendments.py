"""Amendments of approved minutes: numbered beside them, printed with them, and the original stays as it is."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ocop_points.assessments import amendments_queries as queries
from ocop_points.assessments import service
from ocop_points.assessments.faults import visit_faults
from ocop_points.core.db import db, write
from tests import factories
from tests import factories_papers as papers
from tests import factories_visits as visits
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]
SAID = {
    "kind": "correction",
    "number": "15",
    "numbered_on": "23/11/2026",
    "reason": "Ghi nhầm họ tên đại diện điểm bán",
    "text": "Đại diện điểm bán là bà Đặng Thị Nga.\nCác nội dung khác giữ nguyên.",
}


def approved(manager: Browser) -> int:
    """Minutes approved through the page, so that their paper is kept."""
    visits.own_edition()
    shop = factories.point()
    factories.give_point(shop)
    visit_id = visits.submitted(point=shop)
    manager.submit(f"/assessments/{visit_id}/approve", {"number": "12"})
    return visit_id


def test_an_amendment_is_numbered_kept_printed_and_told_to_whoever_checks(browser: Open) -> None:
    manager, officer, operator = browser("manager"), browser("officer"), browser("operator")
    visit_id = approved(manager)
    url = f"/assessments/{visit_id}"
    original = papers.raw(manager, f"{url}/minutes.pdf").data
    officer.get(f"{url}/amend", status=403)
    page = manager.get(f"{url}/amend")
    form = page.form()
    assert (form.value("number"), form.value("numbered_on")) == ("13", "23/11/2026")
    for changed, error in (
        ({"number": "12"}, "Số 12/BB-SCT năm 2026 đã dùng"),
        ({"numbered_on": "24/11/2026"}, "Chọn ngày từ hôm nay trở về trước"),
        ({"numbered_on": "22/11/2026"}, "Ngày của số không trước ngày"),
        ({"reason": " "}, "Ghi lý do bổ sung, đính chính"),
        ({"text": ""}, "Ghi nội dung bổ sung, đính chính"),
    ):
        page = manager.submit(f"{url}/amend", {**SAID, **changed}, status=422)
        assert any(one.startswith(error) for one in page.errors()), (changed, page.errors())
    page = manager.follow(manager.submit(f"{url}/amend", SAID))
    assert "Đã lập 15/BB-SCT. Biên bản gốc giữ nguyên." in page.words
    (made,) = queries.amendments_of(visit_id)
    assert made.id in queries.files_of(visit_id)
    # whoever reads the minutes reads it too, and prints both at once
    for who in (officer, operator, browser("viewer")):
        page = who.get(url)
        assert "Biên bản đính chính số 15/BB-SCT" in page.words
        own = papers.raw(who, f"/amendments/{made.id}/paper.pdf")
        both = papers.raw(who, f"{url}/papers.pdf")
        assert own.data.startswith(b"%PDF-")
        assert own.data == papers.raw(who, f"/amendments/{made.id}/paper.pdf").data
        assert len(both.data) > len(own.data)
    browser("other_manager").get(f"/amendments/{made.id}/paper.pdf", status=404)
    assert papers.raw(manager, f"{url}/minutes.pdf").data == original
    token = visits.record(visit_id).token
    page = browser(None).get(f"/kt/{token}")
    assert "còn giá trị, có bản bổ sung, đính chính: 15/BB-SCT" in page.words
    # one register: the next minutes skip the number
    other = visits.submitted(point=factories.point(name="Điểm khác", address="2 đường khác"))
    form = manager.get(f"/assessments/{other}/approve").form()
    assert form.value("number") == "16"
    page = manager.send(form, {"number": "15"}, status=422)
    assert any("Số 15/BB-SCT năm 2026 đã dùng" in one for one in page.errors())
    assert not list(visit_faults())
    # void: what was added stays readable, nothing more is added
    visits.act(visit_id, service.void_visit, by="manager", reason="Ghi nhầm điểm")
    manager.get(f"{url}/amend", status=302)
    assert "Đã hủy, không còn giá trị" in browser(None).get(f"/kt/{token}").words
    assert papers.raw(manager, f"/amendments/{made.id}/paper.pdf").data == own.data


def test_what_was_amended_never_changes(browser: Open) -> None:
    manager = browser("manager")
    visit_id = approved(manager)
    manager.submit(f"/assessments/{visit_id}/amend", SAID)
    visits.submitted(point=factories.point(name="Điểm khác", address="2 đường khác"))
    for statement in (
        "UPDATE amendment SET text = 'khác'",
        "UPDATE amendment SET number = 99",
        "DELETE FROM amendment",
        "UPDATE amendment_file SET stored_file_id = 1",
        "DELETE FROM amendment_file",
        "INSERT INTO amendment (visit_id, department_id, kind, number, number_year, symbol, numbered_on,"
        " text, reason, made_by_id, made_at) SELECT v.id, v.department_id, 'correction', 77, 2026, 'X',"
        " '2026-11-23', 'x', 'x', v.created_by_id, v.created_at FROM visit AS v WHERE v.state = 'submitted'",
    ):
        with pytest.raises(DBAPIError, match="is protected"):
            write(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]


def test_a_manager_of_the_team_does_not_amend(app: Flask, browser: Open) -> None:
    visits.own_edition()
    visit_id = visits.visit(team=("second_manager",))
    visits.answer_all(visit_id)
    visits.submit(visit_id)
    visits.approve(visit_id, number=12)
    browser("second_manager").get(f"/assessments/{visit_id}/amend", status=403)


def test_a_visit_costs_the_same_however_often_it_was_amended(browser: Open) -> None:
    manager = browser("manager")
    visit_id = approved(manager)
    url = f"/assessments/{visit_id}"

    def amend(number: int) -> None:
        manager.submit(f"{url}/amend", {**SAID, "number": str(number)})
        manager.get(url)  # says once that it was made

    amend(15)
    few = statements(manager.get, url)
    for number in range(16, 20):
        amend(number)
    assert len(queries.amendments_of(visit_id)) == 5
    assert statements(manager.get, url) == few
