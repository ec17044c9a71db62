"""What taking a posted voucher back needs: who may, what it moved, its lines once more."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.stock import labels, transfers
from ocop_points.stock.models import Movement, Voucher, VoucherLine
from ocop_points.stock.posting import Move
from ocop_points.stock.rules import ReversalFacts, VoucherState, reversal_bar


def moves_of(lines: Sequence[VoucherLine]) -> list[tuple[VoucherLine, Move]]:
    """What posted lines moved, in their order."""
    by_id = {line.id: line for line in lines}
    rows = select(Movement.line_id, Movement.lot_id, Movement.delta).where(
        Movement.line_id.in_(by_id)
    )
    found = [Move(*row) for row in db.session.execute(rows.order_by(Movement.id))]
    return [(by_id[move.line_id], move) for move in found]


_COPIED = (
    "position", "product_id", "lot_id", "lot_code", "expiry", "document_thousandths",
    "quantity_thousandths", "unit_name", "unit_factor", "unit_price", "amount", "certificate",
    "certificate_day", "reason", "expiry_confirmed",
)  # fmt: skip


def copy_lines(lines: Sequence[VoucherLine], voucher_id: int) -> dict[int, int]:
    """Posted copies of lines under another voucher: line id by position."""
    rows = [
        {
            **{name: getattr(line, name) for name in _COPIED},
            "voucher_id": voucher_id,
            "posted": True,
        }
        for line in lines
    ]
    db.session.execute(insert(VoucherLine), rows)
    made = select(VoucherLine.position, VoucherLine.id).where(VoucherLine.voucher_id == voucher_id)
    return {position: line_id for position, line_id in db.session.execute(made)}


def reversal_refusal(voucher: Voucher, user: User) -> str:
    """Why this user may not reverse this voucher, in words; "" when they may (RULES.md §1)."""
    state = VoucherState.REVERSED if voucher.reversed_by else voucher.state
    facts = ReversalFacts(
        any_voucher=user.role is Role.MANAGER,
        own_voucher=user.role is Role.OFFICER,
        kind=voucher.kind,
        state=state,
        posted_by_asker=voucher.posted_by_id == user.id,
        posted_on=clock.local(voucher.posted_at).date() if voucher.posted_at else None,
        today=clock.today(),
        received=transfers.receipt_of(voucher) is not None,
    )
    bar = reversal_bar(facts)
    return str(labels.BAR[bar]) if bar else ""
