"""Finding files on their way in: one's own only."""

import json
import zlib
from typing import Any

from flask import abort
from sqlalchemy import and_, or_, select

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.tables_in import cells_in
from ocop_points.exchange.jobs_models import LOST_AFTER, UNDER_WAY, ImportFile, ImportJob, JobState


def jobs_page(user: User, number: int) -> Page[Any]:
    """One page of the user's own files, the last first: two statements."""
    rows = select(ImportJob).where(ImportJob.created_by_id == user.id)
    return paginate(rows.order_by(ImportJob.id.desc()), number)


def get_job_or_404(user: User, job_id: int, *, lock: bool = False) -> ImportJob:
    """A file of the user's own; nobody sees another's."""
    rows = select(ImportJob).where(ImportJob.id == job_id, ImportJob.created_by_id == user.id)
    return db.session.scalar(rows.with_for_update() if lock else rows) or abort(404)


def under_way(user: User) -> int | None:
    """The user's file that is being worked at, or waits for it; None without one."""
    rows = select(ImportJob.id).where(ImportJob.created_by_id == user.id)
    return db.session.scalar(rows.where(ImportJob.state.in_(UNDER_WAY)).limit(1))


def sample_of(job_id: int) -> list[Any]:
    """The first rows that would change something; empty once the file is forgotten."""
    found = db.session.scalar(select(ImportFile.sample).where(ImportFile.job_id == job_id))
    return list(json.loads(found or "[]"))


def faults_of(job_id: int) -> list[Any]:
    """[row, column, value, sentence] of each fault; empty once the file is forgotten."""
    found = db.session.scalar(select(ImportFile.faults).where(ImportFile.job_id == job_id))
    return list(json.loads(found or "[]"))


def cells_of(job_id: int) -> list[list[Any]] | None:
    """The cells of the file as it was sent; None once it is forgotten."""
    packed = db.session.scalar(select(ImportFile.cells).where(ImportFile.job_id == job_id))
    return None if packed is None else cells_in(zlib.decompress(packed))


def next_job_id() -> int | None:
    """The file to work at next: the first that waits, or whose worker has not been heard of."""
    return db.session.scalar(
        select(ImportJob.id).where(claimable()).order_by(ImportJob.id).limit(1)
    )


def claimable() -> Any:
    """The condition that a worker may take a job up."""
    lost = ImportJob.seen_at < clock.now() - LOST_AFTER
    running = ImportJob.state.in_([JobState.CHECKING, JobState.IMPORTING])
    waiting = ImportJob.state.in_([JobState.WAITING, JobState.CONFIRMED])
    return or_(waiting, and_(running, lost))
