"""Products in from a sheet, each with a certificate: by code, barcode, or name and producer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from ocop_points.accounts.models import User
from ocop_points.catalogue import labels
from ocop_points.catalogue.bulk_service import take_in_products
from ocop_points.exchange.import_products_columns import BASES, COLUMNS
from ocop_points.exchange.import_products_read import known, read
from ocop_points.exchange.import_shapes import EXAMPLE_MARK, Entry, Kind, Words
from ocop_points.localities import queries as localities


def carry_out(entries: Sequence[Entry], by: User) -> None:
    take_in_products([entry.record for entry in entries], by=by)


def lists(user: User) -> dict[str, list[str]]:
    """What cells may be chosen from."""
    yes_or_no = ["Có", "Không"]
    return {
        "locality": [one.name for one in localities.reached(user)],
        "group148": [str(text) for text in labels.GROUP.values()],
        "old_group": [str(text) for text in labels.OLD_GROUP.values()],
        "stars": [str(text) for text in labels.STARS.values()],
        "active": yes_or_no,
        **{f"basis_{letter}": yes_or_no for letter, _words in BASES},
    }


def example(user: User) -> dict[str, Any]:
    reached = localities.reached(user)
    return {
        "locality": reached[0].name if reached else "",
        "name": f"VÍ DỤ – Chè Shan tuyết Suối Mơ, hộp 200 g {EXAMPLE_MARK}",
        "producer_tax_code": "0101234567",
        "group148": "Đồ uống",
        "base_unit": "hộp",
        "units": "thùng = 24",
        "barcode": "8930000000002",
        "shelf_life_months": 12,
        "reference_price": 180000,
        "active": "Có",
        "number": "0125/GCN-OCOP",
        "stars": "4 sao",
        "score": 82.5,
        "issued_on": date(2025, 3, 14),
        "issuer": "Ủy ban nhân dân tỉnh",
        "decision": "612/QĐ-UBND",
    }


KIND = Kind(
    name="products",
    permission="catalogue.edit",
    nav="products",
    endpoint="catalogue.product_list",
    words=Words(
        title=_l("Nhập sản phẩm, giấy chứng nhận từ Excel"),
        sheet=_l("Sản phẩm"),
        records=_l("sản phẩm"),
        hint=_l("Mỗi dòng một sản phẩm, kèm một giấy chứng nhận nếu có. Chủ thể phải có trong danh mục trước."),
    ),
    columns=COLUMNS,
    keys=("code", "barcode"),
    most_rows=10_000,
    example=example,
    lists=lists,
    known=known,
    read=read,
    carry_out=carry_out,
)  # fmt: skip
