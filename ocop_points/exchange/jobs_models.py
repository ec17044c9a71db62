"""A file on its way into the register: who sent it, how far it is, and, for some days, the file itself."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.audit.service import Subject
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type

KEEP_FILES = timedelta(days=7)
"""After this the file and what was said of its rows are forgotten; the job stays in the list."""
LOST_AFTER = timedelta(seconds=90)
"""A worker that has not been heard of for so long is taken for dead: its job is offered again."""
MOST_ATTEMPTS = 3


class JobState(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"
    CHECKING = "checking"
    FAULTY = "faulty"
    READY = "ready"
    CONFIRMED = "confirmed"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"

    @property
    def under_way(self) -> bool:
        return self in UNDER_WAY


UNDER_WAY = (JobState.WAITING, JobState.CHECKING, JobState.CONFIRMED, JobState.IMPORTING)


class ImportJob(Model):
    """One file of one user. `worker` is who works at it now; done and counted within the import's own transaction."""

    __tablename__ = "import_job"
    __table_args__ = (
        CheckConstraint("rows_done >= 0 AND rows_total >= 0", name="rows_not_negative"),
        Index("ix_import_job_owner", "created_by_id", "id"),
        Index("ix_import_job_state", "state", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[JobState] = mapped_column(enum_type(JobState, "state"))
    file_name: Mapped[str] = mapped_column(String(120))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When its worker was last heard of.
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    worker: Mapped[str] = mapped_column(String(40))
    attempts: Mapped[int]
    rows_done: Mapped[int]
    rows_total: Mapped[int]
    new_count: Mapped[int]
    changed_count: Mapped[int]
    same_count: Mapped[int]
    fault_count: Mapped[int]
    # Rows that may be records already: taken in only when the user says that they are others.
    doubtful_count: Mapped[int]
    anyway: Mapped[bool]
    message: Mapped[str] = mapped_column(Text)
    created_by: Mapped[User] = relationship(lazy="raise")

    def subject(self) -> Subject:
        return Subject("import", self.id, self.file_name)


class ImportFile(Model):
    """The cells of a job's file, and what was said of its rows as JSON. Gone after KEEP_FILES."""

    __tablename__ = "import_file"
    job_id: Mapped[int] = mapped_column(ForeignKey("import_job.id"), primary_key=True)
    # As core.tables_in read them, packed by zlib: the workbook itself is not kept.
    cells: Mapped[bytes] = mapped_column("content", LargeBinary, deferred=True)
    # [row, column's title, value, sentence] of each fault.
    faults: Mapped[str] = mapped_column(Text, deferred=True)
    # [row, record, outcome, [[title, before, after]…]] of the first rows that would change something.
    sample: Mapped[str] = mapped_column(Text)
