"""Verbs of a file on its way in: sent, claimed by a worker, checked, confirmed, carried out, forgotten.

What a file changes is written down by its own verbs and by one row for the whole (`carry_out`); what the worker does
before changes nothing but the job.
"""

import json
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from ocop_points.accounts.models import User
from ocop_points.accounts.queries import user_by_id
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import as_task, created, lock_chain, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.exchange.import_shapes import Entry, Kind, Outcome, Plan
from ocop_points.exchange.jobs_models import (
    KEEP_FILES,
    MOST_ATTEMPTS,
    UNDER_WAY,
    ImportFile,
    ImportJob,
    JobState,
)
from ocop_points.exchange.jobs_queries import claimable, under_way
from ocop_points.exchange.labels import sentence
from ocop_points.exchange.rules_shapes import Fault

SHOWN_ROWS = 20
MOST_FAULTS = 20_000
_jobs: Any = ImportJob.__table__


class Moved(Exception):
    """What the rows were compared with has changed meanwhile: they must be read again."""


class Lost(Exception):
    """Another worker has taken the job up."""


def send(kind: Kind, cells: bytes, file_name: str, *, by: User) -> ImportJob:
    """Keep the packed cells of a file to be checked. Raises Refused while another one of the user is under way."""
    if under_way(by) is not None:
        raise Refused(_("Tệp trước của bạn đang được xử lý. Đợi xong rồi gửi tệp này"), "workbook")
    forget_old()
    now = clock.now()
    job = ImportJob(
        kind=kind.name,
        state=JobState.WAITING,
        file_name=file_name,
        created_by_id=by.id,
        created_at=now,
        seen_at=now,
        worker="",
        attempts=0,
        rows_done=0,
        rows_total=0,
        new_count=0,
        changed_count=0,
        same_count=0,
        fault_count=0,
        doubtful_count=0,
        anyway=False,
        message="",
    )
    db.session.add(job)
    db.session.flush()
    db.session.add(ImportFile(job_id=job.id, cells=cells, faults="[]", sample="[]"))
    changes = created({"kind": str(kind.words.records)})
    record(Action.FILE_SENT, job.subject(), by=by, changes=changes)
    return job


def confirm(job: ImportJob, kind: Kind, *, by: User, anyway: bool = False) -> None:
    """Say yes to what a checked file would do. Raises Refused when it is not waiting for that."""
    if job.state is not JobState.READY:
        raise Refused(_("Tệp này không còn chờ bạn đồng ý. Mở lại trang để xem"))
    if job.doubtful_count and not anyway:
        raise Refused(_("Đánh dấu ô dưới đây nếu các dòng ấy là bản ghi khác"), "anyway")
    job.anyway = anyway
    _offer(job, JobState.CONFIRMED)
    record(Action.FILE_AGREED, job.subject(), by=by, changes=_counts(job, kind))


def _counts(job: ImportJob, kind: Kind) -> dict[str, Change]:
    counts = {"new": job.new_count, "changed": job.changed_count, "same": job.same_count}
    return created({"kind": str(kind.words.records), **counts})


def try_again(job: ImportJob, *, by: User) -> None:
    """Offer a file again whose worker failed. Raises Refused for any other, and once the file is forgotten."""
    if job.state is not JobState.FAILED or db.session.get(ImportFile, job.id) is None:
        raise Refused(_("Không làm lại được tệp này. Gửi tệp lần nữa"))
    _offer(job, JobState.WAITING)
    record(Action.FILE_OFFERED_AGAIN, job.subject(), by=by)


def _offer(job: ImportJob, state: JobState) -> None:
    job.state, job.worker, job.attempts, job.message = state, "", 0, ""
    job.rows_done = 0


def forget(job: ImportJob, *, by: User) -> None:
    """Throw away a file that is not under way, and its job unless it was carried out. Raises Refused."""
    if job.state in UNDER_WAY:
        raise Refused(_("Tệp đang được xử lý, chưa bỏ được"))
    record(Action.FILE_FORGOTTEN, job.subject(), by=by)
    db.session.execute(delete(ImportFile).where(ImportFile.job_id == job.id))
    if job.state is not JobState.DONE:
        db.session.delete(job)
    db.session.flush()


def forget_old() -> int:
    """Forget files that have lain here for KEEP_FILES, never one that is under way; how many."""
    old = select(ImportJob.id).where(
        ImportJob.created_at < clock.now() - KEEP_FILES, ImportJob.state.not_in(UNDER_WAY)
    )
    gone = db.session.execute(delete(ImportFile).where(ImportFile.job_id.in_(old)))
    return int(getattr(gone, "rowcount", 0))


