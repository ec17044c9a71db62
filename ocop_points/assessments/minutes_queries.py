"""Finding the stored minutes and signed scans of a visit."""

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.assessments.minutes_models import MinutesFile, SignedScan
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import readable_by
from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint


def minutes_file(visit_id: int) -> MinutesFile | None:
    """The minutes as they were made, when they were."""
    rows = select(MinutesFile).options(joinedload(MinutesFile.file))
    return db.session.scalar(rows.where(MinutesFile.visit_id == visit_id))


def scans_of(visit_id: int) -> list[SignedScan]:
    """The scans of a visit with their files, in the order they came."""
    rows = (
        select(SignedScan)
        .options(joinedload(SignedScan.file), joinedload(SignedScan.added_by))
        .where(SignedScan.visit_id == visit_id)
    )
    return list(db.session.scalars(rows.order_by(SignedScan.id)))


def get_scan_or_404(user: User, scan_id: int) -> SignedScan:
    """The scan with its file, when the user may read the visit: one statement."""
    rows = (
        select(SignedScan)
        .join(Visit, Visit.id == SignedScan.visit_id)
        .join(SalesPoint, SalesPoint.id == Visit.point_id)
        .options(joinedload(SignedScan.file))
        .where(SignedScan.id == scan_id, readable_by(user))
    )
    return db.session.scalar(rows) or abort(404)
