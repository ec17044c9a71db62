"""Agreements as they leave the house: the list, and the settlement of a month on screen, on paper and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product
from ocop_points.core import clock
from ocop_points.core.formats import vi_date, vi_datetime, vi_number
from ocop_points.core.printing import amount_in_words
from ocop_points.core.tables_out import Column, Table
from ocop_points.points.models import SalesPoint
from ocop_points.programme import agreements_labels as labels
from ocop_points.programme import settlement_queries
from ocop_points.programme.agreements_models import Agreement
from ocop_points.programme.agreements_queries import (
    AgreementFilter,
    agreements_for_export,
    prices_of,
)
from ocop_points.programme.agreements_rules import Settled, Terms, settle, total_due
from ocop_points.stock.rules_months import month_end, month_of

MOST_MONTHS = 36
_AT_ONCE = 200


def _made_by(user: User) -> str:
    return str(_("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name))


def agreements_table(user: User, wanted: AgreementFilter) -> Table:
    """The list with its filters; the value delivered is that of the agreement's year of the day."""
    columns = [
        Column(_("Số"), 18), Column(_("Chủ thể"), 36), Column(_("Bên mua"), 36), Column(_("Hình thức"), 12),
        Column(_("Ngày ký"), 12), Column(_("Hiệu lực từ"), 12), Column(_("Đến hết"), 12), Column(_("Tình trạng"), 20),
        Column(_("Chiết khấu (%)"), 10), Column(_("Nhận trả khi còn dưới (ngày)"), 12),
        Column(_("Tối thiểu một năm (₫)"), 16), Column(_("Đã giao trong năm (₫)"), 16), Column(_("Hội nghị"), 30),
        Column(_("Địa phương"), 18),
    ]  # fmt: skip
    day = _("Số liệu tính đến ngày %(day)s", day=vi_date(wanted.day))
    rows = _agreement_rows(user, wanted)
    return Table(columns, rows, sheet=_("Thỏa thuận"), notes=[_made_by(user), str(day)])


def _agreement_rows(user: User, wanted: AgreementFilter) -> Iterator[tuple[Any, ...]]:
    every = agreements_for_export(user, wanted)
    while rows := every.fetchmany(_AT_ONCE):
        delivered = settlement_queries.delivered(rows, wanted.day)
        for row in rows:
            yield (
                row.number,
                row.producer_name,
                labels.buyer_of(row),
                str(labels.TERMS[row.terms]),
                row.signed_on,
                row.valid_from,
                row.valid_to,
                labels.standing_tag(row, wanted.day)[1],
                Decimal(row.discount_hundredths) / 100,
                row.return_days,
                row.least_value,
                delivered.get(row.id),
                row.conference,
                row.locality_name,
            )


@dataclass(frozen=True)
class Sheet:
    """A settlement: products with what is due for each, the month, and the sum in whole ₫."""

    month: date
    terms: Terms
    lines: Sequence[tuple[Product, Settled]]
    due: int

    @property
    def unpriced(self) -> int:
        """Lines of vouchers without an amount, or, on consignment, products sold without a price."""
        if self.terms is Terms.PURCHASE:
            return sum(one.moved.unpriced for _product, one in self.lines)
        return sum(1 for _product, one in self.lines if one.price is None and one.moved.sold)


def settlement(agreement: Agreement, month: date) -> Sheet:
    """What a month of an agreement with a point comes to."""
    prices = prices_of(agreement.id)
    lines = [
        (
            product,
            settle(
                moved,
                agreement.terms,
                price=prices.get(product.id),
                discount_hundredths=agreement.discount_hundredths,
            ),
        )
        for product, moved in settlement_queries.moved_in(agreement, month)
    ]
    due = total_due([one for _product, one in lines])
    return Sheet(month, agreement.terms, lines, due)


def months_to_choose(agreement: Agreement, today: date) -> list[date]:
    """The months of an agreement up to this one, the last first."""
    found = [month_of(min(today, agreement.last_day))]
    while found[-1] > month_of(agreement.valid_from) and len(found) < MOST_MONTHS:
        found.append(month_of(found[-1] - timedelta(days=1)))
    return found


def _cells(product: Product, one: Settled) -> tuple[Any, ...]:
    moved = one.moved
    return (
        product.code,
        product.name,
        product.base_unit,
        moved.opening,
        moved.came,
        moved.returned,
        moved.sold,
        moved.other,
        moved.closing,
        moved.came_amount,
        moved.returned_amount,
        one.price,
        one.gross,
        one.discount,
        one.due,
    )


def settlement_table(user: User, agreement: Agreement, sheet: Sheet) -> Table:
    """The settlement as a file: quantities in base units, money in ₫."""
    columns = [
        Column(_("Mã"), 11), Column(_("Sản phẩm"), 38), Column(_("ĐVT"), 8), Column(_("Tồn đầu"), 10),
        Column(_("Nhập"), 10), Column(_("Trả lại"), 10), Column(_("Bán"), 10), Column(_("Khác"), 10),
        Column(_("Tồn cuối"), 10), Column(_("Tiền nhập (₫)"), 14), Column(_("Tiền trả lại (₫)"), 14),
        Column(_("Giá thỏa thuận (₫)"), 14), Column(_("Tiền hàng (₫)"), 14), Column(_("Chiết khấu (₫)"), 14),
        Column(_("Phải trả (₫)"), 14),
    ]  # fmt: skip
    rows = (_cells(product, one) for product, one in sheet.lines)
    notes = [
        _made_by(user),
        agreement.subject().text,
        str(_("Tháng %(month)s", month=f"{sheet.month:%m/%Y}")),
        str(_("Tổng phải trả: %(sum)s ₫", sum=vi_number(sheet.due))),
    ]
    return Table(columns, rows, sheet=f"{sheet.month:%m-%Y}", notes=notes)


def settlement_paper(agreement: Agreement, point: SalesPoint, sheet: Sheet) -> dict[str, Any]:
    """What templates/print/settlement.typ shows; the point has ward, province and locality loaded."""
    consigned = sheet.terms is Terms.CONSIGNMENT
    last = month_end(sheet.month)
    return {
        "date": min(clock.today(), last),
        "draft": clock.today() <= last,
        "month": f"{sheet.month:%m/%Y}",
        "buyer": {
            "name": point.operator_name,
            "point": f"{point.name} ({point.code})",
            "address": point.full_address,
        },
        "producer": agreement.producer.name,
        "agreement": agreement.number or None,
        "signed_on": agreement.signed_on,
        "terms": str(labels.TERMS[sheet.terms]),
        "consigned": consigned,
        "discount": vi_number(agreement.discount) if agreement.discount_hundredths else None,
        "lines": [_paper_line(product, one) for product, one in sheet.lines],
        "gross": vi_number(sum(one.gross for _product, one in sheet.lines)),
        "taken": vi_number(sum(one.discount for _product, one in sheet.lines)),
        "due": vi_number(sheet.due),
        "in_words": amount_in_words(abs(sheet.due)),
        "owed_by_producer": sheet.due < 0,
        "unpriced": sheet.unpriced,
    }


def _paper_line(product: Product, one: Settled) -> dict[str, str]:
    moved = one.moved
    return {
        "name": product.name,
        "unit": product.base_unit,
        **{
            name: vi_number(getattr(moved, name))
            for name in (
                "opening", "came", "returned", "sold", "other", "closing", "came_amount", "returned_amount",
            )
        },
        "price": vi_number(one.price) or "–",
        "due": vi_number(one.due),
    }  # fmt: skip
