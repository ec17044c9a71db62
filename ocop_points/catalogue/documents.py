"""The lists of the catalogue as they leave the house."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.catalogue import labels, lists, queries
from ocop_points.catalogue.lists import ProductFilter, SupplierFilter
from ocop_points.catalogue.rules import NOTED_BASES, Standing
from ocop_points.core import clock
from ocop_points.core.formats import vi_date, vi_datetime
from ocop_points.core.tables_out import Column, Table


def made_by(user: User) -> str:
    """When and by whom a list was made."""
    return str(_("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name))


def suppliers_table(user: User, wanted: SupplierFilter) -> Table:
    """The list with its filters; tax code and telephone only for those who may see them."""
    columns = [
        Column(_("Tên"), 40), Column(_("Loại hình"), 26), Column(_("Người đại diện"), 24),
        Column(_("Địa chỉ"), 36), Column(_("Địa phương quản lý"), 18), Column(_("Đang hoạt động"), 10),
    ]  # fmt: skip
    if queries.sees_contacts(user):
        columns += [Column(_("Mã số thuế"), 15), Column(_("Điện thoại"), 14)]
    rows = _supplier_rows(user, wanted)
    return Table(columns, rows, sheet=_("Nhà cung cấp"), notes=[made_by(user)])


def _supplier_rows(user: User, wanted: SupplierFilter) -> Iterator[tuple[Any, ...]]:
    contacts = queries.sees_contacts(user)
    for row in lists.suppliers_for_export(user, wanted):
        cells = (
            row.name,
            str(labels.SUPPLIER_KIND[row.kind]),
            row.representative,
            row.address,
            row.locality_name,
            row.active,
        )
        yield (*cells, row.tax_code, row.phone) if contacts else cells


def products_table(user: User, wanted: ProductFilter) -> Table:
    """The list with its filters; stars on the day of the list, prices in ₫."""
    columns = [
        Column(_("Mã"), 11), Column(_("Sản phẩm"), 40), Column(_("Chủ thể"), 36),
        Column(_("Hạng sao"), 30), Column(_("Hiệu lực đến hết"), 14), Column(_("Nhóm sản phẩm"), 26),
        Column(_("Nhóm cũ"), 22), Column(_("Quy cách, phẩm chất"), 36), Column(_("Đơn vị tính"), 10),
        Column(_("Mã vạch"), 15), Column(_("Căn cứ khác"), 12), Column(_("Hạn dùng"), 12),
        Column(_("Giá tham khảo (₫)"), 14), Column(_("Địa phương quản lý"), 18),
    ]  # fmt: skip
    day = _("Hạng sao tính đến ngày %(day)s", day=vi_date(wanted.day))
    bases = _("Căn cứ khác: %(list)s", list="; ".join(
        f"{basis.value}) {labels.BASIS[basis]}" for basis in NOTED_BASES
    ))  # fmt: skip
    notes = [made_by(user), day, bases]
    return Table(columns, _product_rows(wanted), sheet=_("Sản phẩm"), notes=notes)


def _product_rows(wanted: ProductFilter) -> Iterator[tuple[Any, ...]]:
    standings = queries.standings_on(None, wanted.day)
    for row in lists.products_for_export(wanted):
        standing = standings.get(row.id, Standing())
        flags = (("b", row.basis_b), ("c", row.basis_c), ("d", row.basis_d))
        yield (
            row.code,
            row.name,
            row.producer_name,
            labels.standing_text(standing),
            standing.certificate.last_day if standing.certificate else None,
            str(labels.GROUP[row.group148]) if row.group148 else "",
            str(labels.OLD_GROUP[row.old_group]) if row.old_group else "",
            row.specification,
            row.base_unit,
            row.barcode,
            ", ".join(letter for letter, noted in flags if noted),
            labels.shelf_life(row),
            row.reference_price,
            row.locality_name,
        )
