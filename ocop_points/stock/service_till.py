"""The till: a day's sales at a point in one draft that grows scan by scan, and is posted in the evening."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import delete

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import record
from ocop_points.catalogue.models import Product
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_number
from ocop_points.points.models import SalesPoint
from ocop_points.stock import queries, till
from ocop_points.stock.models import Voucher, VoucherLine
from ocop_points.stock.rules import LotOnHand, VoucherKind, has_expired, line_amount, propose_lots
from ocop_points.stock.service import MOST_LINES, DraftFacts, save_draft


@dataclass(frozen=True)
class Rung:
    """What one scan put into the draft: (line id, base units), for taking it back."""

    voucher: Voucher
    parts: tuple[tuple[int, int], ...]


def ring_up(point: SalesPoint, product: Product, quantity: int, *, by: User) -> Rung:
    """Sell base units of a product today, first expired first out; the point is locked for a change.

    The first scan of a day starts its draft. A scan of goods that stand in it already adds to their line.
    Raises Refused when the shelf holds less that is still good.
    """
    today = clock.today()
    draft = till.draft_to_change(point.id, today)
    if draft is None:
        facts = DraftFacts(on_date=today, person=_("Khách lẻ"), reason=_("Bán lẻ trong ngày"))
        draft = save_draft(point, VoucherKind.ISSUE, facts, by=by)
        draft.till_day = today
    lines = till.lines_to_change(draft.id)
    before = len(lines)
    parts = tuple(
        (_add(draft, lines, product, lot_id, taken), taken)
        for lot_id, taken in _picks(point, product, quantity, lines)
    )
    draft.version += 1
    db.session.flush()
    _record(draft, before, len(lines), f"{product.name}: +{quantity}", by)
    return Rung(draft, parts)


def _record(draft: Voucher, before: int, after: int, note: str, by: User) -> None:
    changes = {"voucher_lines": [before, after]}
    record(Action.VOUCHER_DRAFTED, draft.subject(), by=by, changes=changes, note=note)


def _picks(
    point: SalesPoint, product: Product, quantity: int, lines: Sequence[VoucherLine]
) -> Sequence[tuple[int, int]]:
    held, today = queries.held_lots(point.id, [product.id]), clock.today()
    rung = {line.lot_id: 0 for line in lines}
    for line in lines:
        rung[line.lot_id] += int((line.quantity or 0) * line.unit_factor)
    left = [
        LotOnHand(lot.id, lot.expiry, lot.first_received_on, lot.on_hand - rung.get(lot.id, 0))
        for lot in held
    ]
    proposal = propose_lots(left, quantity, today)
    if proposal.short:
        good = quantity - proposal.short
        if not good and any(has_expired(lot.expiry, today) for lot in held):
            raise Refused(
                _(
                    "%(name)s chỉ còn hàng hết hạn: xuất hủy hoặc trả nhà cung cấp",
                    name=product.name,
                )
            )
        raise Refused(
            _(
                "%(name)s chỉ còn %(n)s %(unit)s còn hạn chưa bán",
                name=product.name,
                n=vi_number(good),
                unit=product.base_unit,
            )
        )
    return proposal.picks


def _add(
    draft: Voucher, lines: list[VoucherLine], product: Product, lot_id: int, taken: int
) -> int:
    """The id of the line that now holds the goods: moved to the foot, where the last scan stands."""
    price = product.reference_price
    foot = max((line.position for line in lines), default=0) + 1
    for line in lines:
        if (line.lot_id, line.unit_factor, line.unit_price) == (lot_id, 1, price):
            line.position = foot
            _set(line, int(line.quantity or 0) + taken)
            return line.id
    if len(lines) >= MOST_LINES:
        raise Refused(_("Một phiếu có nhiều nhất %(n)s dòng: ghi sổ rồi bán tiếp", n=MOST_LINES))
    line = VoucherLine(
        voucher_id=draft.id,
        position=foot,
        product_id=product.id,
        lot_id=lot_id,
        lot_code="",
        unit_name=product.base_unit,
        unit_factor=1,
        unit_price=price,
        reason="",
        expiry_confirmed=False,
        posted=False,
    )
    _set(line, taken)
    db.session.add(line)
    db.session.flush()
    lines.append(line)
    return line.id


def _set(line: VoucherLine, quantity: int) -> None:
    line.quantity_thousandths = quantity * 1000
    line.amount = None
    if line.unit_price is not None:
        line.amount = line_amount(Decimal(quantity), line.unit_price)


def take_back_scan(point: SalesPoint, parts: Sequence[tuple[int, int]], *, by: User) -> None:
    """Take what a scan put in out of today's draft again; the point is locked for a change.

    Raises Refused when the draft does not hold it any more.
    """
    draft = till.draft_to_change(point.id, clock.today())
    lines = {line.id: line for line in till.lines_to_change(draft.id)} if draft else {}
    before = len(lines)
    for line_id, taken in parts:
        line = lines.get(line_id)
        if line is None or taken < 1 or int(line.quantity or 0) < taken:
            raise Refused(_("Dòng này đã đổi hoặc không còn; không bỏ được nữa"))
        if int(line.quantity or 0) == taken:
            db.session.execute(delete(VoucherLine).where(VoucherLine.id == line_id))
            db.session.expunge(lines.pop(line_id))
        else:
            _set(line, int(line.quantity or 0) - taken)
    if draft:
        draft.version += 1
        note = ", ".join(f"−{taken}" for _line_id, taken in parts)
        _record(draft, before, len(lines), note, by)
