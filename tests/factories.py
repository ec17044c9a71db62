"""Records for the tests: one plain function a model, natural defaults, only what matters named."""

from datetime import date
from typing import Any

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.localities.models import Ward
from ocop_points.points import service
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import OperatorKind, PointVerb
from ocop_points.points.service import PointFacts
from tests import people

# A ward of today's Quảng Ninh and one of today's Cà Mau.
WARDS = {people.HERE: "phường Bãi Cháy", people.ELSEWHERE: "phường An Xuyên"}


def ward_of(short_code: str = people.HERE) -> Ward:
    """A ward of the province that a locality went into, the first by name."""
    province = people.locality(short_code).province_code
    return db.session.query(Ward).filter_by(province_code=province).order_by(Ward.sort_key).first()  # type: ignore[return-value]


def facts(short_code: str = people.HERE, **changed: Any) -> PointFacts:
    """What is known of a point."""
    known: dict[str, Any] = {
        "name": "Trung tâm OCOP Bãi Cháy",
        "kind_code": "4",
        "ward_code": ward_of(short_code).code,
        "address": "88 đường Hạ Long",
        "operator_name": "Công ty CP Thương mại Du lịch Bãi Cháy",
        "operator_kind": OperatorKind.ENTERPRISE,
    }
    return PointFacts(**{**known, **changed})


def point(
    short_code: str = people.HERE,
    *,
    by: User | None = None,
    opened_on: date | None = date(2022, 9, 2),
    **changed: Any,
) -> SalesPoint:
    """A registered point, open unless `opened_on` is None."""
    key = "officer" if short_code == people.HERE else "other_officer"

    def verb() -> int:
        made = service.register_point(
            people.locality(short_code),
            facts(short_code, **changed),
            by=by or people.user(key),
            opened_on=opened_on,
            anyway=True,
        )
        return made.id

    point_id = write(verb)
    return db.session.get_one(SalesPoint, point_id)


def give_point(found: SalesPoint, key: str = "operator") -> None:
    """Let an operator run this point."""
    write(lambda: service.set_user_points(people.user(key), [found.id]))


def surveyed_point(short_code: str = people.HERE, **changed: Any) -> SalesPoint:
    """A proposed point that was looked at and waits to be chosen."""
    key = "officer" if short_code == people.HERE else "other_officer"
    changed = {"name": "Bưu điện xã Quan Lạn", "address": "3 thôn Đông Nam", **changed}
    found = point(short_code, opened_on=None, **changed)
    write(
        lambda: service.take_step(
            db.session.get_one(SalesPoint, found.id),
            PointVerb.SURVEY,
            on=clock.today(),
            by=people.user(key),
        )
    )
    return db.session.get_one(SalesPoint, found.id)
