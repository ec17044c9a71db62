"""What kind of installation this database is: one row, written when it is filled for the first time."""

from datetime import datetime

from flask import current_app
from sqlalchemy import CheckConstraint, select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Mapped, mapped_column

from ocop_points.core import clock
from ocop_points.core.db import Model, db
from ocop_points.core.types import UTCDateTime


class Installation(Model):
    """One row: is this a demonstration, and since when."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    demonstration: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


def install_as(*, demonstration: bool) -> None:
    """Note once what this database is."""
    db.session.add(Installation(id=1, demonstration=demonstration, created_at=clock.now()))


def is_demonstration() -> bool:
    """Is this the demonstration? Read once a process: it never changes."""
    known = current_app.extensions.get("ocop_demonstration")
    if known is None:
        try:
            known = db.session.scalar(select(Installation.demonstration))
        except (
            OperationalError,
            ProgrammingError,
        ):  # no schema yet, or no database: an error page asks too
            db.session.rollback()
            return False
        if known is not None:
            current_app.extensions["ocop_demonstration"] = known
    return bool(known)
