"""The checklist in the shop: the network goes, the browser is closed, the session ends, somebody else answers too."""

from collections.abc import Callable
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
from tests import factories_papers, factories_visits, people
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


def rows(model: type, visit_id: int) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(model).where(model.visit_id == visit_id)))  # type: ignore[attr-defined]


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
CODES = ["I.1", "II.1", "II.2", "II.3", "III.1", "III.2", "III.3", "III.4", "III.5", "III.6"]


def test_a_visit_without_network(open_desk: OpenDesk, visit_id: int, tmp_path: Path) -> None:
    """Ten answers and five photos without network, the page loaded anew and closed; then all there, once."""
    officer = open_desk("officer", size="phone")
    context = officer.page.context
    open_checklist(officer, visit_id)
    say(officer, "I.1")
    expect(officer.page.locator("#sync")).to_contain_text("Đã lưu")
    context.set_offline(True)
    for code in CODES[1:]:
        say(officer, code)
    say(officer, "III.4", "Chưa đạt")
    line(officer, "III.4").locator("textarea").fill("6 lọ không có tem")
    line(officer, "III.4").locator("textarea").blur()
    for number in range(5):
        big = (3000, 2000) if number == 0 else (1200, 900)
        photograph(officer, "III.1", tmp_path / f"{number}.jpg", number, size=big)
    waits(officer, len(CODES) - 1 + 5)
    expect(officer.page.locator(".bot")).to_contain_text("10/13")
    expect(officer.page.locator("#sync")).to_contain_text("Chưa gửi 14")
    officer.look()
    officer.page.reload()
    waits(officer, 14)
    expect(line(officer, "III.4").locator("textarea")).to_have_value("6 lọ không có tem")
    expect(line(officer, "III.4").locator("input[value=no]")).to_be_checked()
    expect(line(officer, "III.1").locator(".waiting-photo img")).to_have_count(5)
    assert len(rows(VisitAnswer, visit_id)) == 1
    officer.page.close()
    officer.page = context.new_page()
    officer.go(f"/assessments/{visit_id}/checklist")
    waits(officer, 14)
    context.set_offline(False)
    expect(officer.page.locator("#waiting")).to_be_hidden()
    answers, photos = rows(VisitAnswer, visit_id), rows(AnswerPhoto, visit_id)
    assert len(answers) == len(CODES)
    assert {one.version for one in answers} == {1}
    assert written("visit.answered") == len(CODES)
    assert written("visit.photos_added") == len(photos) == 5
    assert {one.taken_local.strftime("%H:%M") for one in photos if one.taken_local} == {"09:12"}
    assert all(one.taken_at for one in photos)
    expect(line(officer, "III.1").locator(".photos img")).to_have_count(5)
    expect(officer.page.locator(".bot")).to_contain_text("10/13")


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
