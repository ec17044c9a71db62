"""Files of products in a browser: what one would do, its faults, and a tab that is closed while it is under way."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import func, select

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from tests import factories_goods as goods
from tests.e2e.desk import Desk
from tests.exchange.imports import book, work
from tests.exchange.test_imports import BARE, GOOD, PRODUCTS, maker

OpenDesk = Callable[..., Desk]


def send(desk: Desk, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    desk.go(PRODUCTS)
    desk.main.locator("input[type=file]").set_input_files(path)
    desk.press("Kiểm tra tệp")
    desk.sees("Chờ đến lượt kiểm tra")


def test_a_file_with_faults_a_good_one_and_a_closed_tab(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    maker()
    goods.supplier(name="HTX Khác", tax_code="")
    officer = open_desk("officer")
    rows = [{**GOOD, **BARE, "name": f"Chả {n}"} for n in range(40)]
    send(
        officer,
        tmp_path / "sản phẩm.xlsx",
        book("products", *rows, {**rows[0], "name": "", "group148": "Đồ chơi"}),
    )
    marked = officer.page.evaluate("document.body.dataset.same = 'page'")
    assert marked == "page"
    work()
    # The page itself asks again: no reload, and the focus stays near.
    officer.sees("2 chỗ cần xem lại")
    expect(officer.page.locator("body")).to_have_attribute("data-same", "page")
    expect(officer.page.locator("#state-title")).to_be_focused()
    with officer.page.expect_download() as coming:
        officer.follow("Tải tệp có đánh dấu lỗi")
    assert coming.value.suggested_filename == "sản phẩm-loi.xlsx"
    officer.look()
    # Mended and sent again; the tab is closed before the server has come to it, and found again in another.
    send(officer, tmp_path / "sản phẩm.xlsx", book("products", *rows))
    page = officer.page.context.new_page()
    officer.page.close()
    work()
    again = Desk(page)
    again.go("/imports")
    again.follow("sản phẩm.xlsx")
    again.sees("Chờ bạn đồng ý")
    again.press("Nhập 40 dòng")
    again.sees("Chờ đến lượt ghi")
    work()
    again.sees("Đã nhập")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Product)) == 40
