"""Supply agreements: their days and years, who sees which, the value delivered, the settlement of a month."""

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text

from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.service import sweep
from ocop_points.points.models import SalesPoint
from ocop_points.programme import agreements_documents as documents
from ocop_points.programme import agreements_queries as queries
from ocop_points.programme.agreements_letters import letters
from ocop_points.programme.agreements_models import Agreement
from ocop_points.programme.agreements_queries import AgreementFilter
from ocop_points.programme.agreements_rules import (
    Moved,
    Standing,
    Terms,
    chains,
    settle,
    standing_on,
    year_of,
)
from ocop_points.programme.settlement_queries import delivered
from ocop_points.stock import service as stock
from ocop_points.stock.models import Lot, Voucher
from ocop_points.stock.queries import get_voucher_to_edit
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_agreements, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]
TODAY = date(2026, 11, 23)
OCTOBER = date(2026, 10, 1)
A, B = date(2026, 1, 10), date(2027, 6, 30)


def test_how_one_stands_on_a_day_and_which_of_its_years_it_is() -> None:
    for day, ended_on, standing in (
        (date(2026, 1, 9), None, Standing.AHEAD),
        (A, None, Standing.RUNNING),
        (date(2027, 4, 30), None, Standing.RUNNING),
        (date(2027, 5, 1), None, Standing.SOON),
        (B, None, Standing.SOON),
        (date(2027, 7, 1), None, Standing.OVER),
        (date(2026, 5, 1), date(2026, 5, 1), Standing.ENDED),
        (date(2026, 4, 30), date(2026, 5, 1), Standing.RUNNING),
    ):
        assert standing_on(day, valid_from=A, valid_to=B, ended_on=ended_on) is standing, day
    for day, year in (
        (date(2025, 1, 1), (A, date(2027, 1, 9))),
        (date(2027, 1, 9), (A, date(2027, 1, 9))),
        (date(2027, 1, 10), (date(2027, 1, 10), B)),
        (date(2030, 1, 1), (date(2027, 1, 10), B)),
    ):
        assert year_of(day, A, B) == year
    leap = date(2024, 2, 29)
    assert year_of(date(2025, 3, 1), leap, B) == (date(2025, 2, 28), date(2026, 2, 27))
    named = {"go", "mm", "saigon_coop", "winmart", "winmart_plus"}
    assert {one.code for one in chains().values() if one.confirmed} == named


def test_what_a_month_comes_to() -> None:
    moved = Moved(1, opening=5, came=40, came_amount=4_000_000, returned=3, returned_amount=300_000,
                  sold=7, other=-2)  # fmt: skip
    assert moved.closing == 33
    bought = settle(moved, Terms.PURCHASE, price=120_000, discount_hundredths=1_000)
    assert (bought.gross, bought.discount, bought.due) == (3_700_000, 0, 3_700_000)
    sold = settle(moved, Terms.CONSIGNMENT, price=33_333, discount_hundredths=1_250)
    assert (sold.gross, sold.discount, sold.due) == (233_331, 29_166, 204_165)
    unpriced = settle(moved, Terms.CONSIGNMENT, price=None, discount_hundredths=1_250)
    assert (unpriced.gross, unpriced.due) == (0, 0)


def _reverse(voucher: Voucher) -> None:
    voucher_id = voucher.id

    def verb() -> None:
        manager = people.user("manager")
        stock.reverse_voucher(get_voucher_to_edit(manager, voucher_id), reason="Nhầm", by=manager)

    write(verb)


@pytest.fixture
def traded(app: Flask) -> tuple[SalesPoint, Agreement]:
    """A point that bought, sold and sent back goods of one producer beside those of another, one receipt reversed."""
    point, other_point = factories.point(), factories.point(name="Điểm khác", address="2 Hạ Long")
    maker, other = factories_goods.supplier(), factories_goods.supplier(name="HTX khác")
    one = factories_goods.product(producer=maker, name="Chả mực")
    two = factories_goods.product(producer=maker, name="Chả tôm", units=(("thùng", 10),))
    foreign = factories_goods.product(producer=other, name="Miến dong")
    who = {"supplier_id": maker.id}
    goods.posted(point, goods.line(one, 20), goods.line(two, 30), on=date(2026, 9, 20), **who)
    crate = goods.line(two, 2, unit_name="thùng", unit_factor=10, unit_price=1_500_000)
    goods.posted(point, goods.line(one, 8), crate, goods.line(foreign, 9), on=OCTOBER, **who)
    goods.posted(point, goods.take(one, 3), kind=goods.ISSUE, on=date(2026, 10, 31))
    back = {"kind": VoucherKind.SUPPLIER_RETURN, "on": date(2026, 10, 20), **who}
    goods.posted(point, goods.take(one, 2, unit_price=185_000), **back)
    goods.posted(point, goods.take(two, 1, unit_price=None), **back)
    wrong = goods.posted(point, goods.line(one, 5), on=date(2026, 10, 9), **who)
    goods.posted(other_point, goods.line(one, 50), on=date(2026, 10, 5), **who)
    _reverse(wrong)
    made = factories_agreements.agreement(
        maker, point, prices={one: 200_000}, least_value=9_000_000
    )
    return point, made


