"""The checklist in the shop: the network goes, the browser is closed, the session ends, somebody else answers too."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import func, select

from ocop_points.assessments.models import VisitAnswer
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db, write
from ocop_points.evidence.models import StoredFile
from tests import factories_measures, factories_papers, factories_visits, people
from tests.e2e.desk import Desk
from tests.factories_papers import shot

OpenDesk = Callable[..., Desk]


@pytest.fixture
def visit_id(app: Flask) -> int:
    return factories_visits.visit(team=("second_officer",))


def line(desk: Desk, code: str) -> Any:
    return desk.page.locator(".crit", has=desk.page.locator(f".crit-no:text-is('{code}')"))


def open_checklist(desk: Desk, visit_id: int) -> None:
    desk.go(f"/assessments/{visit_id}/checklist")
    expect(desk.page.locator("#field")).to_have_attribute("data-ready", "1")


def say(desk: Desk, code: str, text: str = "Đạt") -> None:
    line(desk, code).get_by_text(text, exact=True).click()


def photograph(desk: Desk, code: str, path: Path, number: int, **facts: Any) -> None:
    path.write_bytes(shot(number, **facts))
    line(desk, code).locator("input[type=file]").set_input_files(path)


def waits(desk: Desk, count: int) -> None:
    expect(desk.page.locator("[data-list] > li")).to_have_count(count)


def rows(model: Any, visit_id: int) -> list[Any]:
    db.session.rollback()
    wanted = select(model).where(model.visit_id == visit_id).order_by(model.id)
    return list(db.session.scalars(wanted))


def written(action: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(AuditRow.action == action)) or 0


# The server has it, the device does not hear of it: once, or never at all.
LOSE = """() => { const real = window.fetch; window.fetch = async (...sent) => {
  window.fetch = real; await real(...sent); window.lost = true; throw new TypeError("lost"); }; }"""
CUT = "() => { window.fetch = () => Promise.reject(new TypeError('cut')); }"
STRANGE = """() => { const real = window.fetch; window.restoreFetch = () => { window.fetch = real; };
  window.fetch = async () => new Response("<h1>Wi-Fi</h1>", { status: 200 }); }"""
FULL = """() => { IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }; }"""
# The names of what is still kept of checklists, asked until nothing is or three seconds are over.
KEPT = """async () => { for (let n = 0; ; n += 1) {
  const left = (await caches.keys()).filter((name) => name.startsWith("field-"));
  if (!left.length || n > 30) return left;
  await new Promise((resolve) => { setTimeout(resolve, 100); }); } }"""
# What the camera made is larger than what is sent: pixels and file.
CAMERA = (4000, 3000)


def test_a_visit_without_network(open_desk: OpenDesk, app: Flask, tmp_path: Path) -> None:
    """Twenty answers and five photos without network, the browser closed and opened again; then all there, once."""
    factories_visits.long_edition(20)
    visit_id, codes = factories_visits.visit(), [f"I.{number}" for number in range(1, 21)]
    officer = open_desk("officer", size="phone")
    context = officer.page.context
    open_checklist(officer, visit_id)
    context.set_offline(True)
    for code in codes:
        say(officer, code)
    say(officer, "I.4", "Chưa đạt")
    line(officer, "I.4").locator("textarea").fill("6 lọ không có tem")
    line(officer, "I.4").locator("textarea").blur()
    for number in range(5):
        facts = {"taken": "2026:11:20 09:12:00"} if number == 1 else {}
        photograph(
            officer,
            "I.1",
            tmp_path / f"{number}.jpg",
            number,
            size=CAMERA if number == 0 else (1200, 900),
            **facts,
        )
    cards = line(officer, "I.1").locator(".waiting-photo")
    expect(cards).to_have_count(5)
    expect(cards.nth(1)).to_contain_text("chụp ngày 20/11/2026, khác ngày đánh giá")
    expect(cards.nth(0)).to_contain_text("chụp 09:12")
    cards.nth(0).get_by_label("Chú thích").fill("Kệ số 3")
    cards.nth(0).get_by_label("Chú thích").blur()
    cards.nth(2).get_by_role("button", name="Xoay").click()
    photograph(officer, "I.1", tmp_path / "6.jpg", 6)
    expect(cards).to_have_count(6)
    cards.nth(5).get_by_role("button", name="Xóa ảnh").click()
    cards.nth(5).get_by_role("button", name="Bỏ hẳn").click()
    waits(officer, 25)
    expect(officer.page.locator(".bot")).to_contain_text("20/20")
    expect(officer.page.locator(".bot")).to_contain_text("Tính trên máy này: chưa đạt vì I.4")
    officer.look()
    officer.page.reload()
    waits(officer, 25)
    expect(line(officer, "I.4").locator("textarea")).to_have_value("6 lọ không có tem")
    assert rows(VisitAnswer, visit_id) == []
    officer.page.close()
    officer.page = context.new_page()
    officer.go(f"/assessments/{visit_id}/checklist")
    waits(officer, 25)
    cards = line(officer, "I.1").locator(".waiting-photo")
    expect(cards.nth(0).get_by_label("Chú thích")).to_have_value("Kệ số 3")
    context.set_offline(False)
    expect(officer.page.locator("#waiting")).to_be_hidden()
    answers, photos = rows(VisitAnswer, visit_id), rows(AnswerPhoto, visit_id)
    assert len(answers) == written("visit.answered") == 20
    assert {one.version for one in answers} == {1}
    assert written("visit.photos_added") == len(photos) == 5
    assert [one.caption for one in photos] == ["Kệ số 3", "", "", "", ""]
    assert [one.taken_local.strftime("%d %H:%M") for one in photos] == [
        "23 09:12",
        "20 09:12",
        *["23 09:12"] * 3,
    ]
    files = [db.session.get_one(StoredFile, one.stored_file_id) for one in photos]
    assert [(one.width, one.height) for one in files[:3]] == [
        (2048, 1536),
        (1200, 900),
        (900, 1200),
    ]
    expect(line(officer, "I.1").locator(".photos img")).to_have_count(5)
    expect(officer.page.locator(".bot")).to_contain_text("20/20")


def test_a_number_is_taken_from_the_books_without_network(open_desk: OpenDesk) -> None:
    """The page keeps the figure of when it was opened; the answer that waited is kept beside that of its arrival."""
    of = factories_measures.shop()
    factories_measures.edition()
    visit_id = factories_visits.visit(of.point)
    officer = open_desk("officer", size="phone")
    open_checklist(officer, visit_id)
    officer.page.context.set_offline(True)
    own = line(officer, "B.2")
    expect(own.locator(".auto")).to_contain_text("2 trong 3 mặt hàng trên kệ")
    own.get_by_role("button", name="Ghi 66,7 %").click()
    expect(own.get_by_label("Số đo")).to_have_value("66,7")
    waits(officer, 1)
    officer.page.context.set_offline(False)
    waits(officer, 0)
    kept = rows(VisitAnswer, visit_id)
    assert [(one.number, one.figure_part, one.figure_whole) for one in kept] == [
        (Decimal("66.7"), 2, 3)
    ]


def test_the_session_ended_meanwhile(open_desk: OpenDesk, visit_id: int) -> None:
    """Signing in in place, and what waits goes up; a request whose answer was lost is not carried out twice."""
    officer = open_desk("officer", size="phone")
    page = officer.page
    open_checklist(officer, visit_id)
    page.evaluate(LOSE)
    say(officer, "I.1")
    page.wait_for_function("() => window.lost")
    assert len(rows(VisitAnswer, visit_id)) == 1
    write(lambda: setattr(people.user("officer"), "session_epoch", 9))
    say(officer, "II.1")
    dialog = page.locator("dialog")
    dialog.get_by_label("Tên đăng nhập").fill(people.USERNAMES["officer"])
    dialog.get_by_label("Mật khẩu").fill(people.PASSWORD)
    dialog.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator("#waiting")).to_be_hidden()
    assert {one.version for one in rows(VisitAnswer, visit_id)} == {1}
    assert written("visit.answered") == 2


def test_two_answers_to_one_line(open_desk: OpenDesk, visit_id: int) -> None:
    """Both are shown, and the officer chooses; nobody's is lost before."""
    officer, other = open_desk("officer", size="phone"), open_desk("second_officer")
    open_checklist(officer, visit_id)
    officer.page.context.set_offline(True)
    say(officer, "III.3")
    say(officer, "III.4")
    open_checklist(other, visit_id)
    for code in ("III.3", "III.4"):
        say(other, code, "Chưa đạt")
        line(other, code).locator("textarea").fill("không có")
        line(other, code).locator("textarea").blur()
    expect(other.page.locator("#waiting")).to_be_hidden()
    officer.page.context.set_offline(False)
    waits(officer, 2)
    expect(line(officer, "III.3")).to_contain_text("vừa trả lời tiêu chí này")
    officer.look()
    officer.page.reload()
    line(officer, "III.3").get_by_label("Giữ câu trả lời của bạn").check()
    line(officer, "III.4").get_by_label("Lấy câu trả lời đã lưu").check()
    expect(officer.page.locator("#waiting")).to_be_hidden()
    expect(line(officer, "III.4").locator("textarea")).to_have_value("không có")
    states = factories_visits.states(visit_id)
    assert (states["III.3"].value, states["III.4"].value) == ("met", "not_met")


