"""Finding records that are likely one supplier, and those that became one."""

from collections.abc import Collection
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from ocop_points.accounts.models import User
from ocop_points.catalogue.contacts_models import SupplierContact
from ocop_points.catalogue.merges_models import SupplierMerge, SuppliersApart
from ocop_points.catalogue.merges_rules import Known, Pair, likely_pairs
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.localities.models import Ward
from ocop_points.localities.queries import reached_ids


def merged_away() -> ColumnElement[bool]:
    """The condition that a supplier is only the old name of another."""
    return exists().where(SupplierMerge.merged_id == Supplier.id)


def kept_id(supplier_id: int) -> int | None:
    """The supplier that this one was merged into, or None."""
    rows = select(SupplierMerge.kept_id).where(SupplierMerge.merged_id == supplier_id)
    return db.session.scalar(rows)


def merged_into(supplier_id: int) -> list[SupplierMerge]:
    """What was merged into a supplier, with the old record and who did it, the last first."""
    rows = (
        select(SupplierMerge)
        .options(joinedload(SupplierMerge.merged), joinedload(SupplierMerge.by))
        .where(SupplierMerge.kept_id == supplier_id)
        .order_by(SupplierMerge.at.desc(), SupplierMerge.merged_id)
    )
    return list(db.session.scalars(rows))


def old_names(supplier_id: int) -> list[str]:
    """The names of what was merged into a supplier: it is still looked for by them."""
    rows = (
        select(Supplier.name)
        .join(SupplierMerge, SupplierMerge.merged_id == Supplier.id)
        .where(SupplierMerge.kept_id == supplier_id)
        .order_by(Supplier.id)
    )
    return list(db.session.scalars(rows))


def likely_twins(user: User, *, locality_id: int | None = None) -> list[Pair]:
    """Pairs of suppliers kept by the user's localities, or by one of them, that are likely one: two statements."""
    columns = (Supplier.id, Supplier.locality_id, Supplier.kind, Supplier.name)
    rows = select(*columns, Supplier.tax_code, Supplier.phone).where(
        Supplier.locality_id.in_(reached_ids(user)), ~merged_away()
    )
    if locality_id is not None:
        rows = rows.where(Supplier.locality_id == locality_id)
    pairs = select(SuppliersApart.first_id, SuppliersApart.second_id)
    apart = {(first, second) for first, second in db.session.execute(pairs)}
    return likely_pairs((Known(*row) for row in db.session.execute(rows)), apart)


def apart_page(user: User, number: int) -> Page[Any]:
    """Pairs that somebody found to be two, both kept by the user's localities, the last first."""
    first, second = aliased(Supplier), aliased(Supplier)
    mine = reached_ids(user)
    rows = (
        select(SuppliersApart)
        .join(first, first.id == SuppliersApart.first_id)
        .join(second, second.id == SuppliersApart.second_id)
        .where(first.locality_id.in_(mine), second.locality_id.in_(mine))
        .options(
            contains_eager(SuppliersApart.first.of_type(first)),
            contains_eager(SuppliersApart.second.of_type(second)),
            joinedload(SuppliersApart.by),
        )
        .order_by(SuppliersApart.at.desc(), SuppliersApart.first_id, SuppliersApart.second_id)
    )
    return paginate(rows, number)


def apart(first: int, second: int) -> SuppliersApart | None:
    """What was said of these two, in either order; None where nothing was."""
    low, high = sorted((first, second))
    return db.session.get(SuppliersApart, (low, high))


def found_apart(supplier_id: int) -> list[tuple[SuppliersApart, Supplier]]:
    """What was said of this supplier, with the other one of each pair: one statement."""
    other_id = case(
        (SuppliersApart.first_id == supplier_id, SuppliersApart.second_id),
        else_=SuppliersApart.first_id,
    )
    of_it = or_(SuppliersApart.first_id == supplier_id, SuppliersApart.second_id == supplier_id)
    rows = select(SuppliersApart, Supplier).join(Supplier, Supplier.id == other_id).where(of_it)
    return [(said, other) for said, other in db.session.execute(rows.order_by(Supplier.id))]


def twins_of(user: User, supplier: Supplier) -> list[Pair]:
    """The likely pairs of the supplier's locality that it is one of."""
    pairs = likely_twins(user, locality_id=supplier.locality_id)
    return [pair for pair in pairs if supplier.id in {pair.first, pair.second}]


def suppliers_by_id(ids: Collection[int]) -> dict[int, Supplier]:
    """Suppliers with locality, ward and province: one statement."""
    rows = select(Supplier).options(
        joinedload(Supplier.locality), joinedload(Supplier.ward).joinedload(Ward.province)
    )
    found = db.session.scalars(rows.where(Supplier.id.in_(ids))) if ids else ()
    return {one.id: one for one in found}


def get_pair_or_404(user: User, first: int, second: int) -> tuple[Supplier, Supplier]:
    """Two suppliers, neither merged away, for comparing: 403 unless both may be edited."""
    found = suppliers_by_id({first, second})
    if len(found) != 2 or kept_id(first) or kept_id(second):
        abort(404)
    reached = set(db.session.scalars(reached_ids(user)))
    if not {one.locality_id for one in found.values()} <= reached:
        abort(403)
    return found[first], found[second]


def get_pair_to_edit(user: User, first: int, second: int) -> tuple[Supplier, Supplier]:
    """As above, locked for a change, always in the same order."""
    rows = select(Supplier).where(Supplier.id.in_({first, second})).order_by(Supplier.id)
    db.session.scalars(rows.with_for_update(of=Supplier)).all()
    return get_pair_or_404(user, first, second)


def made_by(supplier_ids: Collection[int]) -> dict[int, int]:
    """How many products each of these suppliers makes: one statement."""
    rows = (
        select(Product.producer_id, func.count())
        .where(Product.producer_id.in_(supplier_ids))
        .group_by(Product.producer_id)
    )
    return dict(db.session.execute(rows).all())


def products_of(supplier_id: int) -> list[Product]:
    """Every product of a producer, for a verb that changes them."""
    rows = select(Product).where(Product.producer_id == supplier_id).order_by(Product.id)
    return list(db.session.scalars(rows.with_for_update(of=Product)))


def contacts_of(supplier_ids: Collection[int]) -> dict[int, list[Any]]:
    """The contacts of some suppliers in the order they came: one statement. Not for operators."""
    rows = select(SupplierContact).where(SupplierContact.supplier_id.in_(supplier_ids))
    found: dict[int, list[Any]] = {id_: [] for id_ in supplier_ids}
    for one in db.session.scalars(rows.order_by(SupplierContact.id)):
        found[one.supplier_id].append(one)
    return found
