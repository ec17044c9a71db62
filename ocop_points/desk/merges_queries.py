"""What goes over when one department is joined to another: for the page that asks, and for the verb that does it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from ocop_points.accounts.models import User
from ocop_points.accounts.rules import reach_when_joined
from ocop_points.assessments.kinds import paper_number, paper_symbol
from ocop_points.assessments.models import UNDECIDED, Visit
from ocop_points.assessments.queries import next_paper_number
from ocop_points.assessments.rules_states import VisitState
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.exchange.api_models import ApiToken
from ocop_points.localities.models import Department, Locality
from ocop_points.localities.queries import department_localities, staff_of
from ocop_points.points.models import SalesPoint
from ocop_points.reports.period_models import PeriodReport
from ocop_points.reports.period_rules import ReportState


@dataclass(frozen=True)
class Carried:
    """Somebody of one of the two departments: what they reach more, and the unit they are of from then on."""

    user: User
    held: frozenset[int]
    gains: frozenset[int]
    unit_name: str

    @property
    def changes(self) -> bool:
        return bool(self.gains) or self.unit_name != self.user.unit_name


def carried(kept: Department, merged: Department, *, lock: bool = False) -> list[Carried]:
    """The staff of both departments; `lock` them for the verb. Whoever bears the old unit's name gets the new one's."""
    both = frozenset(one.id for one in department_localities(kept.id, merged.id))
    return [
        Carried(
            user,
            held,
            reach_when_joined(user.role, held, both) - held,
            kept.name if user.unit_name == merged.name else user.unit_name,
        )
        for user, held in staff_of(both, lock=lock).items()
    ]


@dataclass(frozen=True)
class Moving:
    """What the page shows before two departments become one."""

    localities: Sequence[Locality]
    points: dict[int, int]
    visits: Counter[VisitState]
    tokens: int
    # Reports of a period that the ministry has not accepted yet.
    reports: int
    people: Sequence[Carried]
    names: dict[int, str]
    next_number: str

    @property
    def waiting(self) -> int:
        return self.visits[VisitState.SUBMITTED]

    def named(self, ids: frozenset[int]) -> str:
        """Localities by name, in the order of the alphabet."""
        return ", ".join(name for id_, name in self.names.items() if id_ in ids)


def moving(kept: Department, merged: Department) -> Moving:
    """What stands at `merged` and goes over to `kept`: a handful of statements, whatever the size."""
    localities = department_localities(merged.id)
    ids = [one.id for one in localities]
    people = carried(kept, merged)
    reached = {id_ for one in people for id_ in one.held | one.gains}
    names = select(Locality.id, Locality.name).where(Locality.id.in_(reached))
    year, symbol = clock.today().year, paper_symbol(kept.symbol)
    return Moving(
        localities,
        points=_counts(SalesPoint.locality_id, SalesPoint.locality_id.in_(ids)),
        visits=Counter(
            _counts(Visit.state, Visit.department_id == merged.id, Visit.state.in_(UNDECIDED))
        ),
        tokens=sum(
            _counts(
                ApiToken.locality_id, ApiToken.locality_id.in_(ids), ApiToken.revoked_at.is_(None)
            ).values()
        ),
        reports=sum(
            _counts(
                PeriodReport.locality_id,
                PeriodReport.locality_id.in_(ids),
                PeriodReport.state != ReportState.ACCEPTED,
            ).values()
        ),
        people=people,
        names=dict(db.session.execute(names.order_by(Locality.sort_key)).all()),
        next_number=paper_number(next_paper_number(kept.id, year, symbol), symbol),
    )


def _counts(by: Any, *conditions: Any) -> dict[Any, int]:
    rows = select(by, func.count()).where(*conditions).group_by(by)
    return dict(db.session.execute(rows).all())
