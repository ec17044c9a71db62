"""Registering a point: works, is refused, warns, and who may."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db
from ocop_points.points.models import PointStep, SalesPoint
from ocop_points.points.rules import PointStatus
from tests import factories, people
from tests.browser import Browser

Open = Callable[[str | None], Browser]


def filled(**changed: str) -> dict[str, str]:
    """A registration as an officer fills it in."""
    return {
        "name": "Trung tâm OCOP Bãi Cháy",
        "kind_code": "4",
        "ward_query": "bai chay",
        "ward_code": factories.ward_of().code,
        "address": "88 đường Hạ Long",
        "area_m2": "146,5",
        "coordinates": "20.9563, 107.0448",
        "operator_name": "Công ty CP Thương mại Du lịch Bãi Cháy",
        "operator_kind": "enterprise",
        "operator_tax_code": "5700 123 456",
        "accounting_regime": "tt99_2025",
        "representative": "Đặng Thị Nga",
        "phone": "0912 345 678",
        "opening_hours": "07:30 – 22:00 hằng ngày",
        "moit_supported": "y",
        **changed,
    }


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_officer_registers_a_proposed_point(browser: Open) -> None:
    officer = browser("officer")
    answer = officer.submit("/points/new", filled())
    page = officer.follow(answer)
    assert "Đã đăng ký Trung tâm OCOP Bãi Cháy, mã QNI-0001." in page.words
    made = db.session.scalars(select(SalesPoint)).one()
    assert made.code == "QNI-0001"
    assert made.status is PointStatus.PROPOSED
    assert made.area_dm2 == 14650
    assert made.operator_tax_code == "5700123456"
    assert (made.latitude, made.longitude) == (20.9563, 107.0448)
    assert db.session.scalars(select(PointStep)).one().to_status is PointStatus.PROPOSED
    row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row is not None
    assert (row.action, row.point_id, row.user_name) == (
        "point.registered",
        made.id,
        "Nguyễn Thị Thu Hà",
    )


def test_a_shop_that_already_trades_enters_open(browser: Open) -> None:
    officer = browser("officer")
    values = filled(already_open="y", opened_on="02/09/2022", decision_number="3127/QĐ-UBND")
    page = officer.follow(officer.submit("/points/new", values))
    assert "Đang hoạt động" in page.words
    assert "02/09/2022" in page.words
    assert "3127/QĐ-UBND" in page.words


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "  \u200b "}, "Nhập tên điểm bán"),
        ({"name": "x" * 161}, "Viết ngắn lại, tối đa 160 ký tự"),
        ({"kind_code": "9"}, "Chọn một mục trong danh sách"),
        ({"kind_code": ""}, "Chọn loại địa điểm"),
        ({"ward_code": ""}, "Tìm rồi chọn xã, phường, đặc khu"),
        ({"ward_code": "99999"}, "Chọn một mục trong danh sách"),
        ({"area_m2": "một trăm"}, "Nhập số"),
        ({"area_m2": "0"}, "Nhập số từ 1 đến 100.000 m²"),
        ({"coordinates": "107.0448, 20.9563"}, "Vị trí này nằm ngoài Việt Nam"),
        ({"coordinates": "đâu đó"}, "Nhập vĩ độ rồi kinh độ"),
        ({"operator_kind": "bank"}, "Chọn một mục trong danh sách"),
        ({"operator_tax_code": "123"}, "Nhập 10 số"),
        ({"phone": "gọi sau"}, "Nhập số điện thoại"),
        ({"already_open": "y", "opened_on": ""}, "Nhập ngày khai trương"),
        ({"already_open": "y", "opened_on": "31/02/2022"}, "31/02/2022"),
        ({"already_open": "y", "opened_on": "24/11/2026"}, "Chọn ngày từ hôm nay trở về trước"),
    ],
)
def test_wrong_input_comes_back_as_typed(
    browser: Open, changed: dict[str, str], message: str
) -> None:
    officer = browser("officer")
    page = officer.submit("/points/new", filled(**changed), status=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert "Chưa đăng ký được." in page.words
    form = page.form()
    for name, value in filled(**changed).items():
        if name not in {"ward_code", "operator_tax_code", *changed}:
            assert form.value(name) == value
    assert count(SalesPoint) == 0


def test_a_ward_of_another_province_is_refused(browser: Open) -> None:
    values = filled(ward_code=factories.ward_of(people.ELSEWHERE).code)
    page = browser("officer").submit("/points/new", values, status=422)
    assert any("không thuộc tỉnh" in error for error in page.errors())


@pytest.mark.parametrize(
    "same", [{"name": "TRUNG TAM ocop bãi cháy"}, {"address": "88 Đường hạ long"}]
)
def test_a_likely_duplicate_warns_and_can_be_registered_anyway(
    browser: Open, same: dict[str, str]
) -> None:
    factories.point()
    officer = browser("officer")
    other = {"name": "Tên khác", "address": "1 đường khác"}
    page = officer.submit("/points/new", filled(**{**other, **same}), status=422)
    assert "Trung tâm OCOP Bãi Cháy (QNI-0001)" in page.words
    assert count(SalesPoint) == 1
    officer.send(page.form(), {"anyway": "y"})
    assert count(SalesPoint) == 2


def test_the_same_name_in_another_locality_is_no_duplicate(browser: Open) -> None:
    factories.point(people.ELSEWHERE)
    browser("officer").submit("/points/new", filled())


def test_a_form_sent_twice_makes_one_point(browser: Open) -> None:
    officer = browser("officer")
    form = officer.get("/points/new").form()
    first = officer.send(form, filled())
    again = officer.send(form, filled())
    assert again.location == first.location
    assert count(SalesPoint) == 1


def test_a_used_key_with_another_content_asks_again(browser: Open) -> None:
    officer = browser("officer")
    form = officer.get("/points/new").form()
    first = officer.send(form, filled())
    page = officer.send(form, filled(name="Điểm khác hẳn", address="2 đường khác"), status=422)
    assert "đã được gửi với nội dung khác" in page.words
    assert first.location in page.links()
    assert count(SalesPoint) == 1
    officer.send(page.form())
    assert count(SalesPoint) == 2


def test_looking_a_ward_up_without_script_keeps_what_was_typed(browser: Open) -> None:
    officer = browser("officer")
    form = officer.get("/points/new").form()
    form.action = "/points/new/wards"
    page = officer.send(form, filled(ward_query="bai chay", ward_code=""), status=200)
    assert "Phường Bãi Cháy" in page.words
    assert page.form().value("name") == "Trung tâm OCOP Bãi Cháy"
    assert page.form().action == "/points/new"
    assert count(SalesPoint) == 0


def test_wards_are_found_without_accents_within_reach(browser: Open) -> None:
    officer = browser("officer")
    assert "Phường Bãi Cháy" in officer.part("/points/wards?ward_query=BAI CHAY").words
    assert "Không có xã, phường nào" in officer.part("/points/wards?ward_query=an xuyen").words


@pytest.mark.parametrize("who", ["viewer", "admin", "operator"])
def test_who_may_not_register(browser: Open, who: str) -> None:
    browser(who).get("/points/new", status=403)


def test_a_locality_out_of_reach_is_not_offered_and_not_taken(browser: Open) -> None:
    officer = browser("officer")
    elsewhere = str(people.locality(people.ELSEWHERE).id)
    assert elsewhere not in officer.get("/points/new").text.split("locality_id")[1][:400]
    officer.submit("/points/new", filled(locality_id=elsewhere), status=422)
    assert count(SalesPoint) == 0