def claim(job_id: int, worker: str) -> ImportJob | None:
    """Take a job up, or None when another worker was faster. One that brought its worker down is given up."""
    running = {JobState.WAITING: JobState.CHECKING, JobState.CONFIRMED: JobState.IMPORTING}
    found = db.session.scalar(
        select(ImportJob).where(ImportJob.id == job_id, claimable()).with_for_update()
    )
    if found is None:
        return None
    if found.attempts >= MOST_ATTEMPTS:
        found.state, found.worker = JobState.FAILED, ""
        found.message = _("Đã thử nhiều lần mà máy chủ dừng giữa chừng. Chưa ghi gì vào hệ thống.")
        return None
    found.state = running.get(found.state, found.state)
    found.worker, found.seen_at, found.attempts = worker, clock.now(), found.attempts + 1
    return found


def note_progress(job_id: int, worker: str, done: int, total: int) -> None:
    """How far a worker is. Raises Lost when the job is not its own any more."""
    values = {"rows_done": done, "rows_total": total, "seen_at": clock.now()}
    _own(job_id, worker, values)


def note_plan(
    job_id: int, worker: str, plan: Plan, titles: dict[str, str], message: str = ""
) -> None:
    """What the check found: faults, or what the file would do."""
    sound = plan.only_doubts
    values = {
        **plan.counts(),
        "state": JobState.READY if sound else JobState.FAULTY,
        "fault_count": len(plan.faults),
        "doubtful_count": len(plan.faults) if sound else 0,
        "message": message or (_("Dòng ví dụ của tệp mẫu được bỏ qua.") if plan.example else ""),
    }
    _own(job_id, worker, values)
    rows = [_as_list(fault, titles) for fault in plan.faults[:MOST_FAULTS]]
    said = {
        "faults": json.dumps(rows, ensure_ascii=False),
        "sample": json.dumps(_sample(plan.entries), ensure_ascii=False),
    }
    db.session.execute(update(ImportFile).where(ImportFile.job_id == job_id).values(said))


def _as_list(fault: Fault, titles: dict[str, str]) -> list[Any]:
    title = titles[fault.column] if fault.column else ""
    return [fault.row, title, fault.value, sentence(fault)]


def _sample(entries: Sequence[Entry]) -> list[Any]:
    """Of the new rows and of those that change something the first ones."""
    shown: list[Entry] = []
    for outcome in (Outcome.CHANGED, Outcome.NEW):
        shown += [one for one in entries if one.outcome is outcome][:SHOWN_ROWS]
    return [
        [one.row, one.text, one.outcome.value, one.changes]
        for one in sorted(shown, key=lambda one: one.row)
    ]


def note_failure(job_id: int, worker: str, message: str, *, faulty: bool = False) -> None:
    """Nothing was written; say why. `faulty`: it is the file that must be mended."""
    state = JobState.FAULTY if faulty else JobState.FAILED
    _own(job_id, worker, {"state": state, "message": message})


def carry_out(
    job_id: int, worker: str, kind: Kind, plan: Plan, known: Any, *, last_hash: str, user_id: int
) -> None:
    """Take in what a plan says, all of it or nothing, and count the job as done in the same transaction.

    Raises Moved when the register is not as it was when the plan was made, Lost when the job is another worker's by
    now, and Refused when the user may not do this any more.
    """
    unchanged = lock_chain() == last_hash
    user = user_by_id(user_id, lock=True)
    if user is None or not user.active or not user.may(kind.permission):
        raise Refused(_("Tài khoản đã gửi tệp không còn quyền nhập loại này"))
    if not unchanged and kind.known(user) != known:
        raise Moved
    # First of all: should another worker hold the job, its row is waited for here and nothing is done twice.
    job = _own(job_id, worker, {**plan.counts(), "state": JobState.DONE, "message": ""})
    with as_task(f"nhap-{job_id}", _("Nhập từ tệp %(name)s", name=job.file_name)):
        kind.carry_out([one for one in plan.entries if one.outcome is not Outcome.SAME], user)
        record(Action.FILE_IMPORTED, job.subject(), by=user, changes=_counts(job, kind))


def _own(job_id: int, worker: str, values: dict[str, Any]) -> ImportJob:
    """Change a job that this worker holds."""
    mine = (_jobs.c.id == job_id) & (_jobs.c.worker == worker)
    changed = db.session.connection().execute(update(_jobs).where(mine).values(values))
    if changed.rowcount != 1:
        raise Lost
    return db.session.get_one(ImportJob, job_id, populate_existing=True)
