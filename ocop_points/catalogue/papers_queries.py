"""Finding the scans of the catalogue's papers; all signed in may read them, as they read the record."""

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.catalogue.papers_models import CatalogueScan
from ocop_points.catalogue.queries import may_edit
from ocop_points.catalogue.rules import ProductBasis
from ocop_points.core.db import db

_WHOLE = (joinedload(CatalogueScan.file), joinedload(CatalogueScan.added_by))


def scans_of_product(product_id: int) -> list[CatalogueScan]:
    """Every scan of a product's papers with its file, in the order they came: one statement."""
    rows = select(CatalogueScan).options(*_WHOLE).where(CatalogueScan.product_id == product_id)
    return list(db.session.scalars(rows.order_by(CatalogueScan.id)))


def scans_of(
    product_id: int, *, certificate_id: int | None = None, basis: ProductBasis | None = None
) -> list[CatalogueScan]:
    """The scans of one paper."""
    return [
        scan
        for scan in scans_of_product(product_id)
        if (scan.certificate_id, scan.basis) == (certificate_id, basis)
    ]


def get_scan_or_404(scan_id: int) -> CatalogueScan:
    """The scan with product and file."""
    rows = select(CatalogueScan).options(
        joinedload(CatalogueScan.file), joinedload(CatalogueScan.product)
    )
    return db.session.scalar(rows.where(CatalogueScan.id == scan_id)) or abort(404)


def get_scan_to_edit(user: User, scan_id: int) -> CatalogueScan:
    """As above; 403 for those who may only read it."""
    found = get_scan_or_404(scan_id)
    return found if may_edit(user, found.product.locality_id) else abort(403)
