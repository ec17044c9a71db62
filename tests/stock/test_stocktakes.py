"""Stocktakes by their verbs: taken down, counted, explained, posted by a second person, reversed, cancelled."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.points.models import SalesPoint
from ocop_points.stock import stocktake_lists as lists
from ocop_points.stock import stocktake_queries as queries
from ocop_points.stock.faults import ledger_faults
from ocop_points.stock.models import Lot, Movement
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.stocktake_models import Stocktake, StocktakeCount
from ocop_points.stock.stocktake_rules import LineState
from ocop_points.stock.stocktake_service import BadRows, Entry
from tests import factories, factories_goods
from tests import factories_stock as goods
from tests import factories_stocktake as stocktakes
from tests.factories_stock import TODAY
from tests.statements import statements

EARLY = date(2026, 11, 2)


@pytest.fixture
def point(app: Flask) -> SalesPoint:
    return factories.point()


@pytest.fixture
def product(point: SalesPoint) -> Product:
    """Fifty of lot CM-1, dated, and twenty of CM-2, which keeps."""
    made = factories_goods.product()
    lines = [
        goods.line(made, 50, expiry=date(2027, 5, 1)),
        goods.line(made, 20, lot_code="CM-2", unit_price=200_000),
    ]
    goods.posted(point, *lines, on=EARLY)
    return made


def states(stocktake: Stocktake) -> list[LineState]:
    db.session.expire_all()
    return [one.state for one in queries.lines_now(db.session.get_one(Stocktake, stocktake.id))]


def test_counted_by_several_posted_by_another_and_reversed(
    point: SalesPoint, product: Product
) -> None:
    stocktake = stocktakes.started(point)
    with pytest.raises(Refused, match="chưa xong"):
        stocktakes.started(point)
    assert states(stocktake) == [LineState.UNCOUNTED] * 2
    stocktakes.count(stocktake, CM_1=48)
    stocktakes.count(stocktake, by="second_officer", CM_2=20)
    stocktakes.found(stocktake, product, 3, "TM-9", expiry=date(2027, 1, 1))
    with pytest.raises(Refused, match="đã có trong danh sách"):
        stocktakes.found(stocktake, product, 4, "TM-9", expiry=date(2027, 1, 1))
    with pytest.raises(Refused, match="chưa có lý do"):
        stocktakes.post(stocktake)
    stocktakes.decide(stocktake, "CM-1", reason="Vỡ hai hộp")
    stocktakes.decide(stocktake, "TM-9", reason="Chưa ghi phiếu nhập")
    for who in ("officer", "second_officer"):
        with pytest.raises(Refused, match="người khác chưa đếm"):
            stocktakes.post(stocktake, by=who)
    voucher = stocktakes.post(stocktake)
    assert voucher.number == "PK-QNI-0001-2026-0001"
    assert goods.on_hand(point, product) == {"CM-1": 48, "CM-2": 20, "TM-9": 3}
    moved = select(Movement.delta).where(Movement.on_date == TODAY).order_by(Movement.id)
    assert list(db.session.scalars(moved)) == [-2, 3]  # what agrees moves nothing
    lines: list[Any] = [(ln.document_quantity, ln.quantity, ln.amount) for ln in voucher.lines]
    assert lines == [(50, 48, 370_000), (20, 20, 0), (0, 3, None)]
    assert list(ledger_faults()) == []
    for verb in (
        lambda: stocktakes.count(stocktake, CM_1=1),
        lambda: stocktakes.cancel(stocktake),
        lambda: stocktakes.post(stocktake),
    ):
        with pytest.raises(Refused, match="kết thúc"):
            verb()
    goods.reverse(voucher)
    assert goods.on_hand(point, product) == {"CM-1": 50, "CM-2": 20, "TM-9": 0}
    assert list(ledger_faults()) == []
    assert stocktakes.started(point).id != stocktake.id


def test_nobody_writes_over_another_persons_count_unseen(
    point: SalesPoint, product: Product
) -> None:
    stocktake = stocktakes.started(point)
    line = stocktakes.line_of(stocktake)
    line_id, seen = line.id, line.version
    stocktakes.count(stocktake, CM_1=50)
    other = stocktakes.line_of(stocktake, "CM-2")
    fresh = Entry(other.id, other.version, 20)
    with pytest.raises(BadRows, match=r"vừa ghi 50 lúc .*, bạn ghi 47"):
        stocktakes.enter(stocktake, fresh, Entry(line_id, seen, 47), by="second_officer")
    assert states(stocktake) == [LineState.EQUAL, LineState.UNCOUNTED]  # nothing of it is written
    # The same number from both is no conflict, and 47 is written once it was seen beside 50.
    stocktakes.enter(stocktake, fresh, Entry(line_id, seen, 50), by="second_officer")
    stocktakes.enter(stocktake, Entry(line_id, seen + 1, 47), by="second_officer")
    entered = select(StocktakeCount.quantity).where(StocktakeCount.line_id == line_id)
    assert list(db.session.scalars(entered.order_by(StocktakeCount.id))) == [50, 47]
    # Both who counted it may not post, also whose count was replaced.
    stocktakes.decide(stocktake, "CM-1", reason="Thiếu")
    with pytest.raises(Refused, match="người khác chưa đếm"):
        stocktakes.post(stocktake, by="officer")
    stocktakes.count(stocktake, CM_2=None)
    assert states(stocktake) == [LineState.DIFFERENT, LineState.UNCOUNTED]
    with pytest.raises(BadRows, match="Ghi lý do không kiểm kê"):
        stocktakes.decide(stocktake, "CM-2", "leave")
    stocktakes.decide(stocktake, "CM-2", "leave", reason="Tủ khóa")
    assert states(stocktake)[1] is LineState.LEFT_OUT
    stocktakes.decide(stocktake, "CM-2", "back")
    assert states(stocktake)[1] is LineState.UNCOUNTED
    stocktakes.decide(stocktake, "CM-2", "leave", reason="Tủ khóa")
    voucher = stocktakes.post(stocktake)
    assert [line.quantity for line in voucher.lines] == [47]
    assert goods.on_hand(point, product) == {"CM-1": 47, "CM-2": 20}  # not counted is not zero
    assert list(ledger_faults()) == []


def test_goods_that_moved_since_are_asked_about(point: SalesPoint, product: Product) -> None:
    stocktake = stocktakes.started(point)
    stocktakes.count(stocktake, CM_1=50, CM_2=17)
    issue = goods.posted(
        point, goods.take(product, 5), goods.take(product, 3, "CM-2"), kind=VoucherKind.ISSUE
    )
    assert states(stocktake) == [LineState.MOVED, LineState.MOVED]
    with pytest.raises(Refused, match="có nhập, xuất"):
        stocktakes.post(stocktake)
    stocktakes.decide(stocktake, "CM-1", "before")  # 50 counted, then 5 sold
    stocktakes.decide(stocktake, "CM-2", "after")  # 3 sold, then 17 counted
    assert states(stocktake) == [LineState.EQUAL, LineState.EQUAL]
    # What is said of these movements is not said of later ones; a page that is old says nothing of them.
    goods.posted(point, goods.line(product, 4, lot_code="CM-2"), on=EARLY)
    assert states(stocktake) == [LineState.EQUAL, LineState.MOVED]
    stocktakes.decide(stocktake, "CM-2", "after", seen=2)
    assert states(stocktake)[1] is LineState.MOVED
    stocktakes.decide(stocktake, "CM-2", "again")
    assert states(stocktake)[1] is LineState.UNCOUNTED
    stocktakes.count(stocktake, by="second_officer", CM_2=21)
    assert states(stocktake) == [LineState.EQUAL, LineState.EQUAL]
    stocktakes.post(stocktake)
    assert goods.on_hand(point, product) == {"CM-1": 45, "CM-2": 21}
    assert list(ledger_faults()) == []
    goods.reverse(issue)
    assert goods.on_hand(point, product) == {"CM-1": 50, "CM-2": 24}


def test_the_day_obeys_closed_months_and_every_balance(point: SalesPoint, product: Product) -> None:
    """The voucher may bear any day since the snapshot: never one at whose end less than nothing would be left."""
    stocktake = stocktakes.started(point)
    line = stocktakes.line_of(stocktake)
    write(
        lambda: db.session.execute(
            text("UPDATE stocktake SET started_at = '2026-10-30 03:00:00+00:00' WHERE id = :id"),
            {"id": stocktake.id},
        )
    )
    stocktakes.count(stocktake, CM_1=0, CM_2=20)
    stocktakes.decide(stocktake, line.lot_code, reason="Mất")
    for on, sentence in (
        (date(2026, 11, 24), "từ hôm nay trở về trước"),
        (date(2026, 10, 29), "từ ngày bắt đầu"),
        (date(2026, 11, 1), "Chọn ngày ghi sổ gần hôm nay hơn"),  # before they came
    ):
        with pytest.raises(Refused, match=sentence):
            stocktakes.post(stocktake, on=on)
    goods.close(point, date(2026, 10, 1))
    with pytest.raises(Refused, match="đã khóa đến hết ngày 31/10/2026"):
        stocktakes.post(stocktake, on=date(2026, 10, 31))
    assert stocktakes.post(stocktake, on=EARLY).number == "PK-QNI-0001-2026-0001"
    assert list(ledger_faults()) == []


def test_sales_in_the_till_are_posted_first(point: SalesPoint, product: Product) -> None:
    stocktake = stocktakes.started(point)
    stocktakes.count(stocktake, CM_1=50, CM_2=20)
    goods.rung(point, product, 1)
    with pytest.raises(Refused, match="Ghi sổ bán hàng trước"):
        stocktakes.post(stocktake)
    stocktakes.cancel(stocktake)
    with pytest.raises(Refused, match="ghi sổ trước rồi mới kiểm kê"):
        stocktakes.started(point)


def test_goods_found_of_a_lot_that_came_meanwhile(point: SalesPoint, product: Product) -> None:
    """A receipt that brings the very lot makes it a line that moved, and one lot all the same."""
    stocktake = stocktakes.started(point)
    stocktakes.count(stocktake, CM_1=50, CM_2=20)
    stocktakes.found(stocktake, product, 6, "CM-3")
    goods.posted(point, goods.line(product, 6, lot_code="CM-3"))
    assert states(stocktake)[2] is LineState.MOVED
    stocktakes.decide(stocktake, "CM-3", "after")
    stocktakes.post(stocktake)
    assert goods.on_hand(point, product)["CM-3"] == 6
    codes = select(Lot.id).where(Lot.product_id == product.id, Lot.code == "CM-3")
    assert len(list(db.session.scalars(codes))) == 1
    assert list(ledger_faults()) == []


def test_what_agreed_moved_nothing_and_is_reversed_all_the_same(
    point: SalesPoint, product: Product
) -> None:
    stocktake = stocktakes.started(point)
    stocktakes.count(stocktake, CM_1=50, CM_2=20)
    reversal = goods.reverse(stocktakes.post(stocktake))
    assert reversal.number == "ĐP-QNI-0001-2026-0001"
    assert goods.on_hand(point, product) == {"CM-1": 50, "CM-2": 20}
    assert list(ledger_faults()) == []


def test_pages_ask_the_same_number_of_statements(point: SalesPoint, product: Product) -> None:
    stocktake = stocktakes.started(point)

    def asked() -> list[int]:
        db.session.expire_all()
        one = db.session.get_one(Stocktake, stocktake.id)
        return [
            statements(queries.lines_now, one),
            statements(lists.stocktakes_page, point.id, 1),
            statements(lambda: queries.count_page(one.id, "", waiting=False, number=1)),
            statements(queries.held_now, point.id),
        ]

    few = asked()
    lines = [goods.line(product, 5, lot_code=f"X-{n}") for n in range(12)]
    goods.posted(point, *lines)
    stocktakes.cancel(stocktake)
    stocktake = stocktakes.started(point)
    assert asked() == few


def test_verify_and_the_triggers_hold_what_was_posted(point: SalesPoint, product: Product) -> None:
    stocktake = stocktakes.started(point)
    stocktakes.count(stocktake, CM_1=48, CM_2=20)
    stocktakes.decide(stocktake, "CM-1", reason="Vỡ")
    stocktakes.post(stocktake)
    db.session.rollback()
    altered = {
        "không khớp với phiếu đã ghi": [
            "UPDATE stocktake_line SET reason = 'khác' WHERE reason = 'Vỡ'"
        ],
        "khác với số đếm cuối cùng": [
            "UPDATE stocktake_line SET quantity = 49 WHERE quantity = 48"
        ],
        "không có trong lần kiểm kê": [
            "DELETE FROM stocktake_count WHERE quantity = 20",
            "DELETE FROM stocktake_line WHERE quantity = 20",
        ],
    }
    for table in ("stocktake", "stocktake_line", "stocktake_count"):
        for what in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match=f"{table} is protected"):
                _alter(what)
    for table in ("stocktake_line", "stocktake_count"):
        on = f" ON {table}" if db.engine.dialect.name == "postgresql" else ""
        for verb in ("update", "delete"):
            _alter(f"DROP TRIGGER {table}_no_{verb}{on}")
    for fault, statements_ in altered.items():
        for one in statements_:
            _alter(one)
        assert any(fault in told for told in ledger_faults()), fault


def _alter(statement: str) -> None:
    write(lambda: db.session.execute(text(statement)))
