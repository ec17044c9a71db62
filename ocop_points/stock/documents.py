"""Vouchers on paper (01-VT, 02-VT), and the ledger and the stock as they leave the house."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.queries import held_then
from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue.queries import standings_on
from ocop_points.catalogue.rules import Standing
from ocop_points.core import clock
from ocop_points.core.formats import vi_date, vi_datetime, vi_number
from ocop_points.core.printing import amount_in_words
from ocop_points.core.tables_out import Column, Table
from ocop_points.points import queries as points
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import PointFilter
from ocop_points.stock import books, labels, months, queries
from ocop_points.stock.books import LedgerFilter
from ocop_points.stock.models import Voucher, VoucherLine
from ocop_points.stock.queries import VoucherFilter
from ocop_points.stock.rules import VoucherKind, VoucherState, on_hand_value

DOTS = "………………………………"


def comes_in(voucher: Voucher) -> bool:
    """Does it bring goods in? A reversal does the opposite of what it reverses."""
    if voucher.reverses is not None:
        return not voucher.reverses.incoming
    return voucher.incoming


def voucher_paper(voucher: Voucher, lines: Sequence[VoucherLine]) -> dict[str, Any]:
    """What templates/print/voucher.typ shows; the voucher has point, supplier and links loaded."""
    incoming = comes_in(voucher)
    standings = standings_on({line.product_id for line in lines}, voucher.on_date)
    total = sum(line.amount or 0 for line in lines)
    priced = any(line.unit_price is not None for line in lines)
    point, supplier = voucher.point, _supplier_then(voucher)
    return {
        "form": "01-VT" if incoming else "02-VT",
        "title": None
        if voucher.kind in {VoucherKind.RECEIPT, VoucherKind.ISSUE}
        else labels.paper_name(voucher),
        "date": voucher.on_date,
        "number": voucher.number,
        "draft": voucher.is_draft,
        "reversed_by": _named(voucher.reversed_by) if voucher.reversed_by else None,
        "reverses": _reverses(voucher),
        "unit": {
            "name": point.operator_name,
            "address": point.full_address,
            "section": point.name,
        },
        "legal": labels.legal_line(point.accounting_regime, voucher.on_date),
        "person": voucher.person or None,
        "person_address": _receiver_address(voucher, supplier) or None,
        "document": _document(voucher, supplier) if incoming else None,
        "reason": _reason(voucher) or None,
        "store": point.name,
        "store_address": point.full_address,
        "lines": [_paper_line(line, standings[line.product_id]) for line in lines],
        # Without any price there is no amount: not 0 ₫, which would be a gift.
        "total": vi_number(total) if priced else "",
        "amount_in_words": amount_in_words(total) if priced else DOTS,
        "attached": None,
    }


def _named(voucher: Voucher) -> str:
    return str(
        _(
            "phiếu %(number)s ngày %(day)s",
            number=voucher.number or "",
            day=vi_date(voucher.on_date),
        )
    )


def _reverses(voucher: Voucher) -> str | None:
    if voucher.reverses is None:
        return None
    return str(_("%(paper)s, lý do: %(why)s", paper=_named(voucher.reverses), why=voucher.reason))


def _reason(voucher: Voucher) -> str:
    if voucher.to_point is None:
        return voucher.reason
    to = _("Chuyển đến %(name)s (%(code)s)", name=voucher.to_point.name, code=voucher.to_point.code)
    return f"{to}; {voucher.reason}" if voucher.reason else str(to)


def _supplier_then(voucher: Voucher) -> str:
    """The supplier as it was called when the voucher was posted; "" where there is none."""
    supplier = voucher.supplier
    if supplier is None or voucher.posted_at is None:
        return supplier.name if supplier else ""
    held = held_then("supplier", [supplier.id], voucher.posted_at)[supplier.id]
    return str(held.get("name", supplier.name))


def _receiver_address(voucher: Voucher, supplier: str) -> str:
    if voucher.to_point is not None:
        return f"{voucher.to_point.name}, {voucher.to_point.address}"
    return voucher.person_address or supplier


def _document(voucher: Voucher, supplier: str) -> dict[str, Any] | None:
    if voucher.receives is not None:
        return {
            "kind": str(_("phiếu chuyển kho")),
            "number": voucher.receives.number,
            "date": voucher.receives.on_date,
            "of": voucher.receives.point.name,
        }
    if not (voucher.document_number or voucher.document_date or supplier):
        return None
    return {
        "kind": str(_("chứng từ")),
        "number": voucher.document_number or None,
        "date": voucher.document_date,
        "of": supplier or None,
    }


def _paper_line(line: VoucherLine, standing: Standing) -> dict[str, Any]:
    lot = line.lot
    pack = (
        f"1 {line.unit_name} = {vi_number(line.unit_factor)} {line.product.base_unit}"
        if line.unit_factor > 1
        else ""
    )
    stars = str(catalogue.STARS[standing.stars]) if standing.stars else ""
    note = "; ".join(part for part in (stars, pack, line.reason) if part)
    return {
        "name": line.product.name,
        "code": line.product.code,
        "unit": line.unit_name,
        "lot": (lot.code if lot else line.lot_code) or None,
        "expiry": lot.expiry if lot else line.expiry,
        "note": note or None,
        "first": vi_number(line.document_quantity) or None,
        "second": vi_number(line.quantity),
        "price": vi_number(line.unit_price),
        "amount": vi_number(line.amount),
    }


def _made(user: User, point: SalesPoint) -> list[str]:
    at = vi_datetime(clock.now())
    return [
        f"{point.name} · {point.code}",
        str(_("Lập lúc %(at)s bởi %(name)s", at=at, name=user.full_name)),
    ]


def shelves_table(user: User, wanted: PointFilter, *, soon: date) -> Table:
    """The points within reach with what waits in their stock."""
    columns = [
        Column(_("Mã"), 11), Column(_("Điểm bán"), 36), Column(_("Địa phương"), 18),
        Column(_("Lô bán được"), 12), Column(_("Sắp, đã hết hạn"), 12), Column(_("Phiếu nháp"), 12),
    ]  # fmt: skip
    found = list(points.points_for_export(user, wanted))
    held = queries.summaries([row.id for row in found], clock.today(), soon)
    rows = (
        (row.code, row.name, row.locality_name, *(held[row.id][name] for name in queries.SUMMED))
        for row in found
    )
    return Table(columns, rows, sheet=_("Kho hàng"))


def ledger_table(user: User, point: SalesPoint, wanted: LedgerFilter) -> Table:
    """The ledger of the filter; quantities in base units, the balance that of each line's product."""
    columns = [
        Column(_("Ngày"), 12), Column(_("Chứng từ"), 26), Column(_("Loại"), 16),
        Column(_("Mã"), 11), Column(_("Sản phẩm"), 38), Column(_("Lô"), 14),
        Column(_("Hạn dùng"), 12), Column(_("ĐVT"), 8), Column(_("Nhập"), 10),
        Column(_("Xuất"), 10), Column(_("Tồn"), 10), Column(_("Nội dung"), 36),
        Column(_("Người ghi"), 22), Column(_("Đã đảo bằng"), 26),
    ]  # fmt: skip
    notes = _made(user, point)
    if wanted.since:
        notes.append(str(_("Từ ngày %(day)s", day=vi_date(wanted.since))))
    if wanted.until:
        notes.append(str(_("Đến ngày %(day)s", day=vi_date(wanted.until))))
    totals = books.totals(point.id, wanted)
    if totals:
        notes.append(str(_("Tồn đầu kỳ: %(n)s", n=vi_number(totals.opening))))
    return Table(columns, _ledger_rows(point.id, wanted), sheet=_("Sổ kho"), notes=notes)


