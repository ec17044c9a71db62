"""Lists of stocktakes: those of a point, as a page and as a file, and those under way within a user's reach."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, join

from ocop_points.accounts.models import User
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.stock.models import Voucher
from ocop_points.stock.stocktake_models import Stocktake, StocktakeLine
from ocop_points.stock.stocktake_rules import StocktakeState

_Reversal = aliased(Voucher)


def _stocktakes(point_id: int) -> Select[Any]:
    """A point's stocktakes, the latest first."""
    lines = select(func.count(StocktakeLine.id)).where(StocktakeLine.stocktake_id == Stocktake.id)
    counted = lines.where(StocktakeLine.quantity.is_not(None))
    tables: Any = join(Stocktake, User, User.id == Stocktake.started_by_id)
    tables = tables.outerjoin(Voucher, Voucher.id == Stocktake.voucher_id)
    tables = tables.outerjoin(_Reversal, _Reversal.reverses_id == Voucher.id)
    shown: tuple[Any, ...] = (
        Stocktake.id,
        Stocktake.state,
        Stocktake.started_at,
        Stocktake.ended_at,
        Stocktake.note,
        Stocktake.reason,
        User.full_name.label("by_name"),
        Voucher.id.label("voucher_id"),
        Voucher.number,
        _Reversal.number.label("reversal_number"),
        lines.scalar_subquery().label("lines"),
        counted.scalar_subquery().label("counted"),
    )
    rows = (
        select(*shown)
        .select_from(tables)
        .where(Stocktake.point_id == point_id)
        .order_by(Stocktake.id.desc())
    )
    return rows


def stocktakes_page(point_id: int, number: int) -> Page[Any]:
    """One page of a point's stocktakes: two statements."""
    whole = select(Stocktake.id).where(Stocktake.point_id == point_id)
    return paginate(_stocktakes(point_id), number, counted=whole)


def stocktakes_for_export(point_id: int) -> Any:
    """Every stocktake of a point, read as it is written: one statement."""
    return db.session.execute(_stocktakes(point_id).execution_options(yield_per=500))


def under_way(user: User, *, limit: int) -> list[Any]:
    """Stocktakes under way at points within reach, the oldest first, with what is not counted yet: one statement."""
    waiting = select(func.count(StocktakeLine.id)).where(
        StocktakeLine.stocktake_id == Stocktake.id,
        StocktakeLine.quantity.is_(None),
        ~StocktakeLine.left_out,
    )
    rows = (
        select(
            Stocktake.id,
            Stocktake.started_at,
            SalesPoint.name,
            SalesPoint.code,
            waiting.scalar_subquery().label("waiting"),
        )
        .join(SalesPoint, SalesPoint.id == Stocktake.point_id)
        .where(Stocktake.state == StocktakeState.COUNTING, in_reach(user))
        .order_by(Stocktake.id)
        .limit(limit)
    )
    return list(db.session.execute(rows))
