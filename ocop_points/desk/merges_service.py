"""The verb that joins one department to another: it looks across features, as the departments' people do."""

from ocop_points.accounts.models import User
from ocop_points.accounts.service import carry_over
from ocop_points.assessments.service import hand_over
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import record
from ocop_points.desk.merges_queries import Carried, carried
from ocop_points.localities.models import Department
from ocop_points.localities.queries import department_localities
from ocop_points.localities.service import join_departments, set_reach


def merge_departments(kept: Department, merged: Department, *, basis: str, by: User) -> None:
    """`kept` does the work of `merged` from now on: localities, people and visits not decided yet go over.

    What has a number, a signature or a posting stays as it is, with the old department's name. Both are locked.
    Raises Refused when one of them was joined to another already.
    """
    people = [one for one in carried(kept, merged, lock=True) if one.changes]
    before = [one.name for one in department_localities(kept.id)]
    moved = join_departments(kept, merged, basis=basis, by=by)
    for one in people:
        _carry_over(one, by=by)
    visits = hand_over(merged.id, kept.id)
    names = [one.name for one in moved]
    record(
        Action.DEPARTMENT_MERGED,
        merged.subject(),
        by=by,
        changes={"merged_into": [None, kept.name], "localities": [names, []]},
        note=basis,
    )
    changes: dict[str, Change] = {
        "merged_from": [None, merged.name],
        "localities": [before, [*before, *names]],
    }
    if people:
        changes["users"] = [None, [one.user.username for one in people]]
    if visits:
        changes["visits"] = [None, len(visits)]
    record(Action.DEPARTMENT_MERGED, kept.subject(), by=by, changes=changes, note=basis)


def _carry_over(one: Carried, *, by: User) -> None:
    reach = set_reach(one.user, one.held | one.gains)
    carry_over(one.user, by=by, values={"unit_name": one.unit_name}, reach=reach)
