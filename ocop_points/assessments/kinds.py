"""Kinds of visits, and the numbers that papers carry. Pure."""

import re
from enum import StrEnum


class VisitKind(StrEnum):
    """Why a point is visited (RULES.md §4)."""

    FIRST = "first"
    PERIODIC = "periodic"
    UNANNOUNCED = "unannounced"
    FOLLOW_UP = "follow_up"


class AmendmentKind(StrEnum):
    """Something is added to minutes, or put right in them."""

    SUPPLEMENT = "supplement"
    CORRECTION = "correction"


def paper_symbol(department_symbol: str) -> str:
    """The symbol of a department's minutes: BB-SCT."""
    return f"BB-{department_symbol}"


def paper_number(number: int, symbol: str) -> str:
    """The number as the register writes it: 05/BB-SCT; below 10 with a zero (Decree 30/2020)."""
    return f"{number:02d}/{symbol}"


_TYPED = re.compile(r"(?a)(\d{1,6})(?:/.{0,30})?")


def paper_number_in(typed: str) -> int | None:
    """The number in "301/BB-SCT", "301/" or "301"; None for anything else."""
    match = _TYPED.fullmatch(typed.strip())
    return int(match[1]) if match and int(match[1]) else None


TOKEN = re.compile(r"[0-9a-f]{32}")
"""What stands behind /kt/ in the check address of a paper: 128 random bits."""
