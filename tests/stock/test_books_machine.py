"""Random postings, transfers, reversals and closings against a plain model of the books."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.points.models import SalesPoint
from ocop_points.stock import months
from ocop_points.stock.faults import ledger_faults
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.rules_months import month_end
from ocop_points.stock.rules_transfers import Count
from tests import factories, factories_goods
from tests import factories_stock as goods
from tests.factories_stock import TODAY

DAYS = [date(2026, 9, 29), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 2), TODAY]
CODES = ("A", "B")
OUT = (VoucherKind.ISSUE, VoucherKind.WRITE_OFF)
sides = st.integers(0, 1)
days = st.sampled_from(DAYS)
some = st.integers(1, 6)
rows = st.lists(st.tuples(st.sampled_from(CODES), some), min_size=1, max_size=3)
picks = st.integers(0, 3)  # one of the latest


@dataclass
class Posted:
    """A voucher as the model knows it: what it moved, and how it stands."""

    id: int
    side: int
    day: date
    moved: list[tuple[str, int]]
    sent_to: int | None = None
    receives: "Posted | None" = None
    gone: bool = False
    received: bool = False


@dataclass
class Books:
    """Two points' books: every movement, and to which day they are closed."""

    moves: list[tuple[int, str, date, int]] = field(default_factory=list)
    closed: list[list[date]] = field(default_factory=lambda: [[], []])

    def takes(self, side: int, day: date, moved: list[tuple[str, int]]) -> bool:
        """Enter it, unless the day is closed or some day would end below zero."""
        if self.closed[side] and day <= self.closed[side][-1]:
            return False
        added = [*self.moves, *((side, code, day, delta) for code, delta in moved)]
        ends = ((s, c, d) for s in (0, 1) for c in CODES for d in DAYS)
        if any(self.balance(added, *end) < 0 for end in ends):
            return False
        self.moves = added
        return True

    @staticmethod
    def balance(moves: list[tuple[int, str, date, int]], side: int, code: str, until: date) -> int:
        return sum(n for s, c, d, n in moves if (s, c) == (side, code) and d <= until)


