"""The stock people of the tests: two localities with a manager and an officer each, and the ministry."""

from ocop_points.accounts import queries
from ocop_points.accounts.models import User
from ocop_points.accounts.passwords import hash_password
from ocop_points.accounts.service import add_user
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.localities.models import Locality
from ocop_points.localities.service import set_reach

PASSWORD = "mật khẩu của bài thử"
HERE, ELSEWHERE = "QNI", "CMA"

# key: username, name, role, locality
_PEOPLE: dict[str, tuple[str, str, Role, str | None]] = {
    "admin": ("quantri", "Trần Quản Trị", Role.MINISTRY_ADMIN, None),
    "viewer": ("bo.xem", "Lê Thị Xem", Role.MINISTRY_VIEWER, None),
    "manager": ("qni.quanly", "Phạm Quốc Hưng", Role.MANAGER, HERE),
    "second_manager": ("qni.quanly2", "Vũ Lan Anh", Role.MANAGER, HERE),
    "officer": ("qni.canbo", "Nguyễn Thị Thu Hà", Role.OFFICER, HERE),
    "second_officer": ("qni.canbo2", "Lê Đức Mạnh", Role.OFFICER, HERE),
    "other_manager": ("cma.quanly", "Huỳnh Văn Tám", Role.MANAGER, ELSEWHERE),
    "other_officer": ("cma.canbo", "Trương Thị Út", Role.OFFICER, ELSEWHERE),
    # Runs no point until a test gives one: `factories.give_point`.
    "operator": ("qni.diem", "Đặng Thị Nga", Role.OPERATOR, None),
}
USERNAMES = {key: facts[0] for key, facts in _PEOPLE.items()}


def make_everybody() -> None:
    """Add the stock people; call inside `write`."""
    hashed = hash_password(PASSWORD)
    for username, full_name, role, short_code in _PEOPLE.values():
        made = add_user(
            username=username,
            full_name=full_name,
            role=role,
            password_hash=hashed,
            by=None,
            unit_name="Đơn vị thử",
            must_change_password=False,
        )
        if short_code:
            set_reach(made, [locality(short_code).id])


def user(key: str) -> User:
    """One of the stock people, by key."""
    found = queries.user_by_username(USERNAMES[key])
    assert found is not None
    return found


def locality(short_code: str = HERE) -> Locality:
    """A locality by its short code."""
    found = db.session.query(Locality).filter_by(short_code=short_code).one()
    return found
