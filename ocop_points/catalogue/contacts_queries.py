"""Finding one contact of a supplier."""

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.catalogue.contacts_models import SupplierContact
from ocop_points.catalogue.queries import may_edit
from ocop_points.core.db import db


def get_contact_to_edit(user: User, contact_id: int) -> SupplierContact:
    """The contact with its supplier: 403 for those who may not edit that."""
    rows = (
        select(SupplierContact)
        .options(joinedload(SupplierContact.supplier))
        .where(SupplierContact.id == contact_id)
    )
    found = db.session.scalar(rows.with_for_update(of=SupplierContact)) or abort(404)
    return found if may_edit(user, found.supplier.locality_id) else abort(403)
