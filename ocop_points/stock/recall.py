"""Where goods went: every point, voucher and quantity of a lot, a product or a producer, within the reader's reach."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, join, joinedload

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.localities.models import Locality, Ward
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.stock.models import Balance, Lot, Movement, Voucher, VoucherLine
from ocop_points.stock.recall_models import RecallLetter
from ocop_points.stock.rules import INCOMING, VoucherKind, VoucherState

CHOICES = 10


@dataclass(frozen=True)
class Goods:
    """What is looked for: one lot, all lots of a product, or all goods of a producer."""

    title: str
    note: str = ""
    lot_id: int | None = None
    product_id: int | None = None
    producer_id: int | None = None
    lot_code: str = ""
    expiry: date | None = None

    @property
    def named(self) -> dict[str, Any]:
        """As an address names it."""
        ids = {"lots": self.lot_id, "products": self.product_id, "producers": self.producer_id}
        return next({"what": what, "goods_id": id_} for what, id_ in ids.items() if id_ is not None)

    @property
    def about(self) -> dict[str, int | None]:
        """As a letter's row names it."""
        return {
            "lot_id": self.lot_id,
            "product_id": self.product_id,
            "producer_id": self.producer_id,
        }


def goods_or_404(user: User, what: str, goods_id: int) -> Goods:
    """The "lots", "products" or "producers" of an address. A lot that never came near the reader is not found."""
    if what == "lots":
        rows = select(Lot).options(joinedload(Lot.product)).where(Lot.id == goods_id, _near(user))
        found = db.session.scalar(rows) or abort(404)
        return Goods(
            found.product.name,
            found.product.code,
            lot_id=goods_id,
            lot_code=found.code,
            expiry=found.expiry,
        )
    if what == "products":
        one = db.session.get(Product, goods_id) or abort(404)
        return Goods(one.name, one.code, product_id=goods_id)
    maker = db.session.get(Supplier, goods_id) or abort(404)
    return Goods(maker.name, producer_id=goods_id)


def _near(user: User) -> Any:
    """Did the lot ever stand at a point within reach?"""
    points = select(SalesPoint.id).where(in_reach(user))
    return exists().where(Balance.lot_id == Lot.id, Balance.point_id.in_(points))


def find_lots(user: User, query: str) -> list[Any]:
    """At most a few lots within reach whose code begins so: (id, code, expiry, product name)."""
    typed = query.upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = (
        select(Lot.id, Lot.code, Lot.expiry, Product.name)
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.code.like(f"{typed}%", escape="\\"), Lot.code != "", _near(user))
    )
    return list(db.session.execute(rows.order_by(Lot.code, Lot.id).limit(CHOICES)))


def _of(goods: Goods) -> Any:
    """The condition that a lot is looked for."""
    if goods.lot_id is not None:
        return Lot.id == goods.lot_id
    if goods.product_id is not None:
        return Lot.product_id == goods.product_id
    return Lot.product_id.in_(select(Product.id).where(Product.producer_id == goods.producer_id))


_Original = aliased(Voucher)
# A reversal stands in the column of what it took back: the columns add up to what is on hand.
_KIND = func.coalesce(_Original.kind, Voucher.kind)
_RECEIVES = case((_Original.id.is_not(None), _Original.receives_id), else_=Voucher.receives_id)


def _sum(condition: Any, sign: int = 1) -> Any:
    return func.coalesce(func.sum(case((condition, sign * Movement.delta), else_=0)), 0)


_SENT = and_(_KIND == VoucherKind.TRANSFER, _RECEIVES.is_(None))
_SUMS: tuple[Any, ...] = (
    _sum(_KIND.in_(INCOMING)).label("received"),
    _sum(and_(_KIND == VoucherKind.TRANSFER, _RECEIVES.is_not(None))).label("arrived"),
    _sum(_KIND == VoucherKind.ISSUE, -1).label("sold"),
    _sum(_KIND == VoucherKind.SUPPLIER_RETURN, -1).label("returned"),
    _sum(_KIND == VoucherKind.WRITE_OFF, -1).label("written_off"),
    _sum(_SENT, -1).label("sent"),
    _sum(_KIND == VoucherKind.STOCKTAKE).label("counted"),
)


