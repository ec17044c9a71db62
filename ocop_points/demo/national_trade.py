"""A year of goods at every point: rounds of nine days, one receipt of five lines and four sales of five lines."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import Subject, created
from ocop_points.demo.national import DAYS, Bulk, Goods, Shop, moment
from ocop_points.stock.gate_rules import SOON_DAYS, CertificateState
from ocop_points.stock.models import Balance, Lot, Movement, Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind, VoucherState, voucher_number

LINES, WARES = 5, 25
_ROUND, _ROUNDS, _SALES = 9, 40, (2, 4, 6, 8)
_RECEIVED, _SOLD = 40, 10
# Of goods that keep long, the last sale leaves some in every fifth line: what a shop has on its shelves.
_LEFT = 4
_KEEPS = 400

Line = tuple[Goods, int, str, date | None, int]
"""Goods, the lot's id, code and expiry, and how many base units."""


class Trade:
    """What is on the shelves, and the vouchers that brought it there."""

    def __init__(self, bulk: Bulk) -> None:
        self.bulk = bulk
        self.moved = 0
        self._lots: dict[tuple[int, date], tuple[int, str, date | None]] = {}
        self._round: dict[int, list[tuple[Goods, int, str, date | None]]] = {}
        self._on_hand: dict[tuple[int, int], int] = {}

    def play(self, day: date) -> None:
        """Everything that came in and was sold on this day."""
        begun = (day - self.bulk.stage.ago(DAYS)).days
        for number, shop in enumerate(self.bulk.shops):
            round_, step = divmod(begun - number % _ROUND, _ROUND)
            if not 0 <= round_ < _ROUNDS:
                continue
            if step == 0:
                self._receive(number, shop, round_, day)
            elif step in _SALES:
                self._sell(shop, day, last=step == _SALES[-1])

    def finish(self) -> None:
        """The balances: the sums of the movements."""
        for (point_id, lot_id), on_hand in self._on_hand.items():
            self.bulk.add(Balance, {"point_id": point_id, "lot_id": lot_id, "on_hand": on_hand})

    def _receive(self, number: int, shop: Shop, round_: int, day: date) -> None:
        wares = [self._ware(number, (round_ * LINES + place) % WARES) for place in range(LINES)]
        self._round[shop.id] = [(ware, *self._lot(ware, day)) for ware in wares]
        lines = [(*one, _RECEIVED) for one in self._round[shop.id]]
        self._voucher(shop, VoucherKind.RECEIPT, day, lines, wares[0].producer_id)

    def _ware(self, number: int, place: int) -> Goods:
        """Neighbouring shops sell some of the same."""
        goods = self.bulk.goods
        return goods[(number * 10 + place) % len(goods)]

    def _lot(self, ware: Goods, day: date) -> tuple[int, str, date | None]:
        known = self._lots.get((ware.id, day))
        if known is not None:
            return known
        expiry = None if ware.days is None else day + timedelta(days=ware.days)
        code, lot_id = f"{ware.code[-5:]}-{day:%y%m%d}", self.bulk.new_id(Lot)
        self._lots[ware.id, day] = lot_id, code, expiry
        row = {"id": lot_id, "product_id": ware.id, "code": code, "expiry": expiry}
        self.bulk.add(Lot, row)
        return lot_id, code, expiry

    def _sell(self, shop: Shop, day: date, *, last: bool) -> None:
        lines = []
        for place, (ware, lot_id, code, expiry) in enumerate(self._round[shop.id]):
            keeps = ware.days is None or ware.days >= _KEEPS
            sold = _SOLD - _LEFT if last and place == 0 and keeps else _SOLD
            lines.append((ware, lot_id, code, expiry, sold))
        self._voucher(shop, VoucherKind.ISSUE, day, lines, None)

    def _voucher(
        self,
        shop: Shop,
        kind: VoucherKind,
        day: date,
        lines: Sequence[Line],
        supplier_id: int | None,
    ) -> None:
        bulk, by = self.bulk, shop.officer
        at = moment(day, 9 if kind is VoucherKind.RECEIPT else 17, shop.id % 60)
        serial = bulk.count(f"voucher:{shop.id}:{kind.value}:{day.year}")
        number = voucher_number(kind, shop.code, day.year, serial)
        voucher_id = bulk.new_id(Voucher)
        receipt = kind is VoucherKind.RECEIPT
        bulk.add(
            Voucher,
            {
                "id": voucher_id,
                "point_id": shop.id,
                "kind": kind,
                "state": VoucherState.POSTED,
                "year": day.year,
                "serial": serial,
                "number": number,
                "on_date": day,
                "supplier_id": supplier_id,
                "person": "Người giao hàng (minh họa)" if receipt else "Khách lẻ",
                "person_address": "",
                "document_number": f"HĐ {voucher_id:07d}" if receipt else "",
                "document_date": day if receipt else None,
                "reason": "" if receipt else "Bán lẻ",
                "note": "",
                "created_by_id": by.id,
                "created_at": at,
                "posted_by_id": by.id,
                "posted_at": at,
                "reverses_id": None,
                "version": 2,
            },
        )
        total = 0
        for position, line in enumerate(lines, start=1):
            total += self._line(shop, voucher_id, position, kind, day, line)
        self._record(shop, voucher_id, number, by, at, total)

    def _line(
        self, shop: Shop, voucher_id: int, position: int, kind: VoucherKind, day: date, line: Line
    ) -> int:
        bulk, (ware, lot_id, code, expiry, quantity) = self.bulk, line
        line_id, amount = bulk.new_id(VoucherLine), quantity * ware.price
        receipt = kind is VoucherKind.RECEIPT
        row: dict[str, Any] = {
            "id": line_id,
            "voucher_id": voucher_id,
            "position": position,
            "product_id": ware.id,
            "lot_id": lot_id,
            "lot_code": code if receipt else "",
            "expiry": expiry if receipt else None,
            "document_thousandths": quantity * 1000 if receipt else None,
            "quantity_thousandths": quantity * 1000,
            "unit_name": ware.unit,
            "unit_factor": 1,
            "unit_price": ware.price,
            "amount": amount,
            "certificate": _standing(ware, day) if receipt else None,
            "certificate_day": ware.certified_to if receipt else None,
            "reason": "",
            "expiry_confirmed": False,
            "posted": True,
        }
        bulk.add(VoucherLine, row)
        delta = kind.sign * quantity
        bulk.add(
            Movement,
            {
                "id": bulk.new_id(Movement),
                "point_id": shop.id,
                "lot_id": lot_id,
                "line_id": line_id,
                "on_date": day,
                "delta": delta,
            },
        )
        key = shop.id, lot_id
        self._on_hand[key] = self._on_hand.get(key, 0) + delta
        self.moved += 1
        return amount

    def _record(
        self, shop: Shop, voucher_id: int, number: str, by: User, at: Any, total: int
    ) -> None:
        text = f"{number} · {shop.name}"
        subject = Subject("voucher", voucher_id, text, shop.locality_id, shop.id)
        changes = created({"number": number, "voucher_lines": LINES, "total": total})
        self.bulk.record(Action.VOUCHER_POSTED, subject, by, at, changes)


def _standing(ware: Goods, day: date) -> CertificateState:
    """As `gate_rules.receipt_warning` judges goods whose certificate runs."""
    soon = (ware.certified_to - day).days <= SOON_DAYS
    return CertificateState.SOON if soon else CertificateState.VALID
