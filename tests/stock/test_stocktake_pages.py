"""A stocktake through its pages: two people count one shelf, a third posts; its papers and lists."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from ocop_points.catalogue.models import Product
from ocop_points.points.models import SalesPoint
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods
from tests import factories_stock as goods
from tests import factories_stocktake as stocktakes
from tests.browser import Browser
from tests.factories_stock import TODAY

Open = Callable[[str | None], Browser]


@pytest.fixture
def point(app: Flask) -> SalesPoint:
    made = factories.point()
    factories.give_point(made)
    return made


@pytest.fixture
def product(point: SalesPoint) -> Product:
    made = factories_goods.product()
    lines = [
        goods.line(made, 50, expiry=date(2027, 5, 1)),
        goods.line(made, 20, lot_code="CM-2"),
    ]
    goods.posted(point, *lines, on=date(2026, 11, 2))
    return made


def words_of(who: Browser, url: str) -> str:
    """The words of a paper, without blanks: a narrow cell may break them anywhere."""
    answer = who.http.get(url)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), url
    done = subprocess.run(
        ["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True
    )
    return letters(done.stdout.decode())


def letters(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext")
def test_from_the_snapshot_to_the_minutes(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    shop, officer, manager = browser("operator"), browser("officer"), browser("manager")
    of_point = f"/points/{point.id}/stock/stocktakes"
    assert "Chưa kiểm kê lần nào" in shop.get(of_point).words
    counting = shop.follow(shop.submit(f"{of_point}/new", {"note": "Cuối tháng"}))
    here = counting.path
    one = here.removesuffix("/count")
    assert "đã đếm 0 trong 2 dòng" in counting.words
    assert " 50 " not in counting.words  # counted blind
    again = shop.submit(f"{of_point}/new", {}, status=422)
    assert "đang có một lần kiểm kê chưa xong" in again.words

    # Two pages opened at once: the second writer is told, and nothing of it is stored.
    first, second = shop.get(here).form(here), officer.get(here).form(here)
    shop.send(first, {"rows-0-quantity": "48"})
    told = officer.send(second, {"rows-0-quantity": "47", "rows-1-quantity": "20"}, status=422)
    assert any("Đặng Thị Nga vừa ghi 48" in error for error in told.errors())
    assert told.form(here).value("rows-1-quantity") == "20"
    saved = officer.follow(officer.send(told.form(here), {"rows-0-quantity": "48"}))
    assert "Đã lưu 1 số đếm." in saved.words
    for wrong, sentence in (("-1", "từ 0 đến"), ("1,5", "số nguyên"), ("x", "Nhập số")):
        bad = officer.send(saved.form(here), {"rows-0-quantity": wrong}, status=422)
        assert any(sentence in error for error in bad.errors()), (wrong, bad.errors())
    assert "Không có dòng nào như vậy" in officer.get(f"{here}?show=waiting").words

    # Goods that are not in the list.
    found = shop.get(f"{one}/found?q=cha+muc")
    (link,) = [a for a in found.links() if a.startswith(f"{one}/found/")]
    odd = shop.submit(link, {"lot_code": "cm-1", "quantity": "2"}, status=422)
    assert any("đã có trong sổ với hạn dùng 01/05/2027" in error for error in odd.errors())
    shop.send(odd.form(), {"lot_code": "tm-9", "expiry": "01/01/2027", "quantity": "2"})

    home = manager.get("/").words
    assert "Kiểm kê Trung tâm OCOP Bãi Cháyđã đếm xong, chờ đối chiếu và ghi sổ" in home
    assert "Đang kiểm kê" in shop.get("/").words
    assert "Đang kiểm kê" not in browser("other_manager").get("/").words

    # What differs is told first; a reason each, and the counters may not post.
    shown = shop.get(one)
    assert "Lệch, chưa có lý do" in shown.words
    assert f"{one}/post" not in shown.links()
    reasons = {"rows-0-reason": "Vỡ hai hộp", "rows-1-reason": "Chưa ghi phiếu nhập"}
    done = shop.follow(shop.send(shown.form(f"{one}/settle?show=todo&page=1"), reasons))
    assert "Không còn dòng nào phải xử lý" in done.words
    assert "Bạn đã nhập số đếm" in done.words
    refused = shop.submit(f"{one}/post", {}, status=422)
    assert "người khác chưa đếm" in refused.words
    late = manager.submit(f"{one}/post", {"on_date": "22/11/2026"}, status=422)
    assert any("từ ngày bắt đầu kiểm kê 23/11/2026" in error for error in late.errors())
    posted = manager.follow(manager.send(late.form(), {"on_date": "23/11/2026"}))
    assert "Đã ghi sổ kiểm kê PK-QNI-0001-2026-0001." in posted.words
    assert goods.on_hand(point, product) == {"CM-1": 48, "CM-2": 20, "TM-9": 2}

    (voucher,) = [a for a in posted.links() if a.startswith("/vouchers/")]
    page = manager.get(voucher)
    assert "Theo sổ" in page.words
    assert "Xem lần kiểm kê" in page.words
    assert manager.get(f"{voucher}/print.pdf", status=302).location == f"{one}/minutes.pdf"
    minutes = words_of(manager, f"{one}/minutes.pdf")
    for part in (
        "Mẫu số 05-VT",
        "Số: PK-QNI-0001-2026-0001",
        "Thời điểm kiểm kê: 10 giờ 00 phút, ngày 23 tháng 11 năm 2026",
        "Đặng Thị Nga",
        "Vỡ hai hộp",
        "Giá trị thiếu (viết bằng chữ): Ba trăm bảy mươi nghìn đồng.",
    ):
        assert letters(part) in minutes, minutes
    assert "Kiểm kê" in shop.get(f"/points/{point.id}/stock?from=").words
    manager.submit(f"{voucher}/reverse", {"reason": "Đếm nhầm kệ"})
    assert "Đã đảo" in shop.get(of_point).words
    assert letters("ĐÃ ĐẢO bởi phiếu ĐP-") in words_of(shop, f"{one}/minutes.pdf")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext")
def test_goods_moved_meanwhile_and_giving_up(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    officer = browser("officer")
    made = stocktakes.started(point)
    one = f"/stocktakes/{made.id}"
    stocktakes.count(made, CM_1=50)
    goods.posted(point, goods.take(product, 5), kind=VoucherKind.ISSUE, on=TODAY)
    shown = officer.get(one)
    assert "sổ đổi từ 50 thành 45" in shown.words
    assert "PX-QNI-0001-2026-0001 −5" in shown.words
    assert "Đếm trước khi nhập, xuất: còn 45" in shown.words
    assert "Đếm sau khi nhập, xuất: còn 50" in shown.words
    settle = f"{one}/settle?show=todo&page=1"
    old = officer.get(one).form(settle)
    answers = {"rows-0-act": "before", "rows-1-act": "leave"}
    bad = officer.send(shown.form(settle), answers, status=422)
    assert any("Ghi lý do không kiểm kê" in error for error in bad.errors())
    officer.send(bad.form(settle), {"rows-1-reason": "Tủ khóa"})
    listed = officer.get(f"{one}?show=all").words
    assert "Đã chọn: đếm trước khi nhập, xuất." in listed
    assert "Không kiểm kê" in listed
    stale = officer.send(old, {"rows-0-reason": "x"}, status=422)
    assert any("vừa được người khác sửa" in error for error in stale.errors())
    blank = words_of(officer, f"{one}/sheet.pdf")
    full = words_of(officer, f"{one}/sheet.pdf?books=1")
    assert letters("Theo sổ") not in blank
    assert letters("Theo sổ") in full
    assert officer.get(f"{one}?show=all&format=xlsx").status == 200
    officer.submit(f"{one}/cancel", {"reason": ""}, status=422)
    officer.submit(f"{one}/cancel", {"reason": "Đếm nhầm kho"})
    assert "Đã hủy" in officer.get(f"/points/{point.id}/stock/stocktakes").words
    assert letters("ĐÃ HỦY") in words_of(officer, f"{one}/minutes.pdf")
    assert officer.get(f"{one}/count", status=302).location == one
    assert goods.on_hand(point, product) == {"CM-1": 45, "CM-2": 20}
