"""Verbs of the picture of a product."""

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import record
from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.evidence.intake import Prepared
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.service import keep_file


def set_picture(product: Product, prepared: Prepared, *, by: User) -> None:
    """Give a product its picture, in the place of the one it had. The same one again leaves no row."""
    before = _hash(product)
    if before == prepared.sha256:
        return
    product.picture_file_id = keep_file(prepared).id
    product.version += 1
    changes = {"sha256": [before, prepared.sha256]}
    record(Action.PRODUCT_PICTURE_SET, product.subject(), by=by, changes=changes)


def remove_picture(product: Product, *, by: User) -> None:
    """Take the picture off; the file stays for a week."""
    before = _hash(product)
    if before is None:
        return
    product.picture_file_id = None
    product.version += 1
    changes = {"sha256": [before, None]}
    record(Action.PRODUCT_PICTURE_SET, product.subject(), by=by, changes=changes)


def _hash(product: Product) -> str | None:
    if product.picture_file_id is None:
        return None
    return db.session.get_one(StoredFile, product.picture_file_id).sha256
