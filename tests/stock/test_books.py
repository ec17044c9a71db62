"""The ledger and what is on hand: balances, filters, totals, values, exports, growth, home."""

import io
import itertools
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from ocop_points.stock import books, queries
from ocop_points.stock.books import LedgerFilter
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]
ISSUE = VoucherKind.ISSUE


def sheet(page: object) -> list[list[object]]:
    content = page.answer.data  # type: ignore[attr-defined]
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [list(row) for row in book.get_sheet_by_index(0).to_python()]


def test_the_ledger_runs_day_by_day_with_opening_and_totals(browser: Open) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 64), kind=VoucherKind.OPENING, on=date(2026, 10, 1))
    goods.posted(point, goods.take(product, 18), kind=ISSUE, on=date(2026, 11, 2))
    # Typed before the delivery of the same day: what came in stands first all the same.
    goods.posted(point, goods.take(product, 42), kind=ISSUE, on=date(2026, 11, 5))
    goods.posted(point, goods.line(product, 120), on=date(2026, 11, 5))
    wanted = LedgerFilter(product_id=product.id, since=date(2026, 11, 1))
    page = books.ledger_page(point.id, wanted, 1)
    assert [(row.delta, int(row.balance)) for row in page.items] == [
        (-18, 46),
        (120, 166),
        (-42, 124),
    ]
    totals = books.totals(point.id, wanted)
    assert totals is not None
    assert (totals.opening, totals.came, totals.left) == (64, 120, 60)
    words = (
        browser("officer")
        .get(f"/points/{point.id}/stock?product={product.id}&from=01/11/2026")
        .words
    )
    assert "Tồn đầu kỳ 01/11/202664" in words
    assert "Cộng trong kỳ+120−60124" in words


def test_the_filters_of_the_ledger(browser: Open) -> None:
    point, product = factories.point(), factories_goods.product()
    other = factories_goods.product(name="Miến dong Bình Liêu", base_unit="gói")
    goods.posted(point, goods.line(product, 10), on=date(2026, 10, 30))
    goods.posted(point, goods.line(other, 5), goods.line(product, 1), on=date(2026, 11, 1))
    goods.posted(point, goods.take(product, 3), kind=ISSUE, on=date(2026, 11, 2))
    base = f"/points/{point.id}/stock"
    officer = browser("officer")
    assert "30/10/2026" not in officer.get(base).words
    assert "30/10/2026" in officer.get(f"{base}?from=").words
    only = officer.get(f"{base}?from=&kind=issue").words
    assert "PX-QNI-0001-2026-0001" in only
    assert "PN-QNI" not in only
    assert "−3" in only
    rows = {
        row.name: int(row.balance) for row in books.ledger_page(point.id, LedgerFilter(), 1).items
    }
    assert rows == {product.name: 8, other.name: 5}
    assert officer.part(f"{base}?to=31/10/2026&from=").words.count("PN-QNI") == 1
    for odd in ("?product=abc", "?from=hôm qua", "?kind=x&page=99", f"?product={10**12}"):
        officer.get(base + odd)
    exported = sheet(officer.get(f"{base}?format=xlsx&from=&kind=issue"))
    assert [row[1] for row in exported[1:]] == ["PX-QNI-0001-2026-0001"]
    assert exported[1][9:11] == [3.0, 8.0]


