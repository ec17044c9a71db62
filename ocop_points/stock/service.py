"""Verbs of the stock: keep a draft, post it, reverse what was posted (RULES.md §6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import assign, created, record
from ocop_points.catalogue.certificate_service import rely_on
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.points.models import SalesPoint
from ocop_points.stock import posting, queries, reversals, transfers
from ocop_points.stock.gate_service import note_let_in
from ocop_points.stock.models import Voucher, VoucherLine
from ocop_points.stock.posting import BadLines as BadLines
from ocop_points.stock.rules import (
    EMPTIED,
    STOCKED,
    BadLine,
    VoucherKind,
    VoucherState,
    line_amount,
)
from ocop_points.stock.rules import INCOMING as INCOMING
from ocop_points.stock.service_months import refuse_closed

MOST_LINES = 200


@dataclass(frozen=True)
class DraftLine:
    """A line as written; what is not known yet is None or empty."""

    product_id: int
    unit_name: str
    unit_factor: int = 1
    lot_id: int | None = None
    lot_code: str = ""
    expiry: date | None = None
    document_quantity: Decimal | None = None
    quantity: Decimal | None = None
    unit_price: int | None = None
    reason: str = ""
    expiry_confirmed: bool = False

    @property
    def amount(self) -> int | None:
        """Whole ₫, where quantity and price are there and can be counted."""
        if self.quantity is None or self.unit_price is None:
            return None
        try:
            return line_amount(self.quantity, self.unit_price)
        except BadLine:
            return None


@dataclass(frozen=True)
class DraftFacts:
    """What stands on a voucher above its lines, and the lines."""

    on_date: date
    supplier_id: int | None = None
    person: str = ""
    person_address: str = ""
    document_number: str = ""
    document_date: date | None = None
    reason: str = ""
    note: str = ""
    to_point_id: int | None = None
    lines: Sequence[DraftLine] = ()

    def head(self) -> dict[str, Any]:
        """What stands in the voucher's own row."""
        return {name: value for name, value in vars(self).items() if name != "lines"}


def save_draft(point: SalesPoint, kind: VoucherKind, facts: DraftFacts, *, by: User) -> Voucher:
    """Start a voucher; it has no number yet. Raises Refused where the point's state allows no such one."""
    _refuse_state(point, kind)
    voucher = Voucher(
        **facts.head(),
        point_id=point.id,
        kind=kind,
        state=VoucherState.DRAFT,
        created_by_id=by.id,
        created_at=clock.now(),
        version=1,
    )
    voucher.point = point
    db.session.add(voucher)
    db.session.flush()
    _put_lines(voucher, facts.lines)
    known = {**facts.head(), "kind": kind, "voucher_lines": len(facts.lines)}
    record(Action.VOUCHER_DRAFTED, voucher.subject(), by=by, changes=created(known))
    return voucher


def change_draft(voucher: Voucher, facts: DraftFacts, *, by: User) -> None:
    """Replace what a draft says; its point and lines are loaded. Raises Refused for a posted one."""
    posting.refuse_posted(voucher)
    changes = assign(voucher, facts.head())
    before = _as_drafted(voucher)
    if before != list(facts.lines):
        changes["voucher_lines"] = [len(before), len(facts.lines)]
        db.session.execute(delete(VoucherLine).where(VoucherLine.voucher_id == voucher.id))
        _put_lines(voucher, facts.lines)
    if changes:
        voucher.version += 1
        record(Action.VOUCHER_DRAFTED, voucher.subject(), by=by, changes=changes)


def delete_draft(voucher: Voucher, *, by: User) -> None:
    """Throw a draft away; its point is loaded. Raises Refused for a posted one."""
    posting.refuse_posted(voucher)
    subject = voucher.subject()
    db.session.execute(delete(VoucherLine).where(VoucherLine.voucher_id == voucher.id))
    db.session.execute(delete(Voucher).where(Voucher.id == voucher.id))
    db.session.expunge(voucher)
    kept = {"kind": [voucher.kind.value, None]}
    record(Action.VOUCHER_DRAFT_DELETED, subject, by=by, changes=kept)


def post_voucher(voucher: Voucher, *, by: User) -> None:
    """Enter a draft in the books: number, movements, balances; its point is loaded.

    Raises Refused for what the voucher lacks and for a day whose month is closed, BadLines for lines that cannot
    be entered: quantities that are no whole base units, lots that would fall below zero on any day, expired goods
    to be sold, goods held back by the certificate gate. Nothing is written then and no number used.
    """
    posting.refuse_posted(voucher)
    _refuse_state(voucher.point, voucher.kind)
    _refuse_head(voucher)
    _refuse_target(voucher, by)
    refuse_closed(voucher.point_id, voucher.on_date)
    lines = queries.lines_of(voucher.id)
    if not lines:
        raise Refused(_("Thêm ít nhất một dòng hàng"), "add_query")
    counted = posting.counted(lines, priced=voucher.kind in INCOMING)
    if voucher.kind in INCOMING:
        lots, judged = posting.lots_coming_in(voucher, lines, by=by)
    else:
        lots, judged = posting.lots_going_out(voucher, lines), {}
    moves = [
        posting.Move(line.id, lots[line.id], (1 if voucher.incoming else -1) * counted[line.id])
        for line in lines
    ]
    posting.move_balances(voucher.point_id, voucher.on_date, moves, lines)
    posting.give_number(voucher, by)
    db.session.flush()
    posting.write_lines(lines, lots, judged)
    posting.write_movements(voucher.point_id, voucher.on_date, moves)
    rely_on({w.certificate_id for w in judged.values() if w.certificate_id}, voucher.on_date)
    if voucher.kind is VoucherKind.RECEIPT:
        note_let_in(voucher, lines, judged, by=by)
    total = sum(line.amount or 0 for line in lines)
    reasons = "; ".join(f"{line.product.name}: {line.reason}" for line in lines if line.reason)
    changes = {"number": voucher.number, "voucher_lines": len(lines), "total": total}
    record(Action.VOUCHER_POSTED, voucher.subject(), by=by, changes=created(changes), note=reasons)


