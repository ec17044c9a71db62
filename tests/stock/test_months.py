"""Months: closed by the manager, opened again, and nothing posted into a closed one."""

import threading
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.stock import months
from ocop_points.stock.faults import ledger_faults
from ocop_points.stock.models import Movement, Voucher
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.rules_months import CloseBar, close_bar, month_end, parse_month
from tests import factories, factories_goods
from tests import factories_stock as goods
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]
ISSUE = VoucherKind.ISSUE
AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (8, 9, 10, 11))


def test_where_a_month_ends_and_when_it_may_be_closed() -> None:
    ends = {date(2024, 2, 29): date(2024, 2, 29), date(2026, 2, 1): date(2026, 2, 28)}
    ends |= {date(2026, 12, 31): date(2026, 12, 31), date(2026, 11, 23): date(2026, 11, 30)}
    assert {day: month_end(day) for day in ends} == ends
    assert parse_month("2026-11") == NOVEMBER
    for wrong in ("2026-13", "2026-00", "202611", "2026-1", "٢٠٢٦-11", "2026-11\n", "0000-11"):
        with pytest.raises(ValueError, match=r"^"):
            parse_month(wrong)
    closed = date(2026, 9, 30)
    table = [
        (OCTOBER, date(2026, 10, 31), None, 0, CloseBar.NOT_OVER),
        (OCTOBER, date(2026, 11, 1), None, 0, None),
        (OCTOBER, date(2026, 11, 1), closed, 0, None),
        (SEPTEMBER, date(2026, 11, 1), closed, 0, CloseBar.CLOSED),
        (AUGUST, date(2026, 11, 1), closed, 3, CloseBar.CLOSED),
        (OCTOBER, date(2026, 11, 1), None, 1, CloseBar.DRAFTS),
    ]
    for month, today, through, drafts, bar in table:
        assert close_bar(month, today, through, drafts) is bar, (month, today, through, drafts)


def test_a_month_is_closed_refuses_and_is_opened_again(app: Flask, browser: Callable) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10), on=date(2026, 9, 10))
    goods.posted(point, goods.take(product, 4), kind=ISSUE, on=date(2026, 10, 5))
    goods.posted(point, goods.line(product, 3), on=date(2026, 10, 31))
    draft = goods.draft(point, goods.take(product, 1), kind=ISSUE, on=date(2026, 10, 20))
    manager, page = browser("manager"), f"/points/{point.id}/stock/months/2026-10"
    assert "Còn 1 phiếu nháp" in manager.get(page).words
    refused = manager.send(manager.get(f"{page}/close").form(), status=422)
    assert "Còn 1 phiếu nháp" in refused.words
    late = goods.draft(point, goods.take(product, 1), kind=ISSUE).id
    manager.follow(manager.send(manager.get(f"/vouchers/{draft.id}/delete").form()))
    said = manager.follow(manager.send(manager.get(f"{page}/close").form())).words
    assert "Đã khóa sổ kho tháng 10/2026." in said
    assert "Chả mực Hạ Long 500 g" in said
    assert "hộp10+3−49" in said  # opening, in, out, closing
    assert "hộp9009" in manager.get(f"/points/{point.id}/stock/months/2026-11").words
    assert "khóa đến hết ngày 31/10/2026" in manager.get(f"/points/{point.id}/stock").words
    officer = browser("officer")
    form = officer.get(f"/vouchers/{late}/edit").form()
    form.action = f"/vouchers/{late}/edit/post"
    answer = officer.send(form, {"on_date": "31/10/2026"}, status=422)
    assert any("đã khóa đến hết ngày 31/10/2026" in error for error in answer.errors())
    assert answer.form().value("on_date") == "31/10/2026"
    officer.get(f"{page}/close", status=403)
    said = manager.follow(
        manager.send(manager.get(f"{page}/reopen").form(), {"reason": "Sót phiếu 12"})
    ).words
    assert "Đã mở lại sổ kho tháng 10/2026." in said
    form = officer.get(f"/vouchers/{late}/edit").form()
    form.action = f"/vouchers/{late}/edit/post"
    assert "Đã ghi sổ" in officer.follow(officer.send(form, {"on_date": "31/10/2026"})).words
    rows = list(db.session.execute(select(AuditRow.action, AuditRow.note).order_by(AuditRow.id)))
    about = [(row.action, row.note) for row in rows if row.action.startswith("stock.month")]
    assert about == [("stock.month_closed", ""), ("stock.month_reopened", "Sót phiếu 12")]
    for nowhere in ("2026-13", "2026-12", "2026-1x"):
        manager.get(f"/points/{point.id}/stock/months/{nowhere}", status=404)


