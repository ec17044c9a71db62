"""Verbs that look across features: filling a new database, users with their reach (RULES.md §1)."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from flask import abort
from flask_babel import gettext as _

from ocop_points.accounts import service as accounts
from ocop_points.accounts.models import User
from ocop_points.accounts.rules import may_edit, may_give
from ocop_points.audit.rules import Action
from ocop_points.audit.service import SYSTEM, record
from ocop_points.core.access import Role
from ocop_points.core.errors import Refused
from ocop_points.core.installation import install_as
from ocop_points.desk.queries import locality_ids_of_points, standing_of
from ocop_points.localities import queries as localities
from ocop_points.localities.service import load_reference, set_reach
from ocop_points.points.service import load_kinds, set_user_points


def prepare_database(*, demonstration: bool, mark_supported: frozenset[str] = frozenset()) -> None:
    """What every new database holds: its kind and the reference tables. Call inside `write`."""
    if localities.loaded():
        return
    install_as(demonstration=demonstration)
    record(Action.INSTALLED, SYSTEM, by=None, changes={"demonstration": [None, demonstration]})
    load_reference(mark_supported=mark_supported)
    load_kinds()


@dataclass(frozen=True)
class UserFacts:
    """What is said about a user: who they are and what they reach."""

    full_name: str
    position: str
    unit_name: str
    phone: str
    email: str
    role: Role
    localities: Collection[int]
    points: Collection[int]

    def as_kept(self) -> "UserFacts":
        """The same with the reach of the role: a department's people localities, operators points, ministry none."""
        department = self.role in {Role.MANAGER, Role.OFFICER}
        return replace(
            self,
            localities=list(self.localities) if department else [],
            points=list(self.points) if self.role is Role.OPERATOR else [],
        )


def make_user(username: str, facts: UserFacts, *, password_hash: str, by: User) -> User:
    """Make a user with a first password that must be changed. Raises Refused beyond the maker's rights."""
    facts = facts.as_kept()
    _check_gift(by, facts)
    user = accounts.add_user(
        username=username,
        full_name=facts.full_name,
        position=facts.position,
        unit_name=facts.unit_name,
        phone=facts.phone,
        email=facts.email,
        role=facts.role,
        password_hash=password_hash,
        by=by,
        reach={"localities": sorted(facts.localities), "points": sorted(facts.points)},
    )
    set_reach(user, facts.localities)
    set_user_points(user, facts.points)
    return user


def change_user(user: User, facts: UserFacts, *, by: User) -> None:
    """Change a user's facts, role or reach. 403 when `by` may not change this user."""
    check_may_edit(by, user)
    facts = facts.as_kept()
    _check_gift(by, facts)
    reach = {**set_reach(user, facts.localities), **set_user_points(user, facts.points)}
    values = {
        "full_name": facts.full_name,
        "position": facts.position,
        "unit_name": facts.unit_name,
        "phone": facts.phone,
        "email": facts.email,
        "role": facts.role,
    }
    accounts.edit_user(user, by=by, values=values, reach=reach)


def check_may_edit(by: User, user: User) -> None:
    """403 unless `by` may change `user`: nobody themselves, an equal or a superior."""
    if not may_edit(standing_of(by), standing_of(user)):
        abort(403)


def _check_gift(by: User, facts: UserFacts) -> None:
    reach = frozenset(facts.localities) | locality_ids_of_points(facts.points)
    if not may_give(standing_of(by), facts.role, reach):
        raise Refused(_("Bạn chỉ giao được vai trò và phạm vi nằm trong phạm vi của mình"), "role")


def note_backup(files: int, size: int, *, by: User) -> None:
    """A backup of so many stored files and bytes was made for `by` to take away."""
    changes = {"stored_files": [None, files], "size": [None, size]}
    record(Action.BACKUP_TAKEN, SYSTEM, by=by, changes=changes)
