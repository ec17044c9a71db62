"""Papers of the past name departments, people and suppliers as they were called then; new papers as they are now."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

from flask import Flask

from ocop_points.accounts.service import edit_user
from ocop_points.assessments import amendments_queries
from ocop_points.assessments.amendments_paper import amendment_data
from ocop_points.assessments.amendments_service import amend
from ocop_points.assessments.documents import minutes_data
from ocop_points.assessments.kinds import AmendmentKind
from ocop_points.assessments.queries import get_visit_or_404
from ocop_points.catalogue.models import Supplier
from ocop_points.catalogue.service import SupplierFacts, edit_supplier
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.localities.models import Department
from ocop_points.localities.service import edit_department
from ocop_points.stock import documents, queries
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests import factories_visits as visits
from tests.conftest import NOW

NEW_NAME = "Sở Công Thương tỉnh Mới"


def renamed(supplier_id: int) -> None:
    """A day later department, officer and supplier are called otherwise."""
    admin = people.user("admin")
    department = db.session.get_one(Department, people.locality().department_id)
    names = {"name": NEW_NAME, "superior_body": "UBND TỈNH MỚI", "place": "Mới", "symbol": "SM"}
    edit_department(department, values=names, by=admin)
    office = {"full_name": "Nguyễn Thị Hà", "position": "Phó phòng", "unit_name": NEW_NAME}
    edit_user(people.user("officer"), values=office, by=admin)
    supplier = db.session.get_one(Supplier, supplier_id)
    known = {one.name: getattr(supplier, one.name) for one in fields(SupplierFacts)}
    edit_supplier(supplier, SupplierFacts(**known | {"name": "HTX Tên mới"}), by=admin)


def papers(visit_id: int, amendment_id: int, voucher_id: int) -> list[dict[str, Any]]:
    db.session.expire_all()
    reader = people.user("manager")
    visit = get_visit_or_404(reader, visit_id)
    amendment = amendments_queries.get_amendment_or_404(reader, amendment_id)
    return [minutes_data(visit), amendment_data(visit, amendment), voucher_paper(voucher_id)]


def voucher_paper(voucher_id: int) -> dict[str, Any]:
    voucher = queries.get_voucher_or_404(people.user("manager"), voucher_id)
    return documents.voucher_paper(voucher, queries.lines_of(voucher_id))


def made() -> tuple[int, int, int, int]:
    """Minutes approved, amended, and goods taken in: their ids and that of the supplier."""
    shop, supplier = factories.point(), factories_goods.supplier(name="HTX Tên cũ")
    visit_id = visits.approved(point=shop, number=7)
    said: dict[str, Any] = {"text": "Bổ sung", "reason": "Thiếu", "number": 8}
    kind = AmendmentKind.SUPPLEMENT
    visits.act(visit_id, amend, by="manager", kind=kind, numbered_on=clock.today(), **said)
    (amendment,) = amendments_queries.amendments_of(visit_id)
    product = factories_goods.product(producer=supplier)
    voucher = goods.posted(shop, goods.line(product), supplier_id=supplier.id)
    return visit_id, amendment.id, voucher.id, supplier.id


def test_papers_of_the_past_name_everybody_as_then(app: Flask) -> None:
    *ids, supplier_id = made()
    before = papers(*ids)
    assert "HTX Tên cũ" in str(before[2])
    with clock.freeze(NOW + timedelta(days=1)):
        write(lambda: renamed(supplier_id))
        assert papers(*ids) == before
        draft = visits.visit(factories.point(name="Điểm sau", address="9 phố sau"))
        now = minutes_data(get_visit_or_404(people.user("manager"), draft))
        assert (now["symbol"], now["head"]) == (
            "BB-SM",
            {
                "superior": "UBND TỈNH MỚI",
                "issuer": "SỞ CÔNG THƯƠNG",
                "issuer_name": NEW_NAME,
                "place": "Mới",
            },
        )
        assert now["team"] == [
            {"name": "Nguyễn Thị Hà", "office": f"Phó phòng, {NEW_NAME}", "role": "Trưởng đoàn"}
        ]
        product = factories_goods.product(name="Hàng sau")
        shop = factories.point(name="Điểm ba", address="3 phố")
        later = goods.draft(shop, goods.line(product), supplier_id=supplier_id)
        assert "HTX Tên mới" in str(voucher_paper(later.id))
