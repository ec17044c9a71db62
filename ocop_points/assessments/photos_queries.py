"""Finding the photos of a visit, for those who may read the visit."""

from collections.abc import Mapping
from typing import Any

from flask import abort
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.assessments.models import Visit
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.assessments.queries import readable_by
from ocop_points.core.db import db
from ocop_points.criteria.models import Line
from ocop_points.points.models import SalesPoint

_OF_VISIT = (
    select(AnswerPhoto)
    .options(joinedload(AnswerPhoto.file))
    .where(AnswerPhoto.visit_id == bindparam("visit"))
    .order_by(AnswerPhoto.line_id, AnswerPhoto.position)
)


def photos_by_line(visit_id: int) -> Mapping[int, list[AnswerPhoto]]:
    """The photos of a visit in their order, by the line's id: one statement."""
    found: dict[int, list[AnswerPhoto]] = {}
    for photo in db.session.scalars(_OF_VISIT, {"visit": visit_id}):
        found.setdefault(photo.line_id, []).append(photo)
    return found


def photos_of_line(visit_id: int, line_id: int) -> list[AnswerPhoto]:
    """The photos of one line in their order."""
    rows = (
        select(AnswerPhoto)
        .options(joinedload(AnswerPhoto.file))
        .where(AnswerPhoto.visit_id == visit_id, AnswerPhoto.line_id == line_id)
    )
    return list(db.session.scalars(rows.order_by(AnswerPhoto.position)))


def last_position(visit_id: int, line_id: int) -> int:
    """The position of a line's last photo, 0 without any."""
    rows = select(func.max(AnswerPhoto.position)).where(
        AnswerPhoto.visit_id == visit_id, AnswerPhoto.line_id == line_id
    )
    return db.session.scalar(rows) or 0


def line_or_404(visit: Visit, line_id: int) -> Line:
    """A line of the visit's own edition."""
    rows = select(Line).where(Line.id == line_id, Line.edition_id == visit.edition_id)
    return db.session.scalar(rows) or abort(404)


def _readable(user: User, photo_id: int) -> Select[Any]:
    return (
        select(AnswerPhoto)
        .join(Visit, Visit.id == AnswerPhoto.visit_id)
        .join(SalesPoint, SalesPoint.id == Visit.point_id)
        .options(
            joinedload(AnswerPhoto.file),
            joinedload(AnswerPhoto.line),
            joinedload(AnswerPhoto.visit),
        )
        .where(AnswerPhoto.id == photo_id, readable_by(user))
    )


def get_photo_or_404(user: User, photo_id: int) -> AnswerPhoto:
    """The photo with file, line and visit, when the user may read the visit: one statement."""
    return db.session.scalar(_readable(user, photo_id)) or abort(404)
