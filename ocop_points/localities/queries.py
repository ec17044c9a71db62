"""Finding localities, departments, provinces and wards; who reaches what."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from flask import abort
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.audit.queries import held_then
from ocop_points.core.access import MINISTRY, Role
from ocop_points.core.db import db
from ocop_points.core.text import like_pattern, sort_key
from ocop_points.localities.models import (
    Department,
    DepartmentMerge,
    Letterhead,
    Locality,
    Province,
    Ward,
    user_locality,
)
from ocop_points.localities.reference import spellings

WARDS_SHOWN = 20


@dataclass(frozen=True)
class Reader:
    """Any user of a role, for a statement that is built once and given `reader`, the user's id, when it is sent.

    Building a statement takes SQLAlchemy as long as sending it: what every page asks is built once.
    """

    role: Role

    @property
    def id(self) -> Any:
        return bindparam("reader")


def reached_ids(user: User | Reader) -> Select[Any]:
    """A select of the ids of the localities within the user's reach (RULES.md §1)."""
    if user.role in MINISTRY:
        return select(Locality.id)
    return select(user_locality.c.locality_id).where(user_locality.c.user_id == user.id)


def reached(user: User) -> list[Locality]:
    """The localities within the user's reach, in Vietnamese order."""
    rows = select(Locality).where(Locality.id.in_(reached_ids(user))).order_by(Locality.sort_key)
    return list(db.session.scalars(rows))


def reached_id_set(user: User) -> frozenset[int]:
    """As `reached_ids`, read."""
    return frozenset(db.session.scalars(reached_ids(user)))


def get_locality_or_404(locality_id: int) -> Locality:
    """Any locality: their names are no secret to the signed in."""
    rows = (
        select(Locality)
        .options(joinedload(Locality.province), joinedload(Locality.department))
        .where(Locality.id == locality_id)
    )
    return db.session.scalar(rows) or abort(404)


def get_department_or_404(department_id: int, *, lock: bool = False) -> Department:
    """Any department; `lock` when it will be changed."""
    rows = select(Department).where(Department.id == department_id)
    return db.session.scalar(rows.with_for_update() if lock else rows) or abort(404)


def locality_to_edit(locality_id: int) -> Locality:
    """The locality, locked for a change."""
    rows = select(Locality).where(Locality.id == locality_id).with_for_update()
    return db.session.scalar(rows) or abort(404)


def localities_list(*, query: str = "", supported: bool | None = None) -> list[Locality]:
    """Localities with province and department: one statement, all 63 at most."""
    rows = (
        select(Locality)
        .options(joinedload(Locality.province), joinedload(Locality.department))
        .order_by(Locality.sort_key)
    )
    if query:
        rows = rows.where(Locality.search_text.like(like_pattern(query), escape="\\"))
    if supported is not None:
        rows = rows.where(Locality.supported.is_(supported))
    return list(db.session.scalars(rows))


_NAMES = select(Locality.id, Locality.name).order_by(Locality.sort_key)


def locality_names() -> list[tuple[int, str]]:
    """Id and name of every locality, for a filter: one statement, past the session's work for whole records."""
    return [(row.id, row.name) for row in db.session.connection().execute(_NAMES)]


def reached_localities(user: User) -> list[tuple[int, str]]:
    """As `locality_names`, of those within the user's reach."""
    rows = _NAMES.where(Locality.id.in_(reached_ids(user)))
    return [(row.id, row.name) for row in db.session.connection().execute(rows)]


def supported_count() -> int:
    """How many localities are marked as supported: the n of "n trong 25"."""
    return db.session.scalar(select(func.count()).where(Locality.supported)) or 0


def departments_list() -> list[Department]:
    """Departments at work, none that was joined to another, with their province, in Vietnamese order."""
    joined = select(DepartmentMerge.merged_id)
    rows = select(Department).options(joinedload(Department.province)).order_by(Department.sort_key)
    return list(db.session.scalars(rows.where(Department.id.not_in(joined))))


def department_merges(kept_id: int | None = None) -> list[DepartmentMerge]:
    """Departments that were joined to others, or to this one, with both and who did it, the last first."""
    rows = select(DepartmentMerge).options(
        joinedload(DepartmentMerge.merged),
        joinedload(DepartmentMerge.kept),
        joinedload(DepartmentMerge.by),
    )
    if kept_id is not None:
        rows = rows.where(DepartmentMerge.kept_id == kept_id)
    rows = rows.order_by(DepartmentMerge.at.desc(), DepartmentMerge.merged_id)
    return list(db.session.scalars(rows))


def heir_of(department_id: int) -> int:
    """Which department does its work today: itself, or the one at the end of what it was joined to."""
    pairs = select(DepartmentMerge.merged_id, DepartmentMerge.kept_id)
    kept = dict(db.session.execute(pairs).all())
    while department_id in kept:  # it ends: only a department at work takes another one in
        department_id = kept[department_id]
    return department_id


def department_of_province(province_code: str) -> int:
    """Which department is in charge of what lies in a province of today."""
    rows = select(Department.id).where(Department.province_code == province_code)
    return heir_of(db.session.scalars(rows).one())


