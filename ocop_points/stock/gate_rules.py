"""The certificate gate: may these goods come in on this day, and who must say why (pure).

Criterion II of 950/QĐ-BCT wants one of four bases of every product on the shelf; stars by a certificate are one of
them. What a shop does with goods without is in no text we found: each locality sets it (docs/decisions/0015).
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ocop_points.catalogue.rules import Standing

SOON_DAYS = 30
"""As long before the end the holder is told (DOMAIN.md §4); a locality may choose another number."""


class CertificateState(StrEnum):
    """How a product's certificate stands on the day its goods come in."""

    VALID = "valid"
    SOON = "soon"
    ENDED = "ended"
    OTHER_BASIS = "other_basis"
    NONE = "none"


class GateAction(StrEnum):
    """What happens with goods that lack a basis, mildest first."""

    WARN = "warn"
    ASK = "ask"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Gate:
    """What one locality set; `soon_days` 0 says nothing beforehand."""

    soon_days: int = SOON_DAYS
    ended: GateAction = GateAction.ASK
    none: GateAction = GateAction.WARN


DEFAULT = Gate()


@dataclass(frozen=True, slots=True)
class ReceiptWarning:
    """What to say at the line; `day` is the last valid day, or the first without force if ended.

    `action` is None for goods that have a basis.
    """

    state: CertificateState
    day: date | None = None
    action: GateAction | None = None
    # What the judgement rests on, where it is a certificate in force.
    certificate_id: int | None = field(default=None, compare=False)

    @property
    def needs_reason(self) -> bool:
        """Do these goods come in only with a reason, listed in the audit?"""
        return self.action in {GateAction.ASK, GateAction.BLOCK}

    @property
    def blocked(self) -> bool:
        """Does only the locality's manager let them in, with the reason?"""
        return self.action is GateAction.BLOCK


def receipt_warning(
    standing: Standing, day: date, *, other_basis: bool = False, gate: Gate = DEFAULT
) -> ReceiptWarning:
    """Judge a receipt of that day by the product's standing on the same day (`standing_on`).

    ValueError when the standing is that of another day. Goods certified on 4 February 2020 are
    valid on 3 February 2023, ended on the 4th. An ended certificate counts as ended though there is
    another basis: the stars are still printed on the pack.
    """
    held = standing.certificate
    if held is not None:
        if not held.is_valid_on(day):
            raise ValueError("the standing is not that of the day of receipt")
        soon = gate.soon_days > 0 and (held.last_day - day).days <= gate.soon_days
        state = CertificateState.SOON if soon else CertificateState.VALID
        return ReceiptWarning(state, held.last_day, certificate_id=held.id)
    if standing.last_ended_on is not None:
        return ReceiptWarning(CertificateState.ENDED, standing.last_ended_on, gate.ended)
    if other_basis:
        return ReceiptWarning(CertificateState.OTHER_BASIS)
    return ReceiptWarning(CertificateState.NONE, action=gate.none)
