"""Certificates as they leave the house: the list for Excel, the letters to the holders."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.catalogue import labels
from ocop_points.catalogue.certificate_queries import CertificateFilter, certificates_for_export
from ocop_points.catalogue.documents import made_by
from ocop_points.catalogue.models import Certificate
from ocop_points.core import clock
from ocop_points.core.formats import vi_date
from ocop_points.core.tables_out import Column, Table
from ocop_points.localities.models import Department


def certificates_table(user: User, wanted: CertificateFilter) -> Table:
    """The list with its filters, as it stands today."""
    columns = [
        Column(_("Sản phẩm"), 40), Column(_("Mã"), 11), Column(_("Chủ thể"), 36), Column(_("Hạng"), 16),
        Column(_("Số giấy"), 18), Column(_("Ngày cấp"), 12), Column(_("Đến hết"), 12),
        Column(_("Tình trạng"), 22), Column(_("Đã báo ngày"), 12), Column(_("Cách gửi"), 16),
        Column(_("Địa phương quản lý"), 18),
    ]  # fmt: skip
    day = _("Tình trạng tính đến ngày %(day)s", day=vi_date(wanted.day))
    notes = [made_by(user), day]
    return Table(columns, _rows(wanted), sheet=_("Giấy chứng nhận"), notes=notes)


def _rows(wanted: CertificateFilter) -> Iterator[tuple[Any, ...]]:
    for row in certificates_for_export(wanted):
        yield (
            row.product_name,
            row.product_code,
            row.producer_name,
            str(labels.STARS[row.stars]),
            row.number,
            row.issued_on,
            row.last_valid_day,
            labels.row_tag(row, wanted.day)[1],
            row.sent_on,
            str(labels.SENT_HOW[row.how]) if row.how else "",
            row.locality_name,
        )


def letters(
    certificates: Sequence[Certificate], departments: dict[int, Department]
) -> dict[str, Any]:
    """What print/notice.typ shows: one letter a producer and department, in the order given.

    Products with producer, ward and locality are loaded; `departments` by their id.
    """
    day = clock.today()

    def key(one: Certificate) -> tuple[int, int]:
        return one.product.producer_id, one.product.locality.department_id

    found = [
        _letter(list(held), departments[department_id])
        for (_producer, department_id), held in groupby(certificates, key)
    ]
    return {"date": day, "letters": found, "draft": False}


def _letter(certificates: Sequence[Certificate], department: Department) -> dict[str, Any]:
    holder = certificates[0].product.producer
    return {
        **department.notice(),
        "holder": holder.name,
        "address": holder.full_address,
        "certificates": [
            {
                "product": one.product.name,
                "number": one.number,
                "stars": str(labels.STARS[one.stars]),
                "issuer": one.issuer,
                "issued_on": one.issued_on,
                "last_day": one.facts.last_day,
            }
            for one in certificates
        ],
    }
