"""Opening stock in from a sheet: what stood on the shelves when the books began, as posted vouchers of each point."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.accounts.models import User
from ocop_points.catalogue import bulk_queries
from ocop_points.catalogue.bulk_queries import ProductRow
from ocop_points.catalogue.rules import scanned
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date, vi_number
from ocop_points.core.text import fold
from ocop_points.exchange.import_shapes import (
    EXAMPLE_MARK,
    Cells,
    Col,
    Entry,
    Key,
    Kind,
    Outcome,
    Words,
)
from ocop_points.exchange.rules_cells import any_day, as_wide_as, day_of, decimal, whole, yes_no
from ocop_points.exchange.rules_shapes import FaultKind
from ocop_points.points.models import SalesPoint
from ocop_points.stock import labels, opening_queries, service
from ocop_points.stock.models import VoucherLine
from ocop_points.stock.opening_queries import LotKey, PointRow
from ocop_points.stock.posting import BadLines
from ocop_points.stock.rules import (
    MAX_QUANTITY,
    MAX_UNIT_PRICE,
    QUANTITY_PLACES,
    STOCKED,
    BadLine,
    Fault,
    VoucherKind,
    base_quantity,
    line_amount,
    lot_conflict,
)
from ocop_points.stock.service import DraftFacts, DraftLine

COLUMNS = (
    Col("point", _l("Mã điểm bán"), True, look="text", note=_l("Ví dụ QNI-0007")),
    Col("product", _l("Mã sản phẩm"), look="text", note=_l("Ghi mã sản phẩm hoặc mã vạch.")),
    Col("barcode", _l("Mã vạch"), look="text"),
    Col("name", _l("Tên sản phẩm"), width=40, note=_l("Để người đọc nhận ra; hệ thống theo mã.")),
    Col("lot", _l("Lô"), look="text"),
    Col("expiry", _l("Hạn dùng"), look="day"),
    Col("quantity", _l("Số lượng"), True, 12),
    Col("unit", _l("Đơn vị"), width=12, note=_l("Bỏ trống: đơn vị tính của sản phẩm.")),
    Col("price", _l("Đơn giá (₫)"), True, note=_l("Giá nhập một đơn vị; hàng tặng ghi 0.")),
    Col("on_date", _l("Ngày đầu kỳ"), True, look="day"),
    Col(
        "other_lot",
        _l("Đúng là lô khác hạn"),
        width=12,
        note=_l("Có: mã lô này có thật với cả hai hạn dùng."),
    ),
)


@dataclass(frozen=True)
class Known:
    """The points and goods a row may name, the lots that are known, and what was opened already."""

    points: Mapping[str, PointRow]
    products: Mapping[int, ProductRow]
    by_code: Mapping[str, int]
    by_barcode: Mapping[str, int]
    lots: Mapping[tuple[int, str], set[date | None]]
    opened: Mapping[LotKey, int]


@dataclass(frozen=True)
class Opening:
    """One line of an opening voucher."""

    point_id: int
    on_date: date
    line: DraftLine


def known(user: User) -> Known:
    products = bulk_queries.product_rows()
    return Known(
        points={row.code: row for row in opening_queries.point_rows(user)},
        products={row.id: row for row in products},
        by_code={row.code: row.id for row in products},
        by_barcode={row.facts.barcode: row.id for row in products if row.facts.barcode},
        lots=opening_queries.lot_dates(),
        opened=opening_queries.opened(user),
    )


_READERS: dict[str, Callable[[Any], Any]] = {
    "lot": as_wide_as(VoucherLine, "lot_code"),
    "expiry": any_day,
    "quantity": decimal(0, MAX_QUANTITY, QUANTITY_PLACES),
    "price": whole(0, MAX_UNIT_PRICE),
    "on_date": lambda value: day_of(value, clock.today()),
    "other_lot": yes_no,
}


def read(cells: Cells, known: Known) -> Entry | None:
    """A row as a line of an opening voucher."""
    cells.need("point", "quantity", "price", "on_date")
    given = cells.given(_READERS)
    point, product = _point(cells, given.get("on_date"), known), _product(cells, known)
    if not cells.sound() or point is None or product is None:
        return None
    code, expiry = given.get("lot", "").upper(), given.get("expiry")
    unit, factor = _unit(cells, product)
    line = DraftLine(
        product_id=product.id,
        unit_name=unit,
        unit_factor=factor,
        lot_code=code,
        expiry=expiry,
        quantity=given["quantity"],
        unit_price=given["price"],
        expiry_confirmed=given.get("other_lot", False),
    )
    base = _base(cells, line, product)
    dates = known.lots.get((product.id, code), set()) if code else set()
    others = lot_conflict(dates, expiry)
    if others and not line.expiry_confirmed:
        days = ", ".join(vi_date(day) if day else _("không hạn") for day in others)
        cells.refuse(
            "expiry",
            FaultKind.REFUSED,
            _(
                "Lô này đã có trong sổ với hạn %(days)s. Sửa lại hạn, hoặc ghi Có ở cột Đúng là lô khác hạn",
                days=days,
            ),
        )
    if not cells.sound():
        return None
    lot = (point.id, product.id, code, expiry)
    text = f"{point.code} · {product.facts.name} · {labels.lot_name(code, expiry)}"
    outcome = _outcome(cells, lot, base, product, known)
    record = Opening(point.id, given["on_date"], line)
    return Entry(cells.row, text, outcome, record, (Key("product", lot),)) if outcome else None


def _point(cells: Cells, on: date | None, known: Known) -> PointRow | None:
    code = cells.text("point").upper()
    point = known.points.get(code)
    if point is None and code:
        cells.refuse(
            "point", FaultKind.REFUSED, _("Không có điểm bán nào mã này trong phạm vi của bạn")
        )
    elif point and point.status not in STOCKED:
        cells.refuse(
            "point", FaultKind.REFUSED, _("Điểm bán này không ở trạng thái nhập, xuất hàng được")
        )
    elif point and on and point.closed_through and on <= point.closed_through:
        cells.refuse(
            "on_date",
            FaultKind.REFUSED,
            _("Sổ của điểm đã khóa đến hết %(day)s", day=vi_date(point.closed_through)),
        )
    return point


def _product(cells: Cells, known: Known) -> ProductRow | None:
    code, barcode = cells.text("product").upper(), scanned(cells.text("barcode"))
    if not code and not barcode:
        cells.refuse("product", FaultKind.EMPTY)
        return None
    found = known.by_code.get(code) if code else known.by_barcode.get(barcode)
    column = "product" if code else "barcode"
    if found is None:
        cells.refuse(column, FaultKind.REFUSED, _("Danh mục không có sản phẩm nào mã này"))
    elif barcode and known.by_barcode.get(barcode, found) != found:
        cells.refuse("barcode", FaultKind.REFUSED, _("Mã vạch này là của sản phẩm khác"))
    return None if found is None else known.products[found]


def _unit(cells: Cells, product: ProductRow) -> tuple[str, int]:
    """The unit as the product knows it, and how many base units it is."""
    base = product.facts.base_unit
    units = {fold(name): (name, factor) for name, factor in product.facts.units}
    units[fold(base)] = (base, 1)
    written = fold(cells.text("unit") or base)
    if written not in units:
        names = ", ".join(name for name, _factor in units.values())
        cells.refuse(
            "unit", FaultKind.REFUSED, _("Chọn một đơn vị của sản phẩm: %(names)s", names=names)
        )
    return units.get(written, (base, 1))


def _base(cells: Cells, line: DraftLine, product: ProductRow) -> int:
    """Base units of the line; 0 where it cannot be counted."""
    try:
        if line.quantity is not None and line.unit_price is not None:
            line_amount(line.quantity, line.unit_price)
            return base_quantity(line.quantity, line.unit_factor)
    except BadLine as bad:
        whole_units = _("Số lượng phải ra số nguyên %(unit)s", unit=product.facts.base_unit)
        words = whole_units if bad.fault is Fault.NOT_WHOLE else str(labels.FAULT[bad.fault])
        cells.refuse("quantity", FaultKind.REFUSED, words)
    return 0


def _outcome(
    cells: Cells, lot: LotKey, base: int, product: ProductRow, known: Known
) -> Outcome | None:
    """A lot is opened once at a point: the same again changes nothing, another quantity is no second opening."""
    held = known.opened.get(lot)
    if held is None:
        return Outcome.NEW
    if held == base:
        return Outcome.SAME
    amount = f"{vi_number(held)} {product.facts.base_unit}"
    cells.refuse(
        "quantity",
        FaultKind.REFUSED,
        _(
            "Lô này đã ghi đầu kỳ %(amount)s. Sai thì lập phiếu đảo rồi nhập lại, hoặc kiểm kê",
            amount=amount,
        ),
    )
    return None


def carry_out(entries: Sequence[Entry], by: User) -> None:
    """Draft and post the vouchers by the stock's own verbs, point by point and day by day. Raises Refused by row."""
    of: dict[tuple[int, date], list[Entry]] = {}
    for entry in entries:
        of.setdefault((entry.record.point_id, entry.record.on_date), []).append(entry)
    for (point_id, on_date), lines in sorted(of.items()):
        for start in range(0, len(lines), service.MOST_LINES):
            _post(point_id, on_date, lines[start : start + service.MOST_LINES], by)


