"""Who makes and delivers, what kind of product it is, and how many stars it has on a day.

Rating of 148/QĐ-TTg (24 February 2023), before it 1048/QĐ-TTg (2019) and 781/QĐ-TTg (2020).
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from ocop_points.core.formats import parse_number
from ocop_points.core.text import fold

MOST_UNITS = 6
MOST_FACTOR = 1_000_000
MOST_PRICE = 1_000_000_000
MOST_MONTHS, MOST_DAYS = 1_200, 36_500
"""Of a shelf life."""
LONGEST_SPECIFICATION = 500
LONGEST_UNIT = 20
CERTIFICATE_MONTHS = 36
NOTICE_DAYS = 30
"""The issuer tells the holder this long before the end."""


class SupplierKind(StrEnum):
    """Legal forms; all but the trader may be a maker of OCOP products (chủ thể OCOP)."""

    COOPERATIVE = "cooperative"
    ENTERPRISE = "enterprise"
    HOUSEHOLD = "household"
    COOPERATIVE_GROUP = "cooperative_group"
    TRADER = "trader"

    @property
    def may_produce(self) -> bool:
        return self is not SupplierKind.TRADER


PRODUCER_KINDS = tuple(kind for kind in SupplierKind if kind.may_produce)


class ProductGroup(StrEnum):
    """The six groups of 148/QĐ-TTg, in its order."""

    FOOD = "food"
    DRINK = "drink"
    MEDICINAL = "medicinal"
    HANDICRAFT = "handicraft"
    ORNAMENTAL = "ornamental"
    TOURISM = "tourism"


class OldProductGroup(StrEnum):
    """The six groups before 148/QĐ-TTg, in their order; certificates of that time keep them."""

    FOOD = "food"
    DRINK = "drink"
    HERBAL = "herbal"
    TEXTILE = "textile"
    DECOR = "decor"
    RURAL_TOURISM = "rural_tourism"


class ProductBasis(StrEnum):
    """Why a product may stand on the shelf: criterion II of 950/QĐ-BCT, one of four."""

    RATED = "a"
    KEY_PRODUCT = "b"
    TYPICAL_RURAL = "c"
    LOCAL_SPECIALTY = "d"


NOTED_BASES = tuple(one for one in ProductBasis if one is not ProductBasis.RATED)
"""Those noted of a product itself, in its columns `basis_b` to `basis_d`; the first depends on the day."""


class Stars(StrEnum):
    """A grade, lowest first; a product of 90 points and more waits for the central council."""

    THREE = "3"
    FOUR = "4"
    POTENTIAL_FIVE = "potential_5"
    FIVE = "5"

    @property
    def rank(self) -> int:
        """1 to 4, to compare and sort by."""
        return list(Stars).index(self) + 1

    @property
    def is_potential(self) -> bool:
        return self is Stars.POTENTIAL_FIVE


class SentHow(StrEnum):
    """How a letter went to the holder of a certificate."""

    POST = "post"
    HAND = "hand"
    EMAIL = "email"
    OTHER = "other"


_LOWEST_SCORES = (
    (Decimal(90), Stars.POTENTIAL_FIVE),
    (Decimal(70), Stars.FOUR),
    (Decimal(50), Stars.THREE),
)


def grade_for_score(score: Decimal, *, confirmed_by_centre: bool = False) -> Stars | None:
    """The grade of a score of 0 to 100, never rounded: 89.5 is 4 stars; None below 50 (148/QĐ-TTg).

    From 90 a product is *potential* 5 stars until the central council confirms it. ValueError for
    a score outside 0 to 100.
    """
    if not score.is_finite() or not 0 <= score <= 100:
        raise ValueError("a score lies between 0 and 100")
    grade = next((stars for lowest, stars in _LOWEST_SCORES if score >= lowest), None)
    if grade is Stars.POTENTIAL_FIVE and confirmed_by_centre:
        return Stars.FIVE
    return grade


def last_valid_day(issued_on: date, months: int = CERTIFICATE_MONTHS) -> date:
    """The day before the anniversary: of 4 February 2020 it is 3 February 2023.

    Where the month has no such day, the anniversary is its last day, so that a certificate of 29
    February ends on 27 February of the third year. ValueError for fewer than one month.
    """
    if months < 1:
        raise ValueError("a certificate runs for at least one month")
    return _months_later(issued_on, months) - timedelta(days=1)


def _months_later(day: date, months: int) -> date:
    """The same day some months on, or the last of a month that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def expiry_from(made_on: date, *, days: int | None, months: int | None) -> date | None:
    """The date on goods made on a day, by their shelf life in days or months; None where neither is known.

    Twelve months from 1 November 2026 are 1 November 2027, as labels mostly say it; what stands on the pack counts.
    """
    if months is not None:
        return _months_later(made_on, months)
    return None if days is None else made_on + timedelta(days=days)


