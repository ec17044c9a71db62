"""The decisions about goods sent from point to point: how one stands, what may be received."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class TransferState(StrEnum):
    """How goods that were sent stand; under way they are in the balance of neither point."""

    UNDER_WAY = "under_way"
    RECEIVED = "received"
    SHORT = "short"
    TAKEN_BACK = "taken_back"


class CountFault(StrEnum):
    """What is wrong with a count of goods that arrived."""

    NOT_COUNTED = "not_counted"
    MORE_THAN_SENT = "more_than_sent"
    NO_REASON = "no_reason"


@dataclass(frozen=True, slots=True)
class Count:
    """What arrived of a line, in its written unit, and why it is less than was sent."""

    quantity: Decimal | None
    reason: str = ""


def count_fault(sent: Decimal, count: Count) -> CountFault | None:
    """What is wrong with the count of a line; None when it may be entered.

    More than was sent would be goods from nowhere: the sender writes another transfer for them. Nothing counted is
    not zero.
    """
    if count.quantity is None:
        return CountFault.NOT_COUNTED
    if count.quantity > sent:
        return CountFault.MORE_THAN_SENT
    return CountFault.NO_REASON if count.quantity < sent and not count.reason else None


class ReceiveBar(StrEnum):
    """Why goods that were sent may not be received, or given back, any more."""

    RECEIVED = "received"
    TAKEN_BACK = "taken_back"
    BEFORE_SENT = "before_sent"


def receive_bar(state: TransferState, sent_on: date, on: date | None = None) -> ReceiveBar | None:
    """Why not; None when they may. `on`: the day of receipt, not before they left."""
    if state is TransferState.TAKEN_BACK:
        return ReceiveBar.TAKEN_BACK
    if state is not TransferState.UNDER_WAY:
        return ReceiveBar.RECEIVED
    return ReceiveBar.BEFORE_SENT if on is not None and on < sent_on else None
