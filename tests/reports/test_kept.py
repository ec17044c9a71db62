"""What is kept of the overview is what would be read anew; tests/architecture/test_routes.py asks it of every form."""

from collections.abc import Callable

from flask import Flask

from ocop_points.audit.queries import Written
from ocop_points.core import clock
from ocop_points.reports import kept, queries
from ocop_points.reports.rules import period_of
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, factories_stock, people
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]


def written(*rows: tuple[str, int | None]) -> list[Written]:
    return [Written(n, str(n), action, place) for n, (action, place) in enumerate(rows)]


def test_whose_figures_a_write_may_have_changed() -> None:
    table = {
        (("user.signed_in", None),): set(),
        (("voucher.posted", 3), ("visit.approved", 4), ("user.edited", None)): {3, 4},
        (("report.submitted", 3),): set(),
        (("voucher.posted", None),): None,
        (("product.edited", 3),): None,
        (("certificate.added", 3), ("point.edited", 3)): None,
        (("supplier.merged", 3),): None,
        (("points.imported", None),): None,
        (("locality.edited", 3),): None,
        (("something.new", 3),): None,
    }
    for rows, touched in table.items():
        assert kept.localities_touched(written(*rows)) == touched, rows


def test_after_a_write_in_one_locality_only_that_one_is_read(app: Flask) -> None:
    shop, product = factories.point(), factories_goods.product()
    maker_id = factories_goods.supplier().id
    factories.point(people.ELSEWHERE)
    today = clock.today()
    first = kept.known_on(today, period_of(today))
    assert kept.known_on(today, period_of(today)) is first
    factories.point(name="Điểm mới", address="9 phố chợ")
    second = kept.known_on(today, period_of(today))
    here, there = people.locality().id, people.locality(people.ELSEWHERE).id
    assert second.figures[here].open == 2
    assert second.figures[there] is first.figures[there]
    assert statements(kept.known_on, today, period_of(today)) == 1
    # A receipt, then all of it sold: the shelf of that shop.
    for line, kind, head, goods in (
        (factories_stock.line, VoucherKind.RECEIPT, {"supplier_id": maker_id}, 1),
        (factories_stock.take, VoucherKind.ISSUE, {}, 0),
    ):
        factories_stock.posted(shop, line(product, 5), kind=kind, on=today, **head)
        third = kept.known_on(today, period_of(today))
        assert third.figures[here].goods == goods
        assert third.figures[there] is first.figures[there]
        assert third.figures == queries.read(today, period_of(today)).figures
