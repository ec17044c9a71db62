"""Verbs of the certificate gate: set it, and write down what came in against it."""

from collections.abc import Mapping, Sequence

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import assign, record
from ocop_points.core.db import db
from ocop_points.localities.models import Locality
from ocop_points.stock import labels
from ocop_points.stock.gate_models import ReceiptGate
from ocop_points.stock.gate_queries import gate_row
from ocop_points.stock.gate_rules import DEFAULT, Gate, ReceiptWarning
from ocop_points.stock.models import Voucher, VoucherLine


def set_gate(locality: Locality, wanted: Gate, *, by: User) -> None:
    """Say what happens in this locality with goods that lack a basis, from now on."""
    row = gate_row(locality.id, lock=True)
    if row is None:
        row = ReceiptGate(
            locality_id=locality.id,
            soon_days=DEFAULT.soon_days,
            ended=DEFAULT.ended,
            none=DEFAULT.none,
            version=1,
        )
        db.session.add(row)
    facts = {"soon_days": wanted.soon_days, "ended": wanted.ended, "none": wanted.none}
    changes = assign(row, facts)
    if changes:
        row.version += 1
        named = {f"gate_{name}": change for name, change in changes.items()}
        record(Action.GATE_SET, locality.subject(), by=by, changes=named)


def note_let_in(
    voucher: Voucher,
    lines: Sequence[VoucherLine],
    judged: Mapping[int, ReceiptWarning],
    *,
    by: User,
) -> None:
    """Write down which goods of a receipt came in with a reason; its point is loaded."""
    let_in = [line for line in lines if line.id in judged and judged[line.id].needs_reason]
    if not let_in:
        return
    names = [
        f"{line.product.name} ({line.product.code}): {labels.warning_text(judged[line.id])}"
        for line in let_in
    ]
    reasons = "; ".join(f"{line.product.name}: {line.reason}" for line in let_in)
    changes = {"let_in": [None, names]}
    record(Action.GOODS_LET_IN, voucher.subject(), by=by, changes=changes, note=reasons)
