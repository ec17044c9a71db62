"""Writing a voucher at a browser without script: lines, drafts, posting, paper, rights."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint
from ocop_points.stock.models import Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser, Form, Page

Open = Callable[[str | None], Browser]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def at(form: Form, suffix: str) -> Form:
    """The same form, sent by one of its other buttons."""
    form.action = (
        form.action.split("/new")[0] + "/new" + suffix
        if "/new" in form.action
        else (form.action.split("/edit")[0] + "/edit" + suffix)
    )
    return form


def with_lines(officer: Browser, url: str, *products: Product, **head: Any) -> Form:
    """A form with a line for each product, added by its buttons."""
    form = officer.get(url).form(url)
    page = officer.send(at(form, "/find"), head, status=200)
    for product in products:
        page = officer.send(at(page.form(), f"/add/{product.id}"), status=200)
    return page.form()


def received(place: int = 0, **changed: str) -> dict[str, str]:
    """What is typed into a line of a receipt."""
    line = {
        "lot_code": "cm-1126",
        "expiry": "22/05/2027",
        "document_quantity": "40",
        "quantity": "40",
        "unit_price": "145.000",
        **changed,
    }
    return {f"lines-{place}-{name}": value for name, value in line.items()}


@pytest.fixture
def point(app: Flask) -> SalesPoint:
    return factories.point()


@pytest.fixture
def product(app: Flask) -> Product:
    return factories_goods.product(units=(("thùng", 24),))


def receipts(point: SalesPoint) -> str:
    return f"/points/{point.id}/stock/receipts/new"


def issues(point: SalesPoint) -> str:
    return f"/points/{point.id}/stock/issues/new"


def head(product: Product, **changed: str) -> dict[str, str]:
    return {"supplier_id": str(product.producer_id), "supplier_query": "thoan", **changed}


def test_a_receipt_from_the_empty_form_to_the_ledger(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    officer = browser("officer")
    form = with_lines(officer, receipts(point), product, **head(product))
    assert form.value("supplier_id") == str(product.producer_id)
    values = {**received(), "person": "Trần Văn Út", "document_number": "HĐ 0001284"}
    page = officer.follow(officer.send(at(form, "/post"), values))
    assert "Đã ghi sổ PN-QNI-0001-2026-0001: 1 dòng, 5.800.000 ₫." in page.words
    assert "CM-1126" in page.words
    ledger = officer.get(f"/points/{point.id}/stock").words
    assert "PN-QNI-0001-2026-0001" in ledger
    assert "+40" in ledger
    held = officer.get(f"/points/{point.id}/stock/on-hand").words
    assert "40 hộp" in held
    assert "5.800.000 ₫ theo giá nhập gần nhất" in held
    assert "Còn 180 ngày" in held


def test_adding_by_typing_takes_the_only_hit_and_offers_several(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    other = factories_goods.product(name="Miến dong Bình Liêu")
    officer = browser("officer")
    form = officer.get(receipts(point)).form(receipts(point))
    page = officer.send(at(form, "/find"), {"add_query": "mien dong"}, status=200)
    assert "1. Miến dong Bình Liêu" in page.words
    assert page.form().value("add_query") == ""
    page = officer.send(at(page.form(), "/find"), {"add_query": "thoan"}, status=200)
    assert "2." not in page.words.split("Cộng")[0]
    assert f"add/{product.id}" in page.text
    assert f"add/{other.id}" in page.text
    page = officer.send(at(page.form(), "/find"), {"add_query": "không có"}, status=200)
    assert "Không có sản phẩm nào như “không có”" in page.words
    page = officer.send(at(page.form(), "/remove/1"), status=200)
    assert "Chưa có dòng nào" in page.words
    assert count(Voucher) == 0


def test_enter_counts_again_and_stores_nothing(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    officer = browser("officer")
    form = with_lines(officer, receipts(point), product)
    page = officer.send(at(form, "/find"), received(), status=200)
    assert "5.800.000" in page.words
    assert "Năm triệu tám trăm nghìn đồng" in page.words
    first = next(e for e in page.tree.iter("button") if e.get("formaction"))  # type: ignore[union-attr]
    assert (first.get("formaction") or "").endswith("/find")
    assert count(Voucher) == 0


def test_a_draft_is_kept_as_typed_edited_posted(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    officer, colleague = browser("officer"), browser("second_officer")
    form = with_lines(officer, receipts(point), product)
    answer = officer.send(form_at_base(form), received(quantity="", unit_price=""))
    page = officer.follow(answer)
    assert "Đã lưu nháp." in page.words
    form = page.form()
    assert form.value("lines-0-lot_code") == "CM-1126"
    assert form.value("lines-0-quantity") == ""
    made = db.session.scalars(select(Voucher)).one()
    assert (made.number, made.is_draft) == (None, True)
    assert "Nháp" in colleague.get(f"/points/{point.id}/stock/vouchers").words
    values = {"lines-0-quantity": "40", "lines-0-unit_price": "145.000", **head(product)}
    page = officer.follow(officer.send(at(form, "/post"), values))
    assert "Đã ghi sổ PN-QNI-0001-2026-0001" in page.words
    assert count(VoucherLine) == 1
    assert officer.get(f"/vouchers/{made.id}/edit", status=302).location.endswith(
        f"/vouchers/{made.id}"
    )


def form_at_base(form: Form) -> Form:
    return at(form, "")


def test_a_draft_is_deleted_after_asking(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    officer = browser("officer")
    made = goods.draft(point, goods.line(product))
    page = officer.get(f"/vouchers/{made.id}/delete")
    assert "Xóa phiếu nháp" in page.words
    assert count(Voucher) == 1
    page = officer.follow(officer.send(page.form()))
    assert "Đã xóa phiếu nháp." in page.words
    assert (count(Voucher), count(VoucherLine)) == (0, 0)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"on_date": "24/11/2026"}, "Chọn ngày từ hôm nay trở về trước"),
        ({"on_date": "31/02/2026"}, "không có thật"),
        ({"on_date": ""}, "Nhập ngày"),
        ({"supplier_id": ""}, "Tìm rồi chọn nhà cung cấp"),
        ({"supplier_id": "999"}, "Chọn một mục trong danh sách"),
        ({"person": "x" * 121}, "tối đa 120 ký tự"),
        ({"document_date": "24/11/2026"}, "từ hôm nay trở về trước"),
        ({"lines-0-expiry": "31/02/2027"}, "Ngày 31/02/2027 không có thật"),
        ({"lines-0-quantity": ""}, "Nhập số lượng"),
        ({"lines-0-quantity": "0"}, "Nhập số từ 0,001"),
        ({"lines-0-quantity": "-3"}, "Nhập số từ 0,001"),
        ({"lines-0-quantity": "bốn"}, "Nhập số, ví dụ"),
        ({"lines-0-quantity": "1.5"}, "Dùng dấu phẩy"),
        ({"lines-0-quantity": "1,5"}, "Số lượng phải ra số nguyên hộp"),
        ({"lines-0-quantity": "1,2345"}, "tối đa 3 chữ số"),
        ({"lines-0-unit_price": ""}, "Nhập đơn giá"),
        ({"lines-0-unit_price": "1,5"}, "Nhập số nguyên"),
        ({"lines-0-unit_price": "2.000.000.000"}, "Nhập số từ 0"),
        ({"lines-0-unit": "tấn|1000"}, "Chọn một mục trong danh sách"),
        ({"lines-0-lot_code": "X" * 31}, "tối đa 30 ký tự"),
    ],
)
def test_wrong_input_comes_back_as_typed(
    browser: Open,
    point: SalesPoint,
    product: Product,
    changed: dict[str, str],
    message: str,
) -> None:
    officer = browser("officer")
    form = with_lines(officer, receipts(point), product, **head(product))
    values = {**received(), **changed, "note": "Giao buổi sáng"}
    page = officer.send(at(form, "/post"), values, status=422)
    assert any(message in error for error in page.errors()), page.errors()
    name, typed = next(iter(changed.items()))
    if name != "supplier_id" and name != "lines-0-unit":
        shown = page.form().value(name)
        assert shown == typed
    assert page.form().value("note") == "Giao buổi sáng"
    if name.startswith("lines"):
        assert "Dòng 1: " in page.words
    assert (count(Voucher), page.form().value("lines-0-product_id")) == (0, str(product.id))
    officer.send(at(page.form(), "/post"), {**values, **head(product), **good()})


def good() -> dict[str, str]:
    return {
        **received(),
        "on_date": "23/11/2026",
        "person": "",
        "document_date": "",
        "lines-0-unit": "hộp|1",
    }


def test_an_ended_certificate_warns_at_the_line_and_asks_a_reason(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    factories_goods.certificate(product, issued_on=date(2020, 2, 4))
    officer = browser("officer")
    form = with_lines(officer, receipts(point), product, **head(product, on_date="03/02/2023"))
    page = officer.send(at(form, "/find"), received(), status=200)
    assert "hết hiệu lực từ" not in page.words
    page = officer.send(at(page.form(), "/find"), {"on_date": "04/02/2023"}, status=200)
    assert "Chứng nhận hết hiệu lực từ 04/02/2023. Vẫn nhập được khi có lý do" in page.words
    page = officer.send(at(page.form(), "/post"), status=422)
    assert "Dòng 1: Lý do vẫn nhập" in page.words
    values = {"lines-0-reason": "Đã nộp hồ sơ công nhận lại"}
    page = officer.follow(officer.send(at(page.form(), "/post"), values))
    assert "Chứng nhận hết hiệu lực từ 04/02/2023" in page.words
    assert "Đã nộp hồ sơ công nhận lại" in page.words


def test_a_known_lot_with_another_date_warns_and_asks(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    goods.posted(point, goods.line(product, lot_code="CM-1126", expiry=date(2027, 1, 20)))
    officer = browser("officer")
    form = with_lines(officer, receipts(point), product, **head(product))
    page = officer.send(at(form, "/post"), received(), status=422)
    assert any("đã có trong sổ với hạn dùng 20/01/2027" in error for error in page.errors())
    page = officer.follow(officer.send(at(page.form(), "/post"), {"lines-0-expiry_confirmed": "y"}))
    assert "Đã ghi sổ" in page.words


def test_a_form_sent_twice_is_posted_once(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    officer = browser("officer")
    form = at(with_lines(officer, receipts(point), product, **head(product)), "/post")
    first = officer.send(form, received())
    again = officer.send(form, received())
    assert again.location == first.location
    assert count(Voucher) == 1
    issue = at(with_lines(officer, issues(point), product), "/post")
    lot = goods.lot(product, "CM-1126")
    values = {"lines-0-lot_id": str(lot.id), "lines-0-quantity": "40"}
    first = officer.send(issue, values)
    assert officer.send(issue, values).location == first.location  # though the shelf is empty now
    assert goods.on_hand(point, product) == {"CM-1126": 0}


def test_a_posted_draft_sent_again_leads_to_it(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    made = goods.draft(point, goods.line(product))
    officer = browser("officer")
    form = at(officer.get(f"/vouchers/{made.id}/edit").form(), "/post")
    stale = at(browser("second_officer").get(f"/vouchers/{made.id}/edit").form(), "/post")
    first = officer.send(form)
    assert officer.send(form).location == first.location
    page = browser("second_officer").send(stale, status=None)
    assert page.status in {400, 422}  # the form was made for somebody's other session
    assert goods.on_hand(point, product) == {"CM-1": 10}


def test_the_second_writer_of_a_draft_chooses_whose_lines_stay(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    made = goods.draft(point, goods.line(product))
    officer, colleague = browser("officer"), browser("second_officer")
    url = f"/vouchers/{made.id}/edit"
    form = officer.get(url).form()
    colleague.submit(url, {"lines-0-quantity": "11"})
    page = officer.send(form, {"lines-0-quantity": "12"}, status=422)
    assert "Bản ghi đã được sửa trong lúc bạn gõ" in page.words
    officer.send(page.form(), {"choose-lines": "theirs"})
    line = db.session.scalars(select(VoucherLine)).one()
    assert line.quantity == 11


# --- issue ----------------------------------------------------------------------------------------


def three_lots(point: SalesPoint, product: Product) -> None:
    """Of 10 each: late, early, one that keeps, and an expired one."""
    lines = [
        goods.line(product, 10, lot_code="KEEPS"),
        goods.line(product, 10, lot_code="LATE", expiry=date(2027, 6, 1)),
        goods.line(product, 10, lot_code="EARLY", expiry=date(2027, 1, 1)),
        goods.line(product, 10, lot_code="GONE", expiry=date(2026, 11, 22)),
    ]
    goods.posted(point, *lines, kind=VoucherKind.OPENING, on=date(2026, 11, 1))


def picked(page: Page) -> list[tuple[str, str]]:
    """(lot code, quantity) of each line of the page's form."""
    from ocop_points.stock.models import Lot

    form = page.form()
    codes = dict(db.session.execute(select(Lot.id, Lot.code)).all())
    lots = [value for name, value in form.fields if name.endswith("lot_id")]
    quantities = [
        value
        for name, value in form.fields
        if name.endswith("quantity") and name.startswith("lines") and "document" not in name
    ]
    names = [codes[int(lot)] if lot else "" for lot in lots]
    return list(zip(names, quantities, strict=True))


