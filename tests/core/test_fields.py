"""Fields: what is read from what is typed, and what is said when it cannot be read."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form

from ocop_points.core.fields import (
    ChoiceField,
    DateField,
    DecimalField,
    IntegerField,
    TextArea,
    TextField,
    TickList,
    YesNo,
    phone,
    tax_code,
)
from ocop_points.points.forms import CoordinatesField


class Colour(StrEnum):
    RED = "red"


class Every(Form):
    text = TextField("Chữ", max_length=10, required=False)
    needed = TextField("Chữ", max_length=10, message="Nhập chữ")
    area = TextArea("Chữ", max_length=20, required=False)
    day = DateField("Ngày", required=False)
    past = DateField("Ngày", past=True, required=False)
    number = DecimalField("Số", least=0, most=1000, places=2, unit="m²", required=False)
    whole = IntegerField("Số", least=1, most=10, required=False)
    choice = ChoiceField("Chọn", choices=[(Colour.RED, "Đỏ")], coerce=Colour, required=False)
    ticks = TickList("Chọn")
    yes = YesNo("Có")
    place = CoordinatesField("Tọa độ")
    phone = TextField("Điện thoại", max_length=20, required=False, checks=[phone])
    tax = TextField("Mã số thuế", max_length=14, required=False, checks=[tax_code])


def sent(**values: Any) -> Every:
    form = Every(MultiDict({"needed": "x", **values}))
    form.ticks.choices = [(1, "một"), (2, "hai")]
    return form


@pytest.mark.parametrize(
    ("name", "typed", "data"),
    [
        ("text", "  a \u200b b\n", "a b"),
        ("text", "", ""),
        ("text", "e\u0302\u0301", "ế"),
        ("area", "a\r\n\r\n\r\nb ", "a\n\nb"),
        ("day", "1/2/2026", date(2026, 2, 1)),
        ("day", "2026-02-01", date(2026, 2, 1)),
        ("day", "", None),
        ("past", "23/11/2026", date(2026, 11, 23)),
        ("number", "146,5", Decimal("146.5")),
        ("number", "1.000", Decimal(1000)),
        ("number", "0", Decimal(0)),
        ("whole", "10", 10),
        ("choice", "red", Colour.RED),
        ("choice", "", None),
        ("ticks", ["2", "1", "2"], [1, 2]),
        ("yes", "y", True),
        ("place", "20.9563, 107.0448", (20.9563, 107.0448)),
        ("place", "20,9563; 107,0448", (20.9563, 107.0448)),
        ("place", "20,9563 107,0448", (20.9563, 107.0448)),
        ("phone", "+84 912.345.678", "+84 912.345.678"),
        ("tax", "5700 123 456", "5700123456"),
        ("tax", "0101234567-001", "0101234567-001"),
    ],
)
def test_good_input(app: Flask, name: str, typed: Any, data: Any) -> None:
    form = sent(**{name: typed})
    assert form.validate(), form.errors
    assert form[name].data == data


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("needed", " \u200b ", "Nhập chữ"),
        ("text", "x" * 11, "tối đa 10 ký tự"),
        ("day", "31/02/2026", "31/02/2026 không có thật"),
        ("day", "hôm qua", "Nhập ngày/tháng/năm"),
        ("day", "1/1/1899", "Nhập năm từ 1900"),
        ("past", "24/11/2026", "Chọn ngày từ hôm nay trở về trước"),
        ("number", "1.5", "viết 1,5"),
        ("number", "1,555", "tối đa 2 chữ số"),
        ("number", "-1", "từ 0 đến 1.000 m²"),
        ("number", "9" * 30, "Số quá dài"),
        ("whole", "1,5", "Nhập số nguyên"),
        ("whole", "11", "từ 1 đến 10"),
        ("choice", "blue", "Chọn một mục trong danh sách"),
        ("ticks", ["3"], "Chọn trong danh sách"),
        ("ticks", ["x"], "Chọn trong danh sách"),
        ("place", "107.0448, 20.9563", "nằm ngoài Việt Nam"),
        ("place", "20.9", "Nhập vĩ độ rồi kinh độ"),
        ("place", "nan nan", ""),
        ("phone", "1234567", "Nhập số điện thoại"),
        ("tax", "12345678901", "Nhập 10 số"),
    ],
)
def test_bad_input(app: Flask, name: str, typed: Any, message: str) -> None:
    form = sent(**{name: typed})
    assert not form.validate()
    assert message in " ".join(form.errors[name])


NAMES = [name for name in Every()._fields if name not in {"ticks"}]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)
@given(st.sampled_from(NAMES), st.text(max_size=40))
def test_any_text_is_read_or_refused_and_shown_again(app: Flask, name: str, typed: str) -> None:
    form = sent(**{name: typed})
    valid = form.validate()
    assert valid != bool(form.errors)
    with app.test_request_context():
        assert form[name]()
    if valid and form[name].data not in (None, "", False):
        shown = getattr(form[name], "_value", lambda: "y")()
        again = sent(**{name: shown})
        assert again.validate()
        assert again[name].data == form[name].data
