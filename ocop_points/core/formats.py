"""Dates, numbers, money and phone numbers as Vietnamese offices write them, both ways.

The parsers raise ValueError with the Vietnamese sentence for the field, which says what to type.
"""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import NoReturn

from ocop_points.core import clock
from ocop_points.core.text import clean

FIRST_YEAR, LAST_YEAR = 1900, 2100
MAX_DIGITS = 20
MOST_ID = 2**31 - 1  # the largest id of a row: an integer column of PostgreSQL

_DAY_FIRST = re.compile(r"(?a)(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
_ISO = re.compile(r"(?a)(\d{4})-(\d{2})-(\d{2})")
_NUMBER = re.compile(r"(?a)([-−]?)(\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?")
# Ten digits, ten and a branch number, or a citizen's number of twelve (households since July 2025).
_TAX_CODE = re.compile(r"(?a)\d{10}(-\d{3})?|\d{12}")
# What browsers take as one (WHATWG HTML), and a point in the domain; no blanks, so nothing rides along in a header.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
LONGEST_EMAIL = 120
_POINT_FOR_COMMA = re.compile(r"(?a)[-−]?\d+\.\d+")


_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")

# Groups as they are spoken: mobile, Hà Nội and TP.HCM, other provinces, service numbers.
_PHONES = (
    r"(0[35789]\d\d)(\d{3})(\d{3})",
    r"(02[48])(\d{4})(\d{4})",
    r"(02\d\d)(\d{4})(\d{3})",
    r"(1[89]00)(\d{4})",
    r"(1[89]00)(\d{3})(\d{3})",
)


def vi_date(day: date | None) -> str:
    """23/11/2026; nothing for no date."""
    return "" if day is None else f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def long_day(day: date) -> str:
    """ngày 03 tháng 02 năm 2026: on papers days below 10 and the months 1 and 2 have a zero (Decree 30/2020)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def weekday(day: date) -> str:
    """Thứ Hai … Chủ Nhật, to stand before the day itself."""
    return _WEEKDAYS[day.weekday()]


def vi_datetime(moment: datetime | None) -> str:
    """14:05 23/11/2026 by the clocks of Việt Nam, from an aware moment; nothing for none."""
    if moment is None:
        return ""
    there = clock.local(moment)
    return f"{there:%H:%M} {vi_date(there.date())}"


def vi_number(value: int | Decimal | None, places: int | None = None) -> str:
    """1.234,5: rounded half-up to `places`, or exact without trailing zeros; nothing for None."""
    if value is None:
        return ""
    if type(value) is int and places is None:  # the columns of every list
        return f"{value:,}".replace(",", ".")
    with localcontext(prec=60):
        number = Decimal(value)
        if places is not None:
            number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        whole, _, fraction = f"{abs(number):,f}".partition(".")
    if places is None:
        fraction = fraction.rstrip("0")
    sign = "-" if number < 0 else ""
    return sign + whole.replace(",", ".") + ("," + fraction if fraction else "")


def money(amount: int | None) -> str:
    """35.576.000 ₫; nothing for None."""
    return "" if amount is None else f"{vi_number(amount)} ₫"


def parse_date(text: str) -> date:
    """The day in d/m/yyyy, dd/mm/yyyy, dd-mm-yyyy or yyyy-mm-dd, 1900 to 2100; else ValueError."""
    typed = clean(text)
    if match := _DAY_FIRST.fullmatch(typed):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
    elif match := _ISO.fullmatch(typed):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        raise ValueError("Nhập ngày/tháng/năm, ví dụ 23/11/2026")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Nhập năm từ {FIRST_YEAR} đến {LAST_YEAR}")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"Ngày {day:02d}/{month:02d}/{year} không có thật") from None


def parse_number(text: str) -> Decimal:
    """The exact number in '1.234,5', '146,5', '35.576.000' or '12'; else ValueError.

    A point only groups thousands: '1.234' is 1234, while '1.5' and '0.500' are refused, because a
    guess could be wrong by a factor of a thousand.
    """
    typed = clean(text)
    match = _NUMBER.fullmatch(typed)
    if match is None:
        _refuse_number(typed)
    sign, whole, fraction = match[1], match[2].replace(".", ""), match[3] or ""
    if len(whole) + len(fraction) > MAX_DIGITS:
        raise ValueError(f"Số quá dài, nhập nhiều nhất {MAX_DIGITS} chữ số")
    number = Decimal(f"{whole}.{fraction}" if fraction else whole)
    return -number if sign else number


def _refuse_number(typed: str) -> NoReturn:
    if _POINT_FOR_COMMA.fullmatch(typed) and len(typed) <= MAX_DIGITS:
        raise ValueError(f"Dùng dấu phẩy cho phần thập phân: viết {typed.replace('.', ',')}")
    raise ValueError("Nhập số, ví dụ 146,5")


def parse_id(text: str) -> int:
    """The id of a row; ValueError for what no database takes as one."""
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > MOST_ID:
        raise ValueError("Chọn một mục trong danh sách")
    return int(text)


def phone_digits(text: str) -> str:
    """The digits to store: '+84 912.345.678' is '0912345678'; else ValueError.

    Mobile and fixed numbers with their 0, and the short 1800 and 1900 numbers.
    """
    typed = re.sub(r"[ .()-]", "", clean(text))
    national = re.sub(r"^(?:\+|00)84(?:0(?=[1-9]))?", "0", typed)
    if not national.isascii() or not any(re.fullmatch(shape, national) for shape in _PHONES):
        raise ValueError("Nhập số điện thoại, ví dụ 0912 345 678")
    return national


def phone_format(digits: str | None) -> str:
    """0912 345 678, 024 3825 1234, 0203 3825 123, 1900 6568; anything else as it is."""
    for shape in _PHONES:
        if match := re.fullmatch(shape, digits or ""):
            return " ".join(match.groups())
    return digits or ""


def phone_as_written(text: str) -> str:
    """The number as people wrote it, with blanks, dots or a leading plus; else ValueError."""
    digits = "".join(sign for sign in text if sign in "0123456789")
    if set(text) - set("0123456789 .-+()") or not 8 <= len(digits) <= 14:
        raise ValueError("Nhập số điện thoại, ví dụ 0912 345 678")
    return text


def parse_email(text: str) -> str:
    """An e-mail address that every mail server takes: plain letters, a domain with a point; else ValueError."""
    if not _EMAIL.fullmatch(text) or len(text) > LONGEST_EMAIL:
        raise ValueError("Nhập địa chỉ thư, ví dụ lienhe@htx.vn")
    return text


def parse_tax_code(text: str) -> str:
    """Ten digits, ten and three of a branch, or twelve, blanks left out; else ValueError."""
    code = text.replace(" ", "")
    if not _TAX_CODE.fullmatch(code):
        raise ValueError("Nhập 10 số, 10 số và 3 số chi nhánh (0101234567-001), hoặc 12 số")
    return code
