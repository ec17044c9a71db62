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


TOKEN = re.compile(r"[0-9a-f]{32}")
"""What stands behind /kt/ in the check address of a paper: 128 random bits."""