def reverse_voucher(voucher: Voucher, *, reason: str, by: User) -> Voucher:
    """Take a posted voucher back by a linked one of today; its point and `reversed_by` are loaded.

    Raises Refused for what the rights do not allow (RULES.md §1), or when goods that came in by it
    have left meanwhile.
    """
    if refusal := reversals.reversal_refusal(voucher, by):
        raise Refused(refusal)
    return take_back(voucher, reason=reason, by=by)


def take_back(voucher: Voucher, *, reason: str, by: User) -> Voucher:
    """The reversal itself, once it is known that it may be; for the receiving point of a transfer too."""
    lines = queries.lines_of(voucher.id)
    reversal = Voucher(
        point_id=voucher.point_id,
        kind=VoucherKind.REVERSAL,
        state=VoucherState.DRAFT,
        on_date=clock.today(),
        supplier_id=voucher.supplier_id,
        person=voucher.person,
        person_address=voucher.person_address,
        document_number=voucher.number or "",
        document_date=voucher.on_date,
        reason=reason,
        note="",
        created_by_id=by.id,
        created_at=clock.now(),
        reverses_id=voucher.id,
        version=1,
    )
    reversal.point = voucher.point
    posting.give_number(reversal, by)
    db.session.add(reversal)
    db.session.flush()
    copies = reversals.copy_lines(lines, reversal.id)
    moved = reversals.moves_of(lines)
    moves = [posting.Move(copies[line.position], move.lot_id, -move.delta) for line, move in moved]
    of_moves = [line for line, _move in moved]
    posting.move_balances(reversal.point_id, reversal.on_date, moves, of_moves, reversing=True)
    posting.write_movements(reversal.point_id, reversal.on_date, moves)
    changes = {"number": [voucher.number, reversal.number]}
    record(Action.VOUCHER_REVERSED, voucher.subject(), by=by, changes=changes, note=reason)
    return reversal


def _refuse_state(point: SalesPoint, kind: VoucherKind) -> None:
    if point.status not in (STOCKED if kind in INCOMING else EMPTIED):
        raise Refused(_("Điểm bán này không ở trạng thái nhập, xuất hàng được"))


def _refuse_head(voucher: Voucher) -> None:
    if voucher.on_date > clock.today():
        raise Refused(_("Chọn ngày từ hôm nay trở về trước"), "on_date")
    named = voucher.kind in {VoucherKind.RECEIPT, VoucherKind.SUPPLIER_RETURN}
    if named and voucher.supplier_id is None:
        raise Refused(_("Tìm rồi chọn nhà cung cấp"), "supplier_id")
    if voucher.kind is VoucherKind.WRITE_OFF and not voucher.reason:
        raise Refused(_("Ghi lý do hủy"), "reason")
    if voucher.kind is VoucherKind.TRANSFER and voucher.to_point_id is None:
        raise Refused(_("Chọn điểm nhận"), "to_point_id")


def _refuse_target(voucher: Voucher, by: User) -> None:
    if voucher.to_point_id is None:
        return
    targets = transfers.points_to_send_to(by, voucher.point)
    if all(one.id != voucher.to_point_id for one in targets):
        raise Refused(_("Điểm nhận này không nhận hàng được"), "to_point_id")


def _as_drafted(voucher: Voucher) -> list[DraftLine]:
    fields = DraftLine.__dataclass_fields__
    return [DraftLine(**{name: getattr(line, name) for name in fields}) for line in voucher.lines]


def _put_lines(voucher: Voucher, lines: Sequence[DraftLine]) -> None:
    if len(lines) > MOST_LINES:
        raise Refused(_("Một phiếu có nhiều nhất %(n)s dòng", n=MOST_LINES), "add_query")
    if lines:
        rows = [_row(voucher.id, place, line) for place, line in enumerate(lines, start=1)]
        db.session.execute(insert(VoucherLine), rows)
    db.session.expire(voucher, ["lines"])


def _row(voucher_id: int, position: int, line: DraftLine) -> dict[str, Any]:
    same = (
        "product_id", "unit_name", "unit_factor", "lot_id", "lot_code", "expiry", "unit_price",
        "reason", "expiry_confirmed",
    )  # fmt: skip
    return {
        **{name: getattr(line, name) for name in same},
        "voucher_id": voucher_id,
        "position": position,
        "document_thousandths": _thousandths(line.document_quantity),
        "quantity_thousandths": _thousandths(line.quantity),
        "amount": line.amount,
        "posted": False,
    }


def _thousandths(quantity: Decimal | None) -> int | None:
    return None if quantity is None else int(quantity * 1000)
