"""What stands behind a measured figure, row by row: for the page and for the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ocop_points.assessments.measures_queries import vouchers_of
from ocop_points.assessments.measures_rules import Shelf, ShelfLot, ShelfProduct, counts
from ocop_points.catalogue import labels as catalogue
from ocop_points.core.formats import vi_date, vi_number
from ocop_points.core.tables_out import Column, Table
from ocop_points.core.text import sort_key
from ocop_points.criteria.measures_rules import Ask, Measure, MeasureBy
from ocop_points.stock import labels as stock
from ocop_points.stock.rules import has_expired

_BAD = (Measure.CERTIFICATE_ENDED, Measure.NO_EXPIRED_GOODS)
"""Measures that count what should not be there."""


@dataclass(frozen=True)
class BehindRow:
    """One row: the first cell is a link. `counted`: it belongs to the part; None where nothing is told apart."""

    cells: tuple[Any, ...]
    url: str
    counted: bool | None


@dataclass(frozen=True)
class Behind:
    """The list: those that one has to look at come first. `counts_bad`: what is counted should not be there."""

    columns: Sequence[Column]
    rows: Sequence[BehindRow]
    counts_bad: bool


def behind(ask: Ask, shelf: Shelf, point_id: int) -> Behind:
    """Everything that the figure was counted from."""
    bad = ask.measure in _BAD
    columns, rows = _list(ask, shelf, point_id)
    ordered = sorted(rows, key=lambda one: (one.counted is not bad, sort_key(str(one.cells[0]))))
    return Behind(columns, ordered, bad)


def _list(ask: Ask, shelf: Shelf, point_id: int) -> tuple[list[Column], Iterator[BehindRow]]:
    product = [Column(_("Mặt hàng"), 36), Column(_("Mã"), 12)]
    amount = [Column(_("Số lượng"), 12), Column(_("Đơn vị"), 10)]
    if ask.measure is Measure.DAYS_SINCE_LAST_MOVEMENT:
        when = [Column(_("Ngày"), 12), Column(_("Lý do"), 36)]
        return [Column(_("Phiếu"), 24), Column(_("Loại"), 18), *when], _vouchers(shelf, point_id)
    if ask.measure is Measure.NO_EXPIRED_GOODS:
        return [*product, Column(_("Lô"), 16), Column(_("Hạn dùng"), 12), *amount], _lots(shelf)
    if ask.measure is Measure.SUPPLIERS_UNDER_AGREEMENT:
        makers = [Column(_("Chủ thể"), 36), Column(_("Số mặt hàng"), 12)]
        runs = [Column(_("Thỏa thuận"), 20), Column(_("Hiệu lực đến"), 12)]
        return [*makers, *runs], _makers(shelf)
    value = [Column(_("Giá trị (₫)"), 14)] if ask.by is MeasureBy.VALUE else []
    why = Column(str(_WHY[ask.measure]()), 34)
    return [*product, Column(_("Chủ thể"), 30), *amount, *value, why], _goods(ask, shelf)


_WHY = {
    Measure.EVERY_PRODUCT_HAS_A_BASIS: lambda: _("Căn cứ"),
    Measure.SHARE_THREE_STARS: lambda: _("Hạng sao"),
    Measure.OWN_PROVINCE: lambda: _("Xuất xứ"),
    Measure.CERTIFICATE_ENDED: lambda: _("Chứng nhận"),
}


def _goods(ask: Ask, shelf: Shelf) -> Iterator[BehindRow]:
    lots_of: dict[int, list[ShelfLot]] = {}
    for lot in shelf.lots:
        lots_of.setdefault(lot.product.id, []).append(lot)
    for own in lots_of.values():
        product = own[0].product
        values = [lot.value for lot in own if lot.value is not None]
        value = (sum(values) if values else None,) if ask.by is MeasureBy.VALUE else ()
        amount = (sum(lot.on_hand for lot in own), product.base_unit)
        cells = (
            product.name,
            product.code,
            product.producer_name,
            *amount,
            *value,
            _why(ask, product),
        )
        yield BehindRow(cells, _product_url(product), counts(ask, product))


def _why(ask: Ask, product: ShelfProduct) -> str:
    ended = _("hết hiệu lực từ %(day)s", day=vi_date(product.ended_on)) if product.ended_on else ""
    if ask.measure is Measure.EVERY_PRODUCT_HAS_A_BASIS:
        return ", ".join(sorted(one.value for one in product.bases)) or ended or _("không có")
    if ask.measure is Measure.OWN_PROVINCE:
        return _("trong tỉnh") if product.own_province else _("tỉnh khác")
    if product.stars is not None:
        return str(catalogue.STARS[product.stars])
    return ended or _("chưa xếp hạng")


def _lots(shelf: Shelf) -> Iterator[BehindRow]:
    for lot in shelf.lots:
        of = lot.product
        cells = (of.name, of.code, lot.code, lot.expiry, lot.on_hand, of.base_unit)
        yield BehindRow(cells, _product_url(lot.product), has_expired(lot.expiry, shelf.on))


def _makers(shelf: Shelf) -> Iterator[BehindRow]:
    of_maker: dict[int, list[ShelfProduct]] = {}
    for product in shelf.products:
        of_maker.setdefault(product.producer_id, []).append(product)
    for maker, products in of_maker.items():
        runs = shelf.agreed.get(maker)
        number, last = (runs.number or f"#{runs.id}", runs.last_day) if runs else ("", None)
        cells = (products[0].producer_name, len(products), number, last)
        yield BehindRow(
            cells, url_for("catalogue.supplier_show", supplier_id=maker), runs is not None
        )


def _vouchers(shelf: Shelf, point_id: int) -> Iterator[BehindRow]:
    if shelf.last_moved_on is None:
        return
    for row in vouchers_of(point_id, shelf.last_moved_on):
        cells = (row.number, str(stock.KIND[row.kind]), shelf.last_moved_on, row.reason)
        yield BehindRow(cells, url_for("stock.voucher_show", voucher_id=row.id), None)


def _product_url(product: ShelfProduct) -> str:
    return url_for("catalogue.product_show", product_id=product.id)


def behind_table(found: Behind, *, notes: Sequence[str]) -> Table:
    """The list as a file, with whether each row is counted."""
    told = any(row.counted is not None for row in found.rows)
    columns = [*found.columns, Column(_("Được tính"), 12)] if told else list(found.columns)
    rows = ((*row.cells, row.counted) if told else row.cells for row in found.rows)
    return Table(columns, rows, sheet=_("Số liệu"), notes=notes)


def shown_cell(value: Any) -> str:
    """A cell as the page writes it."""
    if isinstance(value, date):
        return vi_date(value)
    return vi_number(value) if isinstance(value, int) else str(value or "–")
