"""Finding what draws visitors near a point."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.points.tourism_models import TourismLink


def links_of(point_id: int) -> Sequence[TourismLink]:
    """A point's links, by kind and in the order they were written down."""
    rows = select(TourismLink).where(TourismLink.point_id == point_id)
    return db.session.scalars(rows.order_by(TourismLink.kind, TourismLink.id)).all()


def get_link_or_404(user: User, link_id: int, *, lock: bool = False) -> TourismLink:
    """The link with its point, when that lies within reach."""
    rows = (
        select(TourismLink)
        .join(SalesPoint, SalesPoint.id == TourismLink.point_id)
        .options(joinedload(TourismLink.point))
        .where(TourismLink.id == link_id, in_reach(user))
    )
    if lock:
        rows = rows.with_for_update(of=TourismLink)
    return db.session.scalar(rows) or abort(404)
