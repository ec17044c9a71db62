from datetime import date, timedelta
from decimal import Decimal

import pytest

from ocop_points.stock.rules import (
    MAX_FACTOR,
    MAX_QUANTITY,
    MAX_UNIT_PRICE,
    BadLine,
    Entry,
    Fault,
    LotOnHand,
    Proposal,
    ReversalBar,
    ReversalFacts,
    Shortfall,
    VoucherKind,
    VoucherState,
    available_on,
    base_quantity,
    check_timeline,
    line_amount,
    lot_conflict,
    lot_may_leave,
    merge_rows,
    on_hand_value,
    propose_lots,
    reversal_bar,
    voucher_number,
)

TODAY = date(2026, 11, 23)


def day(of_month: int) -> date:
    return date(2026, 11, of_month)


@pytest.mark.parametrize(
    ("kind", "prefix", "sign"),
    [
        (VoucherKind.RECEIPT, "PN", 1),
        (VoucherKind.ISSUE, "PX", -1),
        (VoucherKind.SUPPLIER_RETURN, "PT", -1),
        (VoucherKind.WRITE_OFF, "PH", -1),
        (VoucherKind.TRANSFER, "PC", 0),
        (VoucherKind.STOCKTAKE, "PK", 0),
        (VoucherKind.OPENING, "PD", 1),
        (VoucherKind.REVERSAL, "ĐP", 0),
    ],
)
def test_kinds(kind: VoucherKind, prefix: str, sign: int) -> None:
    assert (kind.prefix, kind.sign) == (prefix, sign)
    assert voucher_number(kind, "QNI-0007", 2026, 413) == f"{prefix}-QNI-0007-2026-0413"


def test_every_kind_has_its_own_prefix() -> None:
    assert len({kind.prefix for kind in VoucherKind}) == len(VoucherKind) == 8


def test_serials_count_from_one_and_may_outgrow_four_digits() -> None:
    number = voucher_number(VoucherKind.RECEIPT, "QNI-0007", 2026, 12345)
    assert number == "PN-QNI-0007-2026-12345"
    with pytest.raises(ValueError, match="from 1"):
        voucher_number(VoucherKind.RECEIPT, "QNI-0007", 2026, 0)


@pytest.mark.parametrize(
    ("quantity", "factor", "base"),
    [
        ("12", 1, 12),
        ("1.5", 1000, 1500),
        ("0.001", 1000, 1),
        ("2.50", 24, 60),
        ("1E+2", 1, 100),
        ("10000000", 1, MAX_QUANTITY),
    ],
)
def test_base_quantity(quantity: str, factor: int, base: int) -> None:
    assert base_quantity(Decimal(quantity), factor) == base


@pytest.mark.parametrize(
    ("quantity", "factor", "fault"),
    [
        ("0", 1, Fault.NOT_POSITIVE),
        ("-1", 1, Fault.NOT_POSITIVE),
        ("1", 0, Fault.NOT_POSITIVE),
        ("1.5", 1, Fault.NOT_WHOLE),
        ("0.333", 3, Fault.NOT_WHOLE),
        ("1.0005", 10_000, Fault.TOO_FINE),
        ("1E-999999", 1, Fault.TOO_FINE),
        ("1E+999999", 1, Fault.TOO_LARGE),
        ("10000001", 1, Fault.TOO_LARGE),
        ("10001", 1000, Fault.TOO_LARGE),
        ("1", MAX_FACTOR + 1, Fault.TOO_LARGE),
        ("NaN", 1, Fault.TOO_LARGE),
        ("-Infinity", 1, Fault.TOO_LARGE),
    ],
)
def test_base_quantity_refuses(quantity: str, factor: int, fault: Fault) -> None:
    with pytest.raises(BadLine) as caught:
        base_quantity(Decimal(quantity), factor)
    assert caught.value.fault is fault


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [
        ("3", 15_000, 45_000),
        ("0.5", 1, 1),
        ("0.5", 3, 2),
        ("0.499", 1, 0),
        ("1.25", 145_999, 182_499),
        ("2", 0, 0),
        ("9999999.999", 100_000, 999_999_999_900),
    ],
)
def test_line_amount(quantity: str, price: int, amount: int) -> None:
    assert line_amount(Decimal(quantity), price) == amount


