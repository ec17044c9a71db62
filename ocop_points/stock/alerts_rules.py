"""What a point's stock is warned of, how urgent each is, and what can be done about it."""

from enum import StrEnum

from ocop_points.stock.rules import VoucherKind


class AlertKind(StrEnum):
    """Kinds of warnings, the most urgent first."""

    EXPIRED = "expired"
    SOLD_OUT = "sold_out"
    CERTIFICATE = "certificate"
    LOW = "low"
    EXPIRING = "expiring"
    STILL = "still"

    @property
    def rank(self) -> int:
        """The place in a list of all kinds, from 0."""
        return list(AlertKind).index(self)


WITHIN = (7, 30, 90)
STILL_FOR = (30, 60, 90)
WITHIN_DAYS, STILL_DAYS = 30, 60
"""What is shown unless somebody chose: lots that end within so many days, goods not moved for so many."""

# What helps: goods of a lot go back or are written off, what lacks is ordered, what nobody buys goes elsewhere.
ACTS = {
    AlertKind.EXPIRED: (VoucherKind.WRITE_OFF, VoucherKind.SUPPLIER_RETURN),
    AlertKind.SOLD_OUT: (VoucherKind.RECEIPT,),
    AlertKind.CERTIFICATE: (VoucherKind.SUPPLIER_RETURN,),
    AlertKind.LOW: (VoucherKind.RECEIPT,),
    AlertKind.EXPIRING: (VoucherKind.SUPPLIER_RETURN, VoucherKind.TRANSFER),
    AlertKind.STILL: (VoucherKind.TRANSFER, VoucherKind.SUPPLIER_RETURN),
}


def chosen_days(wanted: int | None, offered: tuple[int, ...], otherwise: int) -> int:
    """The number of days asked for when it is one of those offered."""
    return wanted if wanted in offered else otherwise