def read_units(lines: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Pack units from lines as "thùng = 24": (name, base units). ValueError with the sentence for the field."""
    filled = [line for line in (one.strip() for one in lines) if line]
    if len(filled) > MOST_UNITS:
        raise ValueError(f"Ghi nhiều nhất {MOST_UNITS} đơn vị đóng gói")
    units = tuple(_read_unit(number, line) for number, line in enumerate(filled, start=1))
    if len({fold(name) for name, _factor in units}) < len(units):
        raise ValueError("Mỗi đơn vị đóng gói chỉ ghi một dòng")
    return units


def _read_unit(number: int, line: str) -> tuple[str, int]:
    name, _equals, count = (part.strip() for part in line.partition("="))
    try:
        factor = parse_number(count.split(" ")[0])
    except ValueError:
        factor = None
    if not name or len(name) > LONGEST_UNIT or factor is None:
        raise ValueError(f"Dòng {number}: ghi tên = số, ví dụ thùng = 24")
    if factor != int(factor) or not 2 <= factor <= MOST_FACTOR:
        raise ValueError(f"Dòng {number}: số đơn vị cơ sở là số nguyên từ 2 trở lên")
    return name, int(factor)


_BARCODE_LENGTHS = (8, 12, 13)


def check_digit(body: str) -> int:
    """The last digit of a GTIN from those before it: weights 3 and 1 from the right (GS1 General Specifications)."""
    weighed = (int(digit) * (1 if n % 2 else 3) for n, digit in enumerate(reversed(body)))
    return -sum(weighed) % 10


def scanned(typed: str) -> str:
    """What was scanned or typed, as barcodes are kept: without spaces and hyphens, a UPC-A as the EAN-13 it is.

    Words stay as they are.
    """
    digits = re.sub(r"[\s-]", "", typed)
    if not (digits.isascii() and digits.isdigit()):
        return typed
    return f"0{digits}" if len(digits) == 12 else digits


def read_barcode(typed: str) -> str:
    """An EAN-13, EAN-8 or UPC-A as it is kept. ValueError "length" or "check" for anything else."""
    digits = re.sub(r"[\s-]", "", typed)
    if not (digits.isascii() and digits.isdigit() and len(digits) in _BARCODE_LENGTHS):
        raise ValueError("length")
    if check_digit(digits[:-1]) != int(digits[-1]):
        raise ValueError("check")
    return scanned(digits)


DECIDES_FORCE = ("stars", "issued_on", "last_valid_day")
"""What decides a product's standing on a day; the other facts of a certificate only describe it."""


def may_correct(name: str, relied_on: date | None) -> bool:
    """May this fact of a certificate still be mended? `relied_on`: the first day something rested on it."""
    return relied_on is None or name not in DECIDES_FORCE


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What decides the force of one certificate of one product."""

    issued_on: date
    last_valid_day: date
    stars: Stars
    withdrawn_on: date | None = None
    id: int = 0

    @property
    def void_from(self) -> date:
        """The first day without force: after the last valid day, or the day of the withdrawal."""
        lapsed = self.last_valid_day + timedelta(days=1)
        return lapsed if self.withdrawn_on is None else min(lapsed, self.withdrawn_on)

    @property
    def last_day(self) -> date:
        """The last day with force, counting a withdrawal."""
        return self.void_from - timedelta(days=1)

    def is_valid_on(self, day: date) -> bool:
        return self.issued_on <= day < self.void_from


@dataclass(frozen=True, slots=True)
class Standing:
    """A product's stars on a day, from which certificate, or else since when it has none.

    `last_ended_on` is the first day on which the last certificate no longer counted ("hết hiệu lực
    từ"); None while one is valid, and for a product that never had one.
    """

    stars: Stars | None = None
    certificate: CertificateFacts | None = None
    last_ended_on: date | None = None


def standing_on(certificates: Iterable[CertificateFacts], day: date) -> Standing:
    """The standing of one product on a day; of several valid certificates the latest issued wins.

    A certificate withdrawn on a day does not count on that day any more. One that was withdrawn
    before it began never counted.
    """
    known = list(certificates)
    valid = [one for one in known if one.is_valid_on(day)]
    if valid:
        latest = max(valid, key=_precedence)
        return Standing(latest.stars, latest)
    ended = [one.void_from for one in known if one.issued_on < one.void_from <= day]
    return Standing(last_ended_on=max(ended, default=None))


def _precedence(one: CertificateFacts) -> tuple[date, date, int, int]:
    return one.issued_on, one.void_from, one.stars.rank, one.id


def days_left(certificate: CertificateFacts, day: date) -> int:
    """Days after `day` that still count: 0 on the last valid day, below 0 once it has ended."""
    return (certificate.last_day - day).days
