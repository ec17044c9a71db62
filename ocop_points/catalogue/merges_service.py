"""The verb that makes one supplier of two."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, record
from ocop_points.catalogue import merges_queries as queries
from ocop_points.catalogue.contacts_models import SupplierContact
from ocop_points.catalogue.merges_models import SupplierMerge, SuppliersApart
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.catalogue.service import index_product, index_supplier
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused

# What the kept one takes over where it says nothing itself; an address goes as a whole.
FILLED = (("tax_code",), ("representative",), ("phone",), ("address", "ward_code"))


def to_fill(kept: Supplier, merged: Supplier) -> dict[str, Any]:
    """The facts that `kept` lacks and `merged` has."""
    wanted: dict[str, Any] = {}
    for names in FILLED:
        if not any(getattr(kept, name) for name in names):
            wanted |= {name: getattr(merged, name) for name in names if getattr(merged, name)}
    return wanted


def merge_suppliers(kept: Supplier, merged: Supplier, *, by: User) -> None:
    """`merged` is `kept` from now on: its products, contacts and missing facts go over, its old address leads there.

    Its own row stays with its name, because posted vouchers name it, and is offered no more. Raises Refused when the
    kept one makes nothing and the other has products (RULES.md §5), or one of them is gone already.
    """
    if queries.kept_id(kept.id) or queries.kept_id(merged.id):
        raise Refused(_("Một trong hai bản đã được gộp trước đó"))
    products = queries.products_of(merged.id)
    if products and not kept.kind.may_produce:
        raise Refused(
            _("Đơn vị thương mại không phải là chủ thể OCOP: giữ bản kia, bản có sản phẩm")
        )
    filled = to_fill(kept, merged)
    if "tax_code" in filled:  # unique in the country: given up before it is taken
        merged.tax_code = ""
    merged.active = False
    merged.version += 1
    db.session.flush()
    changes = assign(kept, filled)
    kept.version += 1
    _move_products(products, kept, merged, by=by)
    contacts = _move_contacts(kept, merged)
    _carry_apart(kept, merged, by=by)
    _remember(kept, merged, by=by)
    index_supplier(kept)
    record(
        Action.SUPPLIER_MERGED,
        merged.subject(),
        by=by,
        changes={"merged_into": [None, kept.name], "active": [True, False]},
    )
    moved: dict[str, Change] = {"merged_from": [None, merged.name]}
    if products:
        moved["products"] = [None, [one.code for one in products]]
    if contacts:
        moved["contacts"] = [None, contacts]
    record(Action.SUPPLIER_MERGED, kept.subject(), by=by, changes={**changes, **moved})


def keep_apart(one: Supplier, other: Supplier, *, by: User) -> None:
    """These two are not one: the pair is proposed no more. Raises Refused when that was said already."""
    if queries.apart(one.id, other.id) is not None:
        raise Refused(_("Hai bản này đã được xác nhận là khác nhau"))
    _put_apart(one, other, by_user_id=by.id, at=clock.now())
    changes: dict[str, Change] = {"apart_from": [None, other.name]}
    record(Action.SUPPLIERS_APART, one.subject(), by=by, changes=changes)


def _put_apart(one: Supplier, other: Supplier, *, by_user_id: int, at: datetime) -> None:
    low, high = sorted((one.id, other.id))
    db.session.add(SuppliersApart(first_id=low, second_id=high, by_user_id=by_user_id, at=at))


def forget_apart(one: Supplier, other: Supplier, *, by: User) -> None:
    """Take that back: the pair is proposed again. Raises Refused when nothing was said of it."""
    said = queries.apart(one.id, other.id)
    if said is None:
        raise Refused(_("Hai bản này không còn được ghi là khác nhau"))
    db.session.delete(said)
    changes: dict[str, Change] = {"apart_from": [other.name, None]}
    record(Action.SUPPLIERS_APART, one.subject(), by=by, changes=changes)


def _move_products(products: list[Product], kept: Supplier, merged: Supplier, *, by: User) -> None:
    for product in products:
        product.producer_id = kept.id
        product.version += 1
        index_product(product, kept)
        changes: dict[str, Change] = {"producer": [merged.name, kept.name]}
        record(Action.PRODUCT_EDITED, product.subject(), by=by, changes=changes)


def _move_contacts(kept: Supplier, merged: Supplier) -> list[str]:
    """The names of those that went over."""
    names = [one.name for one in queries.contacts_of([merged.id])[merged.id]]
    rows = update(SupplierContact).where(SupplierContact.supplier_id == merged.id)
    db.session.execute(rows.values(supplier_id=kept.id))
    return names


def _carry_apart(kept: Supplier, merged: Supplier, *, by: User) -> None:
    """Whoever `merged` was found to be apart from is apart from `kept`, by the word of who said so then."""
    for said, other in queries.found_apart(merged.id):
        db.session.delete(said)
        if other.id == kept.id or queries.apart(kept.id, other.id) is not None:
            continue
        _put_apart(kept, other, by_user_id=said.by_user_id, at=said.at)
        changes: dict[str, Change] = {"apart_from": [None, other.name]}
        record(Action.SUPPLIERS_APART, kept.subject(), by=by, changes=changes)


def _remember(kept: Supplier, merged: Supplier, *, by: User) -> None:
    """What was merged into `merged` before is of `kept` too, so that every old address is one step away."""
    rows = update(SupplierMerge).where(SupplierMerge.kept_id == merged.id)
    db.session.execute(rows.values(kept_id=kept.id))
    made = SupplierMerge(merged_id=merged.id, kept_id=kept.id, by_user_id=by.id, at=clock.now())
    db.session.add(made)
    db.session.flush()