def _moved(user: User, goods: Goods, *columns: Any) -> Select[Any]:
    tables: Any = join(Movement, Lot, Lot.id == Movement.lot_id)
    tables = tables.join(SalesPoint, SalesPoint.id == Movement.point_id)
    tables = tables.join(Product, Product.id == Lot.product_id)
    tables = tables.join(Locality, Locality.id == SalesPoint.locality_id)
    tables = tables.join(VoucherLine, VoucherLine.id == Movement.line_id)
    tables = tables.join(Voucher, Voucher.id == VoucherLine.voucher_id)
    tables = tables.outerjoin(_Original, _Original.id == Voucher.reverses_id)
    return select(*columns).select_from(tables).where(_of(goods), in_reach(user))


_NAMES: tuple[Any, ...] = (
    SalesPoint.id.label("point_id"),
    SalesPoint.code.label("point_code"),
    SalesPoint.name.label("point_name"),
    Locality.name.label("locality_name"),
    Lot.id.label("lot_id"),
    Lot.code.label("lot_code"),
    Lot.expiry,
    Product.name,
    Product.code,
    Product.base_unit,
)


def _places(user: User, goods: Goods) -> Select[Any]:
    on_hand = (
        select(Balance.on_hand)
        .where(Balance.point_id == SalesPoint.id, Balance.lot_id == Lot.id)
        .correlate(SalesPoint, Lot)
        .scalar_subquery()
        .label("on_hand")
    )
    rows = _moved(user, goods, *_NAMES, *_SUMS, on_hand)
    rows = rows.group_by(SalesPoint.id, Locality.id, Lot.id, Product.id)
    return rows.order_by(SalesPoint.sort_key, SalesPoint.id, Product.sort_key, Lot.expiry, Lot.id)


def places_page(user: User, goods: Goods, number: int) -> Page[Any]:
    """One page of points and lots with what became of the goods: two statements."""
    # A lot that ever moved at a point has its balance there.
    counted = select(Balance.lot_id).join(Lot, Lot.id == Balance.lot_id)
    counted = counted.join(SalesPoint, SalesPoint.id == Balance.point_id)
    counted = counted.where(_of(goods), in_reach(user))
    return paginate(_places(user, goods), number, counted=counted)


def places_for_export(user: User, goods: Goods) -> Any:
    """All of them: one statement."""
    return db.session.execute(_places(user, goods).execution_options(yield_per=500))


def totals(user: User, goods: Goods) -> Any:
    """The sums over everything within reach, with the number of points: one statement. On hand is their balance."""
    held = select(func.coalesce(func.sum(Balance.on_hand), 0)).select_from(Balance)
    held = held.join(Lot, Lot.id == Balance.lot_id)
    held = held.join(SalesPoint, SalesPoint.id == Balance.point_id)
    held = held.where(_of(goods), in_reach(user))
    points = func.count(SalesPoint.id.distinct()).label("points")
    units = func.count(Product.base_unit.distinct()).label("units")
    on_hand = held.scalar_subquery().label("on_hand")
    unit = func.min(Product.base_unit).label("unit")
    return db.session.execute(_moved(user, goods, *_SUMS, points, units, unit, on_hand)).one()


