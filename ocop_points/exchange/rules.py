"""Rows of a sheet to points: what each cell means, and what is wrong with it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, NamedTuple

from ocop_points.core.formats import (
    parse_date,
    parse_number,
    parse_tax_code,
    phone_as_written,
    vi_date,
    vi_number,
)
from ocop_points.core.text import clean, fold
from ocop_points.points.rules import (
    AREA_M2,
    AREA_PLACES,
    LONGEST,
    AccountingRegime,
    OperatorKind,
    in_viet_nam,
)

MOST_ROWS = 1000
EXAMPLE_NAME = "VÍ DỤ – Trung tâm OCOP Bãi Cháy (xóa dòng này)"


class Column(StrEnum):
    """The columns of the sheet; texts carry the name of the fact they hold."""

    LOCALITY = "locality"
    NAME = "name"
    KIND = "kind"
    WARD = "ward"
    ADDRESS = "address"
    AREA = "area"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    OPERATOR_NAME = "operator_name"
    OPERATOR_KIND = "operator_kind"
    TAX_CODE = "operator_tax_code"
    REGIME = "accounting_regime"
    REPRESENTATIVE = "representative"
    PHONE = "phone"
    HOURS = "opening_hours"
    SUPPORTED = "moit_supported"
    OPENED_ON = "opened_on"
    DECISION = "decision_number"


REQUIRED = frozenset(
    {
        Column.LOCALITY,
        Column.NAME,
        Column.KIND,
        Column.WARD,
        Column.ADDRESS,
        Column.OPERATOR_NAME,
        Column.OPERATOR_KIND,
    }
)


class FaultKind(StrEnum):
    """What can be wrong with a sheet, a row or a cell."""

    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    MISSING_COLUMN = "missing_column"
    UNKNOWN_COLUMN = "unknown_column"
    COLUMN_TWICE = "column_twice"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNKNOWN_LOCALITY = "unknown_locality"
    OUT_OF_REACH = "out_of_reach"
    AMBIGUOUS = "ambiguous"
    UNKNOWN_WARD = "unknown_ward"
    NOT_IN_LIST = "not_in_list"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_BOUNDS = "out_of_bounds"
    OUTSIDE_COUNTRY = "outside_country"
    HALF_A_PLACE = "half_a_place"
    UNREADABLE = "unreadable"
    IN_THE_FUTURE = "in_the_future"
    DECISION_ALONE = "decision_alone"
    SAME_IN_FILE = "same_in_file"
    SAME_IN_REGISTER = "same_in_register"


DUPLICATES = frozenset({FaultKind.SAME_IN_FILE, FaultKind.SAME_IN_REGISTER})


class Fault(NamedTuple):
    """One fault: the row as Excel counts it, the column, the value as it stands, and more for the sentence."""

    row: int
    column: Column | None
    value: str
    kind: FaultKind
    detail: str = ""


class Place(NamedTuple):
    """A locality of the map of 63."""

    id: int
    name: str
    province_code: str
    province_name: str
    reached: bool


class WardName(NamedTuple):
    """A ward of today."""

    code: str
    kind: str
    name: str


@dataclass(frozen=True)
class Tables:
    """What names mean, each under its `key`: given by `queries`, so that reading stays pure."""

    titles: Mapping[str, Column]
    localities: Mapping[str, Place]
    provinces: Mapping[str, Sequence[Place]]
    wards: Mapping[str, Mapping[str, Sequence[WardName]]]
    kinds: Mapping[str, str]
    operator_kinds: Mapping[str, OperatorKind]
    regimes: Mapping[str, AccountingRegime]
    today: date


@dataclass(frozen=True)
class PointRow:
    """A row that can be registered; `facts` has the names of PointFacts."""

    row: int
    locality_id: int
    facts: dict[str, Any]
    opened_on: date | None
    decision_number: str


@dataclass(frozen=True)
class Known:
    """A registered point, as far as duplicates go."""

    locality_id: int
    folded_name: str
    folded_address: str
    ward_code: str
    text: str


@dataclass
class Reading:
    """What a sheet says: rows, faults in the order of the sheet, and whether the example still stands in it."""

    rows: list[PointRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    example: bool = False

    @property
    def only_duplicates(self) -> bool:
        return bool(self.faults) and all(fault.kind in DUPLICATES for fault in self.faults)


class _Bad(Exception):
    def __init__(self, kind: FaultKind, detail: str = "") -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail


_YES_NO = {"co": True, "x": True, "yes": True, "1": True, "khong": False, "no": False, "0": False}
_CELL_PAIR = (Column.LATITUDE, Column.LONGITUDE)
_TEXTS = (Column.NAME, Column.ADDRESS, Column.OPERATOR_NAME, Column.REPRESENTATIVE, Column.HOURS)


def key(text: str) -> str:
    """A name as it is looked up: no accents, case or punctuation, so "TP.HCM" and "tp hcm" are one."""
    return " ".join(fold(text).replace(".", " ").replace("-", " ").replace(",", " ").split())


def ward_keys(ward: WardName) -> list[str]:
    """The ways a ward is written: alone, with its kind, with the kind's mark (p., x., đk.)."""
    kind, name = key(ward.kind), key(ward.name)
    mark = "".join(word[0] for word in kind.split()) if " " in kind else kind[0]
    return [name, f"{kind} {name}", f"{mark} {name}"]