# The same figures by hand: vouchers and lines only, no movement, no query of ours.
_BY_HAND = """
SELECT coalesce(sum(CASE WHEN coalesce(r.kind, v.kind) = 'receipt' THEN 1 ELSE -1 END
       * CASE WHEN v.reverses_id IS NULL THEN 1 ELSE -1 END * l.amount), 0)
  FROM voucher v LEFT JOIN voucher r ON r.id = v.reverses_id JOIN voucher_line l ON l.voucher_id = v.id
  JOIN product p ON p.id = l.product_id
 WHERE v.point_id = :point AND p.producer_id = :maker AND v.state = 'posted'
   AND coalesce(r.kind, v.kind) IN ('receipt', 'supplier_return') AND v.on_date BETWEEN :a AND :b
"""
_IN_BASE_UNITS = """
SELECT p.name, sum(l.quantity_thousandths * l.unit_factor / 1000 * CASE WHEN v.reverses_id IS NULL THEN 1 ELSE -1 END)
  FROM voucher v LEFT JOIN voucher r ON r.id = v.reverses_id JOIN voucher_line l ON l.voucher_id = v.id
  JOIN product p ON p.id = l.product_id
 WHERE v.point_id = :point AND p.producer_id = :maker AND v.state = 'posted' AND coalesce(r.kind, v.kind) = :kind
   AND v.on_date BETWEEN :a AND :b GROUP BY p.name
"""


def test_the_settlement_is_what_the_vouchers_say(traded: tuple[SalesPoint, Agreement]) -> None:
    point, made = traded
    known: dict[str, Any] = {"point": point.id, "maker": made.producer_id}
    october = {**known, "a": "2026-10-01", "b": "2026-10-31"}
    november = {**known, "a": "2026-11-01", "b": "2026-11-30"}
    year = {**known, "a": "2026-01-10", "b": "2027-01-09"}

    def by_hand(given: dict[str, Any]) -> int:
        return int(db.session.scalar(text(_BY_HAND), given) or 0)

    def counted(kind: str, given: dict[str, Any]) -> dict[str, int]:
        rows = db.session.execute(text(_IN_BASE_UNITS), {**given, "kind": kind})
        return {name: int(number) for name, number in rows}

    sheets = {
        "october": documents.settlement(made, OCTOBER),
        "november": documents.settlement(made, date(2026, 11, 1)),
    }
    for name, given in (("october", october), ("november", november)):
        sheet = sheets[name]
        assert sheet.due == by_hand(given), name
        lines = {product.name: line.moved for product, line in sheet.lines}
        for kind, attribute in (
            ("receipt", "came"),
            ("supplier_return", "returned"),
            ("issue", "sold"),
        ):
            numbers = {key: getattr(one, attribute) for key, one in lines.items()}
            assert {k: n for k, n in numbers.items() if n} == counted(kind, given), (name, kind)
    # The reversal is of today: October holds what was written, November takes it back.
    assert sheets["october"].due == 8 * 185_000 + 2 * 1_500_000 + 5 * 185_000 - 2 * 185_000
    assert sheets["november"].due == -5 * 185_000
    assert sheets["october"].unpriced == 1
    for (_p, before), (_q, after) in zip(
        sheets["october"].lines, sheets["november"].lines, strict=True
    ):
        assert before.moved.closing == after.moved.opening
    page = queries.agreements_page(people.user("officer"), AgreementFilter(TODAY), 1)
    assert delivered(page.items, TODAY) == {made.id: by_hand(year)}


