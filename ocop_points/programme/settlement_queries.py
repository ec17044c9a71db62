"""What the ledger says about an agreement: the value delivered, and what a month moved of each product."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased, join

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.programme.agreements_models import Agreement
from ocop_points.programme.agreements_queries import now_id
from ocop_points.programme.agreements_rules import Moved, last_day, year_of
from ocop_points.stock.models import Movement, Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.rules_months import month_end

_Reversed = aliased(Voucher)
_KIND = func.coalesce(_Reversed.kind, Voucher.kind)
_SIGN = case((Voucher.reverses_id.is_(None), 1), else_=-1)
_VALUED = (VoucherKind.RECEIPT, VoucherKind.SUPPLIER_RETURN)


def _moves(*columns: Any) -> Select[Any]:
    """Movements with line, voucher and product; a reversal is of the kind that it reverses."""
    tables: Any = join(Movement, VoucherLine, VoucherLine.id == Movement.line_id)
    tables = tables.join(Voucher, Voucher.id == VoucherLine.voucher_id)
    tables = tables.outerjoin(_Reversed, _Reversed.id == Voucher.reverses_id)
    tables = tables.join(Product, Product.id == VoucherLine.product_id)
    return select(*columns).select_from(tables)


def delivered(rows: Sequence[Any], day: date) -> dict[int, int]:
    """Of agreements with points (rows of a list), the value delivered in the agreement's year of `day`: one statement.

    Receipts of the producer's goods at that point less returns, reversals taken off, by the amounts of the vouchers.
    """
    years = {
        row.id: year_of(day, row.valid_from, last_day(row.valid_to, row.ended_on))
        for row in rows
        if row.point_id is not None
    }
    if not years:
        return {}
    wanted = {(row.point_id, row.producer_id) for row in rows if row.id in years}
    value = case((_KIND == VoucherKind.RECEIPT, 1), else_=-1) * _SIGN * VoucherLine.amount
    sums = (
        _moves(Movement.point_id, Product.producer_id, Movement.on_date, func.sum(value))
        .where(
            Movement.point_id.in_({point for point, _maker in wanted}),
            Product.producer_id.in_({maker for _point, maker in wanted}),
            Movement.on_date >= min(first for first, _last in years.values()),
            Movement.on_date <= max(last for _first, last in years.values()),
            _KIND.in_(_VALUED),
        )
        .group_by(Movement.point_id, Product.producer_id, Movement.on_date)
    )
    found = dict.fromkeys(years, 0)
    of_pair: dict[tuple[int, int], list[tuple[date, int]]] = {}
    for point_id, producer_id, on, amount in db.session.execute(sums):
        of_pair.setdefault((point_id, producer_id), []).append((on, int(amount or 0)))
    for row in rows:
        if row.id in years:
            first, last = years[row.id]
            days = of_pair.get((row.point_id, row.producer_id), ())
            found[row.id] = sum(amount for on, amount in days if first <= on <= last)
    return found


def moved_in(agreement: Agreement, month: date) -> list[tuple[Product, Moved]]:
    """Each product of the producer that the point held or moved in the month, by name: three statements.

    Days on which the agreement has no force count too: a settlement is of a month.
    """
    last = month_end(month)
    own = (Movement.point_id == agreement.point_id, Product.producer_id == now_id(agreement))
    before = _moves(Product.id, func.sum(Movement.delta)).where(*own, Movement.on_date < month)
    opening: dict[int, int] = dict(db.session.execute(before.group_by(Product.id)).all())
    valued = case((_KIND.in_(_VALUED), 1), else_=0)
    columns = (
        Product.id,
        _KIND,
        func.sum(Movement.delta),
        func.sum(_SIGN * VoucherLine.amount),
        func.sum(case((VoucherLine.amount.is_(None), valued), else_=0)),
    )
    within = (Movement.on_date >= month, Movement.on_date <= last)
    rows = _moves(*columns).where(*own, *within).group_by(Product.id, _KIND)
    facts: dict[int, dict[str, int]] = {
        id_: {"opening": int(held)} for id_, held in opening.items() if held
    }
    for product_id, kind, delta, amount, unpriced in db.session.execute(rows):
        known = facts.setdefault(product_id, {})
        _add(known, kind, int(delta), int(amount or 0), int(unpriced))
    named = select(Product).where(Product.id.in_(facts)).order_by(Product.sort_key, Product.id)
    return [(one, Moved(one.id, **facts[one.id])) for one in db.session.scalars(named)]


def _add(known: dict[str, int], kind: VoucherKind, delta: int, amount: int, unpriced: int) -> None:
    if kind is VoucherKind.RECEIPT:
        known |= {"came": delta, "came_amount": amount}
    elif kind is VoucherKind.SUPPLIER_RETURN:
        known |= {"returned": -delta, "returned_amount": amount}
    elif kind is VoucherKind.ISSUE:
        known["sold"] = -delta
    else:
        known["other"] = known.get("other", 0) + delta
    known["unpriced"] = known.get("unpriced", 0) + unpriced