def _ledger_rows(point_id: int, wanted: LedgerFilter) -> Iterator[tuple[Any, ...]]:
    for row in books.ledger_for_export(point_id, wanted):
        yield (
            row.on_date,
            row.number,
            str(labels.KIND[row.kind]),
            row.code,
            row.name,
            row.lot_code,
            row.expiry,
            row.base_unit,
            row.delta if row.delta > 0 else None,
            -row.delta if row.delta < 0 else None,
            int(row.balance),
            " · ".join(part for part in (row.reason, row.document_number, row.person) if part),
            row.by_name,
            row.reversal_number,
        )


def vouchers_table(user: User, point: SalesPoint, wanted: VoucherFilter) -> Table:
    """The vouchers of the filter, drafts first; money in ₫."""
    columns = [
        Column(_("Số"), 26), Column(_("Ngày"), 12), Column(_("Loại"), 18), Column(_("Trạng thái"), 14),
        Column(_("Nội dung"), 48), Column(_("Dòng"), 8), Column(_("Tiền (₫)"), 16),
        Column(_("Người lập"), 24), Column(_("Đã đảo bằng"), 26),
    ]  # fmt: skip
    rows = (
        (
            row.number or _("Nháp %(n)s", n=row.id),
            row.on_date,
            _way(row),
            str(labels.STATE[VoucherState.REVERSED if row.reversal_id else row.state][1]),
            " · ".join(part for part in (row.supplier_name, row.reason, row.person) if part),
            row.lines,
            None if row.total is None else int(row.total),
            row.by_name,
            row.reversal_number,
        )
        for row in queries.vouchers_for_export(point.id, wanted)
    )
    return Table(columns, rows, sheet=_("Phiếu kho"), notes=_made(user, point))


