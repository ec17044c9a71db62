"""A day's sales with the keyboard alone, the scanner being one more keyboard."""

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Route, expect
from sqlalchemy import select

from ocop_points.core.db import db
from ocop_points.stock.models import VoucherLine
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods
from tests import factories_stock as goods
from tests.e2e.desk import Desk

OpenDesk = Callable[..., Desk]
BARCODE = "8936012340013"


def test_a_day_at_the_till_by_keyboard(open_desk: OpenDesk) -> None:
    point = factories.point()
    factories.give_point(point)
    cake = factories_goods.product(barcode=BARCODE, reference_price=20_000)
    other = factories_goods.product(name="Chả cá Hạ Long", reference_price=30_000)
    goods.posted(
        point,
        goods.line(cake, 9, expiry=date(2026, 12, 1)),
        goods.line(other, 5),
        kind=VoucherKind.OPENING,
    )
    shop = open_desk("operator")
    shop.go(f"/points/{point.id}/stock/till")
    keys, box = shop.page.keyboard, shop.page.locator("#q")
    for words, total in ((BARCODE, "20.000 ₫"), (BARCODE, "40.000 ₫"), ("3*cha ca", "130.000 ₫")):
        expect(box).to_be_focused()
        keys.type(words)
        keys.press("Enter")
        shop.sees(total)
        expect(box).to_have_value("")
    expect(box).to_be_focused()
    keys.type("cha")
    keys.press("Enter")
    shop.sees("Có 2 hàng như vậy")
    for _stop in range(3):  # quantity, the button, the first hit
        keys.press("Tab")
    keys.press("Enter")
    shop.sees("160.000 ₫")
    expect(box).to_be_focused()
    keys.type("xoai")
    keys.press("Enter")
    shop.sees("Trên kệ không có hàng nào như “xoai”")
    expect(box).to_be_focused()
    shop.look()
    while shop.page.evaluate("document.activeElement.innerText || ''") != "Ghi sổ cuối ngày":
        keys.press("Tab")
    keys.press("Enter")
    shop.sees("2 dòng, 160.000 ₫")
    while shop.page.evaluate("document.activeElement.innerText || ''") != "Ghi sổ":
        keys.press("Tab")
    keys.press("Enter")
    shop.sees("Đã ghi sổ PX-QNI-0001-2026-0001: 160.000 ₫.")
    db.session.rollback()  # what was read before is of before
    assert goods.on_hand(point, cake) == {"CM-1": 7}
    assert goods.on_hand(point, other) == {"CM-1": 1}


def test_five_scans_within_a_moment_count_once_each(open_desk: OpenDesk) -> None:
    """A scanner types 13 characters and Enter in 30 ms; every answer is held back meanwhile."""
    point = factories.point()
    factories.give_point(point)
    barcodes = ["8936012340013", "8936012340020", "8936012340037"]
    wares = [
        factories_goods.product(name=f"Hàng {n}", barcode=barcode, reference_price=10_000)
        for n, barcode in enumerate(barcodes)
    ]
    goods.posted(point, *[goods.line(one, 9) for one in wares], kind=VoucherKind.OPENING)
    shop = open_desk("operator")
    shop.go(f"/points/{point.id}/stock/till")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    keys, box = shop.page.keyboard, shop.page.locator("#q")
    shop.page.route("**/stock/till", hold)
    scans = [barcodes[0], barcodes[1], barcodes[0], "khong co", barcodes[2], barcodes[0]]
    for scan in scans:
        keys.type(scan)
        keys.press("Enter")
    keys.type("893")  # the next is being typed while no answer has come yet
    for _scan in scans:
        while not held:
            shop.page.wait_for_timeout(10)
        held.pop(0).continue_()
    shop.sees("3 dòng")
    shop.sees("50.000 ₫")
    expect(box).to_have_value("893")
    expect(box).to_be_focused()
    expect(shop.page.locator("#till-unsent li")).to_contain_text("khong co – ")
    shop.look()
    db.session.rollback()
    found = db.session.scalars(select(VoucherLine).where(~VoucherLine.posted))
    assert sorted(int(one.quantity or 0) for one in found) == [1, 1, 3]
    shop.main.get_by_role("button", name="Gõ lại").click()
    expect(box).to_have_value("khong co")
