"""Verbs of a point's links to tourism."""

from dataclasses import asdict, dataclass

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, created, record
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import TourismKind
from ocop_points.points.tourism_models import TourismLink


@dataclass(frozen=True)
class TourismFacts:
    """A site, a festival or a route; months 1 to 12, both or none."""

    kind: TourismKind
    name: str
    place: str = ""
    first_month: int | None = None
    last_month: int | None = None


def add_link(point: SalesPoint, facts: TourismFacts, *, by: User) -> TourismLink:
    """Write a link down. Raises Refused for half a season."""
    _check(facts)
    made = TourismLink(point_id=point.id, **asdict(facts), version=1)
    db.session.add(made)
    db.session.flush()
    changes = _named(created(asdict(facts)))
    record(Action.TOURISM_ADDED, point.subject(), by=by, changes=changes)
    return made


def edit_link(link: TourismLink, facts: TourismFacts, *, by: User) -> None:
    """Mend a link; its point is loaded. Raises Refused for half a season."""
    _check(facts)
    changes = assign(link, asdict(facts))
    if changes:
        link.version += 1
        record(Action.TOURISM_EDITED, link.point.subject(), by=by, changes=_named(changes))


def remove_link(link: TourismLink, *, by: User) -> None:
    """Take a link out; its point is loaded, the audit row keeps what it said."""
    point = link.point
    facts = {name: getattr(link, name) for name in TourismFacts.__dataclass_fields__}
    changes = {name: change[::-1] for name, change in created(facts).items()}
    db.session.delete(link)
    record(Action.TOURISM_REMOVED, point.subject(), by=by, changes=_named(changes))


def _check(facts: TourismFacts) -> None:
    if facts.first_month is None and facts.last_month is not None:
        raise Refused(_("Nhập cả tháng bắt đầu"), "first_month")
    if facts.last_month is None and facts.first_month is not None:
        raise Refused(_("Nhập cả tháng kết thúc"), "last_month")


def _named(changes: dict[str, Change]) -> dict[str, Change]:
    """As the audit calls the fields: another table's `kind` is of goods."""
    return {"tourism_kind" if name == "kind" else name: one for name, one in changes.items()}