def cell_text(value: Any) -> str:
    """A cell as text; whole numbers come out of Excel as floats."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, int | float):
        return _plain_number(value)
    if isinstance(value, date):
        return vi_date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return clean(str(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain_number(value: float) -> str:
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return f"{value:.12g}".replace(".", ",")


def read_sheet(rows: Sequence[Sequence[Any]], tables: Tables) -> Reading:
    """Read a sheet whose first filled row holds the titles. Empty rows and the example row are passed over."""
    filled = [(n, row) for n, row in enumerate(rows, start=1) if any(cell_text(c) for c in row)]
    reading = Reading()
    if not filled:
        reading.faults.append(Fault(1, None, "", FaultKind.NO_ROWS))
        return reading
    head_row, head = filled[0]
    columns = _columns(head_row, head, tables, reading.faults)
    if reading.faults:
        return reading
    for number, row in filled[1:]:
        cells = {c: row[i] if i < len(row) else "" for c, i in columns.items()}
        if cell_text(cells[Column.NAME]) == EXAMPLE_NAME:
            reading.example = True
        else:
            _read_row(number, cells, tables, reading)
    _check_count(len(filled) - 1 - reading.example, reading)
    reading.faults += _same_in_file(reading.rows)
    reading.faults.sort(key=lambda fault: fault.row)
    return reading


def _check_count(count: int, reading: Reading) -> None:
    if count <= 0:
        reading.faults.append(Fault(1, None, "", FaultKind.NO_ROWS))
    elif count > MOST_ROWS:
        reading.faults[:] = [Fault(1, None, str(count), FaultKind.TOO_MANY_ROWS, str(MOST_ROWS))]
        reading.rows.clear()


def _columns(
    row: int, head: Sequence[Any], tables: Tables, faults: list[Fault]
) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for index, cell in enumerate(head):
        title = cell_text(cell)
        column = tables.titles.get(key(title.rstrip("* ")))
        if column is None:
            if title:
                faults.append(Fault(row, None, title, FaultKind.UNKNOWN_COLUMN))
        elif column in found:
            faults.append(Fault(row, column, title, FaultKind.COLUMN_TWICE))
        else:
            found[column] = index
    missing = [column for column in Column if column in REQUIRED and column not in found]
    faults += [Fault(row, column, "", FaultKind.MISSING_COLUMN) for column in missing]
    return found


def _read_row(number: int, cells: Mapping[Column, Any], tables: Tables, reading: Reading) -> None:
    before = len(reading.faults)

    def take(column: Column, read: Callable[[Any], Any], empty: Any = "") -> Any:
        value = cells.get(column, "")
        text = cell_text(value)
        try:
            if text:
                return read(value)
            if column in REQUIRED:
                raise _Bad(FaultKind.EMPTY)
        except _Bad as bad:
            reading.faults.append(Fault(number, column, text[:80], bad.kind, bad.detail))
        except ValueError as error:  # the parsers of core.formats say it in a sentence
            reading.faults.append(
                Fault(number, column, text[:80], FaultKind.UNREADABLE, str(error))
            )
        return empty

    place: Place | None = take(Column.LOCALITY, lambda v: _locality(cell_text(v), tables), None)
    facts = {column.value: take(column, _short(column)) for column in _TEXTS}
    facts |= {
        "kind_code": take(Column.KIND, _one_of(tables.kinds)),
        "ward_code": take(Column.WARD, lambda v: _ward(cell_text(v), place, tables)),
        "area_dm2": take(Column.AREA, _area, None),
        "operator_kind": take(Column.OPERATOR_KIND, _one_of(tables.operator_kinds)),
        "operator_tax_code": take(Column.TAX_CODE, _tax_code),
        "accounting_regime": take(Column.REGIME, _one_of(tables.regimes), None),
        "phone": take(Column.PHONE, _phone),
        "moit_supported": take(Column.SUPPORTED, _one_of(_YES_NO), False),
    }
    north, east = (take(column, _degrees, None) for column in _CELL_PAIR)
    opened_on = take(Column.OPENED_ON, lambda value: _day(value, tables.today), None)
    decision = take(Column.DECISION, _short(Column.DECISION))
    if len(reading.faults) > before or place is None:
        return
    if fault := _whole_row_fault(number, north, east, opened_on, decision):
        reading.faults.append(fault)
        return
    facts |= {"latitude": north, "longitude": east}
    reading.rows.append(PointRow(number, place.id, facts, opened_on, decision))


def _whole_row_fault(
    row: int, north: float | None, east: float | None, opened_on: date | None, decision: str
) -> Fault | None:
    """What shows only when two cells are looked at together."""
    if (north is None) != (east is None):
        empty = Column.LATITUDE if north is None else Column.LONGITUDE
        return Fault(row, empty, "", FaultKind.HALF_A_PLACE)
    if north is not None and east is not None and not in_viet_nam(north, east):
        text = f"{_plain_number(north)}; {_plain_number(east)}"
        return Fault(row, Column.LATITUDE, text, FaultKind.OUTSIDE_COUNTRY)
    if decision and opened_on is None:
        return Fault(row, Column.DECISION, decision, FaultKind.DECISION_ALONE)
    return None


def _locality(text: str, tables: Tables) -> Place:
    """The locality of this old name; a new province's name counts when one reached locality went into it."""
    named = tables.localities.get(key(text))
    if named is not None and named.reached:
        return named
    went_into = [place for place in tables.provinces.get(key(text), ()) if place.reached]
    if len(went_into) == 1:
        return went_into[0]
    if went_into:
        raise _Bad(FaultKind.AMBIGUOUS, ", ".join(place.name for place in went_into))
    raise _Bad(FaultKind.OUT_OF_REACH if named else FaultKind.UNKNOWN_LOCALITY)


