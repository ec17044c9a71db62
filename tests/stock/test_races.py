"""Two issues at once on the last unit, and sequences of postings against a plain model."""

import threading
from datetime import date, timedelta

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.points.models import SalesPoint
from ocop_points.stock import queries, service
from ocop_points.stock.models import Balance, Movement, Voucher
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.service import DraftFacts
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.factories_stock import TODAY


def test_two_issues_at_once_on_the_last_unit(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 1))
    line = goods.take(product, 1)
    # Drafts made before: saving one writes an audit row, whose chain would queue the sellers already.
    drafts = [goods.draft(point, line, kind=VoucherKind.ISSUE).id for _ in range(4)]
    db.session.remove()
    start, results = threading.Barrier(4), []

    def sell(who: str, draft: int) -> None:
        def verb() -> str | None:
            user = people.user(who)
            made = queries.get_voucher_to_edit(user, draft)
            service.post_voucher(made, by=user)
            return made.number

        with app.app_context():
            start.wait()
            try:
                results.append(write(verb))
            except Refused as refused:
                results.append(refused.message)
            finally:
                db.session.remove()

    people_ = ("officer", "second_officer", "manager", "second_manager")
    threads = [
        threading.Thread(target=sell, args=given) for given in zip(people_, drafts, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    sold = [one for one in results if one == "PX-QNI-0001-2026-0001"]
    refused = [one for one in results if "thiếu 1 hộp" in str(one)]
    assert (len(sold), len(refused)) == (1, 3), results
    assert db.session.scalar(select(Balance.on_hand)) == 0
    posted = select(func.count()).where(Voucher.number.is_not(None))
    assert db.session.scalar(posted) == 2


def test_two_new_lots_at_once_at_two_points_are_one(app: Flask) -> None:
    first, second = factories.point(), factories.point(name="Điểm hai", address="2 đường khác")
    product, supplier = factories_goods.product(), factories_goods.supplier().id
    line, ids = goods.line(product, 5), (first.id, second.id)
    db.session.remove()
    start, numbers = threading.Barrier(2), []

    def receive(point_id: int, who: str) -> None:
        def verb() -> str | None:
            user = people.user(who)
            found = db.session.get_one(SalesPoint, point_id)
            facts = DraftFacts(on_date=TODAY, supplier_id=supplier, lines=[line])
            made = service.save_draft(found, VoucherKind.RECEIPT, facts, by=user)
            service.post_voucher(made, by=user)
            return made.number

        with app.app_context():
            start.wait()
            try:
                numbers.append(write(verb))
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=receive, args=(ids[0], "officer")),
        threading.Thread(target=receive, args=(ids[1], "second_officer")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(str(one) for one in numbers) == [
        "PN-QNI-0001-2026-0001",
        "PN-QNI-0002-2026-0001",
    ]
    assert len(set(db.session.scalars(select(Balance.lot_id)))) == 1


step = st.tuples(
    st.sampled_from(["in", "out", "back"]), st.integers(0, 4), st.integers(1, 6), st.integers(0, 5)
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(step, max_size=7))
def test_the_books_agree_with_a_plain_model(
    app: Flask, steps: list[tuple[str, int, int, int]]
) -> None:
    """Receipts, issues and reversals on any days: accepted just when no day ends below zero."""
    point = factories.point(name=f"Điểm {id(steps)}")
    product, supplier = factories_goods.product(), factories_goods.supplier().id
    start = TODAY - timedelta(days=4)
    goods.posted(point, goods.line(product, 1), on=start, supplier_id=supplier)
    model: list[tuple[date, int]] = [(start, 1)]
    made: list[tuple[Voucher, int]] = []
    for what, day, quantity, which in steps:
        on = TODAY if what == "back" else start + timedelta(days=day)
        if what == "back":
            if not made:
                continue
            voucher, delta = made.pop(which % len(made))
            change = -delta
        else:
            change = quantity if what == "in" else -quantity
        accepted = _holds([*model, (on, change)])
        try:
            if what == "back":
                goods.reverse(voucher)
            elif what == "in":
                done = goods.posted(
                    point, goods.line(product, quantity), on=on, supplier_id=supplier
                )
                made.append((done, change))
            else:
                done = goods.posted(
                    point, goods.take(product, quantity), kind=VoucherKind.ISSUE, on=on
                )
                made.append((done, change))
        except Refused:
            assert not accepted, (what, on, change, model)
            if what == "back":
                made.append((voucher, -change))
            continue
        assert accepted, (what, on, change, model)
        model.append((on, change))
    held = goods.on_hand(point, product)["CM-1"]
    assert held == sum(change for _day, change in model)
    moved = select(func.sum(Movement.delta)).where(Movement.point_id == point.id)
    assert db.session.scalar(moved) == held


def _holds(changes: list[tuple[date, int]]) -> bool:
    days = sorted({day for day, _change in changes})
    return all(sum(c for day, c in changes if day <= end) >= 0 for end in days)
