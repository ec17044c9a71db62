"""The list of points as it leaves the house."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.formats import vi_datetime
from ocop_points.core.tables_out import Column, Table
from ocop_points.points import labels, queries
from ocop_points.points.queries import PointFilter


def points_table(user: User, wanted: PointFilter) -> Table:
    """The list with its filters ; coordinates in degrees, area in m²."""
    columns = [
        Column(_("Mã"), 11), Column(_("Tên điểm bán"), 36), Column(_("Địa phương"), 16),
        Column(_("Trạng thái"), 15), Column(_("Loại địa điểm"), 24), Column(_("Địa chỉ"), 32),
        Column(_("Xã, phường, đặc khu"), 22), Column(_("Tỉnh, thành phố"), 18),
        Column(_("Diện tích (m²)"), 12), Column(_("Vĩ độ"), 11), Column(_("Kinh độ"), 11),
        Column(_("Đơn vị vận hành"), 34), Column(_("Loại đơn vị"), 16), Column(_("Mã số thuế"), 15),
        Column(_("Người phụ trách"), 22), Column(_("Điện thoại"), 14), Column(_("Giờ mở cửa"), 20),
        Column(_("Ngày khai trương"), 13), Column(_("Bộ hỗ trợ"), 9), Column(_("Ngày đánh giá"), 13),
        Column(_("Kết quả"), 14), Column(_("Điểm"), 8),
    ]  # fmt: skip
    made = _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name)
    return Table(columns, _rows(user, wanted), sheet=_("Điểm bán"), notes=[made])


def _rows(user: User, wanted: PointFilter) -> Iterator[tuple[Any, ...]]:
    for row in queries.points_for_export(user, wanted):
        yield (
            row.code,
            row.name,
            row.locality_name,
            str(labels.STATUS[row.status][1]),
            row.kind_name,
            row.address,
            f"{row.ward_kind} {row.ward_name}",
            row.province_name,
            None if row.area_dm2 is None else Decimal(row.area_dm2) / 100,
            row.latitude,
            row.longitude,
            row.operator_name,
            str(labels.OPERATOR_KIND[row.operator_kind]),
            row.operator_tax_code,
            row.representative,
            row.phone,
            row.opening_hours,
            row.opened_on,
            row.moit_supported,
            row.last_visit_on,
            str(labels.RESULT[row.last_result][1]),
            None if row.last_score_tenths is None else Decimal(row.last_score_tenths) / 10,
        )
