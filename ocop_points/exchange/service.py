"""Points that exist already, taken in from a sheet."""

from collections.abc import Sequence

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import Subject, created, record
from ocop_points.core.errors import Refused
from ocop_points.exchange.rules_shapes import PointRow
from ocop_points.localities.queries import reached
from ocop_points.points.models import SalesPoint
from ocop_points.points.service import PointFacts, register_point


def import_points(
    rows: Sequence[PointRow], *, by: User, file_name: str, anyway: bool
) -> list[SalesPoint]:
    """Register every row or none: open when it has an opening date, otherwise proposed.

    Raises Refused, naming the row: out of reach by now, a ward elsewhere, a likely duplicate unless `anyway`.
    """
    localities = {locality.id: locality for locality in reached(by)}
    made = []
    for row in rows:
        locality = localities.get(row.locality_id)
        if locality is None:
            raise Refused(_("Dòng %(n)s: địa phương không còn thuộc phạm vi của bạn", n=row.row))
        try:
            point = register_point(
                locality,
                PointFacts(**row.facts),
                by=by,
                opened_on=row.opened_on,
                decision_number=row.decision_number,
                anyway=anyway,
            )
        except Refused as refused:
            raise Refused(f"Dòng {row.row}: {refused.message}") from refused
        made.append(point)
    _note(made, by=by, file_name=file_name)
    return made


def _note(made: Sequence[SalesPoint], *, by: User, file_name: str) -> None:
    """One row for the whole file, beside the row of each point; in a locality's scope when it has just one."""
    places = {point.locality_id for point in made}
    locality_id = places.pop() if len(places) == 1 else None
    facts = created({"count": len(made), "codes": [point.code for point in made]})
    subject = Subject("import", None, file_name, locality_id=locality_id)
    record(Action.POINTS_IMPORTED, subject, by=by, changes=facts)