@pytest.mark.parametrize(
    ("quantity", "price", "fault"),
    [
        ("0", 1, Fault.NOT_POSITIVE),
        ("1", -1, Fault.NOT_POSITIVE),
        ("1", MAX_UNIT_PRICE + 1, Fault.TOO_LARGE),
        ("1001", MAX_UNIT_PRICE, Fault.TOO_LARGE),
        ("1.0001", 1, Fault.TOO_FINE),
    ],
)
def test_line_amount_refuses(quantity: str, price: int, fault: Fault) -> None:
    with pytest.raises(BadLine) as caught:
        line_amount(Decimal(quantity), price)
    assert caught.value.fault is fault


def test_on_hand_value_is_at_the_price_of_the_written_unit() -> None:
    assert on_hand_value(1500, 100_001, 1000) == 150_002
    assert on_hand_value(7, 100, 24) == 29
    assert on_hand_value(0, 100) == 0


def test_one_lot_on_two_rows_is_summed_in_the_order_of_ids() -> None:
    assert list(merge_rows([(9, -5), (2, -1), (9, -7)]).items()) == [(2, -1), (9, -12)]
    assert merge_rows([]) == {}


def test_two_rows_that_fit_alone_do_not_fit_together() -> None:
    existing = [Entry(day(1), 1, 10)]
    sums = merge_rows([(1, -6), (1, -6)])
    assert check_timeline(existing, [(day(2), -6)]) is None
    assert check_timeline(existing, [(day(2), sums[1])]) == Shortfall(day(2), 2, 10)


LEDGER = [Entry(day(1), 1, 10), Entry(day(5), 2, -8), Entry(day(9), 3, 20)]


@pytest.mark.parametrize(
    ("new", "shortfall"),
    [
        ([], None),
        ([(day(9), -22)], None),
        ([(day(9), -23)], Shortfall(day(9), 1, 22)),
        ([(day(2), -2)], None),
        ([(day(2), -3)], Shortfall(day(5), 1, 2)),
        ([(day(1), -11)], Shortfall(day(1), 1, 2)),
        ([(day(31 - 1), -23)], Shortfall(day(30), 1, 22)),
        # Sold the day before the first delivery.
        ([(date(2026, 10, 31), -1)], Shortfall(date(2026, 10, 31), 1, 0)),
        # One day's entries in any order.
        ([(day(3), -9), (day(3), 9)], None),
        ([(day(3), 5), (day(4), -7)], None),
        ([(day(4), -7), (day(6), 5)], Shortfall(day(5), 5, 2)),
    ],
)
def test_check_timeline(new: list[tuple[date, int]], shortfall: Shortfall | None) -> None:
    assert check_timeline(LEDGER, new) == shortfall
    assert check_timeline(reversed(LEDGER), reversed(new)) == shortfall


def test_an_issue_may_be_typed_before_the_receipt_of_its_day() -> None:
    existing = [Entry(day(1), 1, 5)]
    assert check_timeline(existing, [(day(1), -5)]) is None
    entries = [Entry(day(1), 1, -5), Entry(day(1), 2, 5)]
    assert check_timeline(entries, []) is None


def test_available_on_looks_at_every_later_day() -> None:
    assert [available_on(LEDGER, day(n)) for n in (1, 4, 5, 8, 9, 30)] == [2, 2, 2, 2, 22, 22]
    assert available_on(LEDGER, date(2026, 10, 1)) == 0
    assert available_on([], TODAY) == 0


FIRST_DAY = day(1)


def lot(
    lot_id: int, expiry: date | None = None, on_hand: int = 10, received: date = FIRST_DAY
) -> LotOnHand:
    return LotOnHand(lot_id, expiry, received, on_hand)


