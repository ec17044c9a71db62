"""What looks across features: users within reach, the scope of the audit page."""

from collections.abc import Collection
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, false, func, or_, select, true

from ocop_points.accounts.models import User
from ocop_points.accounts.rules import Standing
from ocop_points.audit.models import AuditRow
from ocop_points.audit.rules import Action
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import like_pattern
from ocop_points.evidence.models import StoredFile
from ocop_points.localities.models import user_locality
from ocop_points.localities.queries import reached_id_set, reached_ids
from ocop_points.points.models import SalesPoint, user_point


def stored_files() -> tuple[int, int]:
    """How many photos, scans and papers are kept, and their bytes."""
    count, size = db.session.execute(
        select(func.count(), func.coalesce(func.sum(StoredFile.size), 0))
    ).one()
    return count, int(size)


def last_backup() -> AuditRow | None:
    """The latest backup that an administrator took away."""
    ours = AuditRow.object_type == "installation", AuditRow.object_id.is_(None)  # by the index
    rows = select(AuditRow).where(*ours, AuditRow.action == Action.BACKUP_TAKEN.value)
    return db.session.scalar(rows.order_by(AuditRow.id.desc()).limit(1))


def audit_scope(user: User) -> Any:
    """The condition on audit rows that this user may read: all, or records in reach (RULES.md §1)."""
    if user.role is Role.MINISTRY_ADMIN:
        return true()
    if user.role in {Role.MANAGER, Role.OFFICER}:
        return AuditRow.locality_id.in_(reached_ids(user))
    return false()


def users_in_reach(user: User) -> Any:
    """The condition on users that this user manages: everyone, or officers and operators wholly inside reach."""
    if user.role is Role.MINISTRY_ADMIN:
        return true()
    if user.role is not Role.MANAGER:
        return false()
    mine = reached_ids(user)
    held = select(user_locality.c.user_id)
    run = select(user_point.c.user_id).join(SalesPoint, SalesPoint.id == user_point.c.point_id)
    return and_(
        User.role.in_([Role.OFFICER, Role.OPERATOR]),
        or_(User.id.in_(held), User.id.in_(run)),
        User.id.not_in(held.where(user_locality.c.locality_id.not_in(mine))),
        User.id.not_in(run.where(SalesPoint.locality_id.not_in(mine))),
    )


def users_page(
    user: User, *, query: str, role: Role | None, active: bool | None, number: int
) -> Page[Any]:
    """One page of the users this user manages, by given name."""
    return paginate(_users(user, query, role, active), number)


def users_for_export(
    user: User, *, query: str, role: Role | None, active: bool | None
) -> list[User]:
    """All of them: one statement."""
    return list(db.session.scalars(_users(user, query, role, active)))


def _users(user: User, query: str, role: Role | None, active: bool | None) -> Select[Any]:
    rows = select(User).where(users_in_reach(user))
    if query:
        rows = rows.where(User.search_text.like(like_pattern(query), escape="\\"))
    if role:
        rows = rows.where(User.role == role)
    if active is not None:
        rows = rows.where(User.active.is_(active))
    return rows.order_by(User.sort_key, User.id)


def get_user_or_404(user: User, user_id: int, *, lock: bool = False) -> User:
    """A user this one manages; `lock` when it will be changed."""
    rows = select(User).where(User.id == user_id, users_in_reach(user))
    return db.session.scalar(rows.with_for_update() if lock else rows) or abort(404)


def standing_of(user: User) -> Standing:
    """Role and reach of a user, for the rules on who may change whom."""
    ministry = user.role in {Role.MINISTRY_ADMIN, Role.MINISTRY_VIEWER}
    places = (
        select(SalesPoint.locality_id)
        .join(user_point, user_point.c.point_id == SalesPoint.id)
        .where(user_point.c.user_id == user.id)
    )
    return Standing(
        user_id=user.id,
        role=user.role,
        localities=frozenset() if ministry else reached_id_set(user),
        point_localities=frozenset(db.session.scalars(places)),
    )


def locality_ids_of_points(point_ids: Collection[int]) -> frozenset[int]:
    """In which localities these points lie."""
    rows = select(SalesPoint.locality_id).where(SalesPoint.id.in_(point_ids))
    return frozenset(db.session.scalars(rows))
