"""The worker: one thread of the server that checks files and carries them out, one after the other.

Reading and comparing takes seconds and holds no lock; how far it is, is committed twice a second. What is written goes
in one transaction at the end. A worker that dies leaves nothing half done: its job is offered again (LOST_AFTER).
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.accounts.queries import user_by_id
from ocop_points.audit.queries import last_written
from ocop_points.core.bulk import much_at_once
from ocop_points.core.db import cannot_now, db, write
from ocop_points.core.errors import Refused
from ocop_points.exchange import jobs_queries as queries
from ocop_points.exchange import jobs_service as service
from ocop_points.exchange.import_kinds import KINDS
from ocop_points.exchange.import_sheet import read_plan
from ocop_points.exchange.jobs_models import JobState
from ocop_points.exchange.jobs_service import Lost, Moved

SECONDS_BETWEEN_LOOKS = 15
"""How long a file waits that another process took in, should that one have died."""
_SECONDS_BETWEEN_NOTES = 0.5
_MOST_READINGS = 5
_CHANGED = _l("Dữ liệu đã thay đổi từ lúc kiểm tra. Xem lại rồi đồng ý lần nữa.")
_wake = threading.Event()


@dataclass(frozen=True)
class _Task:
    """A claimed job as plain values: the session is rolled back now and then."""

    id: int
    worker: str
    kind: str
    user_id: int
    state: JobState
    counts: dict[str, int]
    doubts: int


def start(app: Flask) -> None:
    """Begin working in this process, until it ends."""
    worker = secrets.token_hex(8)
    threading.Thread(target=_work_on, args=(app, worker), name="imports", daemon=True).start()


def wake() -> None:
    """Something waits: the worker of this process need not sleep on."""
    _wake.set()


def _work_on(app: Flask, worker: str) -> None:
    while True:
        _wake.clear()
        if not _try_next(app, worker):
            _wake.wait(SECONDS_BETWEEN_LOOKS)


def _try_next(app: Flask, worker: str) -> bool:
    """Whatever happens, the thread goes on: a database that is away now is asked again later."""
    with app.app_context():
        try:
            return run_next(worker)
        except Exception:
            app.logger.exception("imports: the worker could not look for files")
            return False
        finally:
            db.session.remove()


def run_next(worker: str) -> bool:
    """Take up the next file and bring it one step on. False when none waits."""
    job_id = queries.next_job_id()
    if job_id is None:
        db.session.rollback()
        return False
    task = write(lambda: _claimed(job_id, worker))
    if task is not None:
        _carried(task)
    return True


def _claimed(job_id: int, worker: str) -> _Task | None:
    job = service.claim(job_id, worker)
    if job is None:
        return None
    counts = {name: getattr(job, name) for name in ("new_count", "changed_count", "same_count")}
    return _Task(job.id, worker, job.kind, job.created_by_id, job.state, counts, job.doubtful_count)


def _carried(task: _Task) -> None:
    """Do the step; whatever goes wrong is told on the job."""
    try:
        with much_at_once():
            _do(task)
    except Lost:
        current_app.logger.warning("imports: job %s was taken over", task.id)
    except Refused as refused:
        message = str(refused.message)
        write(lambda: service.note_failure(task.id, task.worker, message, faulty=True))
    except Exception as error:
        current_app.logger.exception("imports: job %s", task.id)
        message = (
            _("Máy chủ đang bận hoặc chưa ghi được. Chưa ghi gì vào hệ thống.")
            if cannot_now(error)
            else _("Hệ thống gặp lỗi. Chưa ghi gì vào hệ thống.")
        )
        write(lambda: service.note_failure(task.id, task.worker, message))


def _do(task: _Task) -> None:
    kind = KINDS[task.kind]
    rows = queries.cells_of(task.id)
    if rows is None:
        raise Refused(_("Tệp đã quá hạn lưu. Gửi tệp lần nữa"))
    note = _progress(task)
    for _reading in range(_MOST_READINGS):
        db.session.rollback()
        user, before = user_by_id(task.user_id), last_written().hash
        if user is None:
            raise Refused(_("Tài khoản đã gửi tệp không còn quyền nhập loại này"))
        known = kind.known(user)
        db.session.rollback()
        plan = read_plan(kind, rows, known, note)
        checking = task.state is JobState.CHECKING
        agreed = plan.counts() == task.counts and len(plan.faults) == task.doubts
        if checking or not agreed or not plan.only_doubts:
            said = "" if checking else _CHANGED
            write(partial(service.note_plan, task.id, task.worker, plan, kind.titles, str(said)))
            return
        verb = partial(service.carry_out, task.id, task.worker, kind, plan, known)
        try:
            write(partial(verb, last_hash=before, user_id=task.user_id))
        except Moved:
            continue
        return
    raise Refused(_("Dữ liệu liên quan đang được người khác sửa. Đồng ý lại sau ít phút"))


def _progress(task: _Task) -> Callable[[int, int], None]:
    """Commit how far the reading is, twice a second at most, so that others may write in between."""
    last = monotonic()

    def note(done: int, total: int) -> None:
        nonlocal last
        if monotonic() - last >= _SECONDS_BETWEEN_NOTES:
            write(lambda: service.note_progress(task.id, task.worker, done, total))
            last = monotonic()

    return note
