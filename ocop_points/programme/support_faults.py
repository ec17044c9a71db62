"""What `flask verify` asks of support: payments as they were written down, never above the sum, and the duty kept."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from ocop_points.audit.queries import written
from ocop_points.audit.rules import Action
from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint
from ocop_points.programme.models import Support, SupportPayment

_TOLD = ("document_number", "paid_on", "amount")


def support_faults() -> Iterator[str]:
    """A sentence for every fault."""
    yield from _payments()
    yield from _sums()
    yield from _duties()


def _payments() -> Iterator[str]:
    told: Counter[tuple[Any, ...]] = Counter()
    for point_id, changes in written(Action.SUPPORT_PAID, Action.SUPPORT_PAYMENT_REMOVED):
        step = 1 if changes["amount"][0] is None else -1
        values = (changes[name][step == 1] for name in _TOLD)
        told[point_id, *values] += step
    rows = select(
        Support.point_id,
        SupportPayment.document_number,
        SupportPayment.paid_on,
        SupportPayment.amount,
    ).join(SupportPayment.support)
    held: Counter[tuple[Any, ...]] = Counter(
        (point_id, number, day.isoformat(), amount)
        for point_id, number, day, amount in db.session.execute(rows)
    )
    for _point, number, day, amount in held - told:
        yield f"Lần chi hỗ trợ {number} ngày {day}, {amount} ₫: không có trong nhật ký."
    for _point, number, day, amount in told - held:
        yield f"Lần chi hỗ trợ {number} ngày {day}, {amount} ₫: nhật ký ghi có nhưng không còn."


def _sums() -> Iterator[str]:
    paid = func.sum(SupportPayment.amount)
    rows = (
        select(Support.decision_number, Support.amount, paid)
        .join(Support.payments)
        .group_by(Support.id, Support.decision_number, Support.amount)
        .having(paid > Support.amount)
    )
    for number, agreed, given in db.session.execute(rows):
        yield f"Khoản hỗ trợ {number}: đã chi {given} ₫, nhiều hơn {agreed} ₫ của quyết định."


def _duties() -> Iterator[str]:
    latest = (
        select(func.max(Support.keep_open_until))
        .where(Support.point_id == SalesPoint.id)
        .correlate(SalesPoint)
        .scalar_subquery()
    )
    rows = select(SalesPoint.code).where(SalesPoint.keep_open_until.is_distinct_from(latest))
    for code in db.session.scalars(rows):
        yield f"Điểm bán {code}: ngày cam kết mở cửa khác với các khoản hỗ trợ."