def pair_to_join(
    kept_id: int, merged_id: int, *, lock: bool = False
) -> tuple[Department, Department]:
    """Two departments, for joining the second to the first: 404 unless they are two that exist.

    `lock` them, always in the same order, when it will be done.
    """
    rows = select(Department).where(Department.id.in_({kept_id, merged_id})).order_by(Department.id)
    found = {one.id: one for one in db.session.scalars(rows.with_for_update() if lock else rows)}
    return (found[kept_id], found[merged_id]) if len(found) == 2 else abort(404)


def letterhead_then(department: Department, moment: datetime) -> Letterhead:
    """What stood at the head of the department's papers at a moment: one statement."""
    held = held_then("department", [department.id], moment)[department.id]
    names = {one.name for one in fields(Letterhead)}
    return replace(department.letterhead, **{k: v for k, v in held.items() if k in names})


def department_localities(*department_ids: int, lock: bool = False) -> list[Locality]:
    """The localities that belong to these departments; `lock` when they will be changed."""
    rows = select(Locality).where(Locality.department_id.in_(department_ids))
    rows = rows.order_by(Locality.sort_key)
    return list(db.session.scalars(rows.with_for_update() if lock else rows))


def localities_by_department() -> dict[int, list[str]]:
    """The names of the localities of every department, by its id: one statement."""
    rows = select(Locality.department_id, Locality.name).order_by(Locality.sort_key)
    names: dict[int, list[str]] = {}
    for department_id, name in db.session.execute(rows):
        names.setdefault(department_id, []).append(name)
    return names


def staff_of(locality_ids: Collection[int], *, lock: bool = False) -> dict[User, frozenset[int]]:
    """Who can sign in and reaches one of these localities, by given name, with all that they reach."""
    reaching = select(user_locality.c.user_id).where(user_locality.c.locality_id.in_(locality_ids))
    rows = select(User).where(User.id.in_(reaching), User.active).order_by(User.sort_key, User.id)
    users = list(db.session.scalars(rows.with_for_update() if lock else rows))
    pairs = select(user_locality).where(user_locality.c.user_id.in_([one.id for one in users]))
    held: dict[int, set[int]] = {one.id: set() for one in users}
    for user_id, locality_id in db.session.execute(pairs):
        held[user_id].add(locality_id)
    return {one: frozenset(held[one.id]) for one in users}


def find_wards(province_codes: list[str], query: str, *, limit: int = WARDS_SHOWN) -> list[Ward]:
    """At most `limit` wards of these provinces whose name holds the query, accents ignored.

    A hit with the exact accents comes first, then names that begin with the query, then Vietnamese order.
    """
    exact = sort_key(query)
    begins = like_pattern(query)[1:]
    bare = func.substr(Ward.search_text, func.length(Ward.kind) + 2)
    rows = (
        select(Ward)
        .options(joinedload(Ward.province))
        .where(
            Ward.province_code.in_(province_codes),
            Ward.search_text.like(like_pattern(query), escape="\\"),
        )
        .order_by(
            (Ward.sort_key != exact),
            ~bare.like(begins, escape="\\"),
            Ward.sort_key,
            Ward.code,
        )
        .limit(limit)
    )
    return list(db.session.scalars(rows))


def ward_by_code(code: str) -> Ward | None:
    """The ward with its province, or None."""
    return db.session.scalar(
        select(Ward).options(joinedload(Ward.province)).where(Ward.code == code)
    )


def wards_of_province(province_code: str) -> list[Ward]:
    """All wards of one province, for matching names of an import."""
    return list(db.session.scalars(select(Ward).where(Ward.province_code == province_code)))


def provinces_by_code() -> dict[str, Province]:
    """The 34 provinces."""
    return {province.code: province for province in db.session.scalars(select(Province))}


def reached_names(user_ids: list[int]) -> dict[int, list[str]]:
    """The names of the localities of several users: one statement for a whole list."""
    rows = (
        select(user_locality.c.user_id, Locality.name)
        .join(Locality, Locality.id == user_locality.c.locality_id)
        .where(user_locality.c.user_id.in_(user_ids))
        .order_by(Locality.sort_key)
    )
    names: dict[int, list[str]] = {}
    for user_id, name in db.session.execute(rows):
        names.setdefault(user_id, []).append(name)
    return names


def spellings_of(locality: Locality) -> list[str]:
    """Every way the locality's name is written (DOMAIN.md §2)."""
    return spellings({"name": locality.name, "also_named": locality.also_named})


def loaded() -> bool:
    """Are the reference tables in the database?"""
    return db.session.scalar(select(Locality.id).limit(1)) is not None


def supported_without_manager(*, limit: int) -> list[Locality]:
    """Supported localities that no active manager reaches."""
    managed = (
        select(user_locality.c.locality_id)
        .join(User, User.id == user_locality.c.user_id)
        .where(User.role == Role.MANAGER, User.active)
    )
    rows = select(Locality).where(Locality.supported, Locality.id.not_in(managed))
    return list(db.session.scalars(rows.order_by(Locality.sort_key).limit(limit)))
