"""Rows of a sheet to points: what each row means, and what is wrong with it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ocop_points.core.text import fold
from ocop_points.exchange.rules_cells import (
    Bad,
    area,
    cell_text,
    day_of,
    degrees,
    locality_of,
    one_of,
    phone,
    plain_number,
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
    Reading,
    Tables,
)
from ocop_points.points.rules import in_viet_nam

_CELL_PAIR = (Column.LATITUDE, Column.LONGITUDE)
_TEXTS = (Column.NAME, Column.ADDRESS, Column.OPERATOR_NAME, Column.REPRESENTATIVE, Column.HOURS)


def read_row(number: int, cells: Mapping[Column, Any], tables: Tables, reading: Reading) -> None:
    """A row as a point to register, or what is wrong with it: both go into `reading`."""
    before = len(reading.faults)

    def take(column: Column, read: Callable[[Any], Any], empty: Any = "") -> Any:
        value = cells.get(column, "")
        text = cell_text(value)
        try:
            if text:
                return read(value)
            if column in REQUIRED:
                raise Bad(FaultKind.EMPTY)
        except Bad as bad:
            reading.faults.append(Fault(number, column, text[:80], bad.kind, bad.detail))
        except ValueError as error:  # the parsers of core.formats say it in a sentence
            reading.faults.append(
                Fault(number, column, text[:80], FaultKind.UNREADABLE, str(error))
            )
        return empty

    place: Place | None = take(Column.LOCALITY, lambda v: locality_of(cell_text(v), tables), None)
    facts = {column.value: take(column, short(column)) for column in _TEXTS}
    facts |= {
        "kind_code": take(Column.KIND, one_of(tables.kinds)),
        "ward_code": take(Column.WARD, lambda v: ward_of(cell_text(v), place, tables)),
        "area_dm2": take(Column.AREA, area, None),
        "operator_kind": take(Column.OPERATOR_KIND, one_of(tables.operator_kinds)),
        "operator_tax_code": take(Column.TAX_CODE, tax_code),
        "accounting_regime": take(Column.REGIME, one_of(tables.regimes), None),
        "phone": take(Column.PHONE, phone),
        "moit_supported": take(Column.SUPPORTED, yes_no, False),
    }
    north, east = (take(column, degrees, None) for column in _CELL_PAIR)
    opened_on = take(Column.OPENED_ON, lambda value: day_of(value, tables.today), None)
    decision = take(Column.DECISION, short(Column.DECISION))
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
        text = f"{plain_number(north)}; {plain_number(east)}"
        return Fault(row, Column.LATITUDE, text, FaultKind.OUTSIDE_COUNTRY)
    if decision and opened_on is None:
        return Fault(row, Column.DECISION, decision, FaultKind.DECISION_ALONE)
    return None


def _marks(row: PointRow) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """By what two points are taken for one: the name in the locality, or the address in the ward."""
    name, address = fold(row.facts["name"]), fold(row.facts["address"])
    return (row.locality_id, name), (row.locality_id, row.facts["ward_code"], address)


def same_in_file(rows: Sequence[PointRow]) -> list[Fault]:
    """The rows that may be one point with an earlier one."""
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
