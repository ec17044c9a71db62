"""What the receiving point does with goods that were sent to it: receive them as counted, or give them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import insert, select

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import created, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_number
from ocop_points.stock import labels, posting, queries, transfers
from ocop_points.stock.models import Voucher, VoucherLine
from ocop_points.stock.posting import BadLines
from ocop_points.stock.rules import (
    STOCKED,
    BadLine,
    VoucherKind,
    VoucherState,
    base_quantity,
    line_amount,
)
from ocop_points.stock.rules_transfers import (
    Count,
    CountFault,
    TransferState,
    count_fault,
    receive_bar,
)
from ocop_points.stock.service import take_back
from ocop_points.stock.service_months import refuse_closed


@dataclass(frozen=True)
class Arrival:
    """What arrived when, line by line in the order in which it was sent."""

    on_date: date
    counts: Sequence[Count]
    person: str = ""
    note: str = ""


def receive_transfer(sent: Voucher, arrival: Arrival, *, by: User) -> Voucher:
    """Enter what arrived in the books of the receiving point; `sent` is locked, its points are loaded.

    What is missing stays out of both balances, with its reason. Raises Refused for goods that were received or
    taken back, a day before they left or in a closed month; BadLines for counts that cannot be entered.
    """
    point = sent.to_point
    if point is None or point.status not in STOCKED:
        raise Refused(_("Điểm bán này không ở trạng thái nhập, xuất hàng được"))
    if arrival.on_date > clock.today():
        raise Refused(_("Chọn ngày từ hôm nay trở về trước"), "on_date")
    if bar := receive_bar(_state(sent), sent.on_date, arrival.on_date):
        field = "on_date" if bar.name == "BEFORE_SENT" else None
        raise Refused(str(labels.RECEIVE_BAR[bar]), field)
    refuse_closed(point.id, arrival.on_date)
    lines = queries.lines_of(sent.id)
    base = _counted(lines, arrival.counts)
    receipt = Voucher(
        point_id=point.id,
        kind=VoucherKind.TRANSFER,
        state=VoucherState.DRAFT,
        on_date=arrival.on_date,
        person=arrival.person,
        person_address="",
        document_number=sent.number or "",
        document_date=sent.on_date,
        reason="",
        note=arrival.note,
        created_by_id=by.id,
        created_at=clock.now(),
        receives_id=sent.id,
        version=1,
    )
    receipt.point = point
    posting.give_number(receipt, by)
    db.session.add(receipt)
    db.session.flush()
    ids = _write_lines(receipt, lines, arrival.counts)
    moves = [
        posting.Move(ids[line.position], line.lot_id or 0, quantity)
        for line, quantity in zip(lines, base, strict=True)
        if quantity
    ]
    if moves:
        posting.move_balances(point.id, arrival.on_date, moves, lines)
        posting.write_movements(point.id, arrival.on_date, moves)
    _record(receipt, lines, arrival.counts, by)
    return receipt


def return_transfer(sent: Voucher, *, reason: str, by: User) -> Voucher:
    """Give goods back unreceived: they return to the balance of the point that sent them; `sent` is locked.

    Raises Refused for goods that were received or taken back.
    """
    if bar := receive_bar(_state(sent), sent.on_date):
        raise Refused(str(labels.RECEIVE_BAR[bar]))
    return take_back(sent, reason=_("Điểm nhận trả lại: %(why)s", why=reason), by=by)


def _state(sent: Voucher) -> TransferState:
    if sent.reversed_by:
        return TransferState.TAKEN_BACK
    return TransferState.RECEIVED if transfers.receipt_of(sent) else TransferState.UNDER_WAY


def _counted(lines: Sequence[VoucherLine], counts: Sequence[Count]) -> list[int]:
    """Base units that arrived of each line."""
    if len(counts) != len(lines):
        raise Refused(_("Biểu mẫu này đã cũ. Tải lại trang rồi làm lần nữa."))
    base, faults = [], []
    for place, (line, count) in enumerate(zip(lines, counts, strict=True)):
        if fault := count_fault(line.quantity or 0, count):  # type: ignore[arg-type]  # posted: there is one
            field = "reason" if fault is CountFault.NO_REASON else "quantity"
            faults.append((place, field, _fault_text(fault, line)))
            continue
        try:
            base.append(base_quantity(count.quantity, line.unit_factor) if count.quantity else 0)
        except BadLine:
            unit = line.product.base_unit
            text = _("Số lượng phải ra số nguyên %(unit)s", unit=unit)
            faults.append((place, "quantity", text))
    if faults:
        raise BadLines(faults)
    return base


def _fault_text(fault: CountFault, line: VoucherLine) -> str:
    sent = {"n": vi_number(line.quantity), "unit": line.unit_name}
    if fault is CountFault.NOT_COUNTED:
        return str(_("Nhập số lượng nhận; không nhận được gì thì ghi 0"))
    if fault is CountFault.NO_REASON:
        return str(_("Nhận ít hơn số gửi (%(n)s %(unit)s): ghi lý do", **sent))
    return str(
        _(
            "Điểm gửi chỉ ghi %(n)s %(unit)s; hàng thừa thì điểm gửi lập thêm phiếu chuyển",
            **sent,
        )
    )


def _write_lines(
    receipt: Voucher, lines: Sequence[VoucherLine], counts: Sequence[Count]
) -> dict[int, int]:
    """The lines as received, closed at once: line id by position."""
    same = (
        "position",
        "product_id",
        "lot_id",
        "lot_code",
        "expiry",
        "unit_name",
        "unit_factor",
        "unit_price",
    )
    rows = [
        {
            **{name: getattr(line, name) for name in same},
            "voucher_id": receipt.id,
            "document_thousandths": line.quantity_thousandths,
            "quantity_thousandths": int((count.quantity or 0) * 1000),
            "amount": _amount(line, count),
            "reason": count.reason,
            "expiry_confirmed": False,
            "posted": True,
        }
        for line, count in zip(lines, counts, strict=True)
    ]
    db.session.execute(insert(VoucherLine), rows)
    made = select(VoucherLine.position, VoucherLine.id).where(VoucherLine.voucher_id == receipt.id)
    return {position: line_id for position, line_id in db.session.execute(made)}


def _amount(line: VoucherLine, count: Count) -> int | None:
    if line.unit_price is None:
        return None
    return line_amount(count.quantity, line.unit_price) if count.quantity else 0


def _record(
    receipt: Voucher, lines: Sequence[VoucherLine], counts: Sequence[Count], by: User
) -> None:
    total = sum(_amount(line, count) or 0 for line, count in zip(lines, counts, strict=True))
    differences = "; ".join(
        f"{line.product.name}: {vi_number(count.quantity)}/{vi_number(line.quantity)} {line.unit_name}, {count.reason}"
        for line, count in zip(lines, counts, strict=True)
        if count.quantity != line.quantity
    )
    changes = {"number": receipt.number, "voucher_lines": len(lines), "total": total}
    record(
        Action.VOUCHER_POSTED, receipt.subject(), by=by, changes=created(changes), note=differences
    )