@pytest.mark.parametrize(
    ("lots", "wanted", "picks", "short"),
    [
        ([lot(1, day(30)), lot(2, day(25))], 5, [(2, 5)], 0),
        ([lot(1, day(30)), lot(2, day(25))], 15, [(2, 10), (1, 5)], 0),
        ([lot(1), lot(2, day(25))], 15, [(2, 10), (1, 5)], 0),
        ([lot(1, received=day(9)), lot(2, received=day(3))], 12, [(2, 10), (1, 2)], 0),
        ([lot(5, day(25)), lot(4, day(25))], 1, [(4, 1)], 0),
        ([lot(1, day(25), received=day(9)), lot(2, day(25))], 1, [(2, 1)], 0),
        ([lot(1, day(23))], 1, [(1, 1)], 0),
        ([lot(1, day(22))], 1, [], 1),
        ([lot(1, day(22)), lot(2, day(24), 3)], 5, [(2, 3)], 2),
        ([lot(1, received=day(24))], 1, [], 1),
        ([lot(1, on_hand=0), lot(2)], 1, [(2, 1)], 0),
        ([], 4, [], 4),
        ([lot(1)], 0, [], 0),
        ([lot(1)], -3, [], 0),
    ],
)
def test_propose_lots(
    lots: list[LotOnHand], wanted: int, picks: list[tuple[int, int]], short: int
) -> None:
    assert propose_lots(lots, wanted, TODAY) == Proposal(tuple(picks), short)


@pytest.mark.parametrize("kind", VoucherKind)
def test_expired_goods_are_neither_sold_nor_sent(kind: VoucherKind) -> None:
    barred = kind in {VoucherKind.ISSUE, VoucherKind.TRANSFER}
    assert lot_may_leave(kind, day(22), TODAY) is not barred
    assert lot_may_leave(kind, day(23), TODAY)
    assert lot_may_leave(kind, None, TODAY)


@pytest.mark.parametrize(
    ("known", "expiry", "others"),
    [
        ([], day(1), ()),
        ([day(1)], day(1), ()),
        ([day(1)], day(2), (day(1),)),
        ([day(2), None, day(1)], day(3), (day(1), day(2), None)),
        ([day(1), day(2)], day(2), ()),
        ([None], None, ()),
        ([day(1)], None, (day(1),)),
    ],
)
def test_lot_conflict(
    known: list[date | None], expiry: date | None, others: tuple[date | None, ...]
) -> None:
    assert lot_conflict(known, expiry) == others


def reversal(
    *,
    any_voucher: bool = False,
    own_voucher: bool = False,
    own: bool = True,
    posted_on: date | None = TODAY,
    kind: VoucherKind = VoucherKind.RECEIPT,
    state: VoucherState = VoucherState.POSTED,
) -> ReversalFacts:
    return ReversalFacts(
        any_voucher=any_voucher,
        own_voucher=own_voucher,
        kind=kind,
        state=state,
        posted_by_asker=own,
        posted_on=posted_on,
        today=TODAY,
    )


YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "bar"),
    [
        (reversal(any_voucher=True, own=False, posted_on=date(2025, 1, 1)), None),
        (reversal(own_voucher=True), None),
        (reversal(own_voucher=True, own=False), ReversalBar.NOT_OWN),
        (reversal(own_voucher=True, posted_on=YESTERDAY), ReversalBar.ANOTHER_DAY),
        (reversal(), ReversalBar.NO_RIGHT),
        (reversal(any_voucher=True, state=VoucherState.DRAFT), ReversalBar.NOT_POSTED),
        (reversal(any_voucher=True, state=VoucherState.REVERSED), ReversalBar.ALREADY_REVERSED),
        (reversal(any_voucher=True, kind=VoucherKind.REVERSAL), ReversalBar.IS_REVERSAL),
    ],
)
def test_reversal(facts: ReversalFacts, bar: ReversalBar | None) -> None:
    assert reversal_bar(facts) is bar
