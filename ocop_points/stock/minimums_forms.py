"""The table of a point's minimums."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField

from ocop_points.catalogue.models import Product
from ocop_points.core.errors import Refused
from ocop_points.core.fields import Carried, IntegerField
from ocop_points.core.formats import parse_id, vi_number
from ocop_points.core.forms import BaseForm
from ocop_points.stock.rules import MAX_QUANTITY
from ocop_points.stock.service_minimums import ChangedMeanwhile, Typed


class MinimumLine(Form):
    """One product; empty asks for nothing."""

    product_id = Carried()
    seen = Carried()
    minimum = IntegerField(_l("Mức tối thiểu"), least=1, most=MAX_QUANTITY, required=False)

    @property
    def product_number(self) -> int | None:
        return _number(self.product_id.data)

    def typed(self) -> Typed:
        return Typed(_number(self.seen.data), self.minimum.data)


def _number(text: Any) -> int | None:
    try:
        return parse_id(str(text or ""))
    except ValueError:
        return None


class MinimumsForm(BaseForm):
    """A line for each product that the point ever held."""

    lines: Any = FieldList(FormField(MinimumLine))

    def typed(self, products: Mapping[int, Product]) -> dict[Product, Typed]:
        """What was typed of the products that the page is about."""
        return {
            products[line.product_number]: line.typed()
            for line in (entry.form for entry in self.lines.entries)
            if line.product_number in products
        }

    def refuse(self, error: Refused) -> None:
        """What somebody else set stands at its line; the next sending counts against that."""
        super().refuse(error)
        if not isinstance(error, ChangedMeanwhile):
            return
        for entry in self.lines.entries:
            line = entry.form
            if line.product_number not in error.now:
                continue
            now = error.now[line.product_number]
            line.seen.data, line.seen.raw_data = str(now or ""), None
            text = _("Hiện đang đặt: %(n)s", n=vi_number(now) or _("không đặt"))
            line.minimum.errors = [*line.minimum.errors, text]
        self.lines.errors = [entry.errors for entry in self.lines.entries]
