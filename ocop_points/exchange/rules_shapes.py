"""What an imported sheet of points is made of: columns, faults, rows, and the names a cell may hold. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from ocop_points.points.rules import AccountingRegime, OperatorKind

FAULTS_TITLE = "Lỗi cần sửa"
"""The column that a sheet is handed back with; it is passed over when the sheet comes again."""


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
    SAME_KEY = "same_key"
    NOT_YOURS = "not_yours"
    REFUSED = "refused"


DUPLICATES = frozenset({FaultKind.SAME_IN_FILE, FaultKind.SAME_IN_REGISTER})


class Fault(NamedTuple):
    """One fault: the row as Excel counts it, the column, the value as it stands, and more for the sentence."""

    row: int
    column: str | None
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
class Places:
    """What the names of places mean to a user, each under its `key`: old and new provinces, wards by province."""

    localities: Mapping[str, Place]
    provinces: Mapping[str, Sequence[Place]]
    wards: Mapping[str, Mapping[str, Sequence[WardName]]]

    @cached_property
    def by_id(self) -> dict[int, Place]:
        return {place.id: place for place in self.localities.values()}


@dataclass(frozen=True)
class Tables(Places):
    """What names mean, each under its `key`: given by `queries`, so that reading stays pure."""

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
