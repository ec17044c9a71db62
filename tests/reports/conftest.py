"""What the figures of the reports are counted from."""

from datetime import date

import pytest
from flask import Flask

from tests import factories, factories_goods
from tests import factories_findings as findings
from tests import factories_stock as goods
from tests import factories_support as support


@pytest.fixture
def records(app: Flask) -> None:
    """Visits of two half-years, a finding, support, goods with and without stars."""
    shop = factories.point()
    findings.approved({}, point=shop, day=date(2025, 10, 6), number=1)
    findings.approved({"II.1": findings.DUST}, point=shop, day=date(2026, 5, 4), number=1)
    findings.approved({}, point=shop, day=date(2026, 6, 1), number=2)
    support.payment(support.support(shop.id))
    rated = factories_goods.product()
    factories_goods.certificate(rated, issued_on=date(2025, 1, 6))
    goods.posted(shop, goods.line(rated, 5), on=date(2026, 11, 2))
    plain = factories_goods.product(name="Miến dong Bình Liêu")
    goods.posted(shop, goods.line(plain, 5), on=date(2026, 11, 3))
