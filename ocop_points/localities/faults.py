"""What must always hold of departments, for `flask verify`."""

from collections.abc import Iterator

from sqlalchemy import select

from ocop_points.audit.queries import written
from ocop_points.audit.rules import Action
from ocop_points.core.db import db
from ocop_points.localities.models import DepartmentMerge, Locality
from ocop_points.localities.queries import department_merges, letterhead_then


def department_faults() -> Iterator[str]:
    """A sentence for every locality of a department that was joined to another, and for every join that the audit
    rows tell otherwise."""
    joined = select(DepartmentMerge.merged_id)
    left = select(Locality.name).where(Locality.department_id.in_(joined))
    for name in db.session.scalars(left.order_by(Locality.sort_key)):
        yield f"Địa phương {name}: thuộc một Sở đã nhập vào Sở khác."
    told = {
        id_: changes["merged_into"][1]
        for id_, changes in written(Action.DEPARTMENT_MERGED)
        if "merged_into" in changes
    }
    for one in department_merges():
        if told.pop(one.merged_id, None) != letterhead_then(one.kept, one.at).name:
            yield f"{one.merged.name}: nhật ký không ghi việc nhập vào {one.kept.name}."
    for name in told.values():
        yield f"Nhật ký ghi một Sở đã nhập vào {name}, nhưng việc nhập ấy không còn."
