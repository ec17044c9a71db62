import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_points.core import clock
from ocop_points.core.formats import (
    money,
    parse_date,
    parse_number,
    phone_digits,
    phone_format,
    vi_date,
    vi_datetime,
    vi_number,
)

decimals = st.decimals(-(10**12), 10**12, places=3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23/11/2026", date(2026, 11, 23)),
        (" 3/2/2023 ", date(2023, 2, 3)),
        ("04-02-2020", date(2020, 2, 4)),
        ("2026-11-23", date(2026, 11, 23)),
        ("29/02/2028", date(2028, 2, 29)),
        ("01/01/1900", date(1900, 1, 1)),
        ("31/12/2100", date(2100, 12, 31)),
        ("23/\u200b11/2026", date(2026, 11, 23)),
    ],
)
def test_parse_date(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31/02/2027", "Ngày 31/02/2027 không có thật"),
        ("29/2/2027", "Ngày 29/02/2027 không có thật"),
        ("2027-02-31", "Ngày 31/02/2027 không có thật"),
        ("11/23/2026", "Ngày 11/23/2026 không có thật"),
        ("0/1/2026", "Ngày 00/01/2026 không có thật"),
        ("31/12/1899", "Nhập năm từ 1900 đến 2100"),
        ("1/1/2101", "Nhập năm từ 1900 đến 2100"),
        ("1/1/0000", "Nhập năm từ 1900 đến 2100"),
        ("23/11/26", "Nhập ngày/tháng/năm, ví dụ 23/11/2026"),
        ("23/11-2026", "Nhập ngày/tháng/năm, ví dụ 23/11/2026"),
        ("2026-1-2", "Nhập ngày/tháng/năm, ví dụ 23/11/2026"),
        ("23/11/2026 10:00", "Nhập ngày/tháng/năm, ví dụ 23/11/2026"),
        ("٢٣/١١/٢٠٢٦", "Nhập ngày/tháng/năm, ví dụ 23/11/2026"),
        ("hôm qua", "Nhập ngày/tháng/năm, ví dụ 23/11/2026"),
        ("", "Nhập ngày/tháng/năm, ví dụ 23/11/2026"),
    ],
)
def test_parse_date_says_what_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_date(text)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_shown_date_is_read_back(day: date) -> None:
    assert parse_date(vi_date(day)) == parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("146,5", "146.5"),
        ("35.576.000", "35576000"),
        ("12", "12"),
        ("1.234", "1234"),
        ("0,500", "0.500"),
        ("-1.000,25", "-1000.25"),
        ("−7", "-7"),
        ("-0", "0"),
        ("007", "7"),
        (" 12 ", "12"),
        ("99999999999999999999", "99999999999999999999"),
    ],
)
def test_parse_number(text: str, number: str) -> None:
    assert str(parse_number(text)) == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.5", "Dùng dấu phẩy cho phần thập phân: viết 1,5"),
        ("0.500", "Dùng dấu phẩy cho phần thập phân: viết 0,500"),
        ("1234.567", "Dùng dấu phẩy cho phần thập phân: viết 1234,567"),
        ("1.2345", "Dùng dấu phẩy cho phần thập phân: viết 1,2345"),
        ("1,234.5", "Nhập số, ví dụ 146,5"),
        ("1.23.456", "Nhập số, ví dụ 146,5"),
        ("1,234,567", "Nhập số, ví dụ 146,5"),
        (",5", "Nhập số, ví dụ 146,5"),
        ("5,", "Nhập số, ví dụ 146,5"),
        ("1e3", "Nhập số, ví dụ 146,5"),
        ("NaN", "Nhập số, ví dụ 146,5"),
        ("Infinity", "Nhập số, ví dụ 146,5"),
        ("1_000", "Nhập số, ví dụ 146,5"),
        ("+5", "Nhập số, ví dụ 146,5"),
        ("--5", "Nhập số, ví dụ 146,5"),
        ("12 kg", "Nhập số, ví dụ 146,5"),
        ("१२", "Nhập số, ví dụ 146,5"),
        ("", "Nhập số, ví dụ 146,5"),
        ("9" * 21, "Số quá dài, nhập nhiều nhất 20 chữ số"),
        ("9" * 5000, "Số quá dài, nhập nhiều nhất 20 chữ số"),
        ("1." + "9" * 5000, "Nhập số, ví dụ 146,5"),
    ],
)
def test_parse_number_says_what_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_number(text)


