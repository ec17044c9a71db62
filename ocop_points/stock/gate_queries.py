"""Finding what a locality set for goods without a valid certificate."""

from flask import abort
from sqlalchemy import select

from ocop_points.accounts.models import User
from ocop_points.core.db import db
from ocop_points.localities import queries as localities
from ocop_points.localities.models import Locality
from ocop_points.stock.gate_models import ReceiptGate
from ocop_points.stock.gate_rules import DEFAULT, Gate


def gate_of(locality_id: int) -> Gate:
    """The gate of a locality, the default where it set none: one statement."""
    found = gate_row(locality_id)
    return DEFAULT if found is None else found.gate


def gate_row(locality_id: int, *, lock: bool = False) -> ReceiptGate | None:
    """What a locality set, or None."""
    rows = select(ReceiptGate).where(ReceiptGate.locality_id == locality_id)
    return db.session.scalar(rows.with_for_update() if lock else rows)


def get_locality_of_gate(user: User, locality_id: int) -> Locality:
    """The locality when it lies within the user's reach; else 404."""
    if locality_id not in localities.reached_id_set(user):
        abort(404)
    return localities.get_locality_or_404(locality_id)
