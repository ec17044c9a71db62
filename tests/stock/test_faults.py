"""`flask verify` finds what somebody changed behind the application's back, and nothing in sound books."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from ocop_points.core.db import db, write
from ocop_points.stock.faults import ledger_faults
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods
from tests import factories_stock as goods


def sound_books() -> None:
    """A receipt in packs, an issue, its reversal, a draft."""
    point, product = factories.point(), factories_goods.product(units=(("thùng", 24),))
    goods.posted(
        point, goods.line(product, 2, unit_name="thùng", unit_factor=24), on=date(2026, 11, 1)
    )
    issue = goods.posted(
        point, goods.take(product, 5), kind=VoucherKind.ISSUE, on=date(2026, 11, 5)
    )
    goods.reverse(issue)
    goods.posted(point, goods.take(product, 3), kind=VoucherKind.ISSUE, on=date(2026, 11, 9))
    goods.draft(point, goods.line(product))


def test_sound_books_have_no_fault(app: Flask) -> None:
    sound_books()
    assert list(ledger_faults()) == []
    told = app.test_cli_runner().invoke(args=["verify"])
    assert (told.exit_code, told.output.strip()) == (0, "Không thấy lỗi.")


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE balance SET on_hand = 44", "khác tổng nhập, xuất"),
        ("DELETE FROM balance", "mà không có tồn"),
        (
            "INSERT INTO movement (point_id, lot_id, line_id, on_date, delta)"
            " SELECT v.point_id, m.lot_id, l.id, '2026-10-30', -1 FROM voucher_line l"
            " JOIN voucher v ON v.id = l.voucher_id, movement m"
            " WHERE NOT l.posted AND m.delta = 48",
            "âm vào ngày 30/10/2026",
        ),
        (
            "UPDATE voucher_line SET posted = NOT posted, lot_id = (SELECT min(id) FROM lot)"
            " WHERE NOT posted",
            "dòng 1 không khớp",
        ),
        ("UPDATE counter SET value = value + 1 WHERE name LIKE 'voucher:%issue%'", "bộ đếm 3"),
    ],
)
def test_what_was_changed_behind_the_back_is_told(app: Flask, statement: str, fault: str) -> None:
    sound_books()
    write(lambda: db.session.execute(text(statement)))
    found = list(ledger_faults())
    assert any(fault in one for one in found), found
    told = app.test_cli_runner().invoke(args=["verify"])
    assert told.exit_code == 1
    assert fault in told.output
