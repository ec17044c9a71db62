"""Points in from a sheet: a row with a code changes that point, any other registers one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.accounts.models import User
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date
from ocop_points.exchange import queries, rules
from ocop_points.exchange.import_shapes import (
    EXAMPLE_MARK,
    Cells,
    Change,
    Col,
    Entry,
    Key,
    Kind,
    Outcome,
    Words,
)
from ocop_points.exchange.import_words import changes_in_words, shown
from ocop_points.exchange.labels import TITLE
from ocop_points.exchange.queries import PointKnown
from ocop_points.exchange.rules_cells import (
    area,
    cell_text,
    day_of,
    degrees,
    locality_of,
    one_of,
    phone,
    short,
    tax_code,
    ward_of,
    yes_no,
)
from ocop_points.exchange.rules_shapes import (
    REQUIRED,
    Column,
    Fault,
    FaultKind,
    Known,
    Place,
    PointRow,
    Tables,
)
from ocop_points.localities import queries as localities
from ocop_points.localities.models import Locality
from ocop_points.points import labels
from ocop_points.points import queries as points
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import in_viet_nam
from ocop_points.points.service import PointFacts, edit_point, register_point

EXAMPLE_NAME = f"VÍ DỤ – Trung tâm OCOP Bãi Cháy {EXAMPLE_MARK}"
_WIDTHS = {Column.NAME: 38, Column.KIND: 34, Column.ADDRESS: 28, Column.OPERATOR_NAME: 34}
_LOOKS = {
    **dict.fromkeys((Column.TAX_CODE, Column.PHONE, Column.DECISION, Column.HOURS), "text"),
    Column.OPENED_ON: "day",
}
_NOTES = {
    Column.LOCALITY: _l("Tên tỉnh cũ hoặc mới, có dấu hay không dấu."),
    Column.OPENED_ON: _l("Có ngày: điểm vào danh sách đang hoạt động. Bỏ trống: điểm đề xuất."),
}
_CODE_NOTE = _l("Mã điểm đã đăng ký: sửa điểm ấy, ô trống giữ nguyên. Điểm mới: bỏ trống.")
COLUMNS = (
    Col("code", _l("Mã điểm bán"), look="text", note=_CODE_NOTE),
    *(
        Col(
            column.value,
            TITLE[column],
            column in REQUIRED,
            _WIDTHS.get(column, 18),
            _LOOKS.get(column, ""),
            _NOTES.get(column, ""),
        )
        for column in Column
    ),
)
# The name of the fact that a column holds, where it is another than the column's.
_FACT = {"kind": "kind_code", "ward": "ward_code", "area": "area_dm2"}
_TEXTS = (Column.NAME, Column.ADDRESS, Column.OPERATOR_NAME, Column.REPRESENTATIVE, Column.HOURS)
_READERS: dict[str, Callable[[Any], Any]] = {
    **{column.value: short(column) for column in _TEXTS},
    "area": area,
    "latitude": degrees,
    "longitude": degrees,
    "operator_tax_code": tax_code,
    "phone": phone,
    "moit_supported": yes_no,
}
_TITLES = {_FACT.get(column.name, column.name): column.title for column in COLUMNS}


@dataclass(frozen=True)
class Compared:
    """What a row may name, and what is registered."""

    tables: Tables
    points: Mapping[str, PointKnown]
    same: Sequence[Known]
    wards: Mapping[str, str]


def known(user: User) -> Compared:
    tables = queries.tables_for(user)
    return Compared(
        tables=tables,
        points=queries.points_by_code(user),
        same=queries.known_points(localities.reached_id_set(user)),
        wards=queries.ward_names(),
    )


def read(cells: Cells, known: Compared) -> Entry | None:
    """A row as a point to register, or to change where it has a code."""
    code = cells.text("code").upper()
    if not code:
        return _new(cells, known)
    point = known.points.get(code)
    if point is None:
        cells.refuse(
            "code", FaultKind.REFUSED, _("Không có điểm bán nào mã này trong phạm vi của bạn")
        )
        return None
    return _changed(cells, code, point, known)


def _given(cells: Cells, place: Place | None, tables: Tables) -> dict[str, Any]:
    """What the filled cells say, by the names of PointFacts, and the day of opening."""
    readers: dict[str, Callable[[Any], Any]] = {
        **_READERS,
        "kind": one_of(tables.kinds),
        "operator_kind": one_of(tables.operator_kinds),
        "accounting_regime": one_of(tables.regimes),
        "opened_on": lambda value: day_of(value, tables.today),
    }
    given = cells.given(readers)
    if ward := cells.take("ward", lambda value: ward_of(cell_text(value), place, tables)):
        given["ward"] = ward
    return {_FACT.get(name, name): value for name, value in given.items()}


def _refuse_place(cells: Cells, facts: PointFacts) -> None:
    """What shows only when both numbers of a place are looked at."""
    north, east = facts.latitude, facts.longitude
    if (north is None) != (east is None):
        cells.refuse("latitude" if north is None else "longitude", FaultKind.HALF_A_PLACE)
    elif north is not None and east is not None and not in_viet_nam(north, east):
        cells.refuse("latitude", FaultKind.OUTSIDE_COUNTRY)


def _new(cells: Cells, known: Compared) -> Entry | None:
    tables = known.tables
    place = cells.take_known("locality", lambda value: locality_of(cell_text(value), tables))
    cells.need(*(column.name for column in COLUMNS if column.needed))
    given = _given(cells, place, tables)
    decision = cells.take("decision_number", short(Column.DECISION)) or ""
    if not cells.sound():
        return None
    opened_on = given.pop("opened_on", None)
    facts = PointFacts(**given)
    _refuse_place(cells, facts)
    if decision and opened_on is None:
        cells.refuse("decision_number", FaultKind.DECISION_ALONE)
    if not cells.sound():
        return None
    row = PointRow(cells.row, place.id, vars(facts), opened_on, decision)
    opened = vi_date(opened_on) if opened_on else _("đề xuất")
    words = (Change(str(_("Khai trương")), "", opened),)
    return Entry(cells.row, facts.name, Outcome.NEW, row, (), words)


def _changed(cells: Cells, code: str, point: PointKnown, known: Compared) -> Entry | None:
    given = _given(cells, known.tables.by_id[point.locality_id], known.tables)
    opened_on = given.pop("opened_on", point.opened_on)
    facts = PointFacts(**{**vars(point.facts), **given})
    if opened_on is not None and point.opened_on is None:
        cells.refuse(
            "opened_on",
            FaultKind.REFUSED,
            _("Điểm chưa khai trương; dùng bước “Khai trương”"),
        )
    if cells.text("decision_number"):
        cells.refuse(
            "decision_number",
            FaultKind.REFUSED,
            _("Số quyết định ghi ở từng bước của điểm. Bỏ trống"),
        )
    _refuse_place(cells, facts)
    if not cells.sound():
        return None
    before, after = vars(point.facts), vars(facts)
    words = changes_in_words(
        (name for name in after if before[name] != after[name]),
        point.facts, facts, _TITLES, lambda name, value: _show(name, value, known),
    )  # fmt: skip
    if opened_on != point.opened_on:
        words += (Change(str(_TITLES["opened_on"]), shown(point.opened_on), shown(opened_on)),)
    outcome = Outcome.CHANGED if words else Outcome.SAME
    record = (point.id, facts, opened_on)
    text = f"{facts.name} ({code})"
    return Entry(cells.row, text, outcome, record, (Key("code", code),), words)


def _show(name: str, value: Any, known: Compared) -> str:
    if name == "ward_code":
        return known.wards.get(value, "")
    if name == "area_dm2":
        return "" if value is None else shown(value / 100)
    words: dict[str, Mapping[Any, Any]] = {
        "operator_kind": labels.OPERATOR_KIND,
        "accounting_regime": labels.REGIME,
    }
    return str(words[name][value]) if value is not None and name in words else shown(value)


def doubts(entries: Sequence[Entry], known: Compared) -> list[Fault]:
    """New points that may be one of the file, or one that is registered."""
    rows = [entry.record for entry in entries if entry.outcome is Outcome.NEW]
    found = rules.same_in_file(rows)
    told = {fault.row for fault in found}
    found += [one for one in rules.same_in_register(rows, known.same) if one.row not in told]
    return found


def carry_out(entries: Sequence[Entry], by: User) -> None:
    """Register and change them by the verbs of their own pages; doubts were looked at. Raises Refused by row."""
    for entry in entries:
        try:
            if entry.outcome is Outcome.NEW:
                _register(entry.record, by)
            else:
                point_id, facts, opened_on = entry.record
                point = db.session.get_one(SalesPoint, point_id)
                edit_point(point, facts, opened_on=opened_on, by=by)
        except Refused as refused:
            words = _("Dòng %(n)s: %(text)s", n=entry.row, text=refused.message)
            raise Refused(words) from refused


def _register(row: PointRow, by: User) -> None:
    locality = db.session.get_one(Locality, row.locality_id)
    decision = row.decision_number
    register_point(
        locality,
        PointFacts(**row.facts),
        by=by,
        opened_on=row.opened_on,
        decision_number=decision,
        anyway=True,
    )


def lists(user: User) -> dict[str, list[str]]:
    """What cells may be chosen from."""
    return {
        "locality": [one.name for one in localities.reached(user)],
        "kind": [kind.name for kind in points.kinds()],
        "operator_kind": [str(text) for text in labels.OPERATOR_KIND.values()],
        "accounting_regime": [str(text) for text in labels.REGIME.values()],
        "moit_supported": ["Có", "Không"],
    }


def example(user: User) -> dict[str, Any]:
    reached = localities.reached(user)
    wards = localities.wards_of_province(reached[0].province_code) if reached else []
    return {
        "locality": reached[0].name if reached else "",
        "name": EXAMPLE_NAME,
        "kind": points.kinds()[3].name,
        "ward": f"{wards[0].kind} {wards[0].name}" if wards else "",
        "address": "88 đường Hạ Long",
        "area": 146.5,
        "latitude": 20.9563,
        "longitude": 107.0448,
        "operator_name": "Hợp tác xã Ví Dụ",
        "operator_kind": "Hợp tác xã",
        "operator_tax_code": "0101234567",
        "phone": "0912 345 678",
        "opening_hours": "07:30 – 22:00",
        "moit_supported": "Không",
        "opened_on": date(2022, 9, 2),
        "decision_number": "3127/QĐ-UBND",
    }


KIND = Kind(
    name="points",
    permission="points.import",
    nav="points",
    endpoint="points.point_list",
    words=Words(
        title=_l("Nhập điểm bán từ Excel"),
        sheet=_l("Điểm bán"),
        records=_l("điểm bán"),
        hint=_l(
            "Điểm có ngày khai trương vào danh sách đang hoạt động, điểm không có ngày vào danh sách đề xuất."
        ),
    ),
    columns=COLUMNS,
    keys=("code",),
    most_rows=1_000,
    example=example,
    lists=lists,
    known=known,
    read=read,
    carry_out=carry_out,
    doubts=doubts,
)