def _way(row: Any) -> str:
    """The kind in words; of goods between points also which way they went."""
    if row.kind is not VoucherKind.TRANSFER:
        return str(labels.KIND[row.kind])
    return _("Chuyển đến") if row.receives_id else _("Chuyển đi")


def on_hand_table(user: User, point: SalesPoint, query: str) -> Table:
    """What the point holds, lot by lot; value by the price of the lot's last receipt there."""
    columns = [
        Column(_("Mã"), 11), Column(_("Sản phẩm"), 38), Column(_("Chủ thể"), 34),
        Column(_("Hạng sao"), 24), Column(_("Lô"), 14), Column(_("Hạn dùng"), 12),
        Column(_("Còn (ngày)"), 10), Column(_("Tồn"), 10), Column(_("ĐVT"), 8),
        Column(_("Trị giá theo giá nhập gần nhất (₫)"), 20),
    ]  # fmt: skip
    day = _("Số liệu ngày %(day)s", day=vi_date(clock.today()))
    rows = _on_hand_rows(point.id, query)
    return Table(columns, rows, sheet=_("Tồn kho"), notes=[*_made(user, point), str(day)])


def _on_hand_rows(point_id: int, query: str) -> Iterator[tuple[Any, ...]]:
    today = clock.today()
    held = list(queries.on_hand_for_export(point_id, query))
    standings = standings_on({row.product_id for row in held}, today)
    for row in held:
        yield (
            row.code,
            row.name,
            row.producer_name,
            catalogue.standing_text(standings[row.product_id]),
            row.lot_code,
            row.expiry,
            (row.expiry - today).days if row.expiry else None,
            row.on_hand,
            row.base_unit,
            None
            if row.unit_price is None
            else on_hand_value(row.on_hand, row.unit_price, row.unit_factor),
        )


def month_table(user: User, point: SalesPoint, month: date) -> Table:
    """Opening, in, out and closing of each product in a month, in base units."""
    columns = [
        Column(_("Mã"), 11), Column(_("Sản phẩm"), 38), Column(_("ĐVT"), 8), Column(_("Tồn đầu"), 10),
        Column(_("Nhập"), 10), Column(_("Xuất"), 10), Column(_("Tồn cuối"), 10),
    ]  # fmt: skip
    rows = (
        (
            row.code,
            row.name,
            row.base_unit,
            *(int(n) for n in (row.opening, row.came, row.gone, row.closing)),
        )
        for row in months.month_for_export(point.id, month)
    )
    title = f"{month:%m-%Y}"
    return Table(columns, rows, sheet=title, notes=[*_made(user, point), labels.month_name(month)])
