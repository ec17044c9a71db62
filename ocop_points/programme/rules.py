"""Support given to a point and the duty that comes with it (DOMAIN.md §5). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ocop_points.points.rules import PointStatus

# Without goods coming or going for so long an open point is dormant: here, in the plan of visits and in the overview.
# No text sets this: it is ours.
DORMANT_AFTER = timedelta(days=60)
# The end of a duty is announced so long before.
DUTY_ENDS_SOON_DAYS = 60


class SupportSource(StrEnum):
    """Whose money it is."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    OTHER = "other"


class DutyBreach(StrEnum):
    """What is wrong with a point that has to stay open."""

    CLOSED = "closed"
    SUSPENDED = "suspended"
    DORMANT = "dormant"


@dataclass(frozen=True)
class Money:
    """What was promised and what was paid, in ₫."""

    agreed: int
    paid: int

    @property
    def left(self) -> int:
        return self.agreed - self.paid


def breach(
    status: PointStatus,
    *,
    keep_open_until: date | None,
    closed_on: date | None,
    last_moved_on: date | None,
    today: date,
) -> DutyBreach | None:
    """Does the point break its duty to stay open, and how? `last_moved_on`: the last movement, else the opening.

    A point closed before the end stays broken for ever; suspended and dormant ones only while the duty runs, its
    last day included. One province asks for two years after completion (DOMAIN.md §5); the day is what the
    decision or the agreement says.
    """
    if keep_open_until is None:
        return None
    if status is PointStatus.CLOSED:
        early = closed_on is not None and closed_on < keep_open_until
        return DutyBreach.CLOSED if early else None
    if today > keep_open_until:
        return None
    if status is PointStatus.SUSPENDED:
        return DutyBreach.SUSPENDED
    if status is not PointStatus.OPEN or last_moved_on is None:
        return None
    return DutyBreach.DORMANT if last_moved_on + DORMANT_AFTER <= today else None


class MoneyFault(StrEnum):
    """Why a payment or a changed sum is refused."""

    MORE_THAN_AGREED = "more_than_agreed"
    BEFORE_DECISION = "before_decision"


def payment_fault(
    amount: int, paid_on: date, *, agreed: int, paid: Sequence[int], decided_on: date
) -> MoneyFault | None:
    """Why this payment may not be written down beside those before, or None."""
    if paid_on < decided_on:
        return MoneyFault.BEFORE_DECISION
    return MoneyFault.MORE_THAN_AGREED if sum(paid) + amount > agreed else None