def _ward(text: str, place: Place | None, tables: Tables) -> str:
    """The ward's code within the province the locality went into; exact accents decide between namesakes."""
    if place is None:
        return ""
    found = tables.wards.get(place.province_code, {}).get(key(text), ())
    if len(found) > 1:
        typed = clean(text).lower()
        exact = [w for w in found if typed in (w.name.lower(), f"{w.kind} {w.name}".lower())]
        found = exact or found
    if not found:
        raise _Bad(FaultKind.UNKNOWN_WARD, place.province_name)
    if len(found) > 1:
        raise _Bad(FaultKind.AMBIGUOUS, ", ".join(f"{w.kind} {w.name}" for w in found))
    return found[0].code


def _one_of(known: Mapping[str, Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        try:
            return known[key(cell_text(value))]
        except KeyError:
            raise _Bad(FaultKind.NOT_IN_LIST) from None

    return read


def _short(column: Column) -> Callable[[Any], str]:
    longest = LONGEST[column.value]

    def read(value: Any) -> str:
        text = cell_text(value)
        if len(text) > longest:
            raise _Bad(FaultKind.TOO_LONG, str(longest))
        return text

    return read


def _area(value: Any) -> int:
    """Hundredths of a square metre."""
    area = Decimal(str(value)) if _is_number(value) else parse_number(cell_text(value))
    if not area.is_finite():
        raise _Bad(FaultKind.NOT_A_NUMBER)
    least, most = AREA_M2
    if not (least <= area <= most and area == round(area, AREA_PLACES)):
        raise _Bad(FaultKind.OUT_OF_BOUNDS, f"{least} – {vi_number(most)} m²")
    return int(area * 100)


def _degrees(value: Any) -> float:
    try:
        text = str(value) if _is_number(value) else cell_text(value)
        degrees = float(Decimal(text.replace(",", ".")))
    except InvalidOperation:
        raise _Bad(FaultKind.NOT_A_NUMBER) from None
    if not -180 <= degrees <= 180:
        raise _Bad(FaultKind.OUTSIDE_COUNTRY)
    return round(degrees, 6)


def _tax_code(value: Any) -> str:
    """Excel takes the leading zero from a number: nine digits had ten, eleven had twelve."""
    text = cell_text(value)
    if _is_number(value) and len(text) in (9, 11):
        text = "0" + text
    return parse_tax_code(text)


def _phone(value: Any) -> str:
    text = cell_text(value)
    if _is_number(value) and len(text) in (9, 10) and not text.startswith("1"):
        text = "0" + text
    text = _short(Column.PHONE)(text)
    return phone_as_written(text)


def _day(value: Any, today: date) -> date:
    if isinstance(value, datetime):
        day = value.date()
    else:
        day = value if isinstance(value, date) else parse_date(cell_text(value))
    if day > today:
        raise _Bad(FaultKind.IN_THE_FUTURE)
    return day


def _marks(row: PointRow) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """By what two points are taken for one: the name in the locality, or the address in the ward."""
    name, address = fold(row.facts["name"]), fold(row.facts["address"])
    return (row.locality_id, name), (row.locality_id, row.facts["ward_code"], address)


def _same_in_file(rows: Sequence[PointRow]) -> list[Fault]:
    first: dict[tuple[Any, ...], int] = {}
    faults = []
    for row in rows:
        for column, mark in zip((Column.NAME, Column.ADDRESS), _marks(row), strict=True):
            earlier = first.setdefault(mark, row.row)
            if earlier != row.row:
                value = row.facts[column.value]
                faults.append(Fault(row.row, column, value, FaultKind.SAME_IN_FILE, str(earlier)))
                break
    return faults


def same_in_register(rows: Sequence[PointRow], known: Sequence[Known]) -> list[Fault]:
    """The rows that may stand in the register already."""
    held: dict[tuple[Any, ...], str] = {}
    for point in known:
        held.setdefault((point.locality_id, point.folded_name), point.text)
        held.setdefault((point.locality_id, point.ward_code, point.folded_address), point.text)
    faults = []
    for row in rows:
        for column, mark in zip((Column.NAME, Column.ADDRESS), _marks(row), strict=True):
            if mark in held:
                value = row.facts[column.value]
                kind = FaultKind.SAME_IN_REGISTER
                faults.append(Fault(row.row, column, value, kind, held[mark]))
                break
    return faults
