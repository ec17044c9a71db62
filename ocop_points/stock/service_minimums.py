"""The verb of a point's minimums: a whole table of them at once."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import record
from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_number
from ocop_points.points.models import SalesPoint
from ocop_points.stock.alerts import minimums_of
from ocop_points.stock.minimums_models import StockMinimum


class Typed(NamedTuple):
    """What a line of the form says: the minimum it showed when it was opened, and the one typed."""

    seen: int | None
    wanted: int | None


class ChangedMeanwhile(Refused):
    """Somebody else set these in between: what stands now, by product."""

    def __init__(self, now: Mapping[int, int | None]) -> None:
        self.now = dict(now)
        super().__init__(
            _("Người khác vừa đổi %(n)s mức dưới đây. Xem lại rồi lưu lần nữa.", n=len(self.now))
        )


def set_minimums(point: SalesPoint, typed: Mapping[Product, Typed], *, by: User) -> int:
    """Set what was changed, in base units; the point is locked for a change. How many were.

    Raises ChangedMeanwhile when somebody else changed one of them since the form was opened.
    """
    stored = minimums_of(point.id, lock=True)
    now = {id_: row.minimum for id_, row in stored.items()}
    changed = {one: line for one, line in typed.items() if line.wanted != line.seen}
    moved = {
        one.id: now.get(one.id)
        for one, line in changed.items()
        if now.get(one.id) not in (line.seen, line.wanted)
    }
    if moved:
        raise ChangedMeanwhile(moved)
    changed = {one: line for one, line in changed.items() if now.get(one.id) != line.wanted}
    for product, line in changed.items():
        row = stored.get(product.id)
        if line.wanted is None:
            db.session.delete(row)
        elif row is not None:
            row.minimum = line.wanted
        else:
            new = StockMinimum(point_id=point.id, product_id=product.id, minimum=line.wanted)
            db.session.add(new)
    if changed:
        before = [_words(one, now.get(one.id)) for one in changed]
        after = [_words(one, line.wanted) for one, line in changed.items()]
        changes = {"minimums": [before, after]}
        record(Action.MINIMUMS_SET, point.subject(), by=by, changes=changes)
    return len(changed)


def _words(product: Product, minimum: int | None) -> str:
    held = f"{vi_number(minimum)} {product.base_unit}" if minimum else str(_("không đặt"))
    return f"{product.name} ({product.code}): {held}"