def test_goods_on_consignment_are_paid_when_sold(traded: tuple[SalesPoint, Agreement]) -> None:
    point, made = traded
    product = db.session.scalars(select(Lot.product_id).order_by(Lot.id)).first()
    assert product is not None
    consigned = factories_agreements.agreement(
        queries.get_agreement_or_404(people.user("officer"), made.id).producer,
        point,
        terms=Terms.CONSIGNMENT,
        discount_hundredths=1_000,
    )
    sheet = documents.settlement(consigned, OCTOBER)
    assert (sheet.due, sheet.unpriced) == (0, 1)
    one = next(line for _product, line in sheet.lines if line.moved.sold)
    assert one.moved.sold == 3


def test_a_merged_producer_brings_its_goods_along(traded: tuple[SalesPoint, Agreement]) -> None:
    _point, made = traded
    before = documents.settlement(made, OCTOBER).due
    officer = people.user("officer")
    kept = factories_goods.supplier(name="HTX giữ lại")
    factories_goods.merged(kept, queries.get_agreement_or_404(officer, made.id).producer)
    db.session.expire_all()
    assert documents.settlement(made, OCTOBER).due == before
    row = queries.agreements_page(officer, AgreementFilter(TODAY, producer_id=kept.id), 1).items[0]
    assert row.producer_name == "HTX giữ lại"
    assert delivered([row], TODAY)[made.id] > 0


def test_from_writing_to_the_settled_month(
    browser: Open, traded: tuple[SalesPoint, Agreement]
) -> None:
    point, made = traded
    maker = made.producer_id
    officer, manager = browser("officer"), browser("manager")
    filled = {
        "producer_id": str(maker),
        "producer_query": "thoan",
        "point_id": str(point.id),
        "terms": "purchase",
        "number": "7/HĐ",
        "signed_on": "01/10/2026",
        "valid_from": "01/10/2026",
        "valid_to": "31/12/2026",
        "least_value": "10.000.000",
        "discount": "12,5",
        "return_days": "30",
        "conference": "Hội nghị kết nối Quảng Ninh",
    }
    for changed, message in (
        ({"point_id": ""}, "Chọn một bên mua"),
        ({"chain_code": "winmart"}, "Chọn một bên mua"),
        ({"point_id": "", "chain_code": "other"}, "Ghi tên chuỗi"),
        ({"valid_to": "30/09/2026"}, "Ngày cuối không được trước"),
        ({"signed_on": "01/12/2026"}, "hôm nay trở về trước"),
        ({"discount": "100,5"}, "từ 0 đến 100"),
        ({"least_value": "0"}, "Nhập số từ 1"),
        ({"producer_id": ""}, "Tìm rồi chọn chủ thể"),
        ({"terms": ""}, "Chọn hình thức"),
    ):
        page = officer.submit("/agreements/new", {**filled, **changed}, status=422)
        assert any(message in error for error in page.errors()), (changed, page.errors())
    page = officer.follow(officer.submit("/agreements/new", filled))
    url = page.path
    value = 8 * 185_000 + 2 * 1_500_000 - 2 * 185_000  # the year is not over: the reversal counts
    for said in ("Còn 38 ngày", "12,5 %", "còn dưới 30 ngày", f"{value:,} ₫".replace(",", ".")):
        assert said in page.words, said
    form = officer.get(f"{url}/prices").form()
    manager.submit(f"{url}/prices", {"lines-0-price": "190.000"})
    page = officer.send(form, {"lines-0-price": "180.000"}, status=422)
    assert "vừa được người khác sửa" in page.words
    assert "190.000" in officer.get(url).words
    home = officer.get("/").words
    assert "Thỏa thuận sắp hết hạn" in home
    listed = officer.get("/agreements?standing=soon&buyer=points&q=cha muc thoan")
    assert "7/HĐ" in listed.words
    assert "12/TT-2026" not in listed.words
    sheet = officer.get(f"{url}/settlement?month=2026-10")
    assert "5.035.000" in sheet.words
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(officer.get(f"{url}/settlement?month=2026-10&format=xlsx").answer.data)
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert sum(float(str(row[-1])) for row in rows[1:]) == 5_035_000
    paper = officer.get(f"{url}/settlement.pdf?month=2026-10", status=200).answer
    assert paper.data.startswith(b"%PDF")
    page = officer.submit(f"{url}/end", {"on": "01/01/2027", "reason": "x"}, status=422)
    assert any("Chọn ngày từ 01/10/2026" in error for error in page.errors())
    page = officer.follow(officer.submit(f"{url}/end", {"on": "01/11/2026", "reason": "Bỏ"}))
    assert "Chấm dứt trước hạn" in page.words
    officer.get(f"{url}/end", status=404)
    page = officer.submit(f"{url}/edit", {"number": "8"}, status=422)
    assert "không sửa được nữa" in page.words
    actions = db.session.scalars(select(AuditRow.action).where(AuditRow.object_type == "agreement"))
    assert list(actions)[-3:] == ["agreement.written", "agreement.priced", "agreement.ended"]


