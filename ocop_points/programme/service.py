"""Verbs of support: write a decision down, pay, mend, take out; and the ministry's guidance visits."""

from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, created, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import money, vi_date
from ocop_points.points.models import SalesPoint
from ocop_points.points.service import set_duty
from ocop_points.programme.models import GuidanceVisit, Support, SupportPayment
from ocop_points.programme.rules import MoneyFault, SupportSource, payment_fault


@dataclass(frozen=True)
class SupportFacts:
    """What a decision says; `amount` in ₫."""

    source: SupportSource
    programme_year: int
    purpose: str
    amount: int
    decision_number: str
    decided_on: date
    acceptance_number: str = ""
    accepted_on: date | None = None
    keep_open_until: date | None = None
    note: str = ""


def add_support(point: SalesPoint, facts: SupportFacts, *, by: User) -> Support:
    """Write down what was given to a point; its duty to stay open grows with it. Raises Refused."""
    _check(facts)
    made = Support(
        point_id=point.id,
        **asdict(facts),
        created_by_id=by.id,
        created_at=clock.now(),
        version=1,
    )
    db.session.add(made)
    db.session.flush()
    record(Action.SUPPORT_ADDED, point.subject(), by=by, changes=_named(created(asdict(facts))))
    _renew_duty(point, by=by)
    return made


def edit_support(support: Support, facts: SupportFacts, *, by: User) -> None:
    """Mend what was written down. Raises Refused for less money than was paid. Point and payments are loaded."""
    _check(facts)
    if facts.amount < support.paid:
        raise Refused(
            _("Đã chi %(paid)s, số tiền không thể ít hơn", paid=money(support.paid)), "amount"
        )
    first = min((one.paid_on for one in support.payments), default=None)
    if first is not None and first < facts.decided_on:
        raise Refused(
            _("Đã chi ngày %(day)s, quyết định không thể sau ngày đó", day=vi_date(first)),
            "decided_on",
        )
    changes = assign(support, asdict(facts))
    if changes:
        support.version += 1
        record(Action.SUPPORT_EDITED, support.point.subject(), by=by, changes=_named(changes))
        _renew_duty(support.point, by=by)


def remove_support(support: Support, *, by: User) -> None:
    """Take out what was written down by mistake; the audit row keeps it. Raises Refused once money was paid."""
    if support.payments:
        raise Refused(_("Đã có lần chi. Xóa các lần chi ghi nhầm trước."))
    point = support.point
    facts = {name: getattr(support, name) for name in SupportFacts.__dataclass_fields__}
    db.session.delete(support)
    db.session.flush()
    changes = {name: change[::-1] for name, change in created(facts).items()}
    record(Action.SUPPORT_REMOVED, point.subject(), by=by, changes=_named(changes))
    _renew_duty(point, by=by)


def add_payment(
    support: Support, *, paid_on: date, amount: int, document_number: str, by: User
) -> SupportPayment:
    """Write a payment down, in ₫. Raises Refused above the sum agreed or before the decision.

    The support is locked, its point and payments are loaded.
    """
    fault = payment_fault(
        amount,
        paid_on,
        agreed=support.amount,
        paid=[one.amount for one in support.payments],
        decided_on=support.decided_on,
    )
    if fault is MoneyFault.BEFORE_DECISION:
        day = vi_date(support.decided_on)
        raise Refused(_("Quyết định ngày %(day)s, chọn từ ngày đó trở đi", day=day), "paid_on")
    if fault is MoneyFault.MORE_THAN_AGREED:
        left = money(support.amount - support.paid)
        raise Refused(_("Chỉ còn được chi %(left)s", left=left), "amount")
    made = SupportPayment(
        support_id=support.id,
        paid_on=paid_on,
        amount=amount,
        document_number=document_number,
        created_by_id=by.id,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    record(
        Action.SUPPORT_PAID,
        support.point.subject(),
        by=by,
        changes=created(
            {
                "decision_number": support.decision_number,
                "paid_on": paid_on,
                "amount": amount,
                "document_number": document_number,
            }
        ),
    )
    return made


def remove_payment(payment: SupportPayment, *, reason: str, by: User) -> None:
    """Take a payment out that was written down by mistake; support and point are loaded."""
    support = payment.support
    changes: dict[str, Change] = {
        "decision_number": [support.decision_number, None],
        "paid_on": [payment.paid_on.isoformat(), None],
        "amount": [payment.amount, None],
        "document_number": [payment.document_number, None],
    }
    subject = support.point.subject()
    db.session.delete(payment)
    record(Action.SUPPORT_PAYMENT_REMOVED, subject, by=by, changes=changes, note=reason)


def add_guidance(
    point: SalesPoint, *, on_date: date, people: str, content: str, by: User
) -> GuidanceVisit:
    """Write down that the ministry came to guide this point."""
    made = GuidanceVisit(
        point_id=point.id,
        on_date=on_date,
        people=people,
        content=content,
        created_by_id=by.id,
        created_at=clock.now(),
        version=1,
    )
    db.session.add(made)
    db.session.flush()
    facts = {"date": on_date, "people": people, "content": content}
    record(Action.GUIDANCE_ADDED, point.subject(), by=by, changes=created(facts))
    return made


def edit_guidance(
    guidance: GuidanceVisit, *, on_date: date, people: str, content: str, by: User
) -> None:
    """Mend what was written down; the point is loaded."""
    changes = assign(guidance, {"on_date": on_date, "people": people, "content": content})
    if changes:
        guidance.version += 1
        named = {"date" if name == "on_date" else name: one for name, one in changes.items()}
        record(Action.GUIDANCE_EDITED, guidance.point.subject(), by=by, changes=named)


def remove_guidance(guidance: GuidanceVisit, *, by: User) -> None:
    """Take out a visit written down by mistake; the point is loaded."""
    point = guidance.point
    facts = {"date": guidance.on_date, "people": guidance.people, "content": guidance.content}
    changes = {name: change[::-1] for name, change in created(facts).items()}
    db.session.delete(guidance)
    record(Action.GUIDANCE_REMOVED, point.subject(), by=by, changes=changes)


def _named(changes: dict[str, Change]) -> dict[str, Change]:
    """As the audit calls the fields: another table's `source` is a legal one."""
    return {"support_source" if name == "source" else name: one for name, one in changes.items()}


def _check(facts: SupportFacts) -> None:
    if facts.acceptance_number and facts.accepted_on is None:
        raise Refused(_("Nhập ngày của biên bản nghiệm thu"), "accepted_on")
    if facts.accepted_on is not None and facts.accepted_on < facts.decided_on:
        raise Refused(_("Nghiệm thu không thể trước ngày quyết định"), "accepted_on")
    if facts.keep_open_until is not None and facts.keep_open_until < facts.decided_on:
        raise Refused(_("Cam kết không thể hết trước ngày quyết định"), "keep_open_until")


def _renew_duty(point: SalesPoint, *, by: User) -> None:
    """A point has to stay open until the last day that any of its decisions names."""
    db.session.flush()
    latest = select(func.max(Support.keep_open_until)).where(Support.point_id == point.id)
    set_duty(point, until=db.session.scalar(latest), by=by)
