"""What the scenes of the demonstration hand on to each other, and its clock."""

import heapq
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.localities.models import Department, Locality, Ward
from ocop_points.points.models import SalesPoint


@dataclass
class Stage:
    """The day the demonstration is set on, and who and what is on it so far."""

    today: date
    localities: list[Locality]
    departments: dict[int, Department]
    people: dict[tuple[int, Role], User] = field(default_factory=dict)
    points: list[SalesPoint] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    # By province code, in the order of their codes.
    wards: dict[str, list[Ward]] = field(default_factory=dict)
    _agenda: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    _entries: int = 0

    def locality(self, locality_id: int) -> Locality:
        return next(one for one in self.localities if one.id == locality_id)

    def officer(self, locality_id: int) -> User:
        return self.people[locality_id, Role.OFFICER]

    def manager(self, locality_id: int) -> User:
        return self.people[locality_id, Role.MANAGER]

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def moment(self, day: date, hour: int, minute: int = 0) -> AbstractContextManager[None]:
        """The clock stopped on this day at this hour of Việt Nam."""
        there = datetime.combine(day, time(hour, minute), clock.VIETNAM)
        return clock.freeze(there.astimezone(UTC))

    def at(self, day: date, hour: int, minute: int, scene: Callable[[], object]) -> None:
        """Let something happen on this day at this hour of Việt Nam; never after the demonstration's day."""
        moment = datetime.combine(min(day, self.today), time(hour, minute), clock.VIETNAM)
        self._entries += 1
        heapq.heappush(self._agenda, (moment.astimezone(UTC), self._entries, scene))

    def play(self) -> None:
        """Everything in the order of time, so that numbers and audit rows are in that order too.

        A scene may put later scenes on the agenda.
        """
        while self._agenda:
            moment, _entry, scene = heapq.heappop(self._agenda)
            with clock.freeze(moment):
                scene()
