"""What a manager remarks at single lines when a visit goes back to its team."""

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.assessments.models import VisitEvent
from ocop_points.core.db import Model
from ocop_points.criteria.models import Line


class LineRemark(Model):
    """A remark at one line, said with one return of the visit: who and when stand there. Never changed."""

    __tablename__ = "line_remark"
    __table_args__ = (
        UniqueConstraint("event_id", "line_id"),
        CheckConstraint("text <> ''", name="text"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("visit_event.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("criteria_line.id"))
    text: Mapped[str] = mapped_column(Text)
    line: Mapped[Line] = relationship(lazy="raise")
    event: Mapped[VisitEvent] = relationship(lazy="raise")
