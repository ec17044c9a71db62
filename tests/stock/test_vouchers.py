"""Posting and reversing: what moves, what is refused, numbers without gaps, what nobody may change."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.points.rules import PointStatus
from ocop_points.stock.gate_rules import CertificateState
from ocop_points.stock.models import Balance, Lot, Movement, Voucher, VoucherLine
from ocop_points.stock.posting import BadLines
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.factories_stock import TODAY
from tests.statements import counted

ISSUE, RECEIPT, OPENING = VoucherKind.ISSUE, VoucherKind.RECEIPT, VoucherKind.OPENING


def _run(statement: Any, given: dict[str, Any]) -> None:
    write(lambda: db.session.execute(statement, given))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_receipt_brings_goods_in(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product(units=(("thùng", 24),))
    made = goods.posted(
        point,
        goods.line(
            product,
            2,
            unit_name="thùng",
            unit_factor=24,
            expiry=date(2027, 5, 22),
            unit_price=960_000,
        ),
        goods.line(product, 5, lot_code="CM-2", document_quantity=Decimal(6)),
    )
    assert made.number == "PN-QNI-0001-2026-0001"
    assert goods.on_hand(point, product) == {"CM-1": 48, "CM-2": 5}
    assert [(m.delta, m.on_date) for m in db.session.scalars(select(Movement))] == [
        (48, TODAY),
        (5, TODAY),
    ]
    lines = db.session.scalars(select(VoucherLine).order_by(VoucherLine.id)).all()
    assert [line.amount for line in lines] == [1_920_000, 925_000]
    assert all(line.posted and line.lot_id for line in lines)
    row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row is not None
    assert (row.action, row.point_id) == ("voucher.posted", point.id)
    assert "2845000" in row.changes


def test_the_same_lot_on_two_rows_is_summed_before_the_check(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10))
    with pytest.raises(BadLines) as refused:
        goods.posted(point, goods.take(product, 6), goods.take(product, 5), kind=ISSUE)
    assert refused.value.faults == [
        (0, "quantity", "Lô CM-1 chỉ còn 10 hộp vào ngày 23/11/2026, thiếu 1 hộp.")
    ]
    assert goods.on_hand(point, product) == {"CM-1": 10}
    goods.posted(point, goods.take(product, 6), goods.take(product, 4), kind=ISSUE)
    assert goods.on_hand(point, product) == {"CM-1": 0}


def test_the_same_new_lot_on_two_rows_is_one_lot(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 3), goods.line(product, 4))
    assert count(Lot) == 1
    assert goods.on_hand(point, product) == {"CM-1": 7}


def test_a_lot_without_a_date_is_there_once_in_the_database(app: Flask) -> None:
    product = factories_goods.product()
    add = text("INSERT INTO lot (product_id, code, expiry) VALUES (:p, 'X', :e)")
    write(lambda: db.session.execute(add, {"p": product.id, "e": None}))
    write(lambda: db.session.execute(add, {"p": product.id, "e": "2027-01-01"}))
    for expiry in (None, "2027-01-01"):
        with pytest.raises(IntegrityError):
            _run(add, {"p": product.id, "e": expiry})


def test_a_backdated_issue_counts_against_every_later_day(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10), on=date(2026, 11, 1))
    goods.posted(point, goods.take(product, 8), kind=ISSUE, on=date(2026, 11, 20))
    with pytest.raises(BadLines) as refused:
        goods.posted(point, goods.take(product, 5), kind=ISSUE, on=date(2026, 11, 10))
    sentence = refused.value.faults[0][2]
    assert sentence == (
        "Lô CM-1: ngày 20/11/2026 sẽ thiếu 3 hộp vì đã xuất sau đó; chỉ xuất được 2 hộp."
    )
    goods.posted(point, goods.take(product, 2), kind=ISSUE, on=date(2026, 11, 10))
    assert goods.on_hand(point, product) == {"CM-1": 0}


def test_goods_do_not_leave_before_they_came(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10), on=date(2026, 11, 10))
    with pytest.raises(BadLines, match="chỉ còn 0 hộp vào ngày 09/11/2026, thiếu 1 hộp"):
        goods.posted(point, goods.take(product, 1), kind=ISSUE, on=date(2026, 11, 9))


def test_numbers_run_without_gaps_across_a_refused_posting(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10))
    with pytest.raises(BadLines):
        goods.posted(point, goods.line(product, None))
    with pytest.raises(BadLines):
        goods.posted(point, goods.take(product, 11), kind=ISSUE)
    numbers = [
        goods.posted(point, goods.line(product, 1)).number,
        goods.posted(point, goods.take(product, 1), kind=ISSUE).number,
        goods.posted(point, goods.line(product, 1), kind=OPENING).number,
        goods.posted(point, goods.line(product, 1), on=date(2025, 12, 31)).number,
    ]
    assert numbers == [
        "PN-QNI-0001-2026-0002",
        "PX-QNI-0001-2026-0001",
        "PD-QNI-0001-2026-0001",
        "PN-QNI-0001-2025-0001",
    ]
    assert count(Voucher) == 5


def test_a_refused_posting_leaves_nothing(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    made = goods.draft(point, goods.line(product, 1), goods.line(product, Decimal("0.5")))
    from ocop_points.stock import queries, service

    def verb() -> None:
        user = people.user("officer")
        service.post_voucher(queries.get_voucher_to_edit(user, made.id), by=user)

    with pytest.raises(BadLines, match="Dòng 2: Số lượng phải ra số nguyên hộp"):
        write(verb)
    assert (count(Lot), count(Movement), count(Balance)) == (0, 0, 0)
    assert db.session.get_one(Voucher, made.id).number is None


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"quantity": None}, "quantity"),
        ({"unit_price": None}, "unit_price"),
        ({"quantity": Decimal("1.5")}, "quantity"),
        ({"quantity": Decimal(10_000_000), "unit_factor": 24, "unit_name": "thùng"}, "quantity"),
    ],
)
def test_lines_that_cannot_be_entered(app: Flask, changed: dict[str, object], place: str) -> None:
    point, product = factories.point(), factories_goods.product()
    quantity = changed.pop("quantity", 1)
    with pytest.raises(BadLines) as refused:
        goods.posted(point, goods.line(product), goods.line(product, quantity, **changed))  # type: ignore[arg-type]
    assert [(where, field) for where, field, _text in refused.value.faults] == [(1, place)]


@pytest.mark.parametrize(
    ("kind", "head", "field"),
    [
        (RECEIPT, {"supplier_id": None}, "supplier_id"),
        (VoucherKind.SUPPLIER_RETURN, {"supplier_id": None}, "supplier_id"),
        (VoucherKind.WRITE_OFF, {"reason": ""}, "reason"),
        (OPENING, {"on": date(2026, 11, 24)}, "on_date"),
    ],
)
def test_a_head_that_lacks_something(
    app: Flask, kind: VoucherKind, head: dict[str, object], field: str
) -> None:
    point, product = factories.point(), factories_goods.product()
    with pytest.raises(Refused) as refused:
        goods.posted(point, goods.line(product), kind=kind, **head)
    assert refused.value.field == field


def test_a_voucher_without_lines_is_not_posted(app: Flask) -> None:
    with pytest.raises(Refused, match="Thêm ít nhất một dòng hàng"):
        goods.posted(factories.point())


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        (VoucherKind.ISSUE, True),
        (VoucherKind.SUPPLIER_RETURN, False),
        (VoucherKind.WRITE_OFF, False),
    ],
)
def test_expired_goods_are_not_sold(app: Flask, kind: VoucherKind, refused: bool) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10, expiry=date(2026, 11, 22)), kind=OPENING)
    out = goods.take(product, 1)
    if refused:
        with pytest.raises(BadLines, match="đã hết hạn 22/11/2026 nên không bán được"):
            goods.posted(point, out, kind=kind, reason="Hết hạn")
        return
    goods.posted(point, out, kind=kind, reason="Hết hạn")
    assert goods.on_hand(point, product) == {"CM-1": 9}


def test_the_last_good_day_may_still_be_sold(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10, expiry=TODAY), kind=OPENING)
    goods.posted(point, goods.take(product, 1), kind=ISSUE)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2023, 2, 3), CertificateState.SOON),
        (date(2023, 2, 4), CertificateState.ENDED),
        (date(2020, 2, 3), CertificateState.NONE),
    ],
)
def test_the_certificate_is_judged_on_the_day_of_receipt(
    app: Flask, day: date, state: CertificateState
) -> None:
    point, product = factories.point(opened_on=date(2019, 1, 1)), factories_goods.product()
    factories_goods.certificate(product, issued_on=date(2020, 2, 4))
    if state is CertificateState.ENDED:
        with pytest.raises(BadLines, match="hết hiệu lực từ 04/02/2023: ghi lý do vẫn nhập"):
            goods.posted(point, goods.line(product), on=day)
    goods.posted(point, goods.line(product, reason="Đã nộp hồ sơ"), on=day)
    assert db.session.scalars(select(VoucherLine)).one().certificate is state


def test_the_reason_of_an_ended_certificate_stands_in_the_audit(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    factories_goods.certificate(product, issued_on=date(2020, 2, 4))
    goods.posted(point, goods.line(product, reason="Biên nhận 118/BN-UBND"))
    row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row is not None
    assert "Chả mực Hạ Long 500 g: Biên nhận 118/BN-UBND" in row.note


def test_a_known_lot_with_another_date_asks_to_be_confirmed(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, expiry=date(2027, 1, 20)))
    other: dict[str, Any] = {"expiry": date(2027, 10, 20)}
    with pytest.raises(BadLines) as refused:
        goods.posted(point, goods.line(product, **other))
    place, field, sentence = refused.value.faults[0]
    assert (place, field) == (0, "expiry_confirmed")
    assert "Lô CM-1 đã có trong sổ với hạn dùng 20/01/2027" in sentence
    goods.posted(point, goods.line(product, expiry_confirmed=True, **other))
    assert count(Lot) == 2
    goods.posted(point, goods.line(product, **other))


def test_two_dates_for_one_code_inside_a_voucher_ask_too(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    first = goods.line(product, expiry=date(2027, 1, 20))
    with pytest.raises(BadLines, match="Dòng 2"):
        goods.posted(point, first, goods.line(product, expiry=date(2027, 1, 21)))


@pytest.mark.parametrize("status", [PointStatus.PROPOSED, PointStatus.CLOSED, PointStatus.REFUSED])
def test_goods_come_in_only_where_a_shop_is(app: Flask, status: PointStatus) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product))
    point_id = point.id
    change = text("UPDATE sales_point SET status = :s WHERE id = :id")
    write(lambda: db.session.execute(change, {"s": status.value, "id": point_id}))
    db.session.expire_all()
    with pytest.raises(Refused, match="không ở trạng thái nhập, xuất hàng"):
        goods.posted(point, goods.line(product))
    if status is PointStatus.CLOSED:
        goods.posted(point, goods.take(product, 1), kind=VoucherKind.WRITE_OFF, reason="Đóng cửa")


# --- reversal -------------------------------------------------------------------------------------


def test_a_reversal_restores_and_is_linked(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10), on=date(2026, 11, 1))
    issue = goods.posted(
        point, goods.take(product, 4), goods.take(product, 3), kind=ISSUE, on=date(2026, 11, 5)
    )
    reversal = goods.reverse(issue)
    assert reversal.number == "ĐP-QNI-0001-2026-0001"
    assert (reversal.on_date, reversal.reverses_id) == (TODAY, issue.id)
    assert goods.on_hand(point, product) == {"CM-1": 10}
    deltas = select(Movement.delta).order_by(Movement.id)
    assert list(db.session.scalars(deltas)) == [10, -4, -3, 4, 3]
    with pytest.raises(Refused, match="đã được đảo"):
        goods.reverse(issue)
    with pytest.raises(Refused, match="Phiếu đảo thì không đảo nữa"):
        goods.reverse(reversal)


def test_a_receipt_whose_goods_have_left_is_not_reversed(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    receipt = goods.posted(point, goods.line(product, 10))
    goods.posted(point, goods.take(product, 4), kind=ISSUE)
    with pytest.raises(Refused, match=r"hàng của phiếu đã xuất bớt.*thiếu 4 hộp"):
        goods.reverse(receipt)
    assert count(Voucher) == 2


@pytest.mark.parametrize(
    ("who", "day", "refusal"),
    [
        ("manager", 24, None),
        ("officer", 23, None),
        ("officer", 24, "trong ngày ghi sổ"),
        ("second_officer", 23, "do mình ghi sổ"),
        ("operator", 23, "không được đảo"),
    ],
)
def test_who_may_reverse_when(app: Flask, who: str, day: int, refusal: str | None) -> None:
    from datetime import UTC, datetime

    from ocop_points.core import clock

    point, product = factories.point(), factories_goods.product()
    factories.give_point(point)
    receipt = goods.posted(point, goods.line(product, 10))
    with clock.freeze(datetime(2026, 11, day, 9, 0, tzinfo=UTC)):
        if refusal is None:
            goods.reverse(receipt, by=who)
            return
        with pytest.raises(Refused, match=refusal):
            goods.reverse(receipt, by=who)


# --- what nobody may change -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE voucher SET note = 'x' WHERE number IS NOT NULL",
        "UPDATE voucher SET state = 'draft', number = NULL WHERE number IS NOT NULL",
        "DELETE FROM voucher_line WHERE posted",
        "UPDATE voucher_line SET quantity_thousandths = 1 WHERE posted",
        "UPDATE voucher_line SET posted = NOT posted WHERE posted",
        "UPDATE movement SET delta = 1",
        "DELETE FROM movement",
        "UPDATE lot SET expiry = NULL",
        "DELETE FROM lot",
        "UPDATE balance SET on_hand = -1",
    ],
)
def test_posted_records_are_closed_to_everybody(app: Flask, statement: str) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10))
    with pytest.raises(IntegrityError):
        write(lambda: db.session.execute(text(statement)))
    assert goods.on_hand(point, product) == {"CM-1": 10}


def test_a_posted_voucher_is_neither_changed_nor_deleted_by_the_verbs(app: Flask) -> None:
    from ocop_points.stock import queries, service
    from ocop_points.stock.service import DraftFacts

    point, product = factories.point(), factories_goods.product()
    made = goods.posted(point, goods.line(product, 10)).id

    def verb(act: str) -> None:
        user = people.user("officer")
        record = queries.get_voucher_to_edit(user, made)
        if act == "change":
            service.change_draft(record, DraftFacts(on_date=TODAY), by=user)
        elif act == "delete":
            service.delete_draft(record, by=user)
        else:
            service.post_voucher(record, by=user)

    for act in ("change", "delete", "post"):
        with pytest.raises(Refused, match="đã ghi sổ nên không sửa"):
            write(partial(verb, act))


# --- growth ---------------------------------------------------------------------------------------


def test_fifty_lines_take_as_many_statements_as_five(app: Flask) -> None:
    point = factories.point()
    maker, deliverer = factories_goods.supplier(), factories_goods.supplier()
    products = [
        factories_goods.product(producer=maker, name=f"Hàng {number}") for number in range(50)
    ]
    db.session.rollback()

    def sent(lines: int, code: str) -> int:
        chosen = [goods.line(one, 3, lot_code=code) for one in products[:lines]]
        with counted() as seen:
            goods.posted(point, *chosen, supplier_id=deliverer.id)
        return len(seen)

    def issued(lines: int, code: str) -> int:
        chosen = [goods.take(one, 1, code) for one in products[:lines]]
        db.session.rollback()
        with counted() as seen:
            goods.posted(point, *chosen, kind=ISSUE)
        return len(seen)

    sent(1, "FIRST")
    few, many = sent(5, "A"), sent(50, "B")
    assert many == few, (few, many)
    issued(1, "B")
    assert issued(5, "B") == issued(50, "B")
