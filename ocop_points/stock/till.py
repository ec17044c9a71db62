"""What the till reads: today's draft, its last lines, and the goods on the shelf by barcode, code or name."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ocop_points.catalogue.models import Product
from ocop_points.catalogue.rules import scanned
from ocop_points.core.db import db
from ocop_points.core.text import like_pattern
from ocop_points.stock.models import HELD, Balance, Lot, Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind, VoucherState

SHOWN_LINES, CHOICES = 12, 8


@dataclass(frozen=True)
class Roll:
    """Today's draft as the till shows it: the last lines first, how many there are, and the sums."""

    voucher: Any = None
    lines: tuple[VoucherLine, ...] = ()
    count: int = 0
    units: int = 0
    total: int = 0


def _draft(point_id: int, day: date) -> Any:
    return select(Voucher).where(
        Voucher.point_id == point_id,
        Voucher.state == VoucherState.DRAFT,
        Voucher.till_day == day,
    )


def draft_to_change(point_id: int, day: date) -> Voucher | None:
    """The till's draft of a day, locked, with its point."""
    rows = _draft(point_id, day).options(joinedload(Voucher.point), joinedload(Voucher.reversed_by))
    found: Voucher | None = db.session.scalar(rows.with_for_update(of=Voucher))
    return found


def lines_to_change(voucher_id: int) -> list[VoucherLine]:
    """Its lines in their order."""
    rows = select(VoucherLine).where(VoucherLine.voucher_id == voucher_id)
    return list(db.session.scalars(rows.order_by(VoucherLine.position)))


def roll_of(point_id: int, day: date) -> Roll:
    """The till's draft of a day: three statements, however many lines it has."""
    draft = db.session.scalar(_draft(point_id, day))
    if draft is None:
        return Roll()
    of_draft = VoucherLine.voucher_id == draft.id
    lines = (
        select(VoucherLine)
        .options(joinedload(VoucherLine.product), joinedload(VoucherLine.lot))
        .where(of_draft)
        .order_by(VoucherLine.position.desc())
        .limit(SHOWN_LINES)
    )
    base = VoucherLine.quantity_thousandths * VoucherLine.unit_factor / 1000
    sums = select(func.count(), func.sum(base), func.sum(VoucherLine.amount)).where(of_draft)
    count, units, total = db.session.execute(sums).one()
    shown = tuple(db.session.scalars(lines))
    return Roll(draft, shown, count, int(units or 0), int(total or 0))


def older_drafts(point_id: int, day: date) -> list[Any]:
    """(id, day) of drafts of the till from days before, that nobody posted."""
    rows = select(Voucher.id, Voucher.till_day).where(
        Voucher.point_id == point_id,
        Voucher.state == VoucherState.DRAFT,
        Voucher.till_day < day,
    )
    return list(db.session.execute(rows.order_by(Voucher.till_day)))


def posted_today(point_id: int, day: date) -> Any:
    """The last voucher that the till posted today and nobody reversed: (id, number, by whom posted)."""
    back = select(Voucher.reverses_id).where(Voucher.reverses_id.is_not(None))
    rows = select(Voucher).where(
        Voucher.point_id == point_id,
        Voucher.state == VoucherState.POSTED,
        Voucher.kind == VoucherKind.ISSUE,
        Voucher.on_date == day,
        Voucher.till_day == day,
        Voucher.id.not_in(back),
    )
    rows = rows.options(joinedload(Voucher.reversed_by)).order_by(Voucher.id.desc()).limit(1)
    return db.session.scalar(rows)


def find_on_shelf(point_id: int, query: str) -> list[Product]:
    """At most a few products that the point holds, by barcode, code or part of a name, accents ignored.

    A barcode or code that is exactly one product's is that product.
    """
    held = (
        select(Lot.product_id)
        .join(Balance, Balance.lot_id == Lot.id)
        .where(Balance.point_id == point_id, HELD)
    )
    shelf = select(Product).where(Product.id.in_(held))
    exact = shelf.where(
        (Product.barcode == scanned(query)) | (Product.code == query.upper())
    ).limit(2)
    found = list(db.session.scalars(exact)) if query else []
    if len(found) == 1 or not query:
        return found
    like = shelf.where(Product.search_text.like(like_pattern(query), escape="\\"))
    return list(db.session.scalars(like.order_by(Product.sort_key, Product.id).limit(CHOICES)))
