"""An edition on screen: drafted as a copy, edited, ordered, published, used, superseded; the old minutes stay."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from playwright.sync_api import expect

from ocop_points.criteria.rules import PhotoRule
from tests import factories, people
from tests.e2e.desk import Desk
from tests.factories_visits import own_edition, shipped

OpenDesk = Callable[..., Desk]
DRAFT = "#outline"


def before() -> int:
    """A short edition of the locality that is copied, and a shop."""
    part = shipped("950").sections[0]
    line = replace(shipped("950").sections[2].lines[2], photo=PhotoRule.NEVER, confirmed=True)
    texts = ("Niêm yết giá bán", "Có biển hiệu", "Có sổ theo dõi hàng")
    lines = tuple(
        replace(line, code=f"I.{n}", text=text, mandatory=True) for n, text in enumerate(texts, 1)
    )
    own_edition(sections=(replace(part, lines=lines),))
    return factories.point().id


def draft(manager: Desk, source: str, title: str, code: str, day: str) -> None:
    manager.go("/criteria/new")
    manager.choose("Bắt đầu từ", source)
    manager.choose("Áp dụng cho", people.locality().name)
    manager.fill("Tên bộ tiêu chí", title)
    manager.fill("Mã", code)
    manager.fill("Hiệu lực từ ngày", day)
    manager.press("Lập bản nháp")
    manager.title(title)


def edit_line(manager: Desk, code: str, text: str) -> None:
    outline = manager.page.locator(DRAFT)
    outline.get_by_role("link", name=f"Sửa {code}", exact=True).click()
    outline.locator("textarea[name=text]").fill(text)
    outline.get_by_role("button", name="Lưu tiêu chí").click()
    expect(outline.get_by_role("button", name="Lưu tiêu chí")).to_have_count(0)
    expect(outline).to_contain_text(text)


def publish(manager: Desk, number: str, day: str) -> str:
    manager.follow("Ban hành")
    manager.look()
    manager.fill("Số văn bản", number)
    manager.fill("Ngày ban hành", day)
    manager.press("Ban hành")
    manager.sees("Đã ban hành. Từ nay nội dung không sửa được nữa.")
    manager.look()
    return manager.page.url


def visit(officer: Desk, manager: Desk, point_id: int, number: str) -> str:
    """Begun, answered, sent and approved on the screen; the visit's address."""
    officer.go(f"/points/{point_id}/visits/new")
    officer.press("Bắt đầu đánh giá")
    expect(officer.page.locator("#field")).to_have_attribute("data-ready", "1")
    for criterion in officer.page.locator(".crit").all():
        criterion.locator(".vd-ok").click()
    expect(officer.page.locator("#waiting")).to_be_hidden()
    expect(officer.page.locator(".bot")).to_contain_text("3/3")
    officer.page.get_by_role("button", name="Gửi duyệt").click()
    officer.title("Gửi duyệt")
    officer.press("Gửi duyệt")
    officer.sees("Chờ duyệt")
    manager.go(officer.page.url)
    manager.follow("Duyệt")
    manager.fill("Số biên bản", number)
    manager.press("Duyệt")
    manager.sees(f"{number}/BB-SCT")
    return manager.page.url.split("?")[0]


def seen(desk: Desk, url: str) -> tuple[str, str, list[str]]:
    """The stored paper's hash, the words on the visit's page, and those of its lines."""
    paper = desk.page.request.get(f"{url}/minutes.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    desk.go(url)
    desk.page.locator(".flash").evaluate_all("all => all.forEach((one) => one.remove())")
    return (
        hashlib.sha256(paper.body()).hexdigest(),
        desk.words,
        desk.main.locator("table").all_inner_texts(),
    )


def test_an_edition_is_drafted_used_and_superseded(open_desk: OpenDesk, app: Flask) -> None:
    point_id = before()
    manager, officer = open_desk("manager"), open_desk("officer", size="phone")
    draft(manager, "12/QĐ-UBND: Bộ tiêu chí của tỉnh", "Tiêu chí 2026", "qni-a", "01/11/2026")
    manager.look()
    manager.page.evaluate("() => { window.same = true; }")
    edit_line(manager, "I.1", "Niêm yết giá bằng chữ lớn")
    outline = manager.page.locator(DRAFT)
    outline.get_by_role("button", name="Chuyển I.3 lên", exact=True).click()
    expect(outline.locator(".crit-no")).to_have_text(["I.1", "I.3", "I.2"])
    assert manager.page.evaluate("window.same"), "edited and moved in place"
    first = publish(manager, "77/QĐ-UBND", "30/10/2026")
    old = visit(officer, manager, point_id, "21")
    kept = seen(manager, old)
    assert "Niêm yết giá bằng chữ lớn" in kept[1]
    # A newer one takes its place; the line says something else.
    draft(manager, "77/QĐ-UBND: Tiêu chí 2026", "Tiêu chí 2027", "qni-b", "23/11/2026")
    edit_line(manager, "I.1", "Niêm yết giá trên từng kệ")
    second = publish(manager, "99/QĐ-UBND", "20/11/2026")
    manager.go(f"{second}/compare?with={first.rsplit('/', 1)[1]}")
    manager.sees("trên từng kệ")
    manager.look()
    new = visit(officer, manager, point_id, "22")
    manager.go(new)
    manager.sees("Niêm yết giá trên từng kệ")
    assert "Niêm yết giá bằng chữ lớn" not in manager.words.split("Lần trước")[0]
    manager.go(f"{first}/retire")
    manager.fill("Lý do", "Thay bằng 99/QĐ-UBND")
    manager.press("Ngừng dùng bộ tiêu chí")
    manager.sees("Đã ngừng dùng.")
    assert seen(manager, old) == kept