def test_closing_a_month_closes_all_before_and_opening_goes_back_in_order(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10), on=date(2026, 8, 3))
    issue = goods.posted(point, goods.take(product, 2), kind=ISSUE, on=date(2026, 8, 4))
    goods.close(point, AUGUST)
    goods.close(point, OCTOBER)
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        with pytest.raises(Refused, match="đã khóa sổ"):
            goods.close(point, month)
        with pytest.raises(Refused, match="đã khóa đến hết ngày 31/10/2026"):
            goods.posted(point, goods.take(product, 1), kind=ISSUE, on=month_end(month))
    with pytest.raises(Refused, match="chưa hết"):
        goods.close(point, NOVEMBER)
    goods.reverse(issue)  # bears today's date, so it may be
    with pytest.raises(Refused, match="khóa sau cùng"):
        goods.reopen(point, AUGUST)
    goods.reopen(point, OCTOBER)
    assert months.closed_through(point.id) == date(2026, 8, 31)
    goods.posted(point, goods.take(product, 1), kind=ISSUE, on=date(2026, 9, 1))
    with pytest.raises(Refused, match="đã khóa đến hết ngày 31/08/2026"):
        goods.posted(point, goods.take(product, 1), kind=ISSUE, on=date(2026, 8, 31))
    other = factories.point(name="Điểm khác", address="Nơi khác")
    goods.posted(other, goods.line(product, 1), on=date(2026, 8, 3))  # closed for itself only


def test_not_even_the_database_takes_a_movement_of_a_closed_day(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 10), on=date(2026, 9, 3))
    draft = goods.draft(point, goods.take(product, 1), kind=ISSUE, on=date(2026, 11, 1))
    goods.close(point, OCTOBER)
    line = draft.lines[0]
    add = "INSERT INTO movement (point_id, lot_id, line_id, on_date, delta) VALUES (:p, :l, :n, :d, -1)"
    given = {"p": point.id, "l": line.lot_id, "n": line.id, "d": date(2026, 10, 31)}
    with pytest.raises(IntegrityError):
        write(lambda: db.session.execute(text(add), given))
    assert list(ledger_faults()) == []
    change = "UPDATE month_closing SET closed_at = '2026-01-01 00:00:00+00:00'"
    write(lambda: db.session.execute(text(change)))
    assert any("ghi sau khi tháng đã khóa" in fault for fault in ledger_faults())


def test_closing_while_others_post_leaves_nothing_in_the_closed_month(app: Flask) -> None:
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, 100), on=date(2026, 10, 1))
    sold = goods.take(product, 1)
    at: Any = SimpleNamespace(id=point.id)  # the record itself hangs on this thread's session
    db.session.remove()
    start, said = threading.Barrier(4), []

    def run(who: str, act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            for _turn in range(6):
                try:
                    act()
                    said.append(who)
                except Refused as refused:
                    said.append(refused.message)
                finally:
                    db.session.remove()

    def sell(who: str) -> Callable[[], object]:
        return lambda: goods.posted(at, sold, kind=ISSUE, on=date(2026, 10, 31), by=who)

    sellers = ("officer", "second_officer", "second_manager")
    acts = [(who, sell(who)) for who in sellers]
    acts.append(("closed", lambda: goods.close(at, OCTOBER)))
    threads = [threading.Thread(target=run, args=given) for given in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    posted = sum(one in sellers for one in said)
    closed_out = sum("đã khóa đến hết" in one for one in said)
    assert (said.count("closed"), posted + closed_out) == (1, 18), said
    assert list(ledger_faults()) == []
    assert len(db.session.scalars(select(Voucher).where(Voucher.kind == ISSUE)).all()) == posted
    assert goods.on_hand(point, product) == {"CM-1": 100 - posted}


def test_the_month_adds_up_and_takes_as_many_statements_however_many_products(app: Flask) -> None:
    point, maker = factories.point(), factories_goods.supplier()
    products = [factories_goods.product(producer=maker, name=f"Hàng {n:02}") for n in range(12)]
    lines = [goods.line(one, 5 + place) for place, one in enumerate(products)]
    goods.posted(point, *lines[:2], supplier_id=maker.id, on=date(2026, 9, 30))
    goods.posted(point, goods.take(products[0], 2), kind=ISSUE, on=date(2026, 10, 1))
    few = statements(months.month_page, point.id, OCTOBER, 1)
    goods.posted(point, *lines, supplier_id=maker.id, on=date(2026, 10, 31))
    assert statements(months.month_page, point.id, OCTOBER, 1) == few
    october = {row.id: row for row in months.month_for_export(point.id, OCTOBER)}
    november = {row.id: row for row in months.month_for_export(point.id, NOVEMBER)}
    assert len(october) == 12
    for id_, row in october.items():
        assert row.opening + row.came - row.gone == row.closing == november[id_].opening
    moved = db.session.scalars(select(Movement.delta).where(Movement.point_id == point.id))
    assert sum(row.closing for row in october.values()) == sum(moved)
    assert months.vouchers_by_kind(point.id, OCTOBER)[1] == (ISSUE, 1, 370_000)