@given(decimals)
def test_a_shown_number_is_read_back(number: Decimal) -> None:
    assert parse_number(vi_number(number)) == number
    assert parse_number(vi_number(number, 3)) == number


@given(st.text("0123456789.,-e", max_size=9))
def test_parse_number_gives_a_plain_number_or_refuses(text: str) -> None:
    with suppress(ValueError):
        assert parse_number(text).is_finite()


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Decimal("1234.5"), None, "1.234,5"),
        (Decimal("146.50"), None, "146,5"),
        (Decimal("1E+3"), None, "1.000"),
        (35576000, None, "35.576.000"),
        (0, None, "0"),
        (Decimal("-1234.5"), None, "-1.234,5"),
        (Decimal("82.35"), 1, "82,4"),
        (Decimal("82.25"), 1, "82,3"),
        (5, 1, "5,0"),
        (Decimal("-0.04"), 1, "0,0"),
        (Decimal("999.95"), 1, "1.000,0"),
        (None, None, ""),
        (None, 1, ""),
    ],
)
def test_vi_number(value: int | Decimal | None, places: int | None, shown: str) -> None:
    assert vi_number(value, places) == shown


def test_money() -> None:
    assert money(35_576_000) == "35.576.000 ₫"
    assert money(-500) == "-500 ₫"
    assert money(None) == ""


@pytest.mark.parametrize(
    ("text", "digits", "shown"),
    [
        ("0912345678", "0912345678", "0912 345 678"),
        ("0912.345.678", "0912345678", "0912 345 678"),
        ("+84 912 345 678", "0912345678", "0912 345 678"),
        ("+84 (0)912-345-678", "0912345678", "0912 345 678"),
        ("0084912345678", "0912345678", "0912 345 678"),
        ("024 3825 1234", "02438251234", "024 3825 1234"),
        ("(0203) 3825 123", "02033825123", "0203 3825 123"),
        ("19006568", "19006568", "1900 6568"),
        ("1800 123456", "1800123456", "1800 123 456"),
    ],
)
def test_phone(text: str, digits: str, shown: str) -> None:
    assert phone_digits(text) == digits
    assert phone_format(digits) == shown
    assert phone_digits(shown) == digits


@pytest.mark.parametrize(
    "text", ["", "0912", "0412345678", "09123456789", "0912 345 67a", "912345678", "+1 555 0100"]
)
def test_phone_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ví dụ 0912 345 678"):
        phone_digits(text)


def test_phone_of_another_shape_is_shown_as_it_is() -> None:
    assert phone_format("113") == "113"
    assert phone_format(None) == phone_format("") == ""


@pytest.fixture
def late_evening() -> Iterator[None]:
    """23:30 of the 23rd in Hà Nội is still the afternoon in UTC; 00:30 is the day before there."""
    with clock.freeze(datetime(2026, 11, 23, 16, 30, tzinfo=UTC)):
        yield


@pytest.mark.usefixtures("late_evening")
def test_today_is_the_day_in_vietnam() -> None:
    assert clock.today() == date(2026, 11, 23)
    assert vi_datetime(clock.now()) == "23:30 23/11/2026"
    with clock.freeze(clock.now() + timedelta(hours=1)):
        assert clock.today() == date(2026, 11, 24)
        assert vi_datetime(clock.now()) == "00:30 24/11/2026"
    assert clock.today() == date(2026, 11, 23)


@pytest.mark.usefixtures("late_evening")
def test_other_threads_see_the_stopped_clock() -> None:
    seen: list[datetime] = []
    thread = Thread(target=lambda: seen.append(clock.now()))
    thread.start()
    thread.join()
    assert seen == [datetime(2026, 11, 23, 16, 30, tzinfo=UTC)]


def test_the_clock_runs_again_after_a_failure() -> None:
    moment = datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=7)))
    with clock.freeze(moment):
        assert clock.now() == moment
        assert clock.now().tzinfo is UTC
    with pytest.raises(KeyError), clock.freeze(moment):
        raise KeyError
    assert clock.now().year > 2020


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake itself
    with pytest.raises(ValueError, match="time zone"):
        clock.local(naive)
    with pytest.raises(ValueError, match="time zone"), clock.freeze(naive):
        pass


def test_nothing_is_shown_for_no_date() -> None:
    assert vi_date(None) == vi_datetime(None) == ""
