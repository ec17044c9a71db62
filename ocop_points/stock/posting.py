"""How a voucher enters the books: a fixed number of statements, however many lines it has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, insert, select, update

from ocop_points.accounts.models import User
from ocop_points.catalogue.queries import standings_on
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.db import db, next_number
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date, vi_number
from ocop_points.stock import labels, queries
from ocop_points.stock.gate_queries import gate_of
from ocop_points.stock.gate_rules import ReceiptWarning, receipt_warning
from ocop_points.stock.models import Balance, Lot, Movement, Voucher, VoucherLine
from ocop_points.stock.rules import (
    BadLine,
    Fault,
    Shortfall,
    VoucherKind,
    VoucherState,
    base_quantity,
    check_timeline,
    line_amount,
    lot_conflict,
    lot_may_leave,
    merge_rows,
    voucher_number,
)

Key = tuple[int, str, date | None]
Judged = dict[int, ReceiptWarning]
"""How the certificate of each line's product stands, by the line's id."""


class BadLines(Refused):
    """Lines that cannot be entered: (place from 0, field, sentence) of each."""

    def __init__(self, faults: Sequence[tuple[int, str, str]]) -> None:
        self.faults = list(faults)
        super().__init__(
            "; ".join(
                _("Dòng %(n)s: %(text)s", n=place + 1, text=text) for place, _field, text in faults
            )
        )


@dataclass(frozen=True)
class Move:
    """What one line moves of one lot, in base units."""

    line_id: int
    lot_id: int
    delta: int


def counted(lines: Sequence[VoucherLine], *, priced: bool) -> dict[int, int]:
    """Base units of each line by its id, amounts set. Raises BadLines; prices are asked of what comes in."""
    base: dict[int, int] = {}
    faults: list[tuple[int, str, str]] = []
    for place, line in enumerate(lines):
        if line.quantity is None:
            faults.append((place, "quantity", _("Nhập số lượng")))
        if priced and line.unit_price is None:
            faults.append((place, "unit_price", _("Nhập đơn giá; hàng tặng ghi 0")))
        if line.quantity is None:
            continue
        try:
            base[line.id] = base_quantity(line.quantity, line.unit_factor)
            if line.unit_price is not None:
                line_amount(line.quantity, line.unit_price)
        except BadLine as bad:
            faults.append((place, "quantity", _fault(bad.fault, line)))
    if faults:
        raise BadLines(faults)
    return base


def _fault(fault: Fault, line: VoucherLine) -> str:
    if fault is Fault.NOT_WHOLE:
        return str(_("Số lượng phải ra số nguyên %(unit)s", unit=line.product.base_unit))
    return str(labels.FAULT[fault])


def lots_coming_in(
    voucher: Voucher, lines: Sequence[VoucherLine], *, by: User
) -> tuple[dict[int, int], Judged]:
    """The lot of each line by its id, made where it is new, and how the certificates stand.

    Raises BadLines for a known code with another date that nobody confirmed, and for goods that the
    locality's gate lets in with a reason, or by its manager, only.
    """
    known = queries.known_lots({line.product_id for line in lines}, {ln.lot_code for ln in lines})
    judged = _certificates(voucher, lines)
    faults = [*_other_dates(lines, known), *_held_back(voucher, lines, judged, by)]
    if faults:
        raise BadLines(faults)
    keys = {_key(line) for line in lines}
    missing = sorted(keys - known.keys(), key=lambda key: (key[0], key[1], key[2] or date.max))
    if missing:
        rows = [{"product_id": p, "code": code, "expiry": expiry} for p, code, expiry in missing]
        db.session.execute(insert(Lot), rows)
        known = queries.known_lots({key[0] for key in keys}, {key[1] for key in keys})
    return {line.id: known[_key(line)] for line in lines}, judged


def _key(line: VoucherLine) -> Key:
    return line.product_id, line.lot_code, line.expiry


def _other_dates(
    lines: Sequence[VoucherLine], known: Mapping[Key, int]
) -> list[tuple[int, str, str]]:
    dates: dict[tuple[int, str], set[date | None]] = {}
    for product_id, code, expiry in known:
        dates.setdefault((product_id, code), set()).add(expiry)
    faults = []
    for place, line in enumerate(lines):
        held = dates.setdefault((line.product_id, line.lot_code), set())
        others = lot_conflict(held, line.expiry) if line.lot_code else ()
        if others and not line.expiry_confirmed:
            faults.append((place, "expiry_confirmed", other_dates_sentence(line.lot_code, others)))
        held.add(line.expiry)
    return faults


def other_dates_sentence(code: str, others: Sequence[date | None]) -> str:
    """What is said of a lot code that is known under other dates."""
    days = ", ".join(vi_date(day) if day else str(_("không hạn")) for day in others)
    return str(
        _(
            "Lô %(code)s đã có trong sổ với hạn dùng %(days)s. Sửa lại hạn, hoặc xác nhận là lô khác",
            code=code,
            days=days,
        )
    )


def _certificates(voucher: Voucher, lines: Sequence[VoucherLine]) -> Judged:
    day, gate = voucher.on_date, gate_of(voucher.point.locality_id)
    standings = standings_on({line.product_id for line in lines}, day)
    return {
        line.id: receipt_warning(
            standings[line.product_id],
            day,
            other_basis=bool(line.product.noted_bases),
            gate=gate,
        )
        for line in lines
    }


def _held_back(
    voucher: Voucher, lines: Sequence[VoucherLine], judged: Judged, by: User
) -> list[tuple[int, str, str]]:
    if voucher.kind is not VoucherKind.RECEIPT:
        return []
    faults = []
    for place, line in enumerate(lines):
        warning = judged[line.id]
        words = labels.warning_text(warning)
        if warning.blocked and by.role is not Role.MANAGER:
            text = _("%(what)s: địa phương chặn, chỉ người quản lý ghi sổ được", what=words)
            faults.append((place, "reason", text))
        elif warning.needs_reason and not line.reason:
            faults.append((place, "reason", _("%(what)s: ghi lý do vẫn nhập", what=words)))
    return faults


def lots_going_out(voucher: Voucher, lines: Sequence[VoucherLine]) -> dict[int, int]:
    """The lot of each line by its id. Raises BadLines for lines without one, and for expired goods to be sold."""
    faults = []
    for place, line in enumerate(lines):
        lot = line.lot
        if lot is None or lot.product_id != line.product_id:
            faults.append((place, "lot_id", _("Chọn lô, hoặc bấm Đề xuất lô")))
        elif not lot_may_leave(voucher.kind, lot.expiry, voucher.on_date):
            faults.append(
                (
                    place,
                    "lot_id",
                    _(
                        "%(lot)s đã hết hạn %(day)s nên không bán được; xuất hủy hoặc trả nhà cung cấp",
                        lot=labels.lot_name(lot.code, lot.expiry),
                        day=vi_date(lot.expiry),
                    ),
                )
            )
    if faults:
        raise BadLines(faults)
    return {line.id: line.lot_id for line in lines if line.lot_id is not None}


def move_balances(
    point_id: int,
    on: date,
    moves: Sequence[Move],
    lines: Sequence[VoucherLine],
    *,
    reversing: bool = False,
) -> None:
    """Change the balances, locked in the order of the lots, rows of one lot summed first.

    Raises BadLines, or Refused for a reversal, when a lot would end any day below zero.
    """
    deltas = merge_rows((move.lot_id, move.delta) for move in moves)
    locked = (
        select(Balance.lot_id)
        .where(Balance.point_id == point_id, Balance.lot_id.in_(deltas))
        .order_by(Balance.lot_id)
        .with_for_update()
    )
    held = set(db.session.scalars(locked))
    leaving = {lot_id: delta for lot_id, delta in deltas.items() if delta < 0}
    if leaving:
        _refuse_shortage(point_id, on, leaving, moves, lines, reversing=reversing)
    fresh = [
        {"point_id": point_id, "lot_id": lot_id, "on_hand": delta}
        for lot_id, delta in deltas.items()
        if lot_id not in held
    ]
    if fresh:
        db.session.execute(insert(Balance), fresh)
    table: Any = Balance.__table__
    change = (
        update(table)
        .where(table.c.point_id == point_id, table.c.lot_id == bindparam("of_lot"))
        .values(on_hand=table.c.on_hand + bindparam("change"))
    )
    changed = [{"of_lot": lot_id, "change": deltas[lot_id]} for lot_id in sorted(held)]
    if changed:
        db.session.connection().execute(change, changed)


def _refuse_shortage(
    point_id: int,
    on: date,
    leaving: Mapping[int, int],
    moves: Sequence[Move],
    lines: Sequence[VoucherLine],
    *,
    reversing: bool,
) -> None:
    entries = queries.entries_of(point_id, leaving)
    found = {
        lot_id: short
        for lot_id, delta in leaving.items()
        if (short := check_timeline(entries.get(lot_id, ()), [(on, delta)]))
    }
    if not found:
        return
    first: dict[int, VoucherLine] = {}
    for move, line in zip(moves, lines, strict=True):
        first.setdefault(move.lot_id, line)
    sentences = {id_: _shortage(first[id_], short, on) for id_, short in found.items()}
    if reversing:
        raise Refused(
            _("Chưa đảo được: hàng của phiếu đã xuất bớt.") + " " + " ".join(sentences.values())
        )
    places = {line.id: place for place, line in enumerate(lines)}
    raise BadLines([(places[first[i].id], "quantity", text) for i, text in sentences.items()])


def _shortage(line: VoucherLine, short: Shortfall, on: date) -> str:
    unit = line.product.base_unit
    facts = {
        "lot": labels.lot_name(line.lot.code, line.lot.expiry) if line.lot else "",
        "n": vi_number(short.available),
        "missing": vi_number(short.missing),
        "unit": unit,
        "day": vi_date(short.day),
    }
    if short.day == on:
        return str(
            _(
                "%(lot)s chỉ còn %(n)s %(unit)s vào ngày %(day)s, thiếu %(missing)s %(unit)s.",
                **facts,
            )
        )
    return str(
        _(
            "%(lot)s: ngày %(day)s sẽ thiếu %(missing)s %(unit)s vì đã xuất sau đó; chỉ xuất được %(n)s %(unit)s.",
            **facts,
        )
    )


def write_lines(
    lines: Sequence[VoucherLine], lots: Mapping[int, int], judged: Mapping[int, ReceiptWarning]
) -> None:
    """Close the lines, all by one statement: each with its lot, never to be changed again."""
    rows = [
        {
            "of_line": line.id,
            "lot": lots[line.id],
            "state": judged[line.id].state if line.id in judged else None,
            "state_day": judged[line.id].day if line.id in judged else None,
        }
        for line in lines
    ]
    table: Any = VoucherLine.__table__
    change = (
        update(table)
        .where(table.c.id == bindparam("of_line"))
        .values(
            lot_id=bindparam("lot"),
            certificate=bindparam("state"),
            certificate_day=bindparam("state_day"),
            posted=True,
        )
    )
    db.session.connection().execute(change, rows)


def write_movements(point_id: int, on: date, moves: Sequence[Move]) -> None:
    """The movements, in the order of the lines; none where nothing arrived, or a count agreed."""
    rows = [
        {
            "point_id": point_id,
            "on_date": on,
            "lot_id": move.lot_id,
            "line_id": move.line_id,
            "delta": move.delta,
        }
        for move in moves
    ]
    if rows:
        db.session.execute(insert(Movement), rows)


def refuse_posted(voucher: Voucher) -> None:
    """Raises Refused for a voucher that is no draft any more."""
    if not voucher.is_draft:
        number = voucher.number or ""
        raise Refused(
            _(
                "Phiếu %(number)s đã ghi sổ nên không sửa, không xóa được; chỉ lập phiếu đảo",
                number=number,
            )
        )


def give_number(voucher: Voucher, by: User) -> None:
    """Post a voucher under the next number of its point, kind and year: only inside a verb that records it."""
    year, kind = voucher.on_date.year, voucher.kind
    serial = next_number(f"voucher:{voucher.point_id}:{kind.value}:{year}")
    voucher.year, voucher.serial = year, serial
    voucher.number = voucher_number(kind, voucher.point.code, year, serial)
    voucher.state = VoucherState.POSTED
    voucher.posted_by_id, voucher.posted_at = by.id, clock.now()
    voucher.version += 1
