"""What was typed into the search box, read as the numbers that papers bear. Pure."""

import re
from dataclasses import dataclass

from ocop_points.core.text import clean
from ocop_points.stock.rules import VoucherKind

LEAST = 2
"""Fewer letters find half the country."""

_KINDS = {kind.prefix: kind for kind in VoucherKind}
_VOUCHER = re.compile(r"(?:([A-ZĐ]{2})-)?([A-Z]{3}-[0-9]{4})(?:-([0-9]{4}))?(?:-([0-9]{1,6}))?")


@dataclass(frozen=True)
class VoucherParts:
    """The parts of PN-QNI-0007-2026-0413 that were typed; a point's code is always among them."""

    point_code: str
    kind: VoucherKind | None = None
    year: int | None = None
    serial: int | None = None


_PAPER = re.compile(r"[0-9]+(?:/[0-9]{4})?/[A-ZĐ]+(?:-[A-ZĐ]+)+")


def is_paper_number(typed: str) -> bool:
    """A whole number with its symbol, 301/BB-SCT or 3296/2025/QĐ-UBND: no name and no address is one."""
    return _PAPER.fullmatch(clean(typed).upper().replace(" ", "")) is not None


def read_voucher_number(typed: str) -> VoucherParts | None:
    """A voucher's number, whole or begun, in any case; `DP` is read as `ĐP`. None for anything else."""
    match = _VOUCHER.fullmatch(clean(typed).upper().replace(" ", ""))
    if match is None:
        return None
    prefix, code, year, serial = match.groups()
    kind = _KINDS.get("ĐP" if prefix == "DP" else prefix) if prefix else None
    if prefix and kind is None:
        return None
    return VoucherParts(code, kind, int(year) if year else None, int(serial) if serial else None)
