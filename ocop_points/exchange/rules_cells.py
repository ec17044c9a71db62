"""One cell of an imported sheet: as text, and as the fact it stands for. Pure."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from ocop_points.core.formats import (
    parse_date,
    parse_number,
    parse_tax_code,
    phone_as_written,
    vi_date,
    vi_number,
)
from ocop_points.core.text import clean, fold
from ocop_points.exchange.rules_shapes import Column, FaultKind, Place, Places, WardName
from ocop_points.points.rules import AREA_M2, AREA_PLACES, LONGEST

_YES_NO = {"co": True, "x": True, "yes": True, "1": True, "khong": False, "no": False, "0": False}


class Bad(Exception):
    """What is wrong with one cell."""

    def __init__(self, kind: FaultKind, detail: str = "") -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail


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
    if type(value) is str:  # nearly every one of 300,000
        return _cleaned(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, int | float):
        return plain_number(value)
    if isinstance(value, date):
        return vi_date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return _cleaned(str(value))


@lru_cache(maxsize=20_000)
def _cleaned(text: str) -> str:
    """Columns repeat their values: groups, units, places."""
    return clean(text)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def plain_number(value: float) -> str:
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return f"{value:.12g}".replace(".", ",")


def locality_of(text: str, tables: Places) -> Place:
    """The locality of this old name; a new province's name counts when one reached locality went into it."""
    named = tables.localities.get(key(text))
    if named is not None and named.reached:
        return named
    went_into = [place for place in tables.provinces.get(key(text), ()) if place.reached]
    if len(went_into) == 1:
        return went_into[0]
    if went_into:
        raise Bad(FaultKind.AMBIGUOUS, ", ".join(place.name for place in went_into))
    raise Bad(FaultKind.OUT_OF_REACH if named else FaultKind.UNKNOWN_LOCALITY)


def ward_of(text: str, place: Place | None, tables: Places) -> str:
    """The ward's code within the province the locality went into; exact accents decide between namesakes."""
    if place is None:
        return ""
    found = tables.wards.get(place.province_code, {}).get(key(text), ())
    if len(found) > 1:
        typed = clean(text).lower()
        exact = [w for w in found if typed in (w.name.lower(), f"{w.kind} {w.name}".lower())]
        found = exact or found
    if not found:
        raise Bad(FaultKind.UNKNOWN_WARD, place.province_name)
    if len(found) > 1:
        raise Bad(FaultKind.AMBIGUOUS, ", ".join(f"{w.kind} {w.name}" for w in found))
    return found[0].code


def one_of(known: Mapping[str, Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        try:
            return known[key(cell_text(value))]
        except KeyError:
            raise Bad(FaultKind.NOT_IN_LIST) from None

    return read


def short(column: Column) -> Callable[[Any], str]:
    return at_most(LONGEST[column.value])


def at_most(longest: int) -> Callable[[Any], str]:
    """A text of so many characters."""

    def read(value: Any) -> str:
        text = cell_text(value)
        if len(text) > longest:
            raise Bad(FaultKind.TOO_LONG, str(longest))
        return text

    return read


def as_wide_as(model: Any, column: str) -> Callable[[Any], str]:
    """A text as long as its column is wide: forms ask for the same."""
    return at_most(model.__table__.c[column].type.length)


def area(value: Any) -> int:
    """Hundredths of a square metre."""
    area = _number(value)
    least, most = AREA_M2
    if not (least <= area <= most and area == round(area, AREA_PLACES)):
        raise Bad(FaultKind.OUT_OF_BOUNDS, f"{least} – {vi_number(most)} m²")
    return int(area * 100)


def whole(least: int, most: int) -> Callable[[Any], int]:
    """A whole number within bounds."""

    def read(value: Any) -> int:
        number = _number(value)
        if number != int(number):
            raise ValueError("Nhập số nguyên")
        if not least <= number <= most:
            raise ValueError(f"Nhập số từ {vi_number(least)} đến {vi_number(most)}")
        return int(number)

    return read


def decimal(least: int, most: int, places: int) -> Callable[[Any], Decimal]:
    """A number within bounds, with at most so many decimals."""

    def read(value: Any) -> Decimal:
        number = _number(value)
        if number != round(number, places):
            raise ValueError(f"Nhập tối đa {places} chữ số sau dấu phẩy")
        if not least <= number <= most:
            raise ValueError(f"Nhập số từ {vi_number(least)} đến {vi_number(most)}")
        return number

    return read


def _number(value: Any) -> Decimal:
    number = Decimal(str(value)) if is_number(value) else parse_number(cell_text(value))
    if not number.is_finite():
        raise Bad(FaultKind.NOT_A_NUMBER)
    return number


def degrees(value: Any) -> float:
    try:
        text = str(value) if is_number(value) else cell_text(value)
        degrees = float(Decimal(text.replace(",", ".")))
    except InvalidOperation:
        raise Bad(FaultKind.NOT_A_NUMBER) from None
    if not -180 <= degrees <= 180:
        raise Bad(FaultKind.OUTSIDE_COUNTRY)
    return round(degrees, 6)


def tax_code(value: Any) -> str:
    """Excel takes the leading zero from a number: nine digits had ten, eleven had twelve."""
    text = cell_text(value)
    if is_number(value) and len(text) in (9, 11):
        text = "0" + text
    return parse_tax_code(text)


def phone(value: Any) -> str:
    text = cell_text(value)
    if is_number(value) and len(text) in (9, 10) and not text.startswith("1"):
        text = "0" + text
    text = short(Column.PHONE)(text)
    return phone_as_written(text)


def yes_no(value: Any) -> bool:
    """Có or Không, as people also write them."""
    return bool(one_of(_YES_NO)(value))


def any_day(value: Any) -> date:
    """A day as a cell of Excel or as it is written."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else parse_date(cell_text(value))


def day_of(value: Any, today: date) -> date:
    day = any_day(value)
    if day > today:
        raise Bad(FaultKind.IN_THE_FUTURE)
    return day
