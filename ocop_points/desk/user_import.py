"""Users in from a sheet, by user name. No password is ever in a file: a new user gets one on their page, shown once."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ocop_points.accounts.models import User
from ocop_points.accounts.passwords import hash_password
from ocop_points.accounts.rules import USERNAME, Standing, may_edit, may_give, roles_given_by
from ocop_points.core.access import Role
from ocop_points.core.bulk import read_rows
from ocop_points.core.db import db
from ocop_points.core.formats import parse_email
from ocop_points.desk import labels, service
from ocop_points.desk.queries import standing_of
from ocop_points.desk.service import UserFacts
from ocop_points.exchange.import_pages import hang
from ocop_points.exchange.import_shapes import (
    EXAMPLE_MARK,
    Cells,
    Col,
    Entry,
    Key,
    Kind,
    Outcome,
    Words,
)
from ocop_points.exchange.import_words import changes_in_words, named, shown
from ocop_points.exchange.queries import places_for
from ocop_points.exchange.rules_cells import as_wide_as, cell_text, locality_of, one_of, phone
from ocop_points.exchange.rules_shapes import FaultKind, Places
from ocop_points.localities import queries as localities
from ocop_points.localities.models import user_locality
from ocop_points.points.models import SalesPoint, user_point
from ocop_points.points.queries import in_reach

_KEY_NOTE = _l("Tên đã có thì sửa người ấy; ô trống giữ nguyên.")
_PLACES_NOTE = _l("Với người quản lý và cán bộ. Nhiều nơi thì cách nhau bằng dấu chấm phẩy.")
_POINTS_NOTE = _l("Mã điểm bán, với người vận hành. Nhiều điểm thì cách nhau bằng dấu chấm phẩy.")
COLUMNS = (
    Col("username", _l("Tên đăng nhập"), True, look="text", width=24, note=_KEY_NOTE),
    Col("full_name", _l("Họ và tên"), True, 28),
    Col("position", _l("Chức vụ"), width=24),
    Col("unit_name", _l("Đơn vị"), True, 34),
    Col("phone", _l("Điện thoại"), look="text"),
    Col("email", _l("Thư điện tử"), width=28),
    Col("role", _l("Vai trò"), True, 26),
    Col("localities", _l("Địa phương được giao"), width=34, note=_PLACES_NOTE),
    Col("points", _l("Điểm bán được giao"), width=34, note=_POINTS_NOTE),
)  # fmt: skip
_TITLES = {column.name: column.title for column in COLUMNS}
_PLAIN = ("full_name", "position", "unit_name", "phone", "email")


@dataclass(frozen=True)
class UserRow:
    """A user as they are; `facts` has the names of UserFacts."""

    standing: Standing
    facts: UserFacts


@dataclass(frozen=True)
class Known:
    """Whom and what a row may name, and what the sender may give."""

    by: Standing
    places: Places
    points: Mapping[str, tuple[int, int]]
    point_codes: Mapping[int, str]
    users: Mapping[str, UserRow]


def known(user: User) -> Known:
    unusable()
    reach: dict[int, list[int]] = {}
    for user_id, locality_id in read_rows(
        select(user_locality.c.user_id, user_locality.c.locality_id)
    ):
        reach.setdefault(user_id, []).append(locality_id)
    rows = select(user_point.c.user_id, SalesPoint.id, SalesPoint.code, SalesPoint.locality_id)
    run: dict[int, list[tuple[int, int]]] = {}
    codes: dict[int, str] = {}
    for user_id, id_, code, locality_id in read_rows(
        rows.join(SalesPoint, SalesPoint.id == user_point.c.point_id)
    ):
        run.setdefault(user_id, []).append((id_, locality_id))
        codes[id_] = code
    mine = select(SalesPoint.code, SalesPoint.id, SalesPoint.locality_id).where(in_reach(user))
    points = {code: (id_, locality_id) for code, id_, locality_id in read_rows(mine)}
    columns = [User.__table__.c[name] for name in ("id", "username", "role", *_PLAIN)]
    users = {}
    for id_, username, role, *plain in read_rows(select(*columns)):
        own, runs = sorted(reach.get(id_, ())), sorted(run.get(id_, ()))
        facts = UserFacts(
            **dict(zip(_PLAIN, plain, strict=True)),
            role=role,
            localities=own,
            points=[one for one, _place in runs],
        )
        places = frozenset(place for _one, place in runs)
        users[username] = UserRow(Standing(id_, role, frozenset(own), places), facts.as_kept())
    codes |= {id_: code for code, (id_, _place) in points.items()}
    return Known(standing_of(user), places_for(user), points, codes, users)


@cache
def unusable() -> str:
    """The hash of a password that nobody knows. Made once and outside the lock: hashing is slow."""
    return hash_password(secrets.token_urlsafe(32))


def _username(value: Any) -> str:
    name = cell_text(value).lower()
    if not USERNAME.fullmatch(name):
        raise ValueError(
            _("Dùng 3 đến 40 chữ thường không dấu, chữ số, dấu chấm, gạch nối, ví dụ quangninh.ha")
        )
    return name


_READERS: dict[str, Callable[[Any], Any]] = {
    **{name: as_wide_as(User, name) for name in ("full_name", "position", "unit_name")},
    "phone": phone,
    "email": lambda value: parse_email(cell_text(value)),
    "role": one_of(named(labels.ROLE)),
}


def read(cells: Cells, known: Known) -> Entry | None:
    """A row as a user to make or to change."""
    username = cells.take("username", _username)
    row = known.users.get(username or "")
    cells.need("username")
    if row is None:
        cells.need("full_name", "unit_name", "role")
    elif not may_edit(known.by, row.standing):
        cells.refuse(
            "username", FaultKind.REFUSED, _("Tên này đã có người dùng mà bạn không sửa được")
        )
        return None
    given = cells.given(_READERS)
    given |= _reach(cells, known)
    if not cells.sound() or username is None:
        return None
    blank = {"position": "", "phone": "", "email": "", "localities": [], "points": []}
    facts = UserFacts(**{**(blank if row is None else vars(row.facts)), **given}).as_kept()
    _refuse_reach(cells, facts, known)
    return _entry(cells.row, username, facts, row, known) if cells.sound() else None


def _reach(cells: Cells, known: Known) -> dict[str, Any]:
    found: dict[str, Any] = {}
    names = [part.strip() for part in cells.text("localities").split(";") if part.strip()]
    if names:

        def ids(_value: Any) -> list[int]:
            return sorted({locality_of(name, known.places).id for name in names})

        found["localities"] = cells.take("localities", ids) or []
    codes = [part.strip().upper() for part in cells.text("points").split(";") if part.strip()]
    if codes:
        missing = [code for code in codes if code not in known.points]
        if missing:
            cells.refuse(
                "points",
                FaultKind.REFUSED,
                _("Không có điểm bán %(codes)s trong phạm vi của bạn", codes=", ".join(missing)),
            )
        found["points"] = sorted({known.points[code][0] for code in codes if code in known.points})
    return found


def _refuse_reach(cells: Cells, facts: UserFacts, known: Known) -> None:
    """What a role needs and what the sender may give (RULES.md §1)."""
    if facts.role in {Role.MANAGER, Role.OFFICER} and not facts.localities:
        cells.refuse("localities", FaultKind.REFUSED, _("Chọn ít nhất một địa phương"))
        return
    if facts.role is Role.OPERATOR and not facts.points:
        cells.refuse("points", FaultKind.REFUSED, _("Chọn ít nhất một điểm bán"))
        return
    of_points = {place for id_, place in known.points.values() if id_ in facts.points}
    if not may_give(known.by, facts.role, of_points | set(facts.localities)):
        cells.refuse(
            "role",
            FaultKind.REFUSED,
            _("Bạn chỉ giao được vai trò và phạm vi nằm trong phạm vi của mình"),
        )


def _entry(
    number: int, username: str, facts: UserFacts, row: UserRow | None, known: Known
) -> Entry:
    keys, text = (Key("username", username),), f"{facts.full_name} ({username})"
    record = (username, facts, None if row is None else row.standing.user_id)
    if row is None:
        return Entry(number, text, Outcome.NEW, record, keys)
    before, after = vars(row.facts), vars(facts)
    changes = changes_in_words(
        (name for name in _TITLES if name in after and before[name] != after[name]),
        row.facts, facts, _TITLES, lambda name, value: _show(name, value, known),
    )  # fmt: skip
    return Entry(number, text, Outcome.CHANGED if changes else Outcome.SAME, record, keys, changes)


def _show(name: str, value: Any, known: Known) -> str:
    if name == "localities":
        return "; ".join(known.places.by_id[id_].name for id_ in value)
    if name == "points":
        return "; ".join(known.point_codes.get(id_, "") for id_ in value)
    return str(labels.ROLE[value]) if name == "role" else shown(value)


def carry_out(entries: Sequence[Entry], by: User) -> None:
    """Make and change them by the verbs of their page."""
    for entry in entries:
        username, facts, user_id = entry.record
        if user_id is None:
            service.make_user(username, facts, password_hash=unusable(), by=by)
        else:
            service.change_user(db.session.get_one(User, user_id), facts, by=by)


def lists(user: User) -> dict[str, list[str]]:
    """What cells may be chosen from."""
    return {
        "role": [str(labels.ROLE[role]) for role in roles_given_by(user.role)],
        "localities": [one.name for one in localities.reached(user)],
    }


def example(user: User) -> dict[str, Any]:
    reached = localities.reached(user)
    return {
        "username": "quangninh.vidu",
        "full_name": f"Nguyễn Văn Ví Dụ {EXAMPLE_MARK}",
        "position": "Chuyên viên",
        "unit_name": "Sở Công Thương",
        "phone": "0912 345 678",
        "role": str(labels.ROLE[Role.OFFICER]),
        "localities": reached[0].name if reached else "",
    }


KIND = Kind(
    name="users",
    permission="users.edit",
    nav="users",
    endpoint="desk.user_list",
    words=Words(
        title=_l("Nhập người dùng từ Excel"),
        sheet=_l("Người dùng"),
        records=_l("người dùng"),
        hint=_l(
            "Trong tệp không có mật khẩu. Người mới chưa đăng nhập được cho đến khi bạn mở trang của họ, "
            "bấm Đặt lại mật khẩu và trao mật khẩu đầu tiên."
        ),
    ),
    columns=COLUMNS,
    keys=("username",),
    most_rows=1_000,
    example=example,
    lists=lists,
    known=known,
    read=read,
    carry_out=carry_out,
)  # fmt: skip
hang(KIND, "/admin/users")
