"""Verbs of localities and departments: load the reference tables, edit, give reach."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import SYSTEM, Actor, assign, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.text import fold, sort_key
from ocop_points.localities import reference
from ocop_points.localities.models import (
    Department,
    DepartmentMerge,
    Locality,
    Province,
    Ward,
    user_locality,
)
from ocop_points.localities.queries import (
    department_localities,
    department_of_province,
    heir_of,
)


def load_reference(*, mark_supported: Collection[str] = ()) -> None:
    """Fill the empty tables of provinces, departments, localities and wards from the delivered files.

    `mark_supported` are codes of localities: only the demonstration marks any, since the names of the 25 are
    in no source we have (DOMAIN.md §2).
    """
    provinces, wards = reference.provinces(), reference.wards()
    db.session.execute(
        insert(Province), [{**p, "sort_key": sort_key(p["name"])} for p in provinces]
    )
    db.session.execute(insert(Department), [_department(p) for p in provinces])
    db.session.flush()
    departments = dict(db.session.execute(select(Department.province_code, Department.id)).all())
    localities = [
        _locality(row, departments, supported=row["code"] in mark_supported)
        for row in reference.localities()
    ]
    db.session.execute(insert(Locality), localities)
    db.session.execute(insert(Ward), [_ward(row) for row in wards])
    loaded: dict[str, Change] = {
        "provinces": [None, len(provinces)],
        "departments": [None, len(provinces)],
        "localities": [None, len(localities)],
        "wards": [None, len(wards)],
    }
    record(Action.REFERENCE_LOADED, SYSTEM, by=None, changes=loaded, note=reference.SOURCE)


def demonstration_codes() -> frozenset[str]:
    """The codes of the localities that the demonstration marks: 12 named in the source, 13 picked by us."""
    return frozenset(
        row["code"] for row in reference.localities() if row["demo_supported"] == "yes"
    )


def _department(province: dict[str, str]) -> dict[str, Any]:
    full = f"{province['kind'].lower()} {province['name']}"
    return {
        "province_code": province["code"],
        "name": f"Sở Công Thương {full}",
        "superior_body": f"ỦY BAN NHÂN DÂN {full.upper()}",
        "issuing_body": "SỞ CÔNG THƯƠNG",
        "place": province["name"],
        "symbol": "SCT",
        "sort_key": sort_key(province["name"]),
        "version": 1,
    }


def _locality(
    row: dict[str, str], departments: Mapping[str, int], *, supported: bool
) -> dict[str, Any]:
    names = " ".join([row["name"], row["also_named"], row["short_code"]])
    return {
        "code": row["code"],
        "short_code": row["short_code"],
        "kind": row["kind"],
        "name": row["name"],
        "region": row["region"],
        "province_code": row["successor_code"],
        "department_id": departments[row["successor_code"]],
        "also_named": row["also_named"],
        "named_in_source": row["named_in_source"] == "yes",
        "supported": supported,
        "search_text": fold(names),
        "sort_key": sort_key(row["name"]),
        "version": 1,
    }


def _ward(row: dict[str, str]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "province_code": row["province_code"],
        "kind": row["kind"],
        "name": row["name"],
        "latitude": float(row["latitude"]),
        "longitude": float(row["longitude"]),
        "search_text": fold(f"{row['kind']} {row['name']}"),
        "sort_key": sort_key(row["name"]),
    }


def edit_locality(
    locality: Locality, *, supported: bool, department: Department, by: Actor
) -> None:
    """Mark as supported or not, and say which department it belongs to.

    Raises Refused when the department is not that in charge of the province the locality went into.
    """
    if department.id != department_of_province(locality.province_code):
        raise Refused(_("Sở này không thuộc tỉnh mà địa phương đã nhập vào"), "department_id")
    moved = {"department": [locality.department_id, department.id]}
    changes = assign(locality, {"supported": supported})
    if locality.department_id != department.id:
        locality.department_id = department.id
        changes.update(moved)
    if changes:
        locality.version += 1
        record(Action.LOCALITY_EDITED, locality.subject(), by=by, changes=changes)


def edit_department(department: Department, *, values: Mapping[str, Any], by: Actor) -> None:
    """Change the names that head a department's papers. Raises Refused when the name is taken.

    Refused too for a department that was joined to another: its names are those that its papers bear.
    """
    if heir_of(department.id) != department.id:
        raise Refused(_("Sở này đã nhập vào Sở khác nên không sửa được nữa"))
    same = select(Department.id).where(
        Department.name == values["name"], Department.id != department.id
    )
    if db.session.scalar(same) is not None:
        raise Refused(_("Đã có Sở khác mang tên này"), "name")
    changes = assign(department, values)
    if changes:
        department.version += 1
        record(Action.DEPARTMENT_EDITED, department.subject(), by=by, changes=changes)


def join_departments(
    kept: Department, merged: Department, *, basis: str, by: User
) -> list[Locality]:
    """From now on `kept` is in charge of the localities of `merged`, which are returned as they went over.

    The rows of both stay. Raises Refused when one of them was joined to another already.
    """
    for one in (kept, merged):
        if heir_of(one.id) != one.id:
            raise Refused(_("%(name)s đã nhập vào Sở khác từ trước", name=one.name))
    moved = department_localities(merged.id, lock=True)
    db.session.add(
        DepartmentMerge(
            merged_id=merged.id, kept_id=kept.id, basis=basis, by_user_id=by.id, at=clock.now()
        )
    )
    for locality in moved:
        locality.department_id = kept.id
        locality.version += 1
        changes: dict[str, Change] = {"department": [merged.id, kept.id]}
        record(Action.LOCALITY_EDITED, locality.subject(), by=by, changes=changes, note=basis)
    return moved


def set_reach(user: User, locality_ids: Collection[int]) -> dict[str, Change]:
    """Give the user exactly these localities; the change is written down by the verb on the user."""
    held = set(
        db.session.scalars(
            select(user_locality.c.locality_id).where(user_locality.c.user_id == user.id)
        )
    )
    wanted = set(locality_ids)
    if held == wanted:
        return {}
    db.session.execute(delete(user_locality).where(user_locality.c.user_id == user.id))
    if wanted:
        rows = [{"user_id": user.id, "locality_id": locality_id} for locality_id in sorted(wanted)]
        db.session.execute(insert(user_locality), rows)
    names = dict(db.session.execute(select(Locality.id, Locality.short_code)).all())
    return {"localities": [sorted(names[i] for i in held), sorted(names[i] for i in wanted)]}
