"""Finding the amendments of a visit and their papers."""

from collections.abc import Mapping
from typing import Any

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.assessments.amendments_models import Amendment, AmendmentFile
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import readable_by
from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint


def amendments_of(visit_id: int) -> list[Amendment]:
    """The amendments of a visit's minutes, in the order they were made."""
    rows = select(Amendment).options(
        joinedload(Amendment.made_by), joinedload(Amendment.department)
    )
    return list(
        db.session.scalars(rows.where(Amendment.visit_id == visit_id).order_by(Amendment.id))
    )


def get_amendment_or_404(user: User, amendment_id: int) -> Amendment:
    """The amendment with who made and who issued it, when the user may read its visit."""
    rows = (
        select(Amendment)
        .join(Visit, Visit.id == Amendment.visit_id)
        .join(SalesPoint, SalesPoint.id == Visit.point_id)
        .options(joinedload(Amendment.made_by), joinedload(Amendment.department))
        .where(Amendment.id == amendment_id, readable_by(user))
    )
    return db.session.scalar(rows) or abort(404)


def files_of(visit_id: int) -> Mapping[int, AmendmentFile]:
    """The papers of a visit's amendments that were made and kept, by the amendment's id."""
    rows = (
        select(AmendmentFile)
        .join(Amendment, Amendment.id == AmendmentFile.amendment_id)
        .options(joinedload(AmendmentFile.file))
        .where(Amendment.visit_id == visit_id)
    )
    return {kept.amendment_id: kept for kept in db.session.scalars(rows)}


def amendments_context(visit: Visit) -> dict[str, Any]:
    """What the panel of papers shows of amendments."""
    added = amendments_of(visit.id) if visit.was_approved else []
    return {"amendments": added, "amendment_files": files_of(visit.id) if added else {}}
