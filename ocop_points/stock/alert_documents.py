"""The list of warnings as it leaves the house."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.formats import vi_date, vi_datetime
from ocop_points.core.tables_out import Column, Table
from ocop_points.stock import alerts, labels
from ocop_points.stock.alerts import AlertFilter
from ocop_points.stock.alerts_rules import AlertKind


def alerts_table(user: User, wanted: AlertFilter) -> Table:
    """The list with its filters, as it stands today."""
    columns = [
        Column(_("Cảnh báo"), 26), Column(_("Địa phương"), 18), Column(_("Mã điểm"), 11), Column(_("Điểm bán"), 34),
        Column(_("Mã hàng"), 11), Column(_("Sản phẩm"), 38), Column(_("Chủ thể"), 32), Column(_("Lô"), 16),
        Column(_("Ngày"), 12), Column(_("Tồn"), 10), Column(_("ĐVT"), 10), Column(_("Mức tối thiểu"), 12),
    ]  # fmt: skip
    notes = [
        _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name),
        _("Tình trạng tính đến ngày %(day)s", day=vi_date(wanted.day)),
        _("Sắp hết hạn: trong %(n)s ngày", n=wanted.within),
        _("Không nhập, không xuất: %(n)s ngày", n=wanted.still),
        _("Ngày: hạn dùng; ngày chứng nhận hết hiệu lực; lần cuối nhập, xuất"),
    ]
    return Table(columns, _rows(user, wanted), sheet=_("Cảnh báo kho"), notes=notes)


def _rows(user: User, wanted: AlertFilter) -> Iterator[tuple[Any, ...]]:
    moved = alerts.moves_within(user, wanted)
    for row in alerts.alerts_for_export(user, wanted):
        kind = AlertKind(row.kind)
        day = moved.get((row.point_id, row.product_id)) if kind is AlertKind.STILL else row.day
        yield (
            str(labels.ALERT[kind][1]),
            row.locality_name,
            row.point_code,
            row.point_name,
            row.code,
            row.name,
            row.producer_name,
            row.lot_code,
            day,
            row.on_hand,
            row.base_unit,
            row.minimum,
        )