class Machine(RuleBasedStateMachine):
    """Each rule does the same to the application and to the model: both take it, or both refuse it."""

    product: Product

    def __init__(self) -> None:
        super().__init__()
        names = ("Một", "Hai")
        made = [
            factories.point(name=f"Điểm {n} {id(self)}", address=f"{n} {id(self)}") for n in names
        ]
        self.points: list[Any] = [SimpleNamespace(id=point.id) for point in made]
        self.books, self.posted = Books(), list[Posted]()
        for side in (0, 1):  # something to move from the first step on
            self.receive_goods(side, [(code, 20) for code in CODES], DAYS[0])

    def both(self, accepted: bool, act: Callable[[], Any]) -> Any:
        made, said = None, ""
        try:
            made = act()
        except Refused as refused:
            said = refused.message
        assert accepted == (said == ""), (accepted, said)
        return made or accepted

    @rule(side=sides, lines=rows, day=days)
    def receive_goods(self, side: int, lines: list[tuple[str, int]], day: date) -> None:
        wanted = [goods.line(self.product, n, lot_code=code) for code, n in lines]
        self.post(side, day, list(lines), VoucherKind.OPENING, wanted)

    @rule(side=sides, lines=rows, day=days, kind=st.sampled_from(OUT))
    def let_goods_go(
        self, side: int, lines: list[tuple[str, int]], day: date, kind: VoucherKind
    ) -> None:
        wanted = [goods.take(self.product, n, code) for code, n in lines]
        self.post(side, day, [(code, -n) for code, n in lines], kind, wanted, reason="Vỡ")

    @rule(side=sides, lines=rows, day=days)
    def send(self, side: int, lines: list[tuple[str, int]], day: date) -> None:
        wanted = [goods.take(self.product, n, code) for code, n in lines]
        moved = [(code, -n) for code, n in lines]
        to = {"to_point_id": self.points[1 - side].id}
        self.post(side, day, moved, VoucherKind.TRANSFER, wanted, **to)

    def post(
        self, side: int, day: date, moved: Any, kind: VoucherKind, lines: Any, **head: Any
    ) -> None:
        accepted = self.books.takes(side, day, moved)
        made = self.both(
            accepted,
            lambda: goods.posted(self.points[side], *lines, kind=kind, on=day, **head),
        )
        if made:
            to = 1 - side if kind is VoucherKind.TRANSFER else None
            self.posted.append(Posted(made.id, side, day, moved, sent_to=to))

    @rule(pick=picks, missing=st.integers(0, 2), day=days)
    def receive(self, pick: int, missing: int, day: date) -> None:
        sent = [one for one in self.posted if one.sent_to is not None]
        if not sent:
            return
        one = sent[-1 - pick % len(sent)]
        came = [(code, max(0, -n - missing)) for code, n in one.moved]
        open_ = not one.gone and not one.received and day >= one.day
        accepted = open_ and self.books.takes(one.sent_to or 0, day, came)
        counts = [Count(Decimal(n), "Vỡ" if missing else "") for _code, n in came]
        made = self.both(accepted, lambda: goods.receive(self.at(one), *counts, on=day))
        if made:
            one.received = True
            self.posted.append(Posted(made.id, one.sent_to or 0, day, came, receives=one))

    @rule(side=sides, lines=rows, day=days, missing=st.integers(0, 2))
    def send_over(self, side: int, lines: list[tuple[str, int]], day: date, missing: int) -> None:
        self.send(side, lines, day)
        self.receive(0, missing, day)

    @rule(pick=picks)
    def give_back(self, pick: int) -> None:
        sent = [one for one in self.posted if one.sent_to is not None]
        if sent:
            one = sent[-1 - pick % len(sent)]
            self.take_back(one, not one.gone and not one.received, goods.give_back)

    @rule(pick=picks)
    def reverse(self, pick: int) -> None:
        if self.posted:
            one = self.posted[-1 - pick % len(self.posted)]
            self.take_back(one, not one.gone and not one.received, goods.reverse)

    def take_back(self, one: Posted, may: bool, act: Callable[[Any], Any]) -> None:
        opposite = [(code, -n) for code, n in one.moved]
        accepted = may and self.books.takes(one.side, TODAY, opposite)
        if self.both(accepted, lambda: act(self.at(one))):
            one.gone = True
            if one.receives:
                one.receives.received = False

    @staticmethod
    def at(one: Posted) -> Any:
        return SimpleNamespace(id=one.id)

    @rule(
        side=sides, month=st.sampled_from([date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)])
    )
    def close(self, side: int, month: date) -> None:
        end, closed = month_end(month), self.books.closed[side]
        accepted = end < TODAY and (not closed or end > closed[-1])
        self.both(accepted, lambda: goods.close(self.points[side], month))
        if accepted:
            closed.append(end)

    @rule(side=sides)
    def reopen(self, side: int) -> None:
        closed = self.books.closed[side]
        if closed:
            goods.reopen(self.points[side], closed.pop().replace(day=1))

    @invariant()
    def balances_are_the_sums(self) -> None:
        for side, point in enumerate(self.points):
            held = goods.on_hand(point, self.product)
            for code in CODES:
                assert held.get(code, 0) == Books.balance(self.books.moves, side, code, TODAY)

    def teardown(self) -> None:
        assert list(ledger_faults()) == []
        for side, point in enumerate(self.points):
            for month in (date(2026, 10, 1), date(2026, 11, 1)):
                found = list(months.month_for_export(point.id, month))
                closing = sum(
                    Books.balance(self.books.moves, side, code, month_end(month)) for code in CODES
                )
                assert sum(int(row.closing) for row in found) == closing
        db.session.rollback()


def test_the_books_are_those_of_a_plain_model(app: Flask) -> None:
    Machine.product = factories_goods.product()
    first: SalesPoint = factories.point(name="Điểm đầu", address="Đầu")
    for code in CODES:  # the lots are there, so that both may name them
        goods.posted(first, goods.line(Machine.product, 1, lot_code=code), kind=VoucherKind.OPENING)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=14,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
