"""The table of a voucher's form: what stands beside each line, lines added, taken out, proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue import queries as products
from ocop_points.catalogue.models import Product
from ocop_points.catalogue.rules import Standing
from ocop_points.core import clock
from ocop_points.points.models import SalesPoint
from ocop_points.stock import labels, posting, queries
from ocop_points.stock.forms import LineForm, VoucherForm
from ocop_points.stock.gate_queries import gate_of
from ocop_points.stock.gate_rules import ReceiptWarning, receipt_warning
from ocop_points.stock.queries import HeldLot
from ocop_points.stock.rules import (
    BadLine,
    LotOnHand,
    VoucherKind,
    base_quantity,
    lot_conflict,
    lot_may_leave,
    propose_lots,
)
from ocop_points.stock.service import INCOMING


@dataclass
class Row:
    """One line as the page shows it, beside its fields."""

    form: LineForm
    product: Product
    mark: Any = ""
    warning: str = ""
    asks: bool = False
    blocked: bool = False
    other_dates: str = ""
    short: str = ""
    amount: int | None = None


@dataclass
class Sheet:
    """A voucher's form with everything its table needs; made before the form is validated."""

    point: SalesPoint
    kind: VoucherKind
    form: VoucherForm
    products: Mapping[int, Product] = field(default_factory=dict)
    lots: Sequence[HeldLot] = ()
    shorts: dict[int, str] = field(default_factory=dict)

    @property
    def incoming(self) -> bool:
        return self.kind in INCOMING

    @property
    def day(self) -> date:
        """The voucher's day, today while it cannot be read."""
        return self.form.on_date.data or clock.today()

    def prepare(self) -> None:
        """Load what the lines name, and offer each its units and lots: three statements."""
        entries = self.form.lines.entries
        wanted = {entry.form.product_number for entry in entries} - {None}
        self.products = products.products_with_units(wanted)
        self.form.lines.entries = [e for e in entries if e.form.product_number in self.products]
        if not self.incoming:
            # What a line names already is offered too, though the shelf may be empty by now.
            named = {entry.form["lot_id"].data for entry in entries} - {None}
            self.lots = queries.held_lots(self.point.id, wanted, also=named)
        for entry in self.form.lines.entries:
            self._offer(entry.form)

    def _offer(self, line: LineForm) -> None:
        product = self.products[line.product_number or 0]
        units = [(f"{product.base_unit}|1", product.base_unit)]
        units += [(f"{one.name}|{one.factor}", one.name) for one in product.units]
        written = line.unit.data
        if written and all(written != value for value, _words in units) and not line.unit.raw_data:
            units.append((written, written.rpartition("|")[0]))  # a draft's unit, renamed since
        line.unit.choices = units
        if not written:
            line.unit.data = units[0][0]
        if self.incoming:
            _propose_expiry(line, product)
            return
        held = [lot for lot in self.lots if lot.product_id == product.id]
        lot_field: Any = line["lot_id"]
        lot_field.choices = [(lot.id, labels.lot_choice(lot, product.base_unit)) for lot in held]

    def add(self, product_id: int) -> None:
        """A new line of a product at the foot; units and lots are offered by `prepare`."""
        self.form.lines.append_entry({"product_id": str(product_id)})
        self.form.add_query.data, self.form.add_query.raw_data = "", None
        self.prepare()
        if self.incoming:
            return
        line = self.form.lines.entries[-1].form
        product = self.products.get(product_id)
        line.unit_price.data = product.reference_price if product else None
        if self.form.add_quantity.data is not None:
            line.quantity.data = self.form.add_quantity.data
            self.form.add_quantity.data, self.form.add_quantity.raw_data = None, None
            self.propose()

    def take_whole(self, lot_id: int | None) -> None:
        """All that the shelf holds of a lot into the last line, when it is one of those offered there."""
        held = next((lot for lot in self.lots if lot.id == lot_id and lot.on_hand), None)
        if held is not None:
            line = self.form.lines.entries[-1].form
            line["lot_id"].data, line.quantity.data = held.id, Decimal(held.on_hand)

    def remove(self, place: int) -> None:
        """Take the line at a place, from 1, out."""
        entries = self.form.lines.entries
        if 1 <= place <= len(entries):
            del entries[place - 1]

    def propose(self) -> None:
        """Give each line without a lot the lots that expire first, a line for each (RULES.md §6)."""
        entries, self.form.lines.entries = self.form.lines.entries, []
        taken: dict[int, int] = {}
        for entry in entries:
            lot_id = entry.form["lot_id"].data
            if lot_id:
                taken[lot_id] = taken.get(lot_id, 0) + (_base(entry.form) or 0)
        for entry in entries:
            base = _base(entry.form)
            if entry.form["lot_id"].data or base is None:
                self.form.lines.entries.append(entry)
            else:
                self._split(entry.form, base, taken)
        for entry in self.form.lines.entries:
            self._offer(entry.form)

    def _split(self, line: LineForm, base: int, taken: dict[int, int]) -> None:
        product_id = line.product_number or 0
        held = [
            LotOnHand(lot.id, lot.expiry, lot.first_received_on, lot.on_hand - taken.get(lot.id, 0))
            for lot in self.lots
            if lot.product_id == product_id and lot_may_leave(self.kind, lot.expiry, self.day)
        ]
        proposal = propose_lots(held, base, self.day)
        for lot_id, picked in proposal.picks:
            taken[lot_id] = taken.get(lot_id, 0) + picked
            self._append(line, picked, lot_id)
        if proposal.short:
            self._append(line, proposal.short, None)
            unit = self.products[product_id].base_unit
            text = _("Không đủ hàng còn hạn: thiếu %(n)s %(unit)s", n=proposal.short, unit=unit)
            self.shorts[len(self.form.lines.entries) - 1] = text

    def _append(self, like: LineForm, base: int, lot_id: int | None) -> None:
        """A line of so many base units, in the unit and at the price of another where that divides."""
        unit, price = like.unit.data, like.unit_price.data
        factor = int((unit or "|1").rpartition("|")[2])
        if base % factor:
            price = price // factor if price is not None and price % factor == 0 else None
            unit, factor = f"{self.products[like.product_number or 0].base_unit}|1", 1
        self.form.lines.append_entry(
            {
                "product_id": like.product_id.data,
                "unit": unit,
                "quantity": Decimal(base // factor),
                "unit_price": price,
                "lot_id": lot_id,
            }
        )

    def rows(self) -> list[Row]:
        """The lines with their stars, warnings and amounts: three statements more for what comes in."""
        entries = self.form.lines.entries
        standings = products.standings_on(set(self.products), self.day)
        known = self._known_dates() if self.incoming else {}
        judged = self._judged(standings) if self.kind is VoucherKind.RECEIPT else {}
        found = []
        for place, entry in enumerate(entries):
            line = entry.form
            standing = standings.get(line.product_number or 0, Standing())
            row = Row(line, self.products[line.product_number or 0])
            row.mark = catalogue.standing_mark(standing)
            row.amount = line.draft().amount
            row.short = self.shorts.get(place, "")
            if warning := judged.get(row.product.id):
                row.warning = labels.warning_text(warning)
                row.asks, row.blocked = warning.needs_reason, warning.blocked
            if self.incoming:
                row.other_dates = _other_dates(line, known)
            found.append(row)
        return found

    def _judged(self, standings: Mapping[int, Standing]) -> dict[int, ReceiptWarning]:
        gate = gate_of(self.point.locality_id)
        return {
            id_: receipt_warning(
                standings.get(id_, Standing()),
                self.day,
                other_basis=bool(one.noted_bases),
                gate=gate,
            )
            for id_, one in self.products.items()
        }

    def _known_dates(self) -> dict[tuple[int, str], set[date | None]]:
        lines = [entry.form.draft() for entry in self.form.lines.entries]
        codes = {line.lot_code for line in lines} - {""}
        known = queries.known_lots(set(self.products), codes) if codes else {}
        dates: dict[tuple[int, str], set[date | None]] = {}
        for product_id, code, expiry in known:
            dates.setdefault((product_id, code), set()).add(expiry)
        return dates


def _propose_expiry(line: LineForm, product: Product) -> None:
    """From the day of production, where no date was typed and the product's shelf life is known."""
    made_on, expiry = line["made_on"].data, line["expiry"]
    if made_on is not None and expiry.data is None and not any(expiry.raw_data or ()):
        expiry.data, expiry.raw_data = product.expiry_of(made_on), None


def _base(line: LineForm) -> int | None:
    draft = line.draft()
    if draft.quantity is None:
        return None
    try:
        return base_quantity(draft.quantity, draft.unit_factor)
    except BadLine:
        return None


def _other_dates(line: LineForm, known: Mapping[tuple[int, str], set[date | None]]) -> str:
    draft = line.draft()
    held = known.get((draft.product_id, draft.lot_code))
    others = lot_conflict(held, draft.expiry) if held else ()
    return posting.other_dates_sentence(draft.lot_code, others) if others else ""