def test_lots_are_proposed_first_expired_first(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    three_lots(point, product)
    officer = browser("officer")
    form = officer.get(issues(point)).form(issues(point))
    page = officer.send(
        at(form, "/find"), {"add_query": "chả mực", "add_quantity": "23"}, status=200
    )
    assert picked(page) == [("EARLY", "10"), ("LATE", "10"), ("KEEPS", "3")]
    page = officer.follow(officer.send(at(page.form(), "/post")))
    assert "PX-QNI-0001-2026-0001" in page.words
    assert goods.on_hand(point, product) == {"KEEPS": 7, "LATE": 0, "EARLY": 0, "GONE": 10}


def test_the_button_proposes_for_lines_without_a_lot_and_says_what_is_short(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    three_lots(point, product)
    officer = browser("officer")
    form = with_lines(officer, issues(point), product)
    typed = {"lines-0-quantity": "2", "lines-0-unit": "thùng|24", "lines-0-unit_price": "2.400.000"}
    page = officer.send(at(form, "/propose"), typed, status=200)
    assert picked(page) == [("EARLY", "10"), ("LATE", "10"), ("KEEPS", "10"), ("", "18")]
    assert "Không đủ hàng còn hạn: thiếu 18 hộp" in page.words
    assert page.form().value("lines-1-unit") == "hộp|1"
    assert page.form().value("lines-1-unit_price") == "100.000"
    again = officer.send(at(page.form(), "/propose"), status=200)
    assert picked(again)[:3] == [("EARLY", "10"), ("LATE", "10"), ("KEEPS", "10")]
    refused = officer.send(at(again.form(), "/post"), status=422)
    assert any("Chọn lô, hoặc bấm Đề xuất lô" in error for error in refused.errors())


def test_too_much_is_refused_with_day_and_missing_amount(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    goods.posted(point, goods.line(product, 10), on=date(2026, 11, 1))
    goods.posted(point, goods.take(product, 8), kind=VoucherKind.ISSUE, on=date(2026, 11, 20))
    officer = browser("officer")
    form = with_lines(officer, issues(point), product, on_date="10/11/2026")
    lot = goods.lot(product)
    values = {"lines-0-lot_id": str(lot.id), "lines-0-quantity": "5"}
    page = officer.send(at(form, "/post"), values, status=422)
    assert "Dòng 1: Số lượng: lô CM-1: ngày 20/11/2026 sẽ thiếu 3 hộp" in page.words


def test_returns_write_offs_and_opening_have_their_pages(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    three_lots(point, product)
    officer = browser("officer")
    gone = goods.lot(product, "GONE").id
    values = {"lines-0-lot_id": str(gone), "lines-0-quantity": "4"}
    base = f"/points/{point.id}/stock"
    form = with_lines(officer, f"{base}/write-offs/new", product)
    page = officer.send(at(form, "/post"), values, status=422)
    assert any("Ghi lý do hủy" in error for error in page.errors())
    page = officer.follow(officer.send(at(page.form(), "/post"), {"reason": "Hết hạn"}))
    assert "PH-QNI-0001-2026-0001" in page.words
    form = with_lines(officer, f"{base}/returns/new", product, **head(product))
    page = officer.follow(officer.send(at(form, "/post"), values))
    assert "PT-QNI-0001-2026-0001" in page.words
    form = with_lines(officer, f"{base}/opening/new", product)
    page = officer.follow(officer.send(at(form, "/post"), received()))
    assert "PD-QNI-0001-2026-0002" in page.words
    assert goods.on_hand(point, product)["GONE"] == 2


# --- reversal, paper ------------------------------------------------------------------------------


def test_reversing_through_the_pages(browser: Open, point: SalesPoint, product: Product) -> None:
    made = goods.posted(point, goods.line(product))
    officer = browser("officer")
    assert "Lập phiếu đảo" in officer.get(f"/vouchers/{made.id}").words
    page = officer.submit(f"/vouchers/{made.id}/reverse", {"reason": ""}, status=422)
    assert any("Ghi lý do đảo" in error for error in page.errors())
    form = page.form()
    page = officer.follow(officer.send(form, {"reason": "Ghi trùng"}))
    assert "Đã đảo PN-QNI-0001-2026-0001 bằng ĐP-QNI-0001-2026-0001." in page.words
    assert officer.send(form, {"reason": "Ghi trùng"}).location == page.path
    old = officer.get(f"/vouchers/{made.id}")
    assert "Đã đảo" in old.words
    assert "/reverse" not in old.text
    assert "Phiếu này đã được đảo" in officer.get(f"/vouchers/{made.id}/reverse").words
    assert "Đã đảo: ĐP-QNI-0001-2026-0001" in officer.get(f"/points/{point.id}/stock").words


def paper(browser: Browser, voucher: Voucher) -> str:
    """The words of a paper, without blanks: a narrow cell may break them anywhere."""
    answer = browser.get(f"/vouchers/{voucher.id}/print.pdf").answer
    assert answer.mimetype == "application/pdf"
    read = subprocess.run(
        ["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True, timeout=30
    )
    return letters(read.stdout.decode())


def letters(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext")
def test_the_papers(browser: Open, point: SalesPoint, product: Product) -> None:
    officer = browser("officer")
    receipt = goods.draft(point, goods.line(product), person="Trần Văn Út")
    words = paper(officer, receipt)
    assert letters("DỰ THẢO") in words
    assert letters("Mẫu số 01-VT") in words
    receipt = goods.posted(point, goods.line(product), person="Trần Văn Út")
    words = paper(officer, receipt)
    for text in ("PN-QNI-0001-2026-0001", "Chả mực Hạ Long 500 g", "1.850.000", "Trần Văn Út"):
        assert letters(text) in words
    assert letters("Một triệu tám trăm năm mươi nghìn đồng") in words
    issue = goods.posted(point, goods.take(product, 2), kind=VoucherKind.ISSUE)
    assert letters("Mẫu số 02-VT") in paper(officer, issue)
    reversal = goods.reverse(issue)
    assert letters("ĐÃ ĐẢO bởi phiếu ĐP-QNI-0001-2026-0001") in paper(officer, issue)
    words = paper(officer, reversal)
    assert letters("Mẫu số 01-VT") in words
    assert letters("Phiếu này đảo phiếu PX-QNI-0001-2026-0001") in words


# --- who ------------------------------------------------------------------------------------------

READ = ("", "/on-hand", "/vouchers")


def addresses(point: SalesPoint, voucher: Voucher) -> list[str]:
    base = f"/points/{point.id}/stock"
    return [
        *(base + part for part in READ),
        f"{base}?format=xlsx",
        f"{base}/on-hand?format=xlsx",
        f"/vouchers/{voucher.id}",
        f"/vouchers/{voucher.id}/print.pdf",
    ]


@pytest.mark.parametrize("who", ["admin", "viewer", "manager", "officer", "operator"])
def test_who_reads(browser: Open, point: SalesPoint, product: Product, who: str) -> None:
    made = goods.posted(point, goods.line(product))
    factories.give_point(point)
    for url in addresses(point, made):
        browser(who).get(url)


@pytest.mark.parametrize("who", ["other_officer", "other_manager", "operator"])
def test_others_find_nothing(browser: Open, product: Product, who: str) -> None:
    point, elsewhere = factories.point(), factories.point(people.ELSEWHERE)
    factories.give_point(elsewhere)  # the operator runs another point
    made, draft = goods.posted(point, goods.line(product)), goods.draft(point, goods.line(product))
    somebody = browser(who)
    for url in (
        *addresses(point, made),
        receipts(point),
        issues(point),
        f"/vouchers/{draft.id}",
        f"/vouchers/{draft.id}/edit",
        f"/vouchers/{draft.id}/delete",
    ):
        somebody.get(url, status=404)
    reverse = f"/vouchers/{made.id}/reverse"
    somebody.get(reverse, status=403 if who == "operator" else 404)
    token = next(f for f in somebody.get("/products").forms() if f.method == "post")
    officer = browser("officer")
    for url, suffix in ((f"/vouchers/{draft.id}/edit", "/post"), (receipts(point), "/post")):
        form = at(officer.get(url).form(url), suffix)
        sent = form.filled({"csrf_token": token.value("csrf_token")})
        somebody.post(form.action, sent, status=404)
    assert db.session.get_one(Voucher, draft.id).is_draft


@pytest.mark.parametrize("who", ["viewer", "admin"])
def test_the_ministry_reads_and_writes_nothing(
    browser: Open, point: SalesPoint, product: Product, who: str
) -> None:
    draft = goods.draft(point, goods.line(product))
    somebody = browser(who)
    for url in (receipts(point), issues(point), f"/vouchers/{draft.id}/edit"):
        somebody.get(url, status=403)
    assert "Lập phiếu nhập" not in somebody.get(f"/points/{point.id}/stock").words


def test_an_operator_drafts_and_posts_at_the_own_point(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    factories.give_point(point)
    operator = browser("operator")
    assert operator.get("/stock", status=302).location.endswith(f"/points/{point.id}/stock")
    form = with_lines(operator, receipts(point), product, **head(product))
    page = operator.follow(operator.send(at(form, "/post"), received()))
    assert "PN-QNI-0001-2026-0001" in page.words
    assert "Lập phiếu đảo" not in page.words
    assert "0912" not in page.text


def test_the_search_of_products_is_a_part(
    browser: Open, point: SalesPoint, product: Product
) -> None:
    found = browser("officer").part(f"{receipts(point)}/products?add_query=cha muc")
    assert "Chả mực Hạ Long 500 g" in found.words or product.name in found.text
    assert "<html" not in found.text
    form = browser("officer").get(receipts(point)).form(receipts(point))
    assert form.value("on_date") == "23/11/2026"


def test_an_unknown_kind_is_not_found(browser: Open, point: SalesPoint) -> None:
    browser("officer").get(f"/points/{point.id}/stock/gifts/new", status=404)
    browser("officer").get("/vouchers/999", status=404)
