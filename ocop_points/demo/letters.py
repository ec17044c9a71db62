"""The demonstration's letters to holders: half of those that were due are written down as sent, the newest wait."""

from datetime import timedelta

from ocop_points.catalogue import notices_service
from ocop_points.catalogue.certificate_queries import to_tell
from ocop_points.catalogue.rules import SentHow
from ocop_points.core import clock
from ocop_points.demo.stage import Stage


def plan(stage: Stage) -> None:
    """A week ago each officer sent the letters of every second certificate that ends soon."""
    stage.at(stage.ago(7), 15, 0, lambda: _send(stage))


def _send(stage: Stage) -> None:
    today = clock.today()
    for locality in stage.localities:
        officer = stage.officer(locality.id)
        due = to_tell(officer, today)[::2]
        if due:
            day = today - timedelta(days=1)
            notices_service.note_sent(due, on=day, how=SentHow.POST, by=officer)