def _post(point_id: int, on_date: date, entries: Sequence[Entry], by: User) -> None:
    point = db.session.get_one(SalesPoint, point_id)
    facts = DraftFacts(on_date=on_date, lines=[entry.record.line for entry in entries])
    try:
        voucher = service.save_draft(point, VoucherKind.OPENING, facts, by=by)
        service.post_voucher(voucher, by=by)
    except BadLines as bad:
        words = (
            _("Dòng %(n)s: %(text)s", n=entries[place].row, text=text)
            for place, _field, text in bad.faults
        )
        raise Refused("; ".join(words)) from bad
    except Refused as refused:
        row = entries[0].row
        raise Refused(_("Dòng %(n)s: %(text)s", n=row, text=refused.message)) from refused


def example(user: User) -> dict[str, Any]:
    points = opening_queries.point_rows(user)
    return {
        "point": points[0].code if points else "QNI-0001",
        "product": "SP-00001",
        "name": f"VÍ DỤ – Chả mực {EXAMPLE_MARK}",
        "lot": "CM-0626",
        "expiry": date(2027, 6, 30),
        "quantity": 24,
        "unit": "gói",
        "price": 180000,
        "on_date": date(2026, 1, 1),
    }


def lists(_user: User) -> dict[str, list[str]]:
    """What cells may be chosen from."""
    return {"other_lot": ["Có", "Không"]}


KIND = Kind(
    name="opening",
    permission="stock.write",
    nav="stock",
    endpoint="stock.choose_point",
    words=Words(
        title=_l("Nhập số dư đầu kỳ từ Excel"),
        sheet=_l("Số dư đầu kỳ"),
        back=_l("Kho hàng"),
        records=_l("dòng đầu kỳ"),
        hint=_l(
            "Mỗi dòng một lô tại một điểm bán, ghi sổ thành phiếu PD. Lô đã ghi đầu kỳ thì không ghi lần nữa."
        ),
    ),
    columns=COLUMNS,
    keys=(),
    most_rows=10_000,
    example=example,
    lists=lists,
    known=known,
    read=read,
    carry_out=carry_out,
)
