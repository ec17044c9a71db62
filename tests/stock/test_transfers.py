"""Goods from point to point in two steps: sent, received as counted or given back; under way they are nobody's."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.points.models import SalesPoint
from ocop_points.stock import transfers
from ocop_points.stock.faults import ledger_faults
from ocop_points.stock.posting import BadLines
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.rules_transfers import (
    Count,
    CountFault,
    ReceiveBar,
    TransferState,
    count_fault,
    receive_bar,
)
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser
from tests.factories_stock import TODAY
from tests.statements import statements

Open = Callable[[str | None], Browser]
SENT, CAME = date(2026, 11, 10), date(2026, 11, 12)


def test_what_may_be_received() -> None:
    ten = Decimal(10)
    table: list[tuple[Count, CountFault | None]] = [
        (Count(ten), None),
        (Count(Decimal(9), "Vỡ"), None),
        (Count(Decimal(0), "Mất"), None),
        (Count(Decimal(9)), CountFault.NO_REASON),
        (Count(Decimal(0)), CountFault.NO_REASON),
        (Count(Decimal(11), "Thừa"), CountFault.MORE_THAN_SENT),
        (Count(None, "Chưa đếm"), CountFault.NOT_COUNTED),
    ]
    for count, fault in table:
        assert count_fault(ten, count) is fault, count
    bars = [
        (TransferState.UNDER_WAY, SENT, None),
        (TransferState.UNDER_WAY, date(2026, 11, 9), ReceiveBar.BEFORE_SENT),
        (TransferState.RECEIVED, CAME, ReceiveBar.RECEIVED),
        (TransferState.SHORT, CAME, ReceiveBar.RECEIVED),
        (TransferState.TAKEN_BACK, CAME, ReceiveBar.TAKEN_BACK),
    ]
    for state, on, bar in bars:
        assert receive_bar(state, SENT, on) is bar, (state, on)


@pytest.fixture
def here(app: Flask) -> SalesPoint:
    return factories.point()


@pytest.fixture
def there(here: SalesPoint) -> SalesPoint:
    return factories.point(name="Điểm OCOP Cẩm Phả", address="Chợ Cẩm Phả")


@pytest.fixture
def product(here: SalesPoint) -> Product:
    made = factories_goods.product(units=(("thùng", 24),))
    goods.posted(here, goods.line(made, 50, expiry=date(2027, 5, 1)), on=date(2026, 11, 1))
    return made


def stands(voucher: Any) -> TransferState:
    db.session.expire_all()
    found = transfers.outcome_of(db.session.get_one(type(voucher), voucher.id, options=()))
    assert found is not None
    return found.state


def test_sent_under_way_and_received_with_a_difference(
    browser: Open, here: SalesPoint, there: SalesPoint, product: Product
) -> None:
    factories.give_point(there)
    officer, shop = browser("officer"), browser("operator")
    new = f"/points/{here.id}/stock/transfers/new"
    page = officer.get(new)
    form = page.form(new)
    assert there.name in page.words
    form.action = f"{new}/add/{product.id}"
    form = officer.send(form, {"to_point_id": str(there.id)}, status=200).form()
    form.action = f"{new}/post"
    lot = goods.lot(product).id
    values = {"lines-0-lot_id": str(lot), "lines-0-quantity": "10", "on_date": "10/11/2026"}
    unsaid = officer.send(form, {**values, "to_point_id": ""}, status=422)
    assert any("Chọn điểm nhận" in error for error in unsaid.errors())
    form = unsaid.form()
    form.action = f"{new}/post"
    shown = officer.follow(officer.send(form, {"to_point_id": str(there.id)}))
    assert "PC-QNI-0001-2026-0001" in shown.words
    assert "Đang chuyển" in shown.words
    assert goods.on_hand(here, product) == {"CM-1": 40}
    assert goods.on_hand(there, product) == {}
    assert list(ledger_faults()) == []

    assert "1 chuyến hàng đang chuyển đến" in shop.get(f"/points/{there.id}/stock").words
    waiting = shop.get(f"/points/{there.id}/stock/transfers")
    assert "Chuyển đến" in waiting.words
    (link,) = [one for one in waiting.links() if one.endswith("/receive")]
    sent_id = int(link.split("/")[2])
    counted = {"on_date": "12/11/2026", "lines-0-quantity": "8"}
    page = shop.send(shop.get(link).form(), counted, status=422)
    assert any("Nhận ít hơn số gửi (10 hộp): ghi lý do" in error for error in page.errors())
    for wrong, sentence in (("11", "chỉ ghi 10 hộp"), ("7,5", "số nguyên hộp"), ("", "ghi 0")):
        page = shop.send(
            page.form(), {"lines-0-quantity": wrong, "lines-0-reason": "x"}, status=422
        )
        assert any(sentence in error for error in page.errors()), (wrong, page.errors())
    page = shop.send(page.form(), {"on_date": "09/11/2026", "lines-0-quantity": "8"}, status=422)
    assert any("không trước ngày gửi" in error for error in page.errors())
    done = {"on_date": "12/11/2026", "lines-0-reason": "Vỡ hai hộp"}
    shown = shop.follow(shop.send(page.form(), done))
    assert "Đã nhận hàng, ghi sổ PC-QNI-0002-2026-0001." in shown.words
    assert "Nhận hàng của phiếu PC-QNI-0001-2026-0001" in shown.words
    assert goods.on_hand(there, product) == {"CM-1": 8}
    assert list(ledger_faults()) == []
    assert "thiếu 2 hộp, Vỡ hai hộp" in officer.get(f"/vouchers/{sent_id}").words
    assert "Nhận thiếu" in officer.get(f"/points/{here.id}/stock/transfers").words
    assert "Chuyển đến" in shop.get(f"/points/{there.id}/stock?from=").words
    # Each sees its own side only.
    for url in (
        f"/vouchers/{sent_id}",
        f"/points/{here.id}/stock",
        f"/points/{here.id}/stock/transfers",
    ):
        shop.get(url, status=404)
    assert shop.get(link, status=302).location.startswith("/vouchers/")
    for paper in (
        f"/vouchers/{sent_id}",
        officer.get(f"/points/{there.id}/stock?from=").links()[0],
    ):
        assert paper


def test_received_once_reversed_and_given_back(
    app: Flask, here: SalesPoint, there: SalesPoint, product: Product
) -> None:
    sent = goods.sent(here, there, goods.take(product, 6), goods.take(product, 4), on=SENT)
    with pytest.raises(BadLines, match="Dòng 2"):
        goods.receive(sent, Count(Decimal(6)), Count(Decimal(3)))
    receipt = goods.receive(sent, Count(Decimal(6)), Count(Decimal(0), "Mất dọc đường"), on=CAME)
    assert (goods.on_hand(here, product), goods.on_hand(there, product)) == (
        {"CM-1": 40},
        {"CM-1": 6},
    )
    assert list(ledger_faults()) == []
    whole = (Count(Decimal(6)), Count(Decimal(4)))
    with pytest.raises(Refused, match="đã được nhận"):
        goods.receive(sent, *whole)
    with pytest.raises(Refused, match="đảo phiếu nhận trước"):
        goods.reverse(sent)
    with pytest.raises(Refused, match="đã được nhận"):
        goods.give_back(sent)
    goods.reverse(receipt)  # counted wrong: the goods are under way once more
    assert goods.on_hand(there, product) == {"CM-1": 0}
    assert list(ledger_faults()) == []
    receipt = goods.receive(sent, *whole, on=CAME)
    assert receipt.number == "PC-QNI-0002-2026-0002"
    assert goods.on_hand(there, product) == {"CM-1": 10}
    goods.posted(there, goods.take(product, 7), kind=VoucherKind.ISSUE)
    with pytest.raises(Refused, match="hàng của phiếu đã xuất bớt"):
        goods.reverse(receipt)
    second = goods.sent(here, there, goods.take(product, 5), on=SENT)
    back = goods.give_back(second)
    assert (back.point_id, back.reason) == (here.id, "Điểm nhận trả lại: Không đặt hàng")
    assert goods.on_hand(here, product) == {"CM-1": 40}
    third = goods.sent(here, there, goods.take(product, 5), on=SENT)
    goods.reverse(third)
    for gone in (second, third):
        with pytest.raises(Refused, match="đã thu hàng về"):
            goods.receive(gone, Count(Decimal(5)))
    assert list(ledger_faults()) == []
    page = transfers.transfers_page(there.id, 1)
    assert [row.state for row in page.items] == ["taken_back", "taken_back", "received"]


def test_where_goods_may_be_sent_and_when_received(
    app: Flask, here: SalesPoint, there: SalesPoint, product: Product
) -> None:
    factories.give_point(here)
    far = factories.point(people.ELSEWHERE, name="Điểm Cà Mau", address="Chợ Năm Căn")
    idle = factories.point(name="Điểm mới đề xuất", address="3 đường mới", opened_on=None)
    found = transfers.points_to_send_to(people.user("operator"), here)
    assert [one.id for one in found] == [there.id]
    for nowhere in (far, idle):
        with pytest.raises(Refused, match="không nhận hàng được"):
            goods.sent(here, nowhere, goods.take(product, 1))
    sent = goods.sent(here, there, goods.take(product, 1), on=date(2026, 11, 1))
    goods.close(there, date(2026, 10, 1))
    with pytest.raises(Refused, match="không trước ngày gửi"):
        goods.receive(sent, Count(Decimal(1)), on=date(2026, 10, 31))
    goods.receive(sent, Count(Decimal(1)), on=date(2026, 11, 1))
    factories.point(name="Điểm ba", address="3")
    few = statements(transfers.transfers_page, there.id, 1)
    goods.sent(here, there, goods.take(product, 1))
    assert statements(transfers.transfers_page, there.id, 1) == few


def test_verify_tells_what_was_altered_under_way(
    app: Flask, here: SalesPoint, there: SalesPoint, product: Product
) -> None:
    sent = goods.sent(here, there, goods.take(product, 6), on=SENT)
    receipt = goods.receive(sent, Count(Decimal(5), "Vỡ"), on=CAME)
    other = goods.sent(here, there, goods.take(product, 6), on=TODAY)
    assert list(ledger_faults()) == []
    altered = {
        "không khớp với hàng đã gửi": f"UPDATE voucher_line SET reason = '' WHERE voucher_id = {receipt.id}",
        "không khớp với phiếu chuyển": f"UPDATE voucher SET receives_id = {other.id} WHERE id = {receipt.id}",
    }
    db.session.rollback()
    for fault, statement in altered.items():
        for table in ("voucher", "voucher_line"):
            _drop(table)
        write(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]
        assert any(fault in told for told in ledger_faults()), fault


def _drop(table: str) -> None:
    on = f" ON {table}" if db.engine.dialect.name == "postgresql" else ""
    write(lambda: db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update{on}")))
