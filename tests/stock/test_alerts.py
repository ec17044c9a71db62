"""Warnings of the stock: which goods are told, to whom, and that the home page counts what the list shows."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from ocop_points.audit.models import AuditRow
from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint
from ocop_points.stock import alerts
from ocop_points.stock.alerts import AlertFilter
from ocop_points.stock.alerts_rules import AlertKind
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.rules_transfers import Count
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser
from tests.factories_stock import TODAY
from tests.statements import statements

Open = Callable[[str | None], Browser]
OPENING = VoucherKind.OPENING
OLD = date(2026, 8, 1)


@pytest.fixture
def point(app: Flask) -> SalesPoint:
    made = factories.point()
    factories.give_point(made)
    return made


def day(ahead: int) -> date:
    return TODAY + timedelta(days=ahead)


def kinds(who: str = "officer", **wanted: object) -> list[tuple[str, str]]:
    found = alerts.alerts_page(people.user(who), AlertFilter(TODAY, **wanted), 1)  # type: ignore[arg-type]
    return [(row.kind, row.name) for row in found.items]


def set_minimum(
    shop: Browser, point: SalesPoint, product: Product, typed: str, **given: object
) -> object:
    page = shop.get(f"/points/{point.id}/stock/minimums")
    form = page.form()
    place = next(n for n in range(9) if form.value(f"lines-{n}-product_id") == str(product.id))
    return shop.send(form, {f"lines-{place}-minimum": typed, **given})


# Lots (days to the date, units), certificate (days to its end, or none), days since it moved: kinds told.
Case = tuple[list[tuple[int | None, int]], int | None, int, list[str]]
CASES: dict[str, Case] = {
    "good for long": ([(200, 5)], 300, 5, []),
    "last good day": ([(0, 5)], None, 5, ["expiring"]),
    "past it, others good": ([(-1, 5), (200, 5)], None, 5, ["expired"]),
    "only past it": ([(-1, 5)], None, 5, ["expired", "sold_out"]),
    "day 30": ([(30, 5)], None, 5, ["expiring"]),
    "day 31": ([(31, 5)], None, 5, []),
    "without date": ([(None, 5)], None, 5, []),
    "certificate's last day": ([(None, 5)], 0, 5, []),
    "certificate ended": ([(None, 5)], -1, 5, ["certificate"]),
    "never had one": ([(None, 5)], None, 60, []),
    "not moved": ([(None, 5)], None, 61, ["still"]),
}


def test_which_goods_are_told(point: SalesPoint) -> None:
    maker = factories_goods.supplier()
    for name, (lots, ends, since, _told) in CASES.items():
        made = factories_goods.product(producer=maker, name=name)
        if ends is not None:
            factories_goods.certificate(made, last_day=day(ends), number=name[:20])
        lines = [
            goods.line(made, units, lot_code=f"L{n}", expiry=None if left is None else day(left))
            for n, (left, units) in enumerate(lots)
        ]
        goods.posted(point, *lines, kind=OPENING, on=day(-since))
    found = kinds()
    for name, (_lots, _ends, _since, told) in CASES.items():
        assert [kind for kind, of in found if of == name] == told, name
    assert [kind for kind, _name in found] == sorted(
        (kind for kind, _name in found), key=lambda kind: AlertKind(kind).rank
    )
    assert ("expiring", "day 31") in kinds(within=90)
    assert ("still", "not moved") not in kinds(still=90)
    assert kinds(query="khong co") == []
    assert kinds("other_officer") == []
    assert kinds("viewer") == found
    assert kinds("operator") == found


def test_withdrawn_and_renewed_certificates(point: SalesPoint) -> None:
    maker = factories_goods.supplier()
    withdrawn, renewed = (
        factories_goods.product(producer=maker, name=name) for name in ("Thu hồi", "Cấp lại")
    )
    factories_goods.certificate(withdrawn, withdrawn_on=day(-3))
    factories_goods.certificate(renewed, last_day=day(-9))
    factories_goods.certificate(renewed, issued_on=day(-8), number="13/GCN")
    goods.posted(point, goods.line(withdrawn), goods.line(renewed), kind=OPENING)
    assert kinds() == [("certificate", "Thu hồi")]


def test_minimums_are_set_by_the_shop_and_told(browser: Open, point: SalesPoint) -> None:
    cake = factories_goods.product(name="Bánh gai")
    lines = [goods.line(cake, 6), goods.line(cake, 4, lot_code="CU", expiry=day(-1))]
    goods.posted(point, *lines, kind=OPENING)
    shop = browser("operator")
    stale = shop.get(f"/points/{point.id}/stock/minimums").form()
    set_minimum(shop, point, cake, "6")
    assert [kind for kind, _name in kinds()] == ["expired"]  # six that are good are enough
    page = shop.follow(set_minimum(shop, point, cake, "7"))  # type: ignore[arg-type]
    assert "Đã đổi 1 mức tối thiểu" in page.words
    assert kinds(kind=AlertKind.LOW) == [("low", "Bánh gai")]
    assert "6 / 7 hộp" in page.words
    goods.posted(point, goods.take(cake, 6), kind=goods.ISSUE)
    assert kinds(kind=AlertKind.LOW) == [("low", "Bánh gai")]  # nothing left is less still
    refused = shop.send(stale, {"lines-0-minimum": "9"}, status=422)
    assert "Hiện đang đặt: 7" in refused.words
    page = shop.follow(shop.send(refused.form()))  # seen now: the second sending counts
    assert "6 / 9" not in page.words
    assert "0 / 9 hộp" in page.words
    for typed, said in (("0", "từ 1"), ("abc", "Nhập số"), ("1,5", "Nhập số")):
        page = shop.send(
            shop.get(f"/points/{point.id}/stock/minimums").form(),
            {"lines-0-minimum": typed},
            status=422,
        )
        assert said in page.words, typed
    set_minimum(shop, point, cake, "")
    assert kinds(kind=AlertKind.LOW) == []
    rows = (
        select(AuditRow.changes)
        .where(AuditRow.action == "stock.minimums_set")
        .order_by(AuditRow.id)
    )
    written = list(db.session.scalars(rows))
    assert len(written) == 4
    assert "6 hộp" in written[1]
    assert "7 hộp" in written[1]
    assert "không đặt" in written[-1]


def test_home_counts_what_the_list_shows(browser: Open, point: SalesPoint) -> None:
    sender = factories.point(name="Điểm OCOP Cẩm Phả", address="Chợ Cẩm Phả")
    maker = factories_goods.supplier()
    for n in range(5):
        made = factories_goods.product(producer=maker, name=f"Hàng {n}")
        goods.posted(point, goods.line(made, 3, expiry=day(n - 2)), kind=OPENING)
    goods.posted(sender, goods.line(made, 9, lot_code="X"), kind=OPENING)
    sent = goods.sent(sender, point, goods.take(made, 4, "X"))
    for who in ("operator", "officer", "manager"):
        home = browser(who).get("/")
        assert "Cảnh báo kho hàng 7" in home.words, (
            who
        )  # 2 past their date and sold out, 3 that will be
        assert "Lô sắp hết hạn" in home.words
        assert f"/transfers/{sent.id}/receive" in home.links()
        listed = browser(who).get("/stock/alerts")
        assert "trong 7 cảnh báo" in listed.words
        for url in [one for one in home.links() if "/stock/alerts?kind=" in one]:
            kind = url.partition("kind=")[2]
            many = alerts.counts(people.user(who), AlertFilter(TODAY))[AlertKind(kind)]
            assert f"trong {many} cảnh báo" in browser(who).get(url).words
            assert f"{many} cảnh báo" in home.words
    assert "Cảnh báo kho" not in browser("other_officer").get("/").words
    assert f"/transfers/{sent.id}/receive" not in browser("other_officer").get("/").links()
    write_off = next(one for one in listed.links() if "/write-offs/new" in one)
    form = browser("officer").get(write_off).form()
    assert form.value("lines-0-quantity") == "3"
    assert form.value("lines-0-lot_id")
    goods.receive(sent, Count(Decimal(4)))
    assert "Hàng chuyển đến chờ nhận" not in browser("operator").get("/").words


def test_a_longer_list_takes_no_more_statements(browser: Open, point: SalesPoint) -> None:
    maker = factories_goods.supplier()

    def more(many: int, first: int) -> None:
        made = [
            factories_goods.product(producer=maker, name=f"Hàng {first + n:02}")
            for n in range(many)
        ]
        lines = [goods.line(one, 3, expiry=day(5)) for one in made]
        goods.posted(point, *lines, kind=OPENING, on=OLD)

    shop = browser("officer")
    pages = ["/stock/alerts", "/stock/alerts?format=csv", f"/points/{point.id}/stock/minimums", "/"]
    more(2, 0)
    few = [statements(shop.get, url) for url in pages]
    more(20, 2)
    assert [statements(shop.get, url) for url in pages] == few