def test_every_page_of_the_ledger_has_the_balances_of_the_whole(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page adds up from the nearer end of the books, what is exported from their beginning: the same figures."""
    monkeypatch.setattr(books, "PAGE_SIZE", 3)
    point, other = factories.point(), factories.point(name="Điểm hai", address="2")
    first, second = factories_goods.product(), factories_goods.product(name="Miến dong Bình Liêu")
    goods.posted(other, goods.line(first, 900), on=date(2026, 10, 2))
    for day in (1, 7, 20, 28):
        goods.posted(point, goods.line(first, 50), goods.line(second, 9), on=date(2026, 10, day))
        goods.posted(point, goods.take(first, day), kind=ISSUE, on=date(2026, 10, day))
    wrong = goods.posted(point, goods.take(second, 4), kind=ISSUE, on=date(2026, 11, 2))
    goods.posted(point, goods.take(first, 11), kind=ISSUE, on=date(2026, 10, 7))
    goods.posted(point, goods.line(first, 6, lot_code="CM-2"), on=date(2026, 11, 20))
    goods.reverse(wrong)
    kinds, days = (None, ISSUE), (None, date(2026, 10, 7), date(2026, 11, 2))
    for product, kind, since, until in itertools.product((None, first.id), kinds, days, days):
        wanted = LedgerFilter(product, kind, since, until)
        whole = [tuple(row) for row in books.ledger_for_export(point.id, wanted)]
        pages = [books.ledger_page(point.id, wanted, n + 1) for n in range(-(-len(whole) // 3))]
        assert [tuple(row) for page in pages for row in page.items] == whole, wanted
        assert {page.total for page in pages} <= {len(whole)}
    assert books.ledger_page(point.id, LedgerFilter(since=date(2027, 1, 1)), 1).items == []


def test_on_hand_values_goods_by_the_last_receipt_that_stands(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product(units=(("thùng", 24),))
    goods.posted(point, goods.line(product, 10, unit_price=100), on=date(2026, 11, 1))
    pack = {"unit_name": "thùng", "unit_factor": 24}
    goods.posted(point, goods.line(product, 1, unit_price=2_500, **pack), on=date(2026, 11, 3))
    wrong = goods.posted(point, goods.line(product, 1, unit_price=999_999), on=date(2026, 11, 4))
    late = goods.posted(point, goods.line(product, 1, unit_price=7), on=date(2026, 10, 1))
    assert _price(point.id) == (999_999, 1)
    goods.reverse(wrong)
    assert _price(point.id) == (2_500, 24)
    assert late.number is not None


def _price(point_id: int) -> tuple[int, int]:
    row = queries.on_hand_page(point_id, "", 1).items[0]
    return row.unit_price, row.unit_factor


def test_on_hand_shows_lots_with_date_stars_and_value(browser: Open) -> None:
    point, product = factories.point(), factories_goods.product()
    factories_goods.certificate(product)
    goods.posted(
        point,
        goods.line(product, 3, lot_code="A", expiry=date(2026, 11, 27), unit_price=1_000),
        goods.line(product, 2, lot_code="B", expiry=date(2026, 11, 20), unit_price=1_000),
        goods.line(product, 4, lot_code="C", unit_price=1_000),
        goods.line(product, 9, lot_code="SOLD"),
    )
    goods.posted(point, goods.take(product, 9, "SOLD"), kind=ISSUE)
    officer = browser("officer")
    words = officer.get(f"/points/{point.id}/stock/on-hand").words
    assert "3 lô còn hàng · 9.000 ₫ theo giá nhập gần nhất của từng lô" in words
    assert "1 lô đã hết hạn" in words
    assert "1 lô hết hạn trong 30 ngày" in words
    assert "Hết hạn 3 ngày" in words
    assert "Còn 4 ngày" in words
    assert "4 sao" in words
    assert "SOLD" not in words
    assert words.index("Hết hạn 3 ngày") < words.index("Còn 4 ngày") < words.index("Không hạn")
    exported = sheet(officer.get(f"/points/{point.id}/stock/on-hand?format=xlsx&q=cha muc"))
    assert [(row[4], row[9]) for row in exported[1:]] == [("B", 2_000), ("A", 3_000), ("C", 4_000)]
    assert "Không có lô nào khớp" in officer.get(f"/points/{point.id}/stock/on-hand?q=x9").words


def test_the_points_to_choose_from_lie_within_reach(browser: Open) -> None:
    here, there = factories.point(), factories.point(people.ELSEWHERE, name="Điểm Cà Mau")
    factories.point(name="Điểm thứ hai", address="2 đường khác")
    product = factories_goods.product()
    goods.posted(here, goods.line(product, expiry=date(2026, 12, 1)))
    goods.draft(here, goods.line(product))
    words = browser("officer").get("/stock").words
    assert "Điểm Cà Mau" not in words
    assert "Trung tâm OCOP Bãi Cháy QNI-0001Quảng Ninh111" in words
    assert "Điểm Cà Mau" in browser("viewer").get("/stock").words
    assert (
        browser("other_officer")
        .get("/stock", status=302)
        .location.endswith(f"/points/{there.id}/stock")
    )
    assert "Chưa có điểm bán nào" in browser("operator").get("/stock").words


@pytest.mark.parametrize("who", ["officer", "operator"])
def test_home_names_drafts_and_lots_that_expire(browser: Open, who: str) -> None:
    point, product = factories.point(), factories_goods.product()
    factories.give_point(point)
    goods.posted(point, goods.line(product, 3, expiry=date(2026, 12, 20)))
    goods.posted(point, goods.line(product, 3, lot_code="FAR", expiry=date(2026, 12, 24)))
    draft = goods.draft(point, goods.line(product))
    page = browser(who).get("/")
    assert "Phiếu nháp chờ ghi sổ" in page.words
    assert f"/vouchers/{draft.id}/edit" in page.links()
    assert "Lô sắp hết hạn" in page.words
    assert "CM-1" in page.words
    assert "FAR" not in page.words
    assert "Phiếu nháp" not in browser("other_officer").get("/").words


def test_lists_send_as_many_statements_for_many_rows_as_for_few(browser: Open) -> None:
    point, maker = factories.point(), factories_goods.supplier()
    officer = browser("officer")
    base = f"/points/{point.id}/stock"
    urls = (f"{base}?from=", f"{base}/on-hand", f"{base}/vouchers", f"{base}?format=xlsx&from=")

    def add(first: int, number: int) -> None:
        for one in range(first, first + number):
            product = factories_goods.product(producer=maker, name=f"Hàng {one}")
            factories_goods.certificate(product)
            goods.posted(point, goods.line(product), supplier_id=maker.id)

    add(0, 3)
    few = {url: statements(officer.get, url) for url in urls}
    add(3, 20)
    for url in urls:
        assert statements(officer.get, url) == few[url], url
    # user, point; count, page; products of the filter (totals only with a product); months closed, goods on their way
    assert few[f"{base}?from="] <= 7
    # user, point; count, page; certificates; figures
    assert few[f"{base}/on-hand"] <= 7
