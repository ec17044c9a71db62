"""The certificate gate: the table of cases, what a locality sets, who lets goods in, what the audit says."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from ocop_points.audit.models import AuditRow
from ocop_points.catalogue.rules import CertificateFacts, Stars, last_valid_day, standing_on
from ocop_points.core.db import db, write
from ocop_points.stock import gate_service
from ocop_points.stock.gate_rules import (
    CertificateState,
    Gate,
    GateAction,
    ReceiptWarning,
    receipt_warning,
)
from ocop_points.stock.models import VoucherLine
from ocop_points.stock.posting import BadLines
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser

Open = Callable[[str | None], Browser]
WARN, ASK, BLOCK = GateAction
VALID, SOON, ENDED, OTHER, NONE = CertificateState
FIRST, LAST, VOID = date(2020, 2, 4), date(2023, 2, 3), date(2023, 2, 4)
HELD = [CertificateFacts(issued_on=FIRST, last_valid_day=last_valid_day(FIRST), stars=Stars.THREE)]
STRICT = Gate(0, BLOCK, ASK)

# Day of receipt, another basis, gate: what is said, and whether a reason is asked (DOMAIN.md §8).
CASES = [
    (date(2020, 2, 3), False, Gate(), ReceiptWarning(NONE, None, WARN), False),
    (date(2020, 2, 3), True, Gate(), ReceiptWarning(OTHER), False),
    (date(2020, 2, 3), True, STRICT, ReceiptWarning(OTHER), False),
    (date(2020, 2, 3), False, STRICT, ReceiptWarning(NONE, None, ASK), True),
    (FIRST, False, Gate(), ReceiptWarning(VALID, LAST), False),
    (date(2023, 1, 3), False, Gate(), ReceiptWarning(VALID, LAST), False),  # 31 days left
    (date(2023, 1, 4), False, Gate(), ReceiptWarning(SOON, LAST), False),  # 30 days left
    (LAST, False, Gate(), ReceiptWarning(SOON, LAST), False),
    (LAST, False, STRICT, ReceiptWarning(VALID, LAST), False),
    (VOID, False, Gate(), ReceiptWarning(ENDED, VOID, ASK), True),
    (VOID, True, Gate(), ReceiptWarning(ENDED, VOID, ASK), True),
    (VOID, False, Gate(ended=WARN), ReceiptWarning(ENDED, VOID, WARN), False),
    (date(2026, 2, 4), False, STRICT, ReceiptWarning(ENDED, VOID, BLOCK), True),
]


@pytest.mark.parametrize(("day", "other_basis", "gate", "expected", "asks"), CASES)
def test_every_case(
    day: date, other_basis: bool, gate: Gate, expected: ReceiptWarning, asks: bool
) -> None:
    found = receipt_warning(standing_on(HELD, day), day, other_basis=other_basis, gate=gate)
    assert found == expected
    assert (found.needs_reason, found.blocked) == (asks, expected.action is BLOCK)


def test_the_standing_must_be_that_of_the_day_of_receipt() -> None:
    with pytest.raises(ValueError, match="day of receipt"):
        receipt_warning(standing_on(HELD, LAST), VOID)


def set_gate(gate: Gate) -> None:
    write(lambda: gate_service.set_gate(people.locality(), gate, by=people.user("manager")))


def last_row(action: str) -> AuditRow | None:
    rows = select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id.desc())
    return db.session.scalars(rows).first()


def test_a_locality_that_blocks_lets_goods_in_by_its_manager_only(app: Flask) -> None:
    set_gate(STRICT)
    point, ended = factories.point(), factories_goods.product()
    factories_goods.certificate(ended, issued_on=FIRST)
    line = goods.line(ended, reason="Đã nộp hồ sơ")
    with pytest.raises(BadLines, match="địa phương chặn, chỉ người quản lý"):
        goods.posted(point, line)
    with pytest.raises(BadLines, match="hết hiệu lực từ 04/02/2023: ghi lý do vẫn nhập"):
        goods.posted(point, goods.line(ended), by="manager")
    goods.posted(point, line, by="manager")
    kept = db.session.scalars(select(VoucherLine)).one()
    assert (kept.certificate, kept.certificate_day) == (ENDED, VOID)
    row = last_row("voucher.goods_let_in")
    assert row is not None
    assert (row.point_id, row.user_name) == (point.id, "Phạm Quốc Hưng")
    assert "Chả mực Hạ Long 500 g (SP-00001): Chứng nhận hết hiệu lực từ 04/02/2023" in row.changes
    assert row.note == "Chả mực Hạ Long 500 g: Đã nộp hồ sơ"


def test_goods_without_basis_are_asked_about_where_the_locality_says_so(app: Flask) -> None:
    point, bare = factories.point(), factories_goods.product()
    special = factories_goods.product(name="Ruốc hàu", basis_d=True)
    goods.posted(point, goods.line(bare), goods.line(special))
    states = db.session.scalars(select(VoucherLine.certificate).order_by(VoucherLine.id))
    assert list(states) == [NONE, OTHER]
    set_gate(STRICT)
    with pytest.raises(BadLines) as refused:
        goods.posted(point, goods.line(bare), goods.line(special))
    assert [(place, field) for place, field, _text in refused.value.faults] == [(0, "reason")]
    # An opening balance counts what stands on the shelf already; it is not asked at the door.
    goods.posted(point, goods.line(bare), kind=VoucherKind.OPENING)
    assert last_row("voucher.goods_let_in") is None


def test_a_manager_sets_the_gate_of_the_own_locality(browser: Open) -> None:
    here, there = people.locality().id, people.locality(people.ELSEWHERE).id
    manager = browser("manager")
    page = manager.get("/admin/localities")
    assert f"/localities/{here}/receipts" in page.text
    assert f"/localities/{there}/receipts" not in page.text
    manager.get(f"/localities/{there}/receipts", status=404)
    url = f"/localities/{here}/receipts"
    opened = manager.get(url).form()
    assert (opened.value("soon_days"), opened.value("ended")) == ("30", "ask")
    page = manager.submit(url, {"soon_days": "366", "ended": "no"}, status=422)
    assert any("từ 0 đến 365" in error for error in page.errors())
    manager.submit(url, {"soon_days": "60", "ended": "block"})
    row = last_row("locality.gate_set")
    assert row is not None
    assert '"gate_ended": ["ask", "block"]' in row.changes
    second = browser("admin").get(url).form()
    assert (second.value("soon_days"), second.value("ended")) == ("60", "block")
    page = manager.send(
        opened, {"soon_days": "90"}, status=422
    )  # opened before the first was saved
    assert "Bản ghi đã được sửa trong lúc bạn gõ" in page.words


def test_the_form_of_a_receipt_says_what_the_gate_does(browser: Open) -> None:
    set_gate(Gate(60, BLOCK, ASK))
    point, product = factories.point(), factories_goods.product()
    factories_goods.certificate(product, issued_on=date(2023, 12, 24))
    made = goods.draft(point, goods.line(product))
    officer, url = browser("officer"), f"/vouchers/{made.id}/edit"
    assert "Chứng nhận còn hiệu lực đến hết 23/12/2026." in officer.get(url).words
    bare = goods.draft(point, goods.line(factories_goods.product(name="Bún khô")))
    page = officer.get(f"/vouchers/{bare.id}/edit")
    assert (
        "Chưa có chứng nhận hay căn cứ bày bán nào khác. Vẫn nhập được khi có lý do" in page.words
    )
    late = factories_goods.product(name="Miến dong")
    factories_goods.certificate(late, issued_on=FIRST)
    held = goods.draft(point, goods.line(late))
    page = officer.get(f"/vouchers/{held.id}/edit")
    assert "lưu nháp để người quản lý ghi sổ, kèm lý do" in page.words
