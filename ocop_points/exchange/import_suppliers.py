"""Producers and suppliers in from a sheet: by tax code, otherwise by name within the locality."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.accounts.models import User
from ocop_points.catalogue import bulk_queries, labels
from ocop_points.catalogue.bulk_queries import SupplierRow
from ocop_points.catalogue.bulk_service import SupplierGiven, differences, take_in_suppliers
from ocop_points.catalogue.models import Supplier
from ocop_points.catalogue.rules import SupplierKind
from ocop_points.catalogue.service import SupplierFacts
from ocop_points.core.text import fold
from ocop_points.exchange import queries
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
from ocop_points.exchange.import_words import changes_in_words, named, shown
from ocop_points.exchange.rules_cells import (
    as_wide_as,
    cell_text,
    locality_of,
    one_of,
    phone,
    tax_code,
    ward_of,
    yes_no,
)
from ocop_points.exchange.rules_shapes import FaultKind, Place, Places
from ocop_points.localities import queries as localities

_KEY_NOTE = _l("Có mã số thuế đã đăng ký: sửa bản ghi ấy. Ô trống: giữ nguyên.")
COLUMNS = (
    Col("tax_code", _l("Mã số thuế"), look="text", note=_KEY_NOTE),
    Col("locality", _l("Địa phương quản lý"), True, 22, note=_l("Tên tỉnh cũ hoặc mới, có dấu hay không dấu.")),
    Col("kind", _l("Loại hình"), True, 30),
    Col("name", _l("Tên"), True, 44),
    Col("representative", _l("Người đại diện"), width=24),
    Col("phone", _l("Điện thoại"), look="text"),
    Col("address", _l("Số nhà, đường, thôn"), width=30),
    Col("ward", _l("Xã, phường, đặc khu"), width=24),
    Col("active", _l("Đang hoạt động"), width=12),
)  # fmt: skip
_NEW = {"kind": SupplierKind.COOPERATIVE, "name": ""}


@dataclass(frozen=True)
class Known:
    """What a row may name, and what is registered."""

    places: Places
    wards: Mapping[str, str]
    by_id: Mapping[int, SupplierRow]
    by_tax_code: Mapping[str, int]
    by_name: Mapping[tuple[int, str], Sequence[int]]


def known(user: User) -> Known:
    rows = bulk_queries.supplier_rows()
    by_name: dict[tuple[int, str], list[int]] = {}
    for row in rows:
        by_name.setdefault((row.locality_id, fold(row.facts.name)), []).append(row.id)
    return Known(
        places=queries.places_for(user),
        wards=queries.ward_names(),
        by_id={row.id: row for row in rows},
        by_tax_code=bulk_queries.by_tax_code(rows),
        by_name=by_name,
    )


_READERS: dict[str, Callable[[Any], Any]] = {
    "tax_code": tax_code,
    "kind": one_of(named(labels.SUPPLIER_KIND)),
    **{name: as_wide_as(Supplier, name) for name in ("name", "representative", "address")},
    "phone": phone,
    "active": yes_no,
}


def read(cells: Cells, known: Known) -> Entry | None:
    """A row as a supplier to register or to change."""
    given = cells.given(_READERS)
    place: Place | None = cells.take_known(
        "locality", lambda v: locality_of(cell_text(v), known.places)
    )
    row = _registered(cells, given, place, known)
    if row is None:
        cells.need("locality", "kind", "name")
    else:
        place = own_place(cells, row.locality_id, place, known.places, ("tax_code", "name"))
    ward = cells.take("ward", lambda v: ward_of(cell_text(v), place, known.places))
    if ward:
        given["ward_code"] = ward
    if not cells.sound() or place is None:
        return None
    facts = SupplierFacts(**{**(_NEW if row is None else vars(row.facts)), **given})
    if row is not None and row.makes_products and not facts.kind.may_produce:
        cells.refuse(
            "kind",
            FaultKind.REFUSED,
            _(
                "Đơn vị này là chủ thể của sản phẩm trong danh mục nên không đổi thành đơn vị thương mại được"
            ),
        )
        return None
    return _entry(cells.row, facts, row, place, known)


def _registered(
    cells: Cells, given: dict[str, Any], place: Place | None, known: Known
) -> SupplierRow | None:
    """Which one the row means: by tax code; else by name there, one that bears no other tax code."""
    code = given.get("tax_code", "")
    if code in known.by_tax_code:
        row = known.by_id[known.by_tax_code[code]]
        given["tax_code"] = (
            row.facts.tax_code
        )  # found by that of one merged into it: it keeps its own
        return row
    if place is None:
        return None
    same = known.by_name.get((place.id, fold(given.get("name", ""))), ())
    found = [known.by_id[id_] for id_ in same if not (code and known.by_id[id_].facts.tax_code)]
    if len(found) > 1:
        names = ", ".join(
            one.facts.tax_code or one.facts.address or one.facts.name for one in found
        )
        cells.refuse(
            "tax_code",
            FaultKind.REFUSED,
            _(
                "Có %(n)s bản ghi cùng tên này (%(names)s). Ghi mã số thuế",
                n=len(found),
                names=names,
            ),
        )
    if found:
        given.pop("name", None)  # found by it, accents or not: it stays as it is registered
    return found[0] if found else None


def own_place(
    cells: Cells, locality_id: int, named: Place | None, places: Places, keys: Sequence[str]
) -> Place | None:
    """The place of a record that exists: within reach, and not another than the row says. Found by one of `keys`."""
    own = places.by_id[locality_id]
    if not own.reached:
        found_by = next(column for column in keys if cells.text(column))
        cells.refuse(found_by, FaultKind.NOT_YOURS, own.name)
    elif named is not None and named.id != own.id:
        cells.refuse(
            "locality",
            FaultKind.REFUSED,
            _("Bản ghi này do %(name)s quản lý. Sửa ô này hoặc để trống", name=own.name),
        )
    return own


def _entry(
    number: int, facts: SupplierFacts, row: SupplierRow | None, place: Place, known: Known
) -> Entry:
    given = SupplierGiven(
        facts, place.id, place.name, known.wards.get(facts.ward_code or "", ""), row
    )
    mark = (
        Key("tax_code", facts.tax_code)
        if facts.tax_code
        else Key("name", (place.id, fold(facts.name)))
    )
    keys = (mark,) if row is None else (mark, Key("name", row.id))
    if row is None:
        return Entry(number, facts.name, Outcome.NEW, given, keys)
    changed = differences(row.facts, facts)
    words = changes_in_words(
        changed, row.facts, facts, _TITLES, lambda name, value: _show(name, value, known)
    )
    outcome = Outcome.CHANGED if changed else Outcome.SAME
    return Entry(number, facts.name, outcome, given, keys, words)


def _show(name: str, value: Any, known: Known) -> str:
    if name == "ward_code":
        return known.wards.get(value or "", "")
    return str(labels.SUPPLIER_KIND[value]) if name == "kind" else shown(value)


_TITLES = {
    **{column.name: column.title for column in COLUMNS},
    "ward_code": _l("Xã, phường, đặc khu"),
}


def carry_out(entries: Sequence[Entry], by: User) -> None:
    take_in_suppliers([entry.record for entry in entries], by=by)


def lists(user: User) -> dict[str, list[str]]:
    """What cells may be chosen from."""
    return {
        "locality": [one.name for one in localities.reached(user)],
        "kind": [str(text) for text in labels.SUPPLIER_KIND.values()],
        "active": ["Có", "Không"],
    }


def example(user: User) -> dict[str, Any]:
    reached = localities.reached(user)
    return {
        "tax_code": "0101234567",
        "locality": reached[0].name if reached else "",
        "kind": "Hợp tác xã",
        "name": f"VÍ DỤ – Hợp tác xã Suối Mơ {EXAMPLE_MARK}",
        "representative": "Nguyễn Thị Ví Dụ",
        "phone": "0912 345 678",
        "address": "Thôn 3",
        "active": "Có",
    }


KIND = Kind(
    name="suppliers",
    permission="catalogue.edit",
    nav="suppliers",
    endpoint="catalogue.supplier_list",
    words=Words(
        title=_l("Nhập chủ thể, nhà cung cấp từ Excel"),
        sheet=_l("Nhà cung cấp"),
        records=_l("nhà cung cấp"),
        hint=_l("Mã số thuế đã có thì sửa bản ghi ấy; không có mã số thuế thì nhận ra theo tên trong địa phương."),
    ),
    columns=COLUMNS,
    keys=("tax_code",),
    most_rows=10_000,
    example=example,
    lists=lists,
    known=known,
    read=read,
    carry_out=carry_out,
)  # fmt: skip