def under_way(user: User, goods: Goods) -> list[Any]:
    """What points within reach sent and nobody received yet, by voucher and lot: one statement."""
    receipt, back, target = aliased(Voucher), aliased(Voucher), aliased(SalesPoint)
    undone = aliased(Voucher)
    received = exists(
        select(receipt.id).where(
            receipt.receives_id == Voucher.id,
            ~exists(select(undone.id).where(undone.reverses_id == receipt.id)),
        )
    )
    rows = (
        select(
            Voucher.id,
            Voucher.number,
            Voucher.on_date,
            SalesPoint.name.label("from_name"),
            target.name.label("to_name"),
            Lot.code.label("lot_code"),
            func.sum(-Movement.delta).label("quantity"),
            Product.base_unit,
        )
        .select_from(Movement)
        .join(Lot, Lot.id == Movement.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(VoucherLine, VoucherLine.id == Movement.line_id)
        .join(Voucher, Voucher.id == VoucherLine.voucher_id)
        .join(SalesPoint, SalesPoint.id == Voucher.point_id)
        .join(target, target.id == Voucher.to_point_id)
        .where(
            _of(goods),
            in_reach(user),
            Voucher.state == VoucherState.POSTED,
            ~received,
            ~exists(select(back.id).where(back.reverses_id == Voucher.id)),
        )
        .group_by(Voucher.id, SalesPoint.id, target.id, Lot.id, Product.id)
        .order_by(Voucher.on_date, Voucher.id, Lot.id)
        .limit(50)
    )
    return list(db.session.execute(rows))


_LINE: tuple[Any, ...] = (
    *_NAMES,
    Movement.id.label("movement_id"),
    Movement.on_date,
    Movement.delta,
    Voucher.id.label("voucher_id"),
    Voucher.number,
    Voucher.kind,
    Voucher.receives_id,
    Voucher.person,
    Supplier.name.label("supplier_name"),
)


def _vouchers(user: User, goods: Goods) -> Select[Any]:
    rows = _moved(user, goods, *_LINE).outerjoin(Supplier, Supplier.id == Voucher.supplier_id)
    return rows.order_by(Movement.on_date.desc(), Movement.id.desc())


def vouchers_page(user: User, goods: Goods, number: int) -> Page[Any]:
    """One page of what moved, voucher by voucher, the latest first: two statements."""
    return paginate(_vouchers(user, goods), number)


def vouchers_for_export(user: User, goods: Goods) -> Any:
    """All of it: one statement."""
    return db.session.execute(_vouchers(user, goods).execution_options(yield_per=500))


# --- letters --------------------------------------------------------------------------------------


def points_to_tell(
    user: User, goods: Goods, only: Collection[int] | None = None
) -> list[SalesPoint]:
    """The points within reach that ever held the goods, with what heads a letter and where it goes."""
    held = select(Balance.point_id).join(Lot, Lot.id == Balance.lot_id).where(_of(goods))
    rows = (
        select(SalesPoint)
        .options(
            joinedload(SalesPoint.locality).joinedload(Locality.department),
            joinedload(SalesPoint.ward).joinedload(Ward.province),
        )
        .where(in_reach(user), SalesPoint.id.in_(held))
        .order_by(SalesPoint.sort_key, SalesPoint.id)
    )
    if only is not None:
        rows = rows.where(SalesPoint.id.in_(only))
    return list(db.session.scalars(rows))


def lots_at(user: User, goods: Goods, point_ids: Collection[int]) -> dict[int, list[Any]]:
    """What a letter lists, by point: each lot with what came and what is left, one statement."""
    rows = _places(user, goods).where(SalesPoint.id.in_(point_ids))
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(rows):
        found.setdefault(row.point_id, []).append(row)
    return found


def letters_about(user: User, goods: Goods) -> list[RecallLetter]:
    """The letters written down about exactly these goods, the latest first."""
    about = [getattr(RecallLetter, name) == id_ for name, id_ in goods.about.items() if id_]
    rows = (
        select(RecallLetter)
        .join(SalesPoint, SalesPoint.id == RecallLetter.point_id)
        .options(joinedload(RecallLetter.point), joinedload(RecallLetter.by))
        .where(in_reach(user), or_(*about))
        .order_by(RecallLetter.sent_on.desc(), RecallLetter.id.desc())
    )
    return list(db.session.scalars(rows))
