"""The register in a real browser: with and without script, wide and narrow."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.e2e.desk import Desk

OpenDesk = Callable[..., Desk]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_officer_registers_a_point(open_desk: OpenDesk, size: str, script: bool) -> None:
    officer = open_desk("officer", size=size, script=script)
    officer.look()
    officer.go("/points/new")
    officer.look()
    officer.press("Đăng ký")
    officer.sees("Chưa đăng ký được.")
    officer.look()
    officer.fill("Tên điểm bán", "Trung tâm OCOP Bãi Cháy")
    officer.choose("Loại địa điểm", "Cửa hàng trong khu du lịch, nhà hàng, khách sạn")
    officer.page.locator("#ward_query").press_sequentially("bai chay")
    if not script:
        officer.page.get_by_role("button", name="Tìm", exact=True).click()
    officer.tick("Phường Bãi Cháy")
    officer.fill("Số nhà, đường, thôn", "88 đường Hạ Long")
    officer.fill("Đơn vị vận hành", "Công ty CP Thương mại Du lịch Bãi Cháy")
    officer.choose("Loại đơn vị", "Doanh nghiệp")
    officer.press("Đăng ký")
    officer.title("Trung tâm OCOP Bãi Cháy")
    officer.sees("QNI-0001")
    officer.look()
    officer.go("/points?q=trung tam ocop")
    officer.sees("1–1 trong 1 điểm bán")
    officer.look()


def test_searching_changes_the_table_and_not_the_page(open_desk: OpenDesk) -> None:
    factories.point()
    factories.point(name="Điểm OCOP Chợ Hạ Long", address="1 đường khác")
    officer = open_desk("officer")
    officer.go("/points")
    officer.page.evaluate("window.stillHere = true")
    officer.page.get_by_label("Tìm điểm bán").press_sequentially("cho ha long")
    expect(officer.page.locator("#points-table tbody tr")).to_have_count(1)
    assert officer.page.evaluate("window.stillHere") is True
    assert "q=cho" in officer.page.url
    officer.page.reload()
    expect(officer.page.locator("#points-table tbody tr")).to_have_count(1)


def test_the_box_answers_while_typing_and_by_keyboard(open_desk: OpenDesk) -> None:
    shop = factories.point(name="Điểm OCOP Chợ Hạ Long")
    officer = open_desk("officer")
    page, quick = officer.page, officer.page.locator(".quick")
    officer.go("/criteria")
    page.evaluate("window.stillHere = true")
    page.locator("#find").press_sequentially("cho ha")
    expect(quick.get_by_role("link", name="Điểm OCOP Chợ Hạ Long")).to_be_visible()
    expect(page.locator("#announce")).to_have_text("Có kết quả ở 1 nhóm")
    officer.look()
    page.keyboard.press("Tab")
    expect(quick.get_by_role("link").first).to_be_focused()
    for _link in range(2):
        page.keyboard.press("Tab")
    expect(quick).to_be_hidden()  # the focus has left, so the answers are out of the way
    assert page.evaluate("window.stillHere") is True
    page.locator("#find").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/points/{shop.id}")
    page.locator("#find").fill("ha long")
    page.keyboard.press("Enter")
    officer.title("Tìm kiếm")
    officer.sees("Điểm OCOP Chợ Hạ Long")
