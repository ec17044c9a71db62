"""Reading a sheet of points: every way a cell is written, every fault with its row, column and value."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_points.exchange.import_points import EXAMPLE_NAME, KIND, Compared
from ocop_points.exchange.import_sheet import read_plan
from ocop_points.exchange.labels import TITLE, sentence
from ocop_points.exchange.rules import same_in_register
from ocop_points.exchange.rules_cells import cell_text, key, ward_keys
from ocop_points.exchange.rules_shapes import (
    Column,
    FaultKind,
    Known,
    Place,
    Tables,
    WardName,
)
from ocop_points.localities.reference import spellings
from ocop_points.points.rules import AccountingRegime, OperatorKind
from tests.exchange.sheets import GOOD, grid, numbered

C, F = Column, FaultKind
QNI = Place(1, "Quảng Ninh", "22", "Quảng Ninh", True)
CMA = Place(2, "Cà Mau", "96", "Cà Mau", False)
HCM = Place(3, "Hồ Chí Minh", "79", "Hồ Chí Minh", True)
NDI = Place(4, "Nam Định", "37", "Ninh Bình", True)
NBI = Place(5, "Ninh Bình", "37", "Ninh Bình", False)
TGI = Place(6, "Tiền Giang", "82", "Đồng Tháp", True)
LAN = Place(7, "Long An", "80", "Tây Ninh", True)
TNI = Place(8, "Tây Ninh", "80", "Tây Ninh", False)
PLACES = (QNI, CMA, HCM, NDI, NBI, TGI, LAN, TNI)
WARDS = {
    "22": [WardName("06673", "Phường", "Bãi Cháy"), WardName("07192", "Đặc khu", "Cô Tô")],
    "79": [WardName("1", "Phường", "Bãi Cháy")],
    "37": [WardName("2", "Xã", "Giao Thủy")],
    "82": [WardName("3", "Phường", "Mỹ Tho"), WardName("4", "Xã", "Mỹ Thọ")],
    "80": [WardName("5", "Xã", "Tân Thành"), WardName("6", "Phường", "Tân Thạnh")],
}


def tables() -> Tables:
    also = {"Hồ Chí Minh": "TP. Hồ Chí Minh;TP.HCM;TPHCM"}
    wards: dict[str, dict[str, list[WardName]]] = {}
    for code, names in WARDS.items():
        for name in names:
            for spelling in ward_keys(name):
                wards.setdefault(code, {}).setdefault(spelling, []).append(name)
    provinces: dict[str, list[Place]] = {}
    for place in PLACES:
        for written in (place.province_name, f"tỉnh {place.province_name}"):
            provinces.setdefault(key(written), []).append(place)
    return Tables(
        localities={
            key(one): place
            for place in PLACES
            for one in spellings({"name": place.name, "also_named": also.get(place.name, "")})
        },
        provinces=provinces,
        wards=wards,
        kinds={"khu du lich": "4", "4": "4"},
        operator_kinds={"hop tac xa": OperatorKind.COOPERATIVE},
        regimes={"hop tac xa: thong tu 71": AccountingRegime.COOPERATIVE},
        today=date(2026, 11, 23),
    )


def read_sheet(rows: list[list[Any]], tables: Tables) -> Any:
    """What the import of points makes of a sheet: rows, faults, whether the example stands in it."""
    plan = read_plan(KIND, rows, Compared(tables, {}, [], {}))
    made = [entry.record for entry in plan.entries]
    return SimpleNamespace(
        rows=made, faults=plan.faults, example=plan.example, only_doubts=plan.only_doubts
    )


def read(*rows: dict[Column, Any]) -> Any:
    return read_sheet(grid(*rows), tables())


def test_a_good_row_is_read_whole() -> None:
    reading = read({})
    assert reading.faults == []
    (row,) = reading.rows
    assert (row.row, row.locality_id) == (2, 1)
    assert (row.opened_on, row.decision_number) == (date(2022, 9, 2), "3127/QĐ-UBND")
    assert row.facts == {
        "name": "Trung tâm OCOP Bãi Cháy",
        "kind_code": "4",
        "ward_code": "06673",
        "address": "88 đường Hạ Long",
        "area_dm2": 14650,
        "latitude": 20.9563,
        "longitude": 107.0448,
        "operator_name": "HTX Bãi Cháy",
        "operator_kind": OperatorKind.COOPERATIVE,
        "operator_tax_code": "5700123456",
        "accounting_regime": None,
        "representative": "Đặng Thị Nga",
        "phone": "0912345678",
        "phone_public": False,
        "opening_hours": "07:30 – 22:00",
        "moit_supported": True,
    }


@pytest.mark.parametrize(
    ("column", "value", "kind", "detail"),
    [
        (C.LOCALITY, "", F.EMPTY, ""),
        (C.LOCALITY, "Quảng Đông", F.UNKNOWN_LOCALITY, ""),
        (C.LOCALITY, "Cà Mau", F.OUT_OF_REACH, ""),
        (C.NAME, "  ", F.EMPTY, ""),
        (C.NAME, "x" * 161, F.TOO_LONG, "160"),
        (C.KIND, "", F.EMPTY, ""),
        (C.KIND, "Nhà riêng", F.NOT_IN_LIST, ""),
        (C.KIND, 9.0, F.NOT_IN_LIST, ""),
        (C.WARD, "", F.EMPTY, ""),
        (C.WARD, "Phường An Xuyên", F.UNKNOWN_WARD, "Quảng Ninh"),
        (C.WARD, "Xã Bãi Cháy", F.UNKNOWN_WARD, "Quảng Ninh"),
        (C.ADDRESS, "", F.EMPTY, ""),
        (C.AREA, "một trăm", F.UNREADABLE, "Nhập số, ví dụ 146,5"),
        (C.AREA, "146.5", F.UNREADABLE, "Dùng dấu phẩy"),
        (C.AREA, 0.0, F.OUT_OF_BOUNDS, "100.000"),
        (C.AREA, 146.123, F.OUT_OF_BOUNDS, "100.000"),
        (C.AREA, float("nan"), F.NOT_A_NUMBER, ""),
        (C.LATITUDE, "bắc", F.NOT_A_NUMBER, ""),
        (C.LATITUDE, 107.0448, F.OUTSIDE_COUNTRY, ""),
        (C.LATITUDE, 1e9, F.OUTSIDE_COUNTRY, ""),
        (C.LATITUDE, "", F.HALF_A_PLACE, ""),
        (C.LONGITUDE, "", F.HALF_A_PLACE, ""),
        (C.OPERATOR_NAME, "", F.EMPTY, ""),
        (C.OPERATOR_KIND, "ngân hàng", F.NOT_IN_LIST, ""),
        (C.TAX_CODE, "123", F.UNREADABLE, "Nhập 10 số"),
        (C.REGIME, "Thông tư 1", F.NOT_IN_LIST, ""),
        (C.PHONE, "gọi sau", F.UNREADABLE, "Nhập số điện thoại"),
        (C.SUPPORTED, "chắc có", F.NOT_IN_LIST, ""),
        (C.OPENED_ON, "31/02/2022", F.UNREADABLE, "31/02/2022 không có thật"),
        (C.OPENED_ON, 44806.0, F.UNREADABLE, "Nhập ngày/tháng/năm"),
        (C.OPENED_ON, "24/11/2026", F.IN_THE_FUTURE, ""),
        (C.OPENED_ON, datetime(2026, 11, 24, tzinfo=UTC), F.IN_THE_FUTURE, ""),
        (C.OPENED_ON, "", F.DECISION_ALONE, ""),
        (C.DECISION, "x" * 61, F.TOO_LONG, "60"),
    ],
)
def test_a_fault_names_row_column_and_value(
    column: Column, value: Any, kind: FaultKind, detail: str
) -> None:
    reading = read_sheet(grid({}, {**numbered(2), column: value}), tables())
    (fault,) = reading.faults
    told = C.DECISION if kind is F.DECISION_ALONE else column
    if kind is F.HALF_A_PLACE:
        told = column
    assert (fault.row, fault.column, fault.kind) == (3, told, kind)
    assert detail in fault.detail
    assert "%" not in sentence(fault)
    assert len(reading.rows) == 1


def test_every_fault_of_a_row_is_told() -> None:
    reading = read({C.NAME: "", C.AREA: "x", C.PHONE: "y"})
    assert [fault.column for fault in reading.faults] == [C.NAME, C.AREA, C.PHONE]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Quảng Ninh", QNI), ("quang ninh", QNI), ("Tỉnh Quảng Ninh", QNI), ("T. Quảng Ninh", QNI),
        ("T.QUẢNG NINH", QNI), ("TP.HCM", HCM), ("tphcm", HCM), ("TP Hồ Chí Minh", HCM),
        ("Thành phố Hồ Chí Minh", HCM), ("TP. ho chi minh", HCM), ("Nam Định", NDI),
        ("Ninh Bình", NDI),  # today's name: the one locality in reach that went into it
        ("tỉnh Tây Ninh", LAN),
    ],
)  # fmt: skip
def test_a_locality_by_old_and_new_names(written: str, place: Place) -> None:
    ward = {QNI: "Bãi Cháy", HCM: "bai chay", NDI: "xã giao thuy", LAN: "phường Tân Thạnh"}[place]
    reading = read({C.LOCALITY: written, C.WARD: ward})
    assert reading.faults == []
    assert reading.rows[0].locality_id == place.id


def test_a_new_name_that_several_reached_localities_went_into_lists_them() -> None:
    both = tables()
    places = [QNI._replace(id=9, name="Hà Nam", province_name="Ninh Bình"), NDI, NBI]
    reading = read_sheet(
        grid({C.LOCALITY: "Ninh Bình"}),
        Tables(**{**both.__dict__, "provinces": {"ninh binh": places}}),
    )
    assert (reading.faults[0].kind, reading.faults[0].detail) == (F.AMBIGUOUS, "Hà Nam, Nam Định")


@pytest.mark.parametrize(
    ("locality", "written", "code"),
    [
        ("Quảng Ninh", "bai chay", "06673"), ("Quảng Ninh", "P. Bãi Cháy", "06673"),
        ("Quảng Ninh", "đặc khu cô tô", "07192"), ("Quảng Ninh", "đk. Co To", "07192"),
        ("Tiền Giang", "Mỹ Tho", "3"), ("Tiền Giang", "Mỹ Thọ", "4"), ("Tiền Giang", "xa my tho", "4"),
        ("Long An", "Tân Thạnh", "6"),
    ],
)  # fmt: skip
def test_a_ward_by_name(locality: str, written: str, code: str) -> None:
    reading = read({C.LOCALITY: locality, C.WARD: written})
    assert reading.faults == []
    assert reading.rows[0].facts["ward_code"] == code


def test_an_ambiguous_ward_lists_the_choices() -> None:
    (fault,) = read({C.LOCALITY: "Tiền Giang", C.WARD: "my tho"}).faults
    assert (fault.kind, fault.detail) == (F.AMBIGUOUS, "Phường Mỹ Tho, Xã Mỹ Thọ")
    assert sentence(fault).endswith("ghi rõ một trong: Phường Mỹ Tho, Xã Mỹ Thọ")


@pytest.mark.parametrize(
    ("column", "value", "fact", "expected"),
    [
        (C.AREA, "1.146,5", "area_dm2", 114650),
        (C.AREA, "", "area_dm2", None),
        (C.LATITUDE, "20,9563", "latitude", 20.9563),
        (C.LATITUDE, "20.9563", "latitude", 20.9563),
        (C.KIND, 4.0, "kind_code", "4"),
        (C.TAX_CODE, 101234567.0, "operator_tax_code", "0101234567"),
        (C.TAX_CODE, 22198001234.0, "operator_tax_code", "022198001234"),
        (C.TAX_CODE, "0101234567-001", "operator_tax_code", "0101234567-001"),
        (C.PHONE, "0912 345 678", "phone", "0912 345 678"),
        (C.PHONE, 19006568.0, "phone", "19006568"),
        (C.SUPPORTED, "khong", "moit_supported", False),
        (C.SUPPORTED, True, "moit_supported", True),
        (C.SUPPORTED, "", "moit_supported", False),
        (C.HOURS, time(7, 30), "opening_hours", "07:30"),
    ],
)
def test_a_cell_as_people_and_excel_write_it(
    column: Column, value: Any, fact: str, expected: Any
) -> None:
    reading = read({column: value})
    assert reading.faults == []
    assert reading.rows[0].facts[fact] == expected


@pytest.mark.parametrize(
    "value", [date(2022, 9, 2), datetime(2022, 9, 2, tzinfo=UTC), "2/9/2022", "2022-09-02"]
)
def test_an_opening_date_as_cell_or_text(value: Any) -> None:
    assert read({C.OPENED_ON: value}).rows[0].opened_on == date(2022, 9, 2)


def test_without_opening_date_the_point_is_proposed() -> None:
    assert read({C.OPENED_ON: "", C.DECISION: ""}).rows[0].opened_on is None


@pytest.mark.parametrize(
    ("titles", "kind", "value"),
    [
        (["Cột lạ", *(str(TITLE[c]) for c in list(Column)[1:])], F.UNKNOWN_COLUMN, "Cột lạ"),
        (
            ["Tên điểm bán", *(str(TITLE[c]) for c in list(Column)[1:])],
            F.COLUMN_TWICE,
            "Tên điểm bán",
        ),
    ],
)
def test_titles_that_are_not_the_template(titles: list[str], kind: FaultKind, value: str) -> None:
    reading = read_sheet(grid({}, titles=titles), tables())
    kinds = {fault.kind for fault in reading.faults}
    assert kinds == {kind, F.MISSING_COLUMN}
    assert value in {fault.value for fault in reading.faults}
    assert reading.rows == []


def test_titles_in_any_order_with_stars_and_without_accents() -> None:
    rows = grid({})
    rows = [list(reversed(row)) for row in rows]
    rows[0] = [title.upper() + " *" for title in rows[0]]
    assert len(read_sheet(rows, tables()).rows) == 1


def test_empty_rows_and_the_example_are_passed_over() -> None:
    rows = grid({C.NAME: EXAMPLE_NAME, C.LOCALITY: "Cà Mau"}, {})
    reading = read_sheet([[], *rows[:2], ["", None, " "], *rows[2:]], tables())
    assert (len(reading.rows), reading.rows[0].row, reading.example) == (1, 5, True)


@pytest.mark.parametrize("rows", [[], [[""]], grid(), grid({C.NAME: EXAMPLE_NAME})])
def test_nothing_in_it(rows: list[list[Any]]) -> None:
    assert [fault.kind for fault in read_sheet(rows, tables()).faults] == [F.NO_ROWS]


def test_at_most_a_thousand_rows() -> None:
    assert not read(*(numbered(n) for n in range(KIND.most_rows))).faults
    reading = read(*(numbered(n) for n in range(KIND.most_rows + 1)))
    assert [fault.kind for fault in reading.faults] == [F.TOO_MANY_ROWS]
    assert reading.rows == []


@pytest.mark.parametrize(
    ("second", "column"),
    [
        ({C.NAME: "TRUNG TAM ocop bãi cháy", C.ADDRESS: "1 đường khác"}, C.NAME),
        ({C.NAME: "Tên khác", C.ADDRESS: "88 Đường hạ long"}, C.ADDRESS),
    ],
)
def test_the_same_point_twice_in_a_file(second: dict[Column, Any], column: Column) -> None:
    reading = read({}, second)
    (fault,) = reading.faults
    assert (fault.row, fault.column, fault.kind, fault.detail) == (3, column, F.SAME_IN_FILE, "2")
    assert reading.only_doubts


def test_the_same_name_elsewhere_is_no_duplicate() -> None:
    assert read({}, {C.LOCALITY: "TPHCM"}).faults == []


@pytest.mark.parametrize(
    ("known", "column"),
    [
        (Known(1, "trung tam ocop bai chay", "x", "y", "Cũ (QNI-0001)"), C.NAME),
        (Known(1, "x", "88 duong ha long", "06673", "Cũ (QNI-0001)"), C.ADDRESS),
        (Known(2, "trung tam ocop bai chay", "88 duong ha long", "06673", "CMA"), None),
        (Known(1, "x", "88 duong ha long", "07192", "ward"), None),
    ],
)
def test_a_point_of_the_register(known: Known, column: Column | None) -> None:
    faults = same_in_register(read({}).rows, [known])
    assert [fault.column for fault in faults] == ([column] if column else [])
    assert all(fault.detail == "Cũ (QNI-0001)" for fault in faults)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (12.0, "12"), (12.5, "12,5"), (True, "Có"), ("  a\u200b ", "a"),
        (date(2022, 9, 2), "02/09/2022"), (timedelta(hours=22), "22:00"), (5700123456.0, "5700123456"),
        (float("inf"), "inf"),
    ],
)  # fmt: skip
def test_a_cell_as_text(value: Any, text: str) -> None:
    assert cell_text(value) == text


@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.floats(),
            st.booleans(),
            st.none(),
            st.dates(),
            st.datetimes(),
            st.times(),
        ),
        min_size=len(Column),
        max_size=len(Column),
    )
)
def test_any_row_gives_a_point_or_faults(cells: list[Any]) -> None:
    reading = read_sheet([*grid(), cells], tables())
    assert bool(reading.rows) != bool(reading.faults) or not reading.rows
    assert all(sentence(fault) for fault in reading.faults)


def test_the_good_row_has_every_column() -> None:
    assert set(GOOD) == set(Column)