def test_who_sees_and_keeps_which(browser: Open) -> None:
    point = factories.point()
    maker = factories_goods.supplier()
    there = factories_goods.supplier(people.ELSEWHERE, name="HTX Năm Căn")
    own = factories_agreements.agreement(maker, point, number="1/A")
    chain = factories_agreements.agreement(maker, number="2/B")
    foreign = factories_agreements.agreement(
        there, number="3/C", chain_code="go", by="other_officer"
    )
    scan = factories_agreements.signed(own)
    factories.give_point(point)
    seen = {
        "officer": {own.id, chain.id},
        "operator": {own.id},
        "other_officer": {foreign.id},
        "viewer": {own.id, chain.id, foreign.id},
    }
    for who, ids in seen.items():
        reader = browser(who)
        links = set(reader.get("/agreements").links())
        for one in (own, chain, foreign):
            url = f"/agreements/{one.id}"
            assert (url in links) is (one.id in ids), who
            reader.get(url, status=200 if one.id in ids else 404)
        reader.get(f"/agreement-scans/{scan}", status=200 if own.id in ids else 404)
        reader.get(f"/agreements/{chain.id}/settlement", status=404)
    browser("viewer").get(f"/agreements/{own.id}/edit", status=403)
    officer = browser("officer")
    filled = {"producer_id": str(there.id), "producer_query": "nam can", "chain_code": "go",
              "terms": "purchase", "valid_to": "31/12/2027"}  # fmt: skip
    page = officer.submit("/agreements/new", filled, status=422)
    assert any("do địa phương của chủ thể ghi" in error for error in page.errors())
    write(sweep)
    assert {one.unused_since for one in db.session.scalars(select(StoredFile))} == {None}
    officer.submit(f"/agreement-scans/{scan}/delete")
    row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row is not None
    assert json.loads(row.changes)["scans"] == [["thoa-thuan.jpg"], None]


def test_the_list_costs_the_same_however_long(browser: Open) -> None:
    point, maker = factories.point(), factories_goods.supplier()
    product = factories_goods.product(producer=maker)
    officer, counts = browser("officer"), []
    for _round in range(2):
        for _one in range(4):
            factories_agreements.agreement(maker, point)
        goods.posted(point, goods.line(product), supplier_id=maker.id)
        for query in ("", "?format=csv"):
            counts.append(statements(lambda q=query: officer.get(f"/agreements{q}")))
    assert counts[:2] == counts[2:]


def test_letters_to_both_sides_of_what_ends_soon(browser: Open) -> None:
    shop, maker = factories.point(), factories_goods.supplier()
    soon = factories_agreements.agreement(maker, shop, valid_to=date(2026, 12, 20))
    factories_agreements.agreement(maker, shop, valid_to=date(2027, 12, 20))
    ending = queries.agreements_to_write_about(people.user("officer"), clock.today(), None)
    (letter,) = letters(ending, clock.today())["letters"]
    assert (letter["producer"], letter["buyer"], letter["days"]) == (maker.name, shop.name, 27)
    officer, asked = browser("officer"), "/agreements/letters.pdf"
    assert asked in officer.get("/agreements?standing=soon").links()
    assert asked not in officer.get("/agreements").links()
    assert f"{asked}?agreement={soon.id}" in officer.get(f"/agreements/{soon.id}").links()
    for address in (asked, f"{asked}?agreement={soon.id}"):
        assert officer.get(address, status=None).answer.data.startswith(b"%PDF-")
    browser("other_officer").get(f"{asked}?agreement={soon.id}", status=404)
    assert browser("other_officer").get(asked, status=302).location == "/agreements?standing=soon"
    browser("operator").get(asked, status=403)
