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
