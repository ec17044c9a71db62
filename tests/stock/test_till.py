"""The till: a day's sales scan by scan in one draft, undone, posted in the evening."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db, write
from ocop_points.points.models import SalesPoint
from ocop_points.stock import queries
from ocop_points.stock.faults import ledger_faults
from ocop_points.stock.models import Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods
from tests import factories_stock as goods
from tests.browser import Browser, Page
from tests.factories_stock import TODAY
from tests.statements import counted

Open = Callable[[str | None], Browser]
BARCODE = "8936012340013"


@pytest.fixture
def point(app: Flask) -> SalesPoint:
    made = factories.point()
    factories.give_point(made)
    return made


@pytest.fixture
def cake(point: SalesPoint) -> Product:
    """On the shelf: two of a lot that ends first, ten of a later one, one that has expired."""
    made = factories_goods.product(barcode=BARCODE, reference_price=20_000)
    lots = (("CU", 1, date(2026, 11, 22)), ("SOM", 2, date(2026, 12, 1)), ("MUON", 10, None))
    lines = [goods.line(made, n, lot_code=code, expiry=day) for code, n, day in lots]
    goods.posted(point, *lines, kind=VoucherKind.OPENING)
    return made


def scan(shop: Browser, page: Page, words: str, status: int = 303, **more: str) -> Page:
    answer = shop.send(page.form(page_url(page)), {"q": words, **more}, status=status)
    return shop.follow(answer) if status == 303 else answer


def page_url(page: Page) -> str:
    return next(form.action for form in page.forms() if form.action.endswith("/till"))


def lines(point: SalesPoint) -> list[tuple[str, int, int]]:
    db.session.expire_all()
    rows = select(VoucherLine).join(Voucher, Voucher.id == VoucherLine.voucher_id)
    rows = rows.where(Voucher.point_id == point.id, Voucher.till_day.is_not(None))
    found = db.session.scalars(rows.order_by(VoucherLine.position))
    codes: dict[int, str] = dict(db.session.execute(text("SELECT id, code FROM lot")).all())
    return [(codes[one.lot_id or 0], int(one.quantity or 0), one.amount or 0) for one in found]


def test_a_day_at_the_till_without_script(browser: Open, point: SalesPoint, cake: Product) -> None:
    other = factories_goods.product(name="Chả cá Hạ Long", reference_price=None)
    goods.posted(point, goods.line(other, 5), kind=VoucherKind.OPENING)
    shop, till = browser("operator"), f"/points/{point.id}/stock/till"
    page = shop.get(till)
    assert "Chưa có dòng nào" in page.words
    page = scan(shop, page, BARCODE)
    assert lines(point) == [("SOM", 1, 20_000)]
    page = scan(shop, page, "8936-0123 40013")  # once more, as printed on the label: the same line
    assert lines(point) == [("SOM", 2, 40_000)]
    page = scan(shop, page, f"3*{cake.code.lower()}")  # the first lot is sold out: the next
    assert lines(point) == [("SOM", 2, 40_000), ("MUON", 3, 60_000)]
    assert "100.000 ₫ · 2 dòng" in page.words
    page = scan(shop, page, "cha", status=200)  # two goods have that in their name
    assert "Có 2 hàng như vậy" in page.words
    form = page.form(till)
    form.action = f"{till}/{other.id}"
    page = shop.follow(shop.send(form, {"q": "cha", "quantity": "2"}))
    assert lines(point)[-1] == ("CM-1", 2, 0)
    page = shop.follow(shop.send(page.form(f"{till}/undo")))
    assert lines(point) == [("SOM", 2, 40_000), ("MUON", 3, 60_000)]
    page = scan(shop, page, BARCODE, quantity="8", status=422)
    assert "chỉ còn 7 hộp còn hạn chưa bán" in page.words  # of 13: 5 rung, 1 expired
    assert page.form(till).value("q") == BARCODE
    for words, said in (
        ("", "Quét mã vạch"),
        ("xoài", "không có hàng nào như “xoài”"),
        ("0*muc", "từ 1"),
    ):
        page = scan(shop, page, words, status=422, quantity="")
        assert said in page.words, words
    shown = shop.get(f"{till}/post")
    assert "2 dòng, 100.000 ₫" in shown.words
    page = shop.follow(shop.send(shown.form()))
    assert "Đã ghi sổ PX-QNI-0001-2026-0001: 100.000 ₫." in page.words
    assert "Đảo phiếu này" not in page.words  # an operator may not (RULES.md §1)
    assert goods.on_hand(point, cake) == {"CU": 1, "SOM": 0, "MUON": 7}
    manager = browser("manager")
    back = next(one for one in manager.get(till).forms() if one.action.endswith("/reverse"))
    made = manager.follow(manager.send(back))  # one click: the reason stands in the button's form
    assert "Ghi nhầm bán hàng trong ngày" in made.words
    assert goods.on_hand(point, cake) == {"CU": 1, "SOM": 2, "MUON": 10}
    assert list(ledger_faults()) == []
    scan(shop, shop.get(till), BARCODE)  # after the evening's voucher another begins
    assert (
        db.session.scalar(
            select(func.count()).select_from(Voucher).where(Voucher.till_day.is_not(None))
        )
        == 2
    )


def test_only_expired_goods_are_out_of_stock(browser: Open, point: SalesPoint) -> None:
    product = factories_goods.product(barcode=BARCODE)
    goods.posted(point, goods.line(product, 4, expiry=date(2026, 11, 22)), kind=VoucherKind.OPENING)
    shop = browser("operator")
    page = scan(shop, shop.get(f"/points/{point.id}/stock/till"), BARCODE, status=422)
    assert "chỉ còn hàng hết hạn" in page.words
    assert lines(point) == []
    held = shop.get(f"/points/{point.id}/stock/on-hand").words
    assert "1 sản phẩm chỉ còn hàng hết hạn: coi như hết hàng" in held
    found = queries.summaries([point.id], TODAY, date(2026, 12, 23))[point.id]
    assert (found["lots"], found["ending"]) == (0, 1)


def test_what_stands_in_the_draft_is_said_again_the_next_day(
    browser: Open, point: SalesPoint, cake: Product
) -> None:
    shop, till = browser("operator"), f"/points/{point.id}/stock/till"
    scan(shop, shop.get(till), BARCODE)
    assert "SOM" in shop.get(till).words  # resumed
    earlier = text(
        "UPDATE voucher SET till_day = '2026-11-22', on_date = '2026-11-22' WHERE number IS NULL"
    )
    write(lambda: db.session.execute(earlier))
    assert "Phiếu bán ngày 22/11/2026 chưa ghi sổ" in shop.get(till).words
    assert shop.get(f"{till}?last=1x1.zz").status == 200
    shop.get(f"{till}/post")


def test_a_scan_takes_as_many_statements_however_long_the_day(
    browser: Open, point: SalesPoint
) -> None:
    maker = factories_goods.supplier()
    products = [
        factories_goods.product(producer=maker, name=f"Hàng {n:02}", barcode=f"89360000000{n:02}")
        for n in range(30)
    ]
    goods.posted(point, *[goods.line(one, 9) for one in products], kind=VoucherKind.OPENING)
    shop = browser("operator")
    page, sent = shop.get(f"/points/{point.id}/stock/till"), []
    for product in products:
        with counted() as seen:
            page = scan(shop, page, product.barcode)
        sent.append(len(seen))
    assert len(set(sent[2:])) == 1, sent


@pytest.mark.parametrize("who", ["viewer", "admin"])
def test_who_only_reads_has_no_till(browser: Open, point: SalesPoint, who: str) -> None:
    browser(who).get(f"/points/{point.id}/stock/till", status=403)
