"""The demonstration's users: the named accounts, and a manager and an officer in each supported locality."""

from random import Random

from ocop_points.accounts.models import User
from ocop_points.accounts.passwords import hash_password
from ocop_points.accounts.queries import user_by_username
from ocop_points.accounts.service import add_user
from ocop_points.config import DEMO_PASSWORD
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.core.text import fold
from ocop_points.demo import invented
from ocop_points.demo.stage import Stage
from ocop_points.localities.models import Locality
from ocop_points.localities.service import set_reach

_NAMED = {
    "quantri": "Hoàng Minh Tâm",
    "bo.xem": "Đỗ Thị Yến",
    "quangninh.quanly": "Phạm Quốc Hưng",
    "quangninh.canbo": "Nguyễn Thị Thu Hà",
    "quangninh.diem": "Đặng Thị Nga",
    "camau.quanly": "Huỳnh Minh Tâm",
    "camau.canbo": "Lý Thị Hồng Oanh",
}


def hash_of_demo_password() -> str:
    """The same text each time, so that the demonstration has the same rows each time."""
    return hash_password(DEMO_PASSWORD, salt=b"demonstration...")


def make(stage: Stage) -> None:
    """Add the users; managers and officers reach their locality."""
    chance = Random("cast")  # noqa: S311  # a demonstration is no secret
    hashed = hash_of_demo_password()
    _add("quantri", Role.MINISTRY_ADMIN, "Quản trị viên", "Bộ Công Thương", hashed)
    _add("bo.xem", Role.MINISTRY_VIEWER, "Chuyên viên", "Bộ Công Thương", hashed)
    for locality in stage.localities:
        _department_people(stage, locality, hashed, chance)


def find(stage: Stage) -> None:
    """Read the managers and officers again: another transaction has begun since they were made."""
    for locality in stage.localities:
        for role, suffix in ((Role.MANAGER, "quanly"), (Role.OFFICER, "canbo")):
            user = user_by_username(f"{_prefix(locality)}.{suffix}")
            if user is not None:
                stage.people[locality.id, role] = user


def _prefix(locality: Locality) -> str:
    return fold(locality.name).replace(" ", "").replace("-", "")


def _department_people(stage: Stage, locality: Locality, hashed: str, chance: Random) -> None:
    prefix = _prefix(locality)
    unit = stage.departments[locality.department_id].name
    for role, suffix, position in (
        (Role.MANAGER, "quanly", "Trưởng phòng Quản lý thương mại"),
        (Role.OFFICER, "canbo", "Chuyên viên phòng Quản lý thương mại"),
    ):
        username = f"{prefix}.{suffix}"
        _NAMED.setdefault(username, invented.person(chance))
        user = _add(username, role, position, unit, hashed)
        set_reach(user, [locality.id])


def add_operator() -> User:
    """The operator of one point in Quảng Ninh; the point is given when it exists."""
    unit = "Công ty CP Thương mại Bãi Cháy (minh họa)"
    hashed = hash_of_demo_password()
    return _add("quangninh.diem", Role.OPERATOR, "Cửa hàng trưởng", unit, hashed)


def _add(username: str, role: Role, position: str, unit: str, hashed: str) -> User:
    user = add_user(
        username=username,
        full_name=_NAMED[username],
        role=role,
        password_hash=hashed,
        by=None,
        position=position,
        unit_name=unit,
        email=f"{username}@ocop.example",
        must_change_password=False,
    )
    db.session.flush()
    return user
