"""The checklist: answers of every kind, saved one by one and all at once; bad input as typed; two members at once."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from ocop_points.assessments.models import VisitAnswer
from ocop_points.assessments.queries import answers_of
from ocop_points.assessments.rules import Answer, LineState
from ocop_points.assessments.rules_states import VisitState
from ocop_points.assessments.sheet import sheet_of
from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.criteria.queries import whole_edition
from tests import factories, people
from tests import factories_visits as visits
from tests.browser import PART, Browser, Form, Page
from tests.statements import counted

Open = Callable[[str | None], Browser]
D = Decimal
MINE, THEIRS = "officer", "second_officer"


def key(visit_id: int, code: str) -> int:
    """The id of a line, for the names of its fields."""
    db.session.rollback()
    return next(
        line.line.id for line in sheet_of(visits.record(visit_id)).lines if line.line.code == code
    )


def stored(visit_id: int, code: str) -> Answer | None:
    db.session.rollback()
    found = answers_of(visit_id).get(key(visit_id, code))
    return found.answer if found else None


def answers(page: Page) -> Form:
    return next(form for form in page.forms() if form.action.endswith("/answers"))


def fields(visit_id: int, **given: dict[str, str]) -> dict[str, str]:
    """Fields of lines by code: a the verdict, n the number, t the note. I_1 is I.1."""
    found: dict[str, str] = {}
    for code, values in given.items():
        line = key(visit_id, code.replace("_", "."))
        found |= {f"{name}{line}": value for name, value in values.items()}
    return found


def save(browser: Browser, visit_id: int, status: int | None = 303, **given: Any) -> Page:
    """The whole checklist sent as a browser without script does."""
    form = answers(browser.get(f"/assessments/{visit_id}/checklist"))
    return browser.send(form, fields(visit_id, **given), status=status)


def save_line(
    browser: Browser, visit_id: int, code: str, status: int | None = 200, **values: str
) -> Page:
    """One line sent as htmx does: only its own fields, as the page holds them now."""
    form = answers(browser.get(f"/assessments/{visit_id}/checklist"))
    line = key(visit_id, code)
    own = {name: value for name, value in form.fields if name[1:] == str(line)}
    own |= {f"{name}{line}": value for name, value in values.items()}
    return post_line(browser, visit_id, line, own, status)


def post_line(
    browser: Browser, visit_id: int, line: int, body: dict[str, str], status: int | None
) -> Page:
    token = browser.get("/profile").form().value("csrf_token")
    url = f"/assessments/{visit_id}/answers/{line}"
    return browser.post(url, {**body, "csrf_token": token}, status=status, headers=PART)


# --- answers of every kind ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "values", "answer", "state"),
    [
        ("A.1", {"n": "45,5"}, Answer(number=D("45.5")), LineState.MET),
        ("A.1", {"n": "1.234,5"}, Answer(number=D("1234.5")), LineState.MET),
        ("A.1", {"n": "29,999"}, Answer(number=D("29.999")), LineState.NOT_MET),
        ("A.1", {"n": " 30 "}, Answer(number=D(30)), LineState.MET),
        ("A.2", {"n": "7,5"}, Answer(score=D("7.5")), LineState.MET),
        ("A.2", {"n": "0"}, Answer(score=D(0)), LineState.NOT_MET),
        ("A.3", {"a": "yes"}, Answer(value=True), LineState.MET),
        ("A.3", {"a": "no", "t": " Bình hết hạn "}, Answer(value=False, note="Bình hết hạn"), LineState.NOT_MET),
        ("A.3", {"t": "xem lại"}, Answer(note="xem lại"), LineState.UNANSWERED),
        ("B.1", {"n": "100"}, Answer(number=D(100)), LineState.MET),
        ("B.3", {"a": "c:b"}, Answer(choice="b"), LineState.MET),
        ("B.3", {"a": "none"}, Answer(choice="none"), LineState.NOT_MET),
        ("C.2", {"a": "na"}, Answer(not_applicable=True), LineState.NOT_APPLICABLE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("one_line", [False, True])
def test_an_answer_is_stored(
    browser: Open,
    code: str,
    values: dict[str, Any],
    answer: Answer,
    state: LineState,
    one_line: bool,
) -> None:
    visit_id = visits.visit(scored=True)
    officer = browser(MINE)
    if one_line:
        save_line(officer, visit_id, code, **values)
    else:
        save(officer, visit_id, 303, **{code.replace(".", "_"): values})
    assert stored(visit_id, code) == answer
    assert visits.states(visit_id)[code] is state
    row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row is not None
    assert row.action == "visit.answered"
    assert f'"criterion": ["{code}", "{code}"]' in row.changes
    shown = answers(officer.get(f"/assessments/{visit_id}/checklist"))
    line = key(visit_id, code)
    for name, value in values.items():
        typed = {"A.1": "1.234,5"}.get(code, value) if value == "1.234,5" else value
        assert shown.value(f"{name}{line}") == typed.strip()
    found = db.session.scalars(select(VisitAnswer)).one()
    assert found.line_text in officer.get(f"/assessments/{visit_id}").words
    assert found.answered_by_id == people.user(MINE).id


@pytest.mark.parametrize(
    ("code", "values", "message"),
    [
        ("A.1", {"n": "ba mươi"}, "Nhập số, ví dụ 146,5"),
        ("A.1", {"n": "45.5"}, "viết 45,5"),
        ("A.1", {"n": "1.23,4"}, "Nhập số"),
        ("A.1", {"n": "-1"}, "Nhập số từ 0 đến 999.999.999 m²"),
        ("A.1", {"n": "1000000000"}, "Nhập số từ 0 đến 999.999.999 m²"),
        ("A.1", {"n": "45,1234"}, "Nhập tối đa 3 chữ số sau dấu phẩy"),
        ("A.1", {"n": "9" * 30}, "Số quá dài"),
        ("A.1", {"a": "yes"}, "không hợp với tiêu chí này"),
        ("A.1", {"a": "na"}, "không cho chọn “Không áp dụng”"),
        ("A.1", {"n": "5", "a": "na"}, "Chỉ trả lời một cách"),
        ("A.2", {"n": "15,1"}, "Nhập số từ 0 đến 15"),
        ("B.1", {"n": "100,1"}, "Nhập số từ 0 đến 100 %"),
        ("A.3", {"a": "na"}, "không cho chọn “Không áp dụng”"),
        ("A.3", {"a": "maybe"}, "Chọn một mục trong danh sách"),
        ("A.3", {"a": "c:a"}, "không hợp với tiêu chí này"),
        ("A.3", {"n": "7"}, "không hợp với tiêu chí này"),
        ("B.3", {"a": "c:z"}, "Chọn một mục trong danh sách"),
        ("B.3", {"a": "yes"}, "không hợp với tiêu chí này"),
        ("C.2", {"t": "x" * 2001}, "Viết ngắn lại, tối đa 2000 ký tự"),
    ],
)
def test_bad_input_comes_back_as_typed_and_nothing_is_stored(
    browser: Open, code: str, values: dict[str, Any], message: str
) -> None:
    visit_id = visits.visit(scored=True)
    officer = browser(MINE)
    line = key(visit_id, code)
    page = save(officer, visit_id, 422, **{code.replace(".", "_"): values}, B_2={"a": "yes"})
    assert any(message in error for error in page.errors()), page.errors()
    assert "Chưa lưu được. Cần xem 1 tiêu chí:" in page.words
    assert f"#line-{line}" in page.links()
    form = answers(page)
    assert form.value(f"a{key(visit_id, 'B.2')}") == "yes"
    for name, value in values.items():
        if name in "nt" and not (name == "n" and code == "A.3"):  # a field that A.3 has not
            assert form.value(f"{name}{line}") == value
    assert not answers_of(visit_id)
    part = save_line(officer, visit_id, code, 422, **values)
    assert any(message in error for error in part.errors())
    assert 'id="bar"' in part.text
    assert not answers_of(visit_id)


def test_an_answer_can_be_taken_back(browser: Open) -> None:
    visit_id = visits.visit(scored=True)
    officer = browser(MINE)
    save(officer, visit_id, A_1={"n": "45", "t": "đo lại"})
    save(officer, visit_id, A_1={"n": "", "t": ""})
    assert stored(visit_id, "A.1") == Answer()
    assert visits.states(visit_id)["A.1"] is LineState.UNANSWERED


def test_an_answer_that_says_the_same_writes_nothing(browser: Open) -> None:
    visit_id = visits.visit(scored=True)
    officer = browser(MINE)
    save(officer, visit_id, A_1={"n": "45"})
    rows = db.session.scalars(select(AuditRow.id)).all()
    save(officer, visit_id)
    save(officer, visit_id, A_1={"n": "45,00"})
    db.session.rollback()
    assert db.session.scalars(select(AuditRow.id)).all() == rows
    assert answers_of(visit_id)[key(visit_id, "A.1")].version == 1


def test_the_part_holds_state_progress_and_running_result(browser: Open) -> None:
    visit_id = visits.visit(scored=True)
    officer = browser(MINE)
    assert "Chưa có câu trả lời" in officer.get(f"/assessments/{visit_id}/checklist").words
    part = save_line(officer, visit_id, "A.2", n="9")
    for target in ("#bar", "#sync", "#sec-"):
        assert f'hx-target="{target}' in part.text
    assert "1/8 tiêu chí" in part.text
    assert "Tạm tính:" in part.text
    assert "60,0" in part.text
    assert "chưa đạt" in part.text
    assert "Đã lưu 10:00" in part.text
    assert "Cần ít nhất một ảnh." in part.text
    part = save_line(officer, visit_id, "B.2", a="no")
    assert "vì B.2" in part.text
    assert "Chưa đạt thì cần ghi chú." in part.text
    assert "<html" not in part.text


def test_without_script_one_line_is_saved_too(browser: Open) -> None:
    visit_id = visits.visit()
    officer = browser(MINE)
    line = key(visit_id, "I.1")
    form = answers(officer.get(f"/assessments/{visit_id}/checklist"))
    form.action = f"/assessments/{visit_id}/answers/{line}"
    answer = officer.send(form, {f"a{line}": "yes"})
    assert answer.location == f"/assessments/{visit_id}/checklist#line-{line}"
    assert stored(visit_id, "I.1") == Answer(value=True)


def test_a_line_of_another_edition_is_not_found(browser: Open) -> None:
    visit_id = visits.visit()
    strange = visits.edition("920").id
    line = next(iter(whole_edition(strange).lines)).id
    post_line(browser(MINE), visit_id, line, {f"v{line}": "0", f"a{line}": "yes"}, 404)


def test_the_answers_of_the_visit_before_stand_beside(browser: Open) -> None:
    point = factories.point()
    note = Answer(value=False, note="Ruốc hàu thiếu tem")
    visits.approved({"III.4": note}, point=point, day=date(2026, 5, 18))
    visit_id = visits.visit(point)
    page = browser(MINE).get(f"/assessments/{visit_id}/checklist")
    assert "Lần trước, 18/05/2026" in page.words
    assert "Ruốc hàu thiếu tem" in page.words
    assert page.text.count('class="prev') == 13


def test_a_checklist_session_may_rest_for_twelve_hours(app: Flask, browser: Open) -> None:
    visit_id = visits.visit()
    officer = browser(MINE)
    officer.get(f"/assessments/{visit_id}/checklist")
    with clock.freeze(clock.now() + timedelta(hours=11)):
        officer.get(f"/assessments/{visit_id}/checklist")


def test_a_lost_session_brings_the_answers_back_unsaved(browser: Open) -> None:
    visit_id = visits.visit()
    officer = browser(MINE)
    form = answers(officer.get(f"/assessments/{visit_id}/checklist"))
    officer.http.delete_cookie("ocop_points")
    page = officer.send(form, fields(visit_id, I_1={"a": "yes", "t": "Ngay cổng chợ"}), status=401)
    carrier = officer.send(
        page.form(), {"username": "qni.canbo", "password": people.PASSWORD}, status=200
    )
    shown = answers(officer.send(answers(carrier), status=200))
    line = key(visit_id, "I.1")
    assert (shown.value(f"a{line}"), shown.value(f"t{line}")) == ("yes", "Ngay cổng chợ")
    assert not answers_of(visit_id)
    officer.send(shown)
    assert stored(visit_id, "I.1") == Answer(value=True, note="Ngay cổng chợ")


# --- two members ----------------------------------------------------------------------------------


def two(browser: Open) -> tuple[int, Browser, Browser]:
    visit_id = visits.visit(team=(THEIRS,))
    return visit_id, browser(MINE), browser(THEIRS)


def test_two_members_answer_different_lines(browser: Open) -> None:
    visit_id, mine, theirs = two(browser)
    form = answers(mine.get(f"/assessments/{visit_id}/checklist"))
    save(theirs, visit_id, I_1={"a": "yes"})
    mine.send(form, fields(visit_id, II_1={"a": "yes"}))
    assert stored(visit_id, "I.1") == stored(visit_id, "II.1") == Answer(value=True)


@pytest.mark.parametrize("keep", ["mine", "theirs"])
@pytest.mark.parametrize("one_line", [False, True])
def test_the_second_member_sees_both_answers(browser: Open, keep: str, one_line: bool) -> None:
    visit_id, mine, theirs = two(browser)
    line = key(visit_id, "I.1")
    form = answers(mine.get(f"/assessments/{visit_id}/checklist"))
    save(theirs, visit_id, I_1={"a": "no", "t": "Ngõ vắng"})
    sent = fields(visit_id, I_1={"a": "yes", "t": "Đông khách"})
    own = {**{n: v for n, v in form.fields if n[1:] == str(line)}, **sent}
    if one_line:
        page = post_line(mine, visit_id, line, own, 422)
    else:
        page = mine.send(form, sent, status=422)
        assert "người khác vừa trả lời" in page.words
        assert answers(page).value(f"t{line}") == "Đông khách"
    assert "Lê Đức Mạnh vừa trả lời tiêu chí này" in page.text
    assert "Ngõ vắng" in page.text
    assert stored(visit_id, "I.1") == Answer(value=False, note="Ngõ vắng")
    choice = {f"k{line}": keep}
    if one_line:
        hidden = {
            name: value
            for name in (f"v{line}", f"s{line}")
            for value in [page.text.split(f'name="{name}" value="')[1].split('"')[0]]
        }
        post_line(mine, visit_id, line, {**own, **hidden, **choice}, 200)
    else:
        mine.send(answers(page), choice)
    kept = {
        "mine": Answer(value=True, note="Đông khách"),
        "theirs": Answer(value=False, note="Ngõ vắng"),
    }
    assert stored(visit_id, "I.1") == kept[keep]


def test_ones_own_earlier_answer_is_replaced(browser: Open) -> None:
    """Two changes of one line that cross each other are no conflict with oneself."""
    visit_id = visits.visit()
    officer = browser(MINE)
    form = answers(officer.get(f"/assessments/{visit_id}/checklist"))
    save(officer, visit_id, I_1={"a": "yes"})
    line = key(visit_id, "I.1")
    own = {n: v for n, v in form.fields if n[1:] == str(line)}
    post_line(officer, visit_id, line, {**own, f"a{line}": "no"}, 200)
    assert stored(visit_id, "I.1") == Answer(value=False)


# --- who and when ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("manager", 403),
        (THEIRS, 403),
        ("admin", 403),
        ("viewer", 403),
        ("operator", 403),
        ("other_officer", 404),
        ("other_manager", 404),
    ],
)
def test_who_may_not_answer(browser: Open, who: str, status: int) -> None:
    visit_id = visits.visit()
    someone = browser(who)
    someone.get(f"/assessments/{visit_id}/checklist", status=status)
    line = key(visit_id, "I.1")
    post_line(someone, visit_id, line, {f"v{line}": "0", f"a{line}": "yes"}, status)
    token = someone.get("/profile").form().value("csrf_token")
    someone.post(f"/assessments/{visit_id}/answers", {"csrf_token": token}, status=status)
    assert not answers_of(visit_id)


def test_a_submitted_visit_takes_no_answer(browser: Open) -> None:
    visit_id = visits.visit()
    officer = browser(MINE)
    form = answers(officer.get(f"/assessments/{visit_id}/checklist"))
    visits.answer_all(visit_id)
    visits.submit(visit_id)
    page = officer.send(form, fields(visit_id, I_1={"a": "no"}), status=422)
    assert "“Chờ duyệt”" in page.words
    line = key(visit_id, "I.1")
    part = post_line(
        officer, visit_id, line, {f"v{line}": "1", f"s{line}": "", f"a{line}": "no"}, 422
    )
    assert "“Chờ duyệt”" in part.text
    assert stored(visit_id, "I.1") == Answer(value=True)
    assert officer.get(f"/assessments/{visit_id}/checklist", status=302).location.endswith(
        str(visit_id)
    )


def test_the_first_answer_takes_a_returned_visit_up(browser: Open) -> None:
    visit_id = visits.submitted()
    visits.give_back(visit_id)
    assert visits.record(visit_id).state is VisitState.RETURNED
    officer = browser(MINE)
    assert "III.1 thiếu ảnh" in officer.get(f"/assessments/{visit_id}/checklist").words
    save(officer, visit_id)
    assert visits.record(visit_id).state is VisitState.RETURNED
    save_line(officer, visit_id, "I.1", t="Ảnh đã bổ sung")
    assert visits.record(visit_id).state is VisitState.IN_PROGRESS


def test_the_page_asks_the_same_number_of_statements_for_10_and_100_lines(browser: Open) -> None:
    officer = browser(MINE)
    point = factories.point()
    asked = set()
    for lines in (10, 100):
        visits.long_edition(lines)
        visit_id = visits.visit(point)
        for answered in (False, True):
            if answered:
                visits.answer_all(visit_id)
            for page in ("/checklist", "", "/submit"):
                officer.get(f"/assessments/{visit_id}{page}")
                db.session.rollback()
                with counted() as seen:
                    officer.get(f"/assessments/{visit_id}{page}")
                asked.add((page, sum(one != "BEGIN" for one in seen)))
        assert len(sheet_of(visits.record(visit_id)).lines) == lines
    # The user; visit, team; how many photos, answers; visit before, photos; the edition was read by the first page.
    # The record also history, papers, scans, what shall be done, what was found before; submitting reads the visit
    # twice, and what shall be done.
    assert asked == {("/checklist", 8), ("", 12), ("/submit", 8)}