def test_what_is_refused_stays_listed_and_is_saved_as_a_file(
    open_desk: OpenDesk, visit_id: int, tmp_path: Path
) -> None:
    officer = open_desk("officer", size="phone")
    open_checklist(officer, visit_id)
    officer.page.context.set_offline(True)
    say(officer, "III.3")
    photograph(officer, "III.1", tmp_path / "a.jpg", 1)
    waits(officer, 2)
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    officer.page.context.set_offline(False)
    expect(officer.page.locator("[data-list]")).to_contain_text("Chờ duyệt")
    waits(officer, 2)
    with officer.page.expect_download() as saved:
        officer.page.get_by_role("button", name="Lưu ra tệp").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert "data:image/jpeg;base64," in text
    assert '"III.3"' in text
    officer.go("/")
    expect(officer.page.locator("#messages")).to_contain_text("Chưa gửi, còn trên máy này")


def test_a_full_device_and_a_strange_network_say_so(open_desk: OpenDesk, visit_id: int) -> None:
    """What cannot be kept is said at once; a page of somebody else's network is not taken for the server's answer."""
    officer = open_desk("officer", size="phone")
    page = officer.page
    open_checklist(officer, visit_id)
    page.evaluate(STRANGE)
    say(officer, "I.1")
    expect(page.locator("#waiting")).to_contain_text("Wi-Fi ở đây đòi đăng nhập")
    waits(officer, 1)
    assert rows(VisitAnswer, visit_id) == []
    page.context.set_offline(True)
    page.evaluate(FULL)
    say(officer, "II.1")
    expect(page.locator("#waiting")).to_contain_text("Bộ nhớ của máy đã đầy")
    waits(officer, 2)
    page.get_by_role("button", name="Gửi duyệt").or_(
        page.get_by_role("button", name="Lưu nháp")
    ).first.click()
    waits(officer, 2)
    page.context.set_offline(False)  # it goes up by itself, to the strange network once more
    expect(page.locator("#waiting")).to_contain_text("Wi-Fi ở đây đòi đăng nhập")
    page.evaluate("() => window.restoreFetch()")
    page.get_by_role("button", name="Gửi ngay").click()
    expect(page.locator("#waiting")).to_be_hidden()
    assert len(rows(VisitAnswer, visit_id)) == 2


def test_another_user_of_the_device_sees_nothing_of_it(open_desk: OpenDesk, visit_id: int) -> None:
    officer = open_desk("officer")
    context, address = officer.page.context, f"/assessments/{visit_id}/checklist"
    open_checklist(officer, visit_id)
    context.set_offline(True)
    say(officer, "III.3")
    waits(officer, 1)
    officer.page.evaluate(CUT)
    context.set_offline(False)
    officer.go("/")
    officer.page.get_by_role("button", name="Đăng xuất").click()
    expect(officer.page.locator("h1")).to_have_text("Đăng nhập")
    assert officer.page.evaluate(KEPT) == []
    officer.sign_in("second_officer")
    assert "Chưa gửi, còn trên máy này" not in officer.words
    open_checklist(officer, visit_id)
    waits(officer, 0)
    officer.go("/")
    officer.page.get_by_role("button", name="Đăng xuất").click()
    officer.sign_in("officer")
    officer.sees("Chưa gửi, còn trên máy này")
    officer.go(address)
    expect(officer.page.locator("#waiting")).to_be_hidden()
    assert len(rows(VisitAnswer, visit_id)) == 1
