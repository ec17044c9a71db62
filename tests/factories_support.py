"""Support, payments and guidance visits for the tests; each gives the new record's id."""

from datetime import date
from typing import Any

from ocop_points.core.db import write
from ocop_points.points.queries import get_point_to_edit
from ocop_points.programme import queries, service
from ocop_points.programme.rules import SupportSource
from ocop_points.programme.service import SupportFacts
from tests import people


def facts(**changed: Any) -> SupportFacts:
    """What a decision says."""
    known: dict[str, Any] = {
        "source": SupportSource.MINISTRY,
        "programme_year": 2025,
        "purpose": "Biển hiệu, quầy kệ",
        "amount": 80_000_000,
        "decision_number": "100/QĐ-BCT",
        "decided_on": date(2025, 3, 10),
        "keep_open_until": date(2027, 3, 9),
    }
    return SupportFacts(**{**known, **changed})


def support(point_id: int, *, by: str = "officer", **changed: Any) -> int:
    """A decision that gives money to a point."""

    def verb() -> int:
        user = people.user(by)
        return service.add_support(get_point_to_edit(user, point_id), facts(**changed), by=user).id

    return write(verb)


def payment(
    support_id: int, amount: int = 30_000_000, *, on: date = date(2025, 9, 1), by: str = "officer"
) -> int:
    """A payment of it, in ₫."""

    def verb() -> int:
        user = people.user(by)
        found = queries.get_support_or_404(user, support_id, lock=True)
        return service.add_payment(
            found, paid_on=on, amount=amount, document_number="UNC 12", by=user
        ).id

    return write(verb)


def guidance(point_id: int, *, by: str = "officer") -> int:
    """The ministry came to the point."""

    def verb() -> int:
        user = people.user(by)
        return service.add_guidance(
            get_point_to_edit(user, point_id),
            on_date=date(2026, 5, 6),
            people="Vụ Thị trường trong nước",
            content="Sắp xếp quầy, niêm yết giá",
            by=user,
        ).id

    return write(verb)
