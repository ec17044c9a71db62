"""Verbs on papers: keep the minutes that were made, attach and remove the signed scan."""

from collections.abc import Sequence
from functools import partial

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import minutes_queries as queries
from ocop_points.assessments.minutes_models import MinutesFile, SignedScan
from ocop_points.assessments.models import Visit
from ocop_points.audit.rules import Action
from ocop_points.audit.service import record
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.evidence.intake import Prepared
from ocop_points.evidence.service import hang_on, keep_file

MOST_SCANS = 20


def keep_minutes(visit: Visit, made: Prepared, *, check_url: str) -> MinutesFile:
    """Keep the minutes of an approved visit. Where two made them at once, the first ones stay."""
    found = queries.minutes_file(visit.id)
    if found is not None:
        return found
    file = keep_file(made)
    kept = MinutesFile(
        visit_id=visit.id, stored_file_id=file.id, check_url=check_url, made_at=clock.now()
    )
    kept.file = file
    db.session.add(kept)
    db.session.flush()
    changes = {"number": [None, visit.paper_number], "sha256": [None, made.sha256]}
    record(Action.MINUTES_MADE, visit.subject(), by=None, changes=changes)
    return kept


def may_attach(visit: Visit, user: User) -> bool:
    """May this person attach the signed paper? Its team and the managers in reach. Needs the members loaded."""
    return user.id in visit.team or user.role is Role.MANAGER


def _refuse_scan(visit: Visit, by: User) -> None:
    if not may_attach(visit, by):
        raise Refused(_("Chỉ người trong đoàn đánh giá hoặc quản lý đính kèm bản đã ký được."))
    if visit.visited_on is None:
        raise Refused(_("Lần đánh giá chưa bắt đầu nên chưa có biên bản để ký."))


def attach_scan(visit: Visit, prepared: Sequence[Prepared], *, by: User) -> int:
    """Attach the signed paper, one PDF or its pages as pictures; how many were new. Raises Refused."""
    _refuse_scan(visit, by)
    make = partial(SignedScan, visit_id=visit.id, added_by_id=by.id)
    fresh = hang_on(prepared, queries.scans_of(visit.id), make, most=MOST_SCANS)
    if fresh:
        names = [one.name for one in fresh]
        record(Action.SCAN_ATTACHED, visit.subject(), by=by, changes={"scans": [None, names]})
    return len(fresh)


def remove_scan(visit: Visit, scan: SignedScan, *, by: User) -> None:
    """Take a scan off that was attached by mistake; the file itself stays for a week. Raises Refused."""
    _refuse_scan(visit, by)
    name = scan.name
    db.session.delete(scan)
    db.session.flush()
    record(Action.SCAN_REMOVED, visit.subject(), by=by, changes={"scans": [[name], None]})
