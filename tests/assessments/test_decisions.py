"""Submit, withdraw, approve, return, void, delete: every step and every refusal through HTTP."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from ocop_points.accounts.service import deactivate
from ocop_points.assessments import queries, service
from ocop_points.assessments.models import Visit, VisitAnswer, VisitEvent, VisitMember
from ocop_points.assessments.rules import Answer, Result, VisitKind
from ocop_points.assessments.rules_states import Verb, VisitState
from ocop_points.assessments.steps import Incomplete
from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.points.rules import LastResult
from tests import factories, people
from tests import factories_visits as visits
from tests.browser import Browser

Open = Callable[[str | None], Browser]
NUMBER = {"number": "12", "numbered_on": "23/11/2026"}


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditRow.action).order_by(AuditRow.id)))


def verbs(visit_id: int) -> list[Verb | None]:
    return [event.verb for event in reversed(queries.events_of(visit_id))]


def full(**options: object) -> int:
    """A visit of an edition without photos, every line answered."""
    visits.own_edition()
    visit_id = visits.visit(**options)  # type: ignore[arg-type]
    visits.answer_all(visit_id)
    return visit_id


def sent(**options: object) -> int:
    visit_id = full(**options)
    visits.submit(visit_id)
    return visit_id


# --- the whole road -------------------------------------------------------------------------------


def test_submitted_returned_mended_approved(browser: Open) -> None:
    visit_id = full()
    visits.answer_all(visit_id, {"III.4": visits.NO})
    officer, manager = browser("officer"), browser("manager")
    url = f"/assessments/{visit_id}"
    page = officer.get(f"{url}/submit")
    assert "Tồn tại ở tiêu chí III.4." in page.words
    said = {
        "conclusion": "Điểm bán làm tốt.",
        "opinion": "Nhất trí.",
        "representative": "Đặng Thị Nga",
        "finished": "11:20",
    }
    page = officer.follow(officer.send(page.form(), said))
    assert "Đã gửi duyệt." in page.words
    assert "Chờ duyệt" in page.words
    assert "Điểm bán làm tốt." in page.words
    assert "10:00 23/11/2026 – 11:20" in page.words
    assert "Đánh giá chờ bạn duyệt" in manager.get("/").words
    page = manager.submit(f"{url}/return", {"reason": " "}, status=422)
    assert page.errors() == ["Ghi tiêu chí và việc cần sửa"]
    page = manager.follow(manager.submit(f"{url}/return", {"reason": "III.4: ghi rõ mặt hàng"}))
    assert "Trả lại" in page.words
    assert "Đánh giá chờ bạn duyệt" not in manager.get("/").words
    home = officer.get("/").words
    assert "Đánh giá đang làm dở" in home
    assert visits.record(visit_id).result is None
    visits.answer_all(visit_id, {"III.4": Answer(value=False, note="6 lọ ruốc hàu thiếu tem")})
    assert "III.4: ghi rõ mặt hàng" in officer.get(url).words
    officer.submit(f"{url}/submit")
    form = manager.get(f"{url}/approve").form()
    assert (form.value("number"), form.value("numbered_on")) == ("1", "23/11/2026")
    page = manager.follow(manager.send(form, {"number": "12"}))
    assert "Số 12/BB-SCT" in page.words
    assert "6 lọ ruốc hàu thiếu tem" in page.words
    done = visits.record(visit_id)
    assert (done.state, done.result, done.paper_number) == (
        VisitState.APPROVED,
        Result.PASS,
        "12/BB-SCT",
    )
    assert done.token is not None
    assert len(done.token) == 32
    assert queries.visit_of_token(done.token) is not None
    point = visits.record_point(visit_id)
    assert (point.last_visit_on, point.last_result) == (date(2026, 11, 23), LastResult.PASS)
    assert verbs(visit_id) == [
        Verb.START,
        Verb.SUBMIT,
        Verb.RETURN_,
        Verb.ANSWER,
        Verb.SUBMIT,
        Verb.APPROVE,
    ]
    assert actions()[-4:-1] == ["visit.approved", "finding.opened", "point.result_set"]
    page = officer.get(url)
    for gone in ("/checklist", "/submit", "/edit", "/cancel", "/delete", "/withdraw"):
        assert f"{url}{gone}" not in page.links()


def test_a_scored_visit_keeps_result_and_score(browser: Open) -> None:
    visit_id = visits.submitted({"A.2": Answer(score=Decimal(7), note="bụi")}, scored=True)
    with visits.photographed():
        manager = browser("manager")
        page = manager.get(f"/assessments/{visit_id}")
        assert "92,0" in page.words
        manager.submit(f"/assessments/{visit_id}/approve")
    done = visits.record(visit_id)
    assert (done.result, done.score) == (Result.PASS, Decimal(92))
    assert visits.record_point(visit_id).last_score == Decimal(92)


# --- submit ---------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_first_each_linked_to_its_line(browser: Open) -> None:
    visit_id = visits.visit(scored=True)
    missing = {
        "A.1": Answer(),
        "A.2": Answer(),
        "A.3": Answer(value=False),
        "B.3": Answer(),
    }
    visits.answer_all(visit_id, missing)
    officer = browser("officer")
    page = officer.get(f"/assessments/{visit_id}/submit")
    assert "Còn 4 tiêu chí chưa xong" in page.words
    wanted = {
        "A.1 Diện tích trưng bày": "chưa nhập số",
        "A.2 Bày hàng theo nhóm, sạch, sáng": "chưa chấm điểm",
        "A.3 Lối thoát hiểm và bình chữa cháy dùng được": "chưa đạt thì cần ghi chú",
        "B.3 Nguồn hàng chủ yếu": "chưa trả lời",
    }
    for text, reason in wanted.items():
        assert f"{text}{reason}" in page.words.replace(text + " ", text)
    lines = [link for link in page.links() if f"/assessments/{visit_id}/checklist#line-" in link]
    assert len(set(lines)) == 4
    targets = officer.get(f"/assessments/{visit_id}/checklist").text
    assert all(f'id="{link.split("#")[1]}"' in targets for link in lines)
    token = officer.get("/profile").form()
    body = {
        "csrf_token": token.value("csrf_token"),
        "form_key": token.value("form_key"),
        "version": str(visits.record(visit_id).version),
    }
    page = officer.post(f"/assessments/{visit_id}/submit", body, status=422)
    assert "Còn tiêu chí chưa xong" in page.words
    assert visits.record(visit_id).state is VisitState.IN_PROGRESS


def test_a_line_that_wants_a_photo_keeps_it_from_being_submitted(browser: Open) -> None:
    visit_id = visits.visit()
    visits.answer_all(visit_id)
    page = browser("officer").get(f"/assessments/{visit_id}/submit")
    assert "Còn 2 tiêu chí chưa xong" in page.words
    assert "cần ít nhất một ảnh" in page.words


@pytest.mark.parametrize("lacking", ["photo", "note"])
def test_a_visit_whose_lines_are_all_answered_may_still_lack_something(
    app: Flask, lacking: str
) -> None:
    """The verb itself refuses, whatever the page shows."""
    if lacking == "note":
        visits.own_edition()  # asks for no photos
    visit_id = visits.visit()
    visits.answer_all(visit_id, {"III.4": Answer(value=False)} if lacking == "note" else {})
    with pytest.raises(Incomplete):
        visits.act(visit_id, service.submit_visit, by="officer", conclusion="", representative="")
    assert visits.record(visit_id).state is VisitState.IN_PROGRESS


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"finished": "9:59"}, "Giờ kết thúc không được trước giờ bắt đầu"),
        ({"finished": "lúc trưa"}, "Nhập giờ và phút, ví dụ 14:05"),
        ({"conclusion": "x" * 4001}, "Viết ngắn lại, tối đa 4000 ký tự"),
    ],
)
def test_wrong_words_at_the_end_come_back(
    browser: Open, changed: dict[str, str], message: str
) -> None:
    visit_id = full()
    page = browser("officer").submit(f"/assessments/{visit_id}/submit", changed, status=422)
    assert any(message in error for error in page.errors())
    for name, value in changed.items():
        assert page.form().value(name) == value
    assert visits.record(visit_id).state is VisitState.IN_PROGRESS


def test_a_resent_submission_is_one(browser: Open) -> None:
    visit_id = full()
    officer = browser("officer")
    form = officer.get(f"/assessments/{visit_id}/submit").form()
    first = officer.send(form)
    assert officer.send(form).location == first.location
    assert verbs(visit_id).count(Verb.SUBMIT) == 1


# --- withdraw -------------------------------------------------------------------------------------


def test_only_the_submitter_withdraws_and_only_before_a_decision(browser: Open) -> None:
    visit_id = sent(team=("second_officer",))
    url = f"/assessments/{visit_id}/withdraw"
    browser("second_officer").get(url, status=403)
    browser("manager").get(url, status=403)
    browser("other_officer").get(url, status=404)
    officer = browser("officer")
    stale = officer.get(url).form()
    page = officer.follow(officer.submit(url))
    assert "Đang đánh giá" in page.words
    assert visits.record(visit_id).result is None
    visits.submit(visit_id)
    visits.approve(visit_id)
    page = officer.send(stale, status=422)
    assert "đang ở trạng thái “Đã duyệt” nên không làm được việc này" in page.words
    assert officer.get(url, status=302).location.endswith(f"/assessments/{visit_id}")


# --- who decides ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 403),
        ("second_officer", 403),
        ("viewer", 403),
        ("operator", 403),
        ("admin", 403),
        ("other_manager", 404),
        ("manager", 200),
        ("second_manager", 200),
    ],
)
@pytest.mark.parametrize("verb", ["approve", "return"])
def test_who_decides(browser: Open, who: str, status: int, verb: str) -> None:
    visit_id = sent()
    browser(who).get(f"/assessments/{visit_id}/{verb}", status=status)


def test_a_manager_in_the_team_does_not_decide_and_is_told_why(browser: Open) -> None:
    visit_id = sent(team=("manager",))
    manager = browser("manager")
    page = manager.get(f"/assessments/{visit_id}")
    assert "Bạn có trong đoàn đánh giá nên không duyệt được." in page.words
    manager.get(f"/assessments/{visit_id}/approve", status=403)
    assert "Đánh giá chờ bạn duyệt" not in manager.get("/").words
    browser("second_manager").get(f"/assessments/{visit_id}/approve")


def test_the_administrator_decides_where_no_manager_may_and_says_why(browser: Open) -> None:
    visit_id = sent(team=("manager",))
    admin = browser("admin")
    page = admin.get(f"/assessments/{visit_id}")
    assert "Sở có người quản lý duyệt được; Bộ không duyệt thay." in page.words
    write(lambda: deactivate(people.user("second_manager"), by=people.user("admin")))
    page = admin.submit(f"/assessments/{visit_id}/approve", {"number": "3"}, status=422)
    assert page.errors() == ["Ghi lý do Bộ duyệt thay"]
    reason = {"number": "3", "reason": "Sở chưa có quản lý khác"}
    page = admin.follow(admin.submit(f"/assessments/{visit_id}/approve", reason))
    assert "Duyệt: Sở chưa có quản lý khác" in page.words


# --- approve --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"number": ""}, "Nhập số, ví dụ 12"),
        ({"number": "0"}, "Nhập số từ 1 đến 999.999"),
        ({"number": "1,5"}, "Nhập số nguyên"),
        ({"number": "12/BB"}, "Nhập số"),
        ({"numbered_on": ""}, "Nhập ngày"),
        ({"numbered_on": "24/11/2026"}, "Chọn ngày từ hôm nay trở về trước"),
        ({"numbered_on": "22/11/2026"}, "Ngày của số không trước ngày đánh giá (23/11/2026)"),
    ],
)
def test_a_wrong_number_comes_back_as_typed(
    browser: Open, changed: dict[str, str], message: str
) -> None:
    visit_id = sent()
    page = browser("manager").submit(
        f"/assessments/{visit_id}/approve", {**NUMBER, **changed}, status=422
    )
    assert any(message in error for error in page.errors()), page.errors()
    for name, value in changed.items():
        assert page.form().value(name) == value
    assert visits.record(visit_id).state is VisitState.SUBMITTED


def test_a_number_is_given_once_a_department_year_and_symbol(browser: Open) -> None:
    visits.own_edition()
    point = factories.point()
    day = date(2026, 11, 20)
    visits.approved(point=point, number=12, day=day)
    visit_id = visits.submitted(point=point)
    manager = browser("manager")
    form = manager.get(f"/assessments/{visit_id}/approve").form()
    assert form.value("number") == "13"
    page = manager.send(form, {"number": "12"}, status=422)
    assert any(
        "Số 12/BB-SCT năm 2026 đã dùng cho Trung tâm OCOP Bãi Cháy (20/11/2026). Số tiếp theo: 13"
        in e
        for e in page.errors()
    ), page.errors()
    manager.send(page.form(), {"number": "20"})
    assert visits.record(visit_id).number == 20
    elsewhere = factories.point(people.ELSEWHERE)
    other = visits.submitted(point=elsewhere, by="other_officer")
    visits.approve(other, by="other_manager", number=12)
    assert visits.record(other).paper_number == "12/BB-SCT"
    old = visits.submitted(point=point, on=date(2025, 12, 30))
    page = manager.get(f"/assessments/{old}/approve")
    assert page.form().value("number") == "1"
    manager.send(page.form(), {"number": "12"})
    assert visits.record(old).number_year == 2025


def test_two_managers_decide_at_once(browser: Open) -> None:
    visit_id = sent()
    first, second = browser("manager"), browser("second_manager")
    form = second.get(f"/assessments/{visit_id}/return").form()
    approve = second.get(f"/assessments/{visit_id}/approve").form()
    first.submit(f"/assessments/{visit_id}/approve", NUMBER)
    for stale in (form, approve):
        page = second.send(stale, {"reason": "muộn"} if stale is form else NUMBER, status=422)
        assert "đang ở trạng thái “Đã duyệt” nên không làm được việc này" in page.words
    assert visits.record(visit_id).state is VisitState.APPROVED


def test_a_resent_approval_is_one(browser: Open) -> None:
    visit_id = sent()
    manager = browser("manager")
    form = manager.get(f"/assessments/{visit_id}/approve").form()
    first = manager.send(form, NUMBER)
    assert manager.send(form, NUMBER).location == first.location
    page = manager.send(form, {**NUMBER, "number": "13"}, status=422)
    assert "đã được gửi với nội dung khác" in page.words
    assert visits.record(visit_id).number == 12


def test_an_older_visit_approved_late_does_not_replace_the_newer_result(browser: Open) -> None:
    visits.own_edition()
    point = factories.point()
    bad = {"I.1": visits.NO}
    visits.approved(point=point, number=1)
    visits.approved(bad, point=point, number=2, day=date(2026, 10, 1))
    assert visits.fresh_point(point.id).last_result is LastResult.PASS


# --- void, cancel, delete -------------------------------------------------------------------------


def test_a_void_paper_keeps_its_number_and_the_point_its_other_result(browser: Open) -> None:
    visits.own_edition()
    point = factories.point()
    visits.approved({"I.1": visits.NO}, point=point, number=1, day=date(2026, 10, 1))
    visit_id = visits.approved(point=point, number=2)
    manager = browser("manager")
    page = manager.submit(f"/assessments/{visit_id}/void", {"reason": ""}, status=422)
    assert page.errors() == ["Ghi lý do hủy"]
    page = manager.follow(
        manager.submit(f"/assessments/{visit_id}/void", {"reason": "Ghi nhầm điểm bán"})
    )
    assert "Ghi nhầm điểm bán" in page.words
    gone = visits.record(visit_id)
    assert (gone.state, gone.number) == (VisitState.VOID, 2)
    kept = visits.fresh_point(point.id)
    assert (kept.last_visit_on, kept.last_result) == (date(2026, 10, 1), LastResult.FAIL)
    assert queries.next_paper_number(gone.department_id, 2026, gone.symbol) == 3
    first = queries.last_approved(point.id)
    assert first is not None
    manager.submit(f"/assessments/{first.id}/void", {"reason": "Ghi nhầm"})
    assert visits.fresh_point(point.id).last_result is None
    assert manager.get(f"/assessments/{visit_id}/void", status=302)


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 403), ("viewer", 403), ("admin", 403), ("other_manager", 404), ("operator", 403)],
)
def test_who_may_not_void(browser: Open, who: str, status: int) -> None:
    visit_id = visits.approved()
    browser(who).get(f"/assessments/{visit_id}/void", status=status)


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_an_open_visit_is_cancelled_with_a_reason(browser: Open, who: str) -> None:
    visit_id = visits.visit(planned=True, on=visits.TOMORROW)
    someone = browser(who)
    page = someone.submit(f"/assessments/{visit_id}/cancel", status=422)
    assert page.errors() == ["Ghi lý do hủy"]
    someone.submit(f"/assessments/{visit_id}/cancel", {"reason": "Điểm nghỉ sửa chữa"})
    assert visits.record(visit_id).state is VisitState.VOID


def test_who_may_not_cancel(browser: Open) -> None:
    visit_id = visits.visit()
    for who, status in (("second_officer", 403), ("admin", 403), ("other_manager", 404)):
        browser(who).get(f"/assessments/{visit_id}/cancel", status=status)


def test_a_submitted_visit_is_not_cancelled(browser: Open) -> None:
    visit_id = full()
    officer = browser("officer")
    stale = officer.get(f"/assessments/{visit_id}/cancel").form()
    visits.submit(visit_id)
    officer.send(stale, {"reason": "x"}, status=422)
    assert officer.get(f"/assessments/{visit_id}/cancel", status=302)
    assert visits.record(visit_id).state is VisitState.SUBMITTED


def test_the_starter_deletes_a_draft_that_was_never_submitted(browser: Open) -> None:
    visit_id = visits.visit(team=("second_officer",))
    visits.answer_all(visit_id)
    url = f"/assessments/{visit_id}/delete"
    browser("second_officer").get(url, status=403)
    browser("manager").get(url, status=403)
    officer = browser("officer")
    page = officer.follow(officer.submit(url))
    assert "Đã xóa nháp." in page.words
    for model in (Visit, VisitAnswer, VisitMember, VisitEvent):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0
    assert actions()[-1] == "visit.deleted"
    officer.get(f"/assessments/{visit_id}", status=404)


def test_what_was_submitted_once_is_not_deleted(browser: Open) -> None:
    visit_id = full()
    officer = browser("officer")
    stale = officer.get(f"/assessments/{visit_id}/delete").form()
    visits.submit(visit_id)
    visits.give_back(visit_id)
    visits.answer_all(visit_id, {"I.1": visits.NO})
    assert visits.record(visit_id).state is VisitState.IN_PROGRESS
    assert officer.get(f"/assessments/{visit_id}/delete", status=302)
    officer.send(stale, status=422)
    form = {**dict(stale.fields), "version": str(visits.record(visit_id).version)}
    page = officer.post(f"/assessments/{visit_id}/delete", form, status=422)
    assert "không xóa được, chỉ hủy được" in page.words


def test_the_verbs_ask_again_what_the_pages_asked(app: Flask) -> None:
    """Between a page and its verb the rights may change: the verb decides under the lock."""
    visit_id = visits.visit(team=("second_officer",))
    with pytest.raises(Refused, match="Chỉ người lập nháp"):
        visits.act(visit_id, service.delete_draft, by="second_officer")
    strangers = service.VisitFacts(VisitKind.PERIODIC, team=(people.user("other_officer").id,))
    with pytest.raises(Refused, match="được giao địa phương"):
        visits.act(visit_id, service.edit_visit, by="officer", facts=strangers, planned_on=None)
    with pytest.raises(Refused, match="trong đoàn"):
        visits.act(visit_id, service.begin_visit, by="manager", began_at=clock.now())
    with pytest.raises(Refused, match="Chỉ người gửi duyệt"):
        visits.act(visit_id, service.withdraw_visit, by="second_officer")
    visits.answer_all(visit_id)
    visits.submit(visit_id)
    with pytest.raises(Refused, match="không duyệt được"):
        visits.act(
            visit_id, service.approve_visit, by="officer", number=1, numbered_on=clock.today()
        )
