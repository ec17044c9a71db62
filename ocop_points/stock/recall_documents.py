"""A recall as it leaves the house: the two lists, and the letter to each point."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.formats import vi_datetime, vi_number
from ocop_points.core.tables_out import Column, Table
from ocop_points.points.models import SalesPoint
from ocop_points.stock import labels, recall
from ocop_points.stock.recall import Goods


def _notes(user: User, goods: Goods) -> list[str]:
    return [
        labels.goods_name(goods),
        _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name),
        labels.recall_scope(user),
        _("Phiếu đảo được tính vào cột của phiếu bị đảo"),
    ]


def places_table(user: User, goods: Goods) -> Table:
    """Points and lots with what became of the goods."""
    columns = [
        Column(_("Địa phương"), 18), Column(_("Mã điểm"), 11), Column(_("Điểm bán"), 34), Column(_("Mã hàng"), 11),
        Column(_("Sản phẩm"), 38), Column(_("Lô"), 16), Column(_("Hạn dùng"), 12), Column(_("ĐVT"), 10),
        Column(_("Nhập"), 10), Column(_("Chuyển đến"), 10), Column(_("Bán, xuất"), 10), Column(_("Trả"), 10),
        Column(_("Hủy"), 10), Column(_("Chuyển đi"), 10), Column(_("Kiểm kê"), 10), Column(_("Còn"), 10),
    ]  # fmt: skip
    rows = (_place(row) for row in recall.places_for_export(user, goods))
    return Table(columns, rows, sheet=_("Theo điểm bán"), notes=_notes(user, goods))


def _place(row: Any) -> tuple[Any, ...]:
    return (
        row.locality_name,
        row.point_code,
        row.point_name,
        row.code,
        row.name,
        row.lot_code,
        row.expiry,
        row.base_unit,
        row.received,
        row.arrived,
        row.sold,
        row.returned,
        row.written_off,
        row.sent,
        row.counted,
        row.on_hand,
    )


def vouchers_table(user: User, goods: Goods) -> Table:
    """Every voucher line that moved the goods."""
    columns = [
        Column(_("Ngày"), 12), Column(_("Số phiếu"), 24), Column(_("Loại"), 18), Column(_("Địa phương"), 18),
        Column(_("Mã điểm"), 11), Column(_("Điểm bán"), 34), Column(_("Mã hàng"), 11), Column(_("Sản phẩm"), 38),
        Column(_("Lô"), 16), Column(_("Hạn dùng"), 12), Column(_("Số lượng (+ vào, − ra)"), 14), Column(_("ĐVT"), 10),
        Column(_("Nhà cung cấp"), 32), Column(_("Người giao, nhận"), 26),
    ]  # fmt: skip
    return Table(columns, _moves(user, goods), sheet=_("Theo phiếu"), notes=_notes(user, goods))


def _moves(user: User, goods: Goods) -> Iterator[tuple[Any, ...]]:
    for row in recall.vouchers_for_export(user, goods):
        yield (
            row.on_date,
            row.number,
            str(labels.KIND[row.kind]),
            row.locality_name,
            row.point_code,
            row.point_name,
            row.code,
            row.name,
            row.lot_code,
            row.expiry,
            row.delta,
            row.base_unit,
            row.supplier_name,
            row.person,
        )


def letters(
    points: Sequence[SalesPoint], goods: Goods, lots: Mapping[int, Sequence[Any]], reason: str
) -> dict[str, Any]:
    """What print/recall.typ shows: a letter a point, locality and department loaded."""
    return {
        "date": clock.today(),
        "draft": False,
        "letters": [_letter(one, goods, lots.get(one.id, ()), reason) for one in points],
    }


def _letter(point: SalesPoint, goods: Goods, lots: Sequence[Any], reason: str) -> dict[str, Any]:
    return {
        **point.locality.department.notice(),
        "about": labels.goods_name(goods),
        "point": f"{point.name} ({point.code})",
        "operator": point.operator_name,
        "address": point.full_address,
        "reason": reason or None,
        "lots": [
            {
                "product": f"{row.name} ({row.code})",
                "lot": row.lot_code or str(_("không ghi mã")),
                "expiry": row.expiry,
                "received": vi_number(row.received + row.arrived),
                "on_hand": vi_number(row.on_hand),
                "unit": row.base_unit,
            }
            for row in lots
        ],
    }
