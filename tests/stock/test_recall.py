"""Where goods went: quantities that add up, reach, the file, the letters."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, text

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint
from ocop_points.stock import recall
from ocop_points.stock.recall_models import RecallLetter
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.rules_transfers import Count
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]


@pytest.fixture
def world_of_lots(app: Flask) -> dict[str, int]:
    """A lot at two points here and one elsewhere, with every kind of voucher and a reversal of some."""
    here, there = factories.point(), factories.point(name="Điểm Cẩm Phả", address="2")
    away = factories.point(people.ELSEWHERE, name="Điểm Năm Căn")
    factories.give_point(here)
    maker = factories_goods.supplier(name="HTX Chả mực Thoan")
    cake = factories_goods.product(producer=maker, name="Chả mực")
    other = factories_goods.product(producer=maker, name="Ruốc hàu")
    kinds = VoucherKind
    goods.posted(here, goods.line(cake, 20), goods.line(other, 5), supplier_id=maker.id)
    wrong = goods.posted(here, goods.line(cake, 7), supplier_id=maker.id)
    goods.reverse(wrong)
    sold = goods.posted(here, goods.take(cake, 6), kind=kinds.ISSUE)
    goods.reverse(sold)
    goods.posted(here, goods.take(cake, 5), kind=kinds.ISSUE)
    goods.posted(here, goods.take(cake, 2), kind=kinds.SUPPLIER_RETURN, supplier_id=maker.id)
    goods.posted(here, goods.take(cake, 1), kind=kinds.WRITE_OFF, reason="Vỡ")
    goods.receive(goods.sent(here, there, goods.take(cake, 4)), Count(Decimal(3), "Vỡ một"))
    goods.sent(here, there, goods.take(cake, 2))
    goods.posted(away, goods.line(cake, 50), by="other_officer", supplier_id=maker.id)
    lot = goods.lot(cake).id
    return {
        "lot": lot,
        "cake": cake.id,
        "other": other.id,
        "maker": maker.id,
        "here": here.id,
        "there": there.id,
    }


def test_quantities_add_up_to_what_the_ledger_says(world_of_lots: dict[str, int]) -> None:
    officer, viewer = people.user("officer"), people.user("viewer")
    lot = recall.goods_or_404(officer, "lots", world_of_lots["lot"])
    rows = {row.point_id: row for row in recall.places_page(officer, lot, 1).items}
    names = ("received", "arrived", "sold", "returned", "written_off", "sent", "counted", "on_hand")
    found = {id_: tuple(getattr(row, name) for name in names) for id_, row in rows.items()}
    assert found == {
        world_of_lots["here"]: (20, 0, 5, 2, 1, 6, 0, 6),
        world_of_lots["there"]: (0, 3, 0, 0, 0, 0, 0, 3),
    }
    moved = text(
        "SELECT point_id, sum(delta) FROM movement JOIN lot ON lot.id = lot_id"
        " WHERE lot.product_id = :p GROUP BY point_id"
    )
    for who, what, id_ in (
        (viewer, "lots", "lot"),
        (viewer, "products", "cake"),
        (viewer, "producers", "maker"),
        (officer, "producers", "maker"),
    ):
        wanted = recall.goods_or_404(who, what, world_of_lots[id_])
        page = recall.places_page(who, wanted, 1)
        for one in page.items:
            left = one.received + one.arrived - one.sold - one.returned
            left += one.counted - one.written_off - one.sent
            assert left == one.on_hand
        total = recall.totals(who, wanted)
        assert [getattr(total, n) for n in names] == [
            sum(getattr(one, n) for one in page.items) for n in names
        ]
        vouchers = recall.vouchers_page(who, wanted, 1)
        assert sum(one.delta for one in vouchers.items) == total.on_hand
    of_cake = recall.goods_or_404(viewer, "products", world_of_lots["cake"])
    by_point: dict[int, int] = {}
    for one in recall.places_page(viewer, of_cake, 1).items:
        by_point[one.point_id] = by_point.get(one.point_id, 0) + one.on_hand
    assert by_point == dict(db.session.execute(moved, {"p": world_of_lots["cake"]}).all())
    (on_way,) = recall.under_way(officer, lot)
    assert (on_way.quantity, on_way.to_name) == (2, "Điểm Cẩm Phả")


def test_each_sees_the_own_reach_and_is_told_so(
    browser: Open, world_of_lots: dict[str, int]
) -> None:
    url = f"/stock/recall/lots/{world_of_lots['lot']}"
    seen = {
        who: browser(who).get(url).words
        for who in ("officer", "operator", "other_officer", "admin")
    }
    assert "Điểm Cẩm Phả" in seen["officer"]
    assert "chỉ Bộ xem được toàn quốc" in seen["officer"]
    assert "Điểm Năm Căn" not in seen["officer"]
    assert "Chỉ có điểm của bạn" in seen["operator"]
    assert "→ Điểm Cẩm Phả" in seen["operator"]  # where it sent goods to, it knows
    assert "Điểm Năm Căn" in seen["other_officer"]
    assert "Bãi Cháy" not in seen["other_officer"]
    assert "Tất cả điểm bán trên cả nước" in seen["admin"]
    assert "Điểm Năm Căn" in seen["admin"]
    only_here = goods.lot(db.session.get_one(Product, world_of_lots["other"])).id
    browser("other_officer").get(f"/stock/recall/lots/{only_here}", status=404)
    browser("officer").get("/stock/recall/lots/999", status=404)
    found = browser("officer").get("/stock/recall?q=cm-1")
    assert url in found.links()
    for query in ("cha muc", "thoan"):
        assert "Chả mực" in browser("officer").get(f"/stock/recall?q={query}").words


def test_files_hold_every_voucher(browser: Open, world_of_lots: dict[str, int]) -> None:
    url = f"/stock/recall/producers/{world_of_lots['maker']}"
    for view, column, want in (("vouchers", 10, 6 + 3 + 5), ("", 15, 6 + 3 + 5)):
        sent = browser("officer").get(f"{url}?view={view}&format=csv", status=None).answer.data
        rows = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"))))[1:]
        assert sum(int(row[column]) for row in rows) == want, view


def test_letters_are_printed_and_written_down(browser: Open, world_of_lots: dict[str, int]) -> None:
    url = f"/stock/recall/lots/{world_of_lots['lot']}"
    officer = browser("officer")
    for query in ("?reason=Nhãn+sai", f"?point={world_of_lots['there']}"):
        assert officer.get(f"{url}/letters.pdf{query}", status=None).answer.data.startswith(
            b"%PDF-"
        )
    officer.get(f"{url}/letters.pdf?point=999", status=404)
    page = officer.get(f"{url}/letters")
    form = page.form(f"{url}/letters")
    refused = officer.send(form, {"reason": ""}, status=422)
    assert "Ghi lý do thu hồi" in refused.words
    given = {
        "points": [str(world_of_lots["here"])],
        "reason": "Nhãn in sai hạn",
        "sent_on": "22/11/2026",
        "how": "hand",
    }
    page = officer.follow(officer.send(form, given))
    assert "Đã ghi gửi 1 thông báo" in page.words
    assert "Nhãn in sai hạn" in page.words
    again = officer.get(f"{url}/letters").form(f"{url}/letters")
    assert again.filled({})["points"] in (
        [str(world_of_lots["there"])],
        str(world_of_lots["there"]),
    )
    letter = db.session.scalars(select(RecallLetter)).one()
    assert (letter.point_id, letter.sent_on) == (world_of_lots["here"], date(2026, 11, 22))
    assert "Nhãn in sai hạn" not in browser("other_officer").get(url).words
    browser("operator").get(f"{url}/letters", status=403)


def test_more_points_take_no_more_statements(browser: Open, world_of_lots: dict[str, int]) -> None:
    url = f"/stock/recall/producers/{world_of_lots['maker']}"
    officer = browser("officer")
    pages = (
        url,
        f"{url}?view=vouchers",
        f"{url}?format=csv",
        f"{url}/letters",
        f"{url}/letters.pdf",
    )
    asked = [lambda one=one: officer.get(one, status=None) for one in pages]
    few = [statements(ask) for ask in asked]
    cake = db.session.get_one(Product, world_of_lots["cake"])
    for n in range(8):
        more: SalesPoint = factories.point(name=f"Điểm {n}", address=f"{n}")
        goods.posted(more, goods.line(cake, 3), kind=VoucherKind.OPENING)
    assert [statements(ask) for ask in asked] == few
