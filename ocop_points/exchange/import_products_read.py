"""A row of a sheet of products to a product to register or to change, perhaps with a certificate of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.catalogue import bulk_queries, labels
from ocop_points.catalogue.bulk_queries import CertificateRow, ProductRow, SupplierRow
from ocop_points.catalogue.bulk_service import (
    ProductGiven,
    certificate_changes,
    product_changes,
)
from ocop_points.catalogue.certificate_service import (
    NewCertificate,
    refuse_contradiction,
    refuse_correction,
)
from ocop_points.catalogue.models import Certificate, Product
from ocop_points.catalogue.rules import (
    LONGEST_SPECIFICATION,
    MOST_DAYS,
    MOST_MONTHS,
    MOST_PRICE,
    last_valid_day,
    read_barcode,
    read_units,
)
from ocop_points.catalogue.service import ProductFacts
from ocop_points.core import clock
from ocop_points.core.errors import Refused
from ocop_points.core.text import fold
from ocop_points.exchange import queries
from ocop_points.exchange.import_products_columns import BASES, CERTIFICATE, TITLES
from ocop_points.exchange.import_shapes import (
    Cells,
    Change,
    Entry,
    Key,
    Outcome,
)
from ocop_points.exchange.import_suppliers import own_place
from ocop_points.exchange.import_words import changes_in_words, named, shown
from ocop_points.exchange.rules_cells import (
    any_day,
    as_wide_as,
    at_most,
    cell_text,
    day_of,
    decimal,
    locality_of,
    one_of,
    tax_code,
    whole,
    yes_no,
)
from ocop_points.exchange.rules_shapes import FaultKind, Place, Places

_NEW: dict[str, Any] = {"name": "", "base_unit": ""}


@dataclass(frozen=True)
class Known:
    """What a row may name, and what is registered."""

    places: Places
    months: int
    today: date
    suppliers: Mapping[int, SupplierRow]
    by_tax_code: Mapping[str, int]
    makers: Mapping[str, Sequence[int]]
    products: Mapping[int, ProductRow]
    by_code: Mapping[str, int]
    by_barcode: Mapping[str, int]
    by_name: Mapping[tuple[int, str], Sequence[int]]


def known(user: User) -> Known:
    suppliers = bulk_queries.supplier_rows()
    makers: dict[str, list[int]] = {}
    for one in suppliers:
        for name in (one.facts.name, *one.old_names):
            makers.setdefault(fold(name), []).append(one.id)
    products = bulk_queries.product_rows()
    by_name: dict[tuple[int, str], list[int]] = {}
    for row in products:
        by_name.setdefault((row.producer_id, fold(row.facts.name)), []).append(row.id)
    return Known(
        places=queries.places_for(user),
        months=int(current_app.config["CERTIFICATE_MONTHS"]),
        today=clock.today(),
        suppliers={one.id: one for one in suppliers},
        by_tax_code=bulk_queries.by_tax_code(suppliers),
        makers=makers,
        products={row.id: row for row in products},
        by_code={row.code: row.id for row in products},
        by_barcode={row.facts.barcode: row.id for row in products if row.facts.barcode},
        by_name=by_name,
    )


def _barcode(value: Any) -> str:
    try:
        return read_barcode(cell_text(value))
    except ValueError as error:
        raise ValueError(labels.bad_barcode(error)) from error


def _units(value: Any) -> tuple[tuple[str, int], ...]:
    return read_units(cell_text(value).replace(";", "\n").splitlines())


def _past(value: Any) -> date:
    return day_of(value, clock.today())


_READERS: dict[str, Callable[[Any], Any]] = {
    "name": as_wide_as(Product, "name"),
    "group148": one_of(named(labels.GROUP)),
    "old_group": one_of(named(labels.OLD_GROUP)),
    "specification": at_most(LONGEST_SPECIFICATION),
    "base_unit": as_wide_as(Product, "base_unit"),
    "units": _units,
    "barcode": _barcode,
    **{f"basis_{letter}": yes_no for letter, _words in BASES},
    **{f"basis_{letter}_on": _past for letter, _words in BASES},
    **{
        f"basis_{letter}_{part}": as_wide_as(Product, f"basis_{letter}_{part}")
        for letter, _words in BASES
        for part in ("paper", "issuer")
    },
    "shelf_life_months": whole(1, MOST_MONTHS),
    "shelf_life_days": whole(1, MOST_DAYS),
    "reference_price": whole(0, MOST_PRICE),
    "active": yes_no,
}
_CERTIFICATE_READERS: dict[str, Callable[[Any], Any]] = {
    **{name: as_wide_as(Certificate, name) for name in ("number", "issuer", "decision")},
    "stars": one_of(
        named(labels.STARS) | {str(n): star for n, star in ((3, "3"), (4, "4"), (5, "5"))}
    ),
    "score": decimal(0, 100, 3),
    "issued_on": _past,
    "last_valid_day": any_day,
}


def read(cells: Cells, known: Known) -> Entry | None:
    """A row as a product to register or to change, perhaps with a certificate of it."""
    given = cells.given(_READERS)
    place: Place | None = cells.take_known(
        "locality", lambda v: locality_of(cell_text(v), known.places)
    )
    maker = _maker(cells, place, known)
    row = _registered(cells, given, maker, known)
    if row is None:
        cells.need("locality", "name", "base_unit")
        if maker is None and not cells.text("producer") and not cells.text("producer_tax_code"):
            cells.refuse("producer", FaultKind.EMPTY)
    else:
        keys = ("code", "barcode", "name")
        place = own_place(cells, row.locality_id, place, known.places, keys)
        maker = maker or known.suppliers.get(row.producer_id)
    facts = ProductFacts(**{**(_NEW if row is None else vars(row.facts)), **_shelf_life(given)})
    _refuse_halves(cells, facts, given)
    certificate, mended = _certificate(cells, row, known)
    if not cells.sound() or place is None or maker is None:
        return None
    before = known.suppliers.get(row.producer_id) if row else None
    return _entry(
        cells.row,
        ProductGiven(
            facts=facts,
            locality_id=place.id,
            locality=place.name,
            producer_id=maker.id,
            producer=maker.facts.name,
            row=row,
            producer_before=before.facts.name if before else "",
            certificate=certificate,
            mended=mended,
        ),
    )


def _maker(cells: Cells, place: Place | None, known: Known) -> SupplierRow | None:
    """Who makes it: by tax code, else by name, first in the same locality, then in the country."""
    code = cells.take_known("producer_tax_code", tax_code)
    if code is not None:
        column, found = (
            "producer_tax_code",
            [known.by_tax_code[code]] if code in known.by_tax_code else [],
        )
    elif name := cells.text("producer"):
        column, found = "producer", list(known.makers.get(fold(name), ()))
        here = [id_ for id_ in found if place and known.suppliers[id_].locality_id == place.id]
        found = here or found
    else:
        return None
    if not found:
        cells.refuse(
            column,
            FaultKind.REFUSED,
            _("Danh mục chưa có chủ thể này. Thêm chủ thể trước, hoặc sửa ô này"),
        )
        return None
    if len(found) > 1:
        names = ", ".join(_in_country(known.suppliers[id_], known) for id_ in found[:5])
        cells.refuse(column, FaultKind.AMBIGUOUS, names + _(" (ghi mã số thuế chủ thể)"))
        return None
    maker = known.suppliers.get(found[0])
    if maker is not None and not maker.facts.kind.may_produce:
        cells.refuse(
            column,
            FaultKind.REFUSED,
            _("Đơn vị thương mại không phải là chủ thể OCOP; chọn nơi làm ra sản phẩm"),
        )
    return maker


def _in_country(one: SupplierRow, known: Known) -> str:
    where = known.places.by_id[one.locality_id].name
    return f"{one.facts.name}, {where}, {one.facts.tax_code or _('không có mã số thuế')}"


def _registered(
    cells: Cells, given: dict[str, Any], maker: SupplierRow | None, known: Known
) -> ProductRow | None:
    """Which one the row means: by code, by barcode, else by name among what the same producer makes."""
    code, barcode = cells.text("code").upper(), given.get("barcode", "")
    of_barcode = known.by_barcode.get(barcode) if barcode else None
    if code:
        found = known.by_code.get(code)
        if found is None:
            cells.refuse(
                "code",
                FaultKind.REFUSED,
                _("Không có sản phẩm nào mã này. Sản phẩm mới thì bỏ trống ô này"),
            )
        elif of_barcode is not None and of_barcode != found:
            cells.refuse(
                "barcode",
                FaultKind.REFUSED,
                _("Mã vạch này là của sản phẩm %(code)s", code=known.products[of_barcode].code),
            )
        return known.products.get(found or 0)
    if of_barcode is not None:
        return known.products[of_barcode]
    same = known.by_name.get((maker.id, fold(given.get("name", ""))), ()) if maker else ()
    # Another barcode than the one that is known is another pack of the same name.
    found_ = [i for i in same if not (barcode and known.products[i].facts.barcode)]
    if len(found_) > 1:
        cells.refuse("code", FaultKind.AMBIGUOUS, ", ".join(known.products[i].code for i in found_))
    if found_:
        given.pop("name", None)  # found by it, accents or not: it stays as it is registered
    return known.products[found_[0]] if found_ else None


def _shelf_life(given: dict[str, Any]) -> dict[str, Any]:
    """Months or days: the one that is given takes the place of the other."""
    months, days = given.get("shelf_life_months"), given.get("shelf_life_days")
    if months is None and days is None:
        return given
    return {**given, "shelf_life_months": months, "shelf_life_days": days}


def _refuse_halves(cells: Cells, facts: ProductFacts, given: Mapping[str, Any]) -> None:
    """What shows only when cells are looked at together; forms refuse the same."""
    typed = cells.text("group148") or cells.text("old_group")
    if facts.group148 is None and facts.old_group is None and not typed:
        cells.refuse("group148", FaultKind.REFUSED, _("Chọn nhóm sản phẩm, hoặc nhóm cũ"))
    if facts.shelf_life_months and facts.shelf_life_days:
        cells.refuse(
            "shelf_life_days", FaultKind.REFUSED, _("Ghi số tháng hoặc số ngày, không ghi cả hai")
        )
    for letter, _words in BASES:
        for part in ("paper", "on", "issuer"):
            column = f"basis_{letter}_{part}"
            if column in given and not getattr(facts, f"basis_{letter}"):
                cells.refuse(
                    column, FaultKind.REFUSED, _("Đánh dấu căn cứ này là Có, hoặc bỏ trống ô này")
                )


def _certificate(
    cells: Cells, row: ProductRow | None, known: Known
) -> tuple[NewCertificate | None, CertificateRow | None]:
    """The certificate of the row, and the one that it mends where its number is known at this product."""
    if not cells.any_of(CERTIFICATE):
        return None, None
    given = cells.given(_CERTIFICATE_READERS)
    if not cells.text("number"):
        cells.refuse("number", FaultKind.EMPTY)
        return None, None
    same = [
        one for one in (row.certificates if row else ()) if one.new.number == given.get("number")
    ]
    # The number may have been used again: its day says which one, otherwise the last is meant.
    of_day = [one for one in same if one.new.issued_on == given.get("issued_on")]
    mended = next(iter(of_day or same[-1:]), None)
    if mended is None:
        cells.need("stars", "issued_on", "issuer")
    if not cells.sound():
        return None, None
    facts = {**({} if mended is None else vars(mended.new)), **given}
    if "last_valid_day" not in given and ("issued_on" in given or mended is None):
        days = last_valid_day(facts["issued_on"], known.months)
        same_day = mended is not None and mended.new.issued_on == facts["issued_on"]
        facts["last_valid_day"] = mended.new.last_valid_day if mended and same_day else days
    new = NewCertificate(**facts)
    try:
        refuse_contradiction(new)
        if mended is not None and new != mended.new:
            refuse_correction(mended, new)
    except Refused as refused:
        column = refused.field if refused.field in CERTIFICATE else "number"
        cells.refuse(column, FaultKind.REFUSED, str(refused.message))
    return new, mended


def _entry(number: int, given: ProductGiven) -> Entry:
    row, facts = given.row, given.facts
    keys = [Key("name", (given.producer_id, fold(facts.name), facts.barcode))]
    if facts.barcode:
        keys.append(Key("barcode", facts.barcode))
    if row is None:
        return Entry(number, facts.name, Outcome.NEW, given, tuple(keys), _paper_words(given))
    keys.append(Key("code", row.id))
    changed = product_changes(given)
    words = changes_in_words(
        (name for name in changed if name not in {"producer", "units"}),
        row.facts, facts, TITLES, _show,
    )  # fmt: skip
    words += tuple(
        Change(str(TITLES[name]), *(_joined(value) for value in changed[name]))
        for name in ("producer", "units")
        if name in changed
    )
    words += _paper_words(given)
    outcome = Outcome.CHANGED if words else Outcome.SAME
    return Entry(number, f"{facts.name} ({row.code})", outcome, given, tuple(keys), words)


def _joined(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value or "")


def _paper_words(given: ProductGiven) -> tuple[Change, ...]:
    """A certificate that is new at the product, or what changes of one."""
    new, mended = given.certificate, given.mended
    if new is None:
        return ()
    if mended is None:
        words = f"{new.number}, {labels.STARS[new.stars]}"
        return (Change(str(_("Giấy chứng nhận mới")), "", words),)
    changed = certificate_changes(mended, new)
    return changes_in_words(changed, mended.new, new, TITLES, _show)


def _show(name: str, value: Any) -> str:
    choices: dict[str, Mapping[Any, Any]] = {
        "group148": labels.GROUP,
        "old_group": labels.OLD_GROUP,
        "stars": labels.STARS,
    }
    words = choices.get(name, {})
    return str(words[value]) if value in words else shown(value)
