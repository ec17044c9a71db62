"""Measured lines: figures from the books, accepted or not, kept with the answer, and the list behind."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ocop_points.assessments import measures_queries
from ocop_points.assessments.documents import minutes_data
from ocop_points.assessments.measures_rules import Figure, figure_of
from ocop_points.assessments.queries import answers_of, get_visit_or_404
from ocop_points.assessments.rules import Answer
from ocop_points.assessments.sheet import sheet_of
from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db
from ocop_points.criteria.measures_rules import MEASURES, Ask, Measure, MeasureBy
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, factories_stock, people
from tests import factories_visits as visits
from tests.assessments.test_checklist import answers, key, save, save_line
from tests.browser import Browser
from tests.factories_measures import edition, owner, shop
from tests.statements import counted

Open = Callable[[str | None], Browser]
TODAY, D = factories_stock.TODAY, Decimal
ALL = [Ask(measure, by) for measure, spec in MEASURES.items() for by in spec.counted]


# --- the figures, against SQL of its own ----------------------------------------------------------

HELD = """
    WITH lots AS (
        SELECT l.id, l.product_id, l.expiry, SUM(m.delta) AS n FROM movement m JOIN lot l ON l.id = m.lot_id
        WHERE m.point_id = :point AND m.on_date <= :day GROUP BY l.id, l.product_id, l.expiry HAVING SUM(m.delta) > 0
    ), goods AS (
        SELECT lots.*, p.producer_id, p.basis_b, p.basis_c, p.basis_d,
            (SELECT SUM(v.unit_price * lots.n / v.unit_factor) FROM voucher_line v
             JOIN movement came ON came.line_id = v.id WHERE came.lot_id = lots.id AND came.delta > 0) AS worth,
            (SELECT MAX(c.stars) FROM certificate c
             WHERE c.product_id = p.id AND c.issued_on <= :day AND c.last_valid_day >= :day) AS stars,
            (SELECT COUNT(*) FROM certificate c WHERE c.product_id = p.id AND c.last_valid_day < :day) AS ended,
            CASE WHEN p.locality_id = (SELECT locality_id FROM sales_point WHERE id = :point) THEN 1 ELSE 0 END AS own
        FROM lots JOIN product p ON p.id = lots.product_id
    )"""
COUNTED = {
    Measure.EVERY_PRODUCT_HAS_A_BASIS: "(stars IS NOT NULL OR basis_b OR basis_c OR basis_d)",
    Measure.SHARE_THREE_STARS: "stars IS NOT NULL",
    Measure.OWN_PROVINCE: "own = 1",
    Measure.CERTIFICATE_ENDED: "(stars IS NULL AND ended > 0)",
}
SUMMED = {
    MeasureBy.PRODUCTS: "COUNT(DISTINCT {product})",
    MeasureBy.NUMBER: "COUNT(DISTINCT {product})",
    MeasureBy.UNITS: "SUM({n})",
    MeasureBy.VALUE: "SUM({worth})",
}
OTHERS = {
    Measure.NO_EXPIRED_GOODS: "SELECT SUM(CASE WHEN expiry < :day THEN 1 ELSE 0 END), COUNT(*) FROM goods",
    Measure.SUPPLIERS_UNDER_AGREEMENT: """SELECT COUNT(DISTINCT CASE WHEN EXISTS (SELECT 1 FROM agreement a
        WHERE a.producer_id = goods.producer_id AND a.point_id = :point AND :day BETWEEN a.valid_from AND a.valid_to)
        THEN goods.producer_id END), COUNT(DISTINCT goods.producer_id) FROM goods""",
}


def by_sql(ask: Ask, point_id: int, day: date) -> tuple[int | None, int | None]:
    """The same figure, written once more in plain SQL."""
    given = {
        "point": point_id,
        "day": day.isoformat() if db.engine.dialect.name == "sqlite" else day,
    }
    if ask.measure is Measure.DAYS_SINCE_LAST_MOVEMENT:
        days = "SELECT on_date FROM movement WHERE point_id = :point AND on_date <= :day ORDER BY on_date DESC LIMIT 1"
        last = db.session.scalar(text(days), given)
        return (None if last is None else (day - date.fromisoformat(str(last))).days), None
    query = OTHERS.get(ask.measure)
    if query is None:
        named = {"product": "product_id", "n": "n", "worth": "worth"}
        part = {
            name: f"CASE WHEN {COUNTED[ask.measure]} THEN {column} END"
            for name, column in named.items()
        }
        query = (
            f"SELECT {SUMMED[ask.by].format(**part)}, {SUMMED[ask.by].format(**named)} FROM goods"
        )
    part_of, whole = db.session.execute(text(f"{HELD} {query}"), given).one()
    return (int(part_of or 0), int(whole)) if whole else (None, None)


def test_figures_are_those_of_sql(app: Flask) -> None:
    of = shop()
    # Before the first goods, with the ended certificate still on the shelf, a day on which it had left, today.
    expected = {
        date(2026, 11, 1): (None, None),
        date(2026, 11, 8): (2, 4),
        date(2026, 11, 9): (2, 3),
        TODAY: (2, 3),
    }
    for day, shown in expected.items():
        shelf = measures_queries.shelf_of(of.point.id, day, ALL)
        figures = {ask: figure_of(ask, shelf) for ask in ALL}
        assert {ask: (one.part, one.whole) for ask, one in figures.items()} == {
            ask: by_sql(ask, of.point.id, day) for ask in ALL
        }
        stars = figures[Ask(Measure.SHARE_THREE_STARS, MeasureBy.PRODUCTS)]
        assert (stars.part, stars.whole) == shown
    # A producer that became another brings its agreement along.
    factories_goods.merged(owner(of.four), owner(of.three))
    ask = Ask(Measure.SUPPLIERS_UNDER_AGREEMENT, MeasureBy.PRODUCTS)
    figure = figure_of(ask, measures_queries.shelf_of(of.point.id, TODAY, [ask]))
    assert (figure.part, figure.whole) == (1, 2)


def test_they_ask_the_same_of_few_goods_and_many(app: Flask) -> None:
    of, asked = shop(), []
    point_id = of.point.id
    for more in (0, 60):
        lines = [
            factories_stock.line(of.three, 1, lot_code=f"M{n}", unit_price=1_000)
            for n in range(more)
        ]
        if lines:
            factories_stock.posted(of.point, *lines, kind=VoucherKind.OPENING)
        db.session.rollback()
        with counted() as seen:
            measures_queries.shelf_of(point_id, TODAY, ALL)
        asked.append([one for one in seen if one != "BEGIN"])
    assert len(asked[0]) == len(asked[1]) == 6
    if db.engine.dialect.name == "sqlite":
        plan = db.session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT lot_id, SUM(delta) FROM movement "
                "WHERE point_id = 1 AND on_date <= '2026-11-23' GROUP BY lot_id"
            )
        ).all()
        assert any("COVERING INDEX" in str(row) and "SCAN" not in str(row) for row in plan), plan


# --- a visit --------------------------------------------------------------------------------------


def test_a_visit_with_figures(browser: Open) -> None:
    """Accepted, not accepted without a note, with one."""
    of = shop()
    edition()
    visit_id = visits.visit(of.point)
    officer = browser("officer")
    page = officer.get(f"/assessments/{visit_id}/checklist")
    # 66,7 % of the kinds; the number is offered in its field, the answers are not given.
    for said in (
        "66,7 % 2 trong 3 mặt hàng trên kệ",
        "1 lô trong 3 lô trên kệ",
        "đạt từ 60 %",
        "không quá 0 lô",
    ):
        assert said in page.words
    assert page.words.count("Theo sổ kho ngày 23/11/2026, tính lúc 10:00 23/11/2026") == 3
    line = key(visit_id, "B.2")
    assert f'name="n{line}" value="66,7" data-take="n{line}"' in page.text
    assert answers_of(visit_id) == {}

    # The button sends the form with its number, without any script; the first of two fields counts.
    form = answers(page)
    officer.post(form.action, {**form.filled({}), f"n{line}": ["66,7", ""]}, status=303)
    save(officer, visit_id, 303, B_1={"a": "no"})
    saved = save_line(officer, visit_id, "B.3", a="yes")
    assert "Trả lời khác số liệu thì cần ghi chú" in saved.words
    kept = {
        one.line.code: (one.figure, one.differs) for one in sheet_of(visits.record(visit_id)).lines
    }
    assert kept == {
        "B.1": (Figure(TODAY, 2, 3), True),
        "B.2": (Figure(TODAY, 2, 3), False),
        "B.3": (Figure(TODAY, 1, 3), True),
    }
    told = select(AuditRow.changes).where(AuditRow.action == "visit.answered")
    last = json.loads(db.session.scalars(told.order_by(AuditRow.id.desc())).first() or "{}")
    assert last["figure"] == [None, "1 lô (trong 3 lô trên kệ)"]

    # What differs keeps the visit from being sent, until the note says why.
    refused = officer.get(f"/assessments/{visit_id}/submit")
    assert refused.words.count("trả lời khác số liệu thì cần ghi chú") == 2
    save(
        officer,
        visit_id,
        303,
        B_1={"t": "Hai loại đã rút khỏi kệ"},
        B_3={"t": "Lô quá hạn đã đưa vào kho trả"},
    )
    visits.submit(visit_id)
    assert paper(visit_id)["B.1"][2] == "Hai loại đã rút khỏi kệ"


def test_what_moves_afterwards_changes_no_minutes(browser: Open) -> None:
    of, officer = shop(), browser("officer")
    edition()
    visit_id = visits.visit(of.point)
    given = {
        "B.1": Answer(value=False, note="Hai loại đã rút khỏi kệ"),
        "B.2": Answer(number=D("66.7")),
        "B.3": Answer(value=True, note="Lô quá hạn đã đưa vào kho trả"),
    }
    visits.answer_all(visit_id, given)
    visits.submit(visit_id)
    visits.approve(visit_id)
    before = paper(visit_id)
    assert before["B.1"] == (
        "Tỷ lệ mặt hàng từ 3 sao, theo sổ kho ngày 23/11/2026: 66,7 % (2 trong 3 mặt hàng trên kệ); đạt từ 60 %.",
        "Theo số liệu: Đạt; đoàn kết luận: Chưa đạt.",
        "Hai loại đã rút khỏi kệ",
    )
    assert before["B.2"][1:] == (None, None)
    assert before["B.3"][1:] == (
        "Theo số liệu: Chưa đạt; đoàn kết luận: Đạt.",
        "Lô quá hạn đã đưa vào kho trả",
    )
    away = factories_stock.take(of.three, 30)
    factories_stock.posted(of.point, away, kind=VoucherKind.ISSUE)
    assert paper(visit_id) == before
    shown = officer.get(f"/assessments/{visit_id}").words
    assert "66,7 % (2 trong 3 mặt hàng trên kệ)" in shown
    assert "Theo số liệu: Đạt; đoàn kết luận: Chưa đạt." in shown
    if shutil.which("pdftotext"):
        printed = officer.http.get(f"/assessments/{visit_id}/minutes.pdf").data
        done = subprocess.run(
            ["pdftotext", "-", "-"], input=printed, capture_output=True, check=True
        )
        said = " ".join(done.stdout.decode().split())
        assert "66,7 % (2 trong 3 mặt hàng trên kệ)" in said
        assert "đoàn kết luận: Chưa đạt." in said

    # The list says what the books say now for that day, and that the paper has another figure.
    behind = officer.get(f"/assessments/{visit_id}/measures/{key(visit_id, 'B.1')}")
    assert "50 % 1 trong 2 mặt hàng trên kệ" in behind.words
    assert "số liệu là 66,7 % (2 trong 3 mặt hàng trên kệ): số đó in trên biên bản" in behind.words


def paper(visit_id: int) -> dict[str, tuple[Any, ...]]:
    """What the minutes print of each line: figure, difference, note."""
    db.session.rollback()
    data: Any = minutes_data(get_visit_or_404(people.user("officer"), visit_id))
    lines = [line for part in data["sections"] for line in part["lines"]]
    return {one["code"]: (one["measured"], one["difference"], one["note"]) for one in lines}


def test_without_data_nothing_is_proposed_and_nobody_differs(browser: Open) -> None:
    point = factories.point()
    edition()
    visit_id = visits.visit(point)
    page = browser("officer").get(f"/assessments/{visit_id}/checklist")
    assert page.words.count("Chưa có dữ liệu sổ kho không có hàng trên kệ") == 3
    assert "Đề xuất:" not in page.words
    visits.answer_all(visit_id, {"B.1": Answer(value=True), "B.3": visits.NO})
    visits.submit(visit_id)
    kept = sheet_of(visits.record(visit_id)).lines[0]
    assert (kept.figure, kept.differs, kept.lacks) == (Figure(TODAY), False, ())
    assert "Chưa có dữ liệu (sổ kho không có hàng trên kệ)" in paper(visit_id)["B.1"][0]


def test_a_figure_belongs_to_the_day_of_the_visit_and_to_the_moment_of_the_answer(
    browser: Open,
) -> None:
    of = shop()
    edition()
    past = visits.visit(of.point, on=date(2026, 11, 8))  # by 950, in whose time it was
    visits.answer_all(past, {"II.3": Answer(value=False, note="Mật ong hết chứng nhận")})
    kept = {one.line.code: one.figure for one in sheet_of(visits.record(past)).lines if one.figure}
    assert kept == {
        "II.3": Figure(date(2026, 11, 8), 3, 4),
        "III.5": Figure(date(2026, 11, 8), 2, 4),
        "III.7": Figure(date(2026, 11, 8), 6),
    }
    # A voucher of an earlier day comes late: the page tells both, another answer takes the new figure.
    factories_stock.posted(
        of.point,
        factories_stock.line(of.plain, 1, lot_code="X"),
        kind=VoucherKind.OPENING,
        on=date(2026, 11, 7),
    )
    officer = browser("officer")
    page = officer.get(f"/assessments/{past}/checklist")
    assert (
        "Khi trả lời lúc 10:00 23/11/2026 là 6 ngày (lần gần nhất ngày 02/11/2026)." in page.words
    )
    save(officer, past, 303, III_7={"t": "Sổ ghi bổ sung"})
    assert answers_of(past)[key(past, "III.7")].figure == Figure(date(2026, 11, 8), 1)
    # An answer from before the program knew figures gets its own when the visit is sent.
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE visit_answer SET figure_on = NULL, figure_part = NULL, figure_whole = NULL"
            )
        )
    visits.submit(past)
    assert answers_of(past)[key(past, "II.3")].figure == Figure(date(2026, 11, 8), 3, 4)
    with pytest.raises(DBAPIError), db.engine.begin() as connection:  # and is sealed with the visit
        connection.execute(text("UPDATE visit_answer SET figure_part = 1"))


def test_the_list_behind_is_for_those_who_read_the_visit(browser: Open) -> None:
    of = shop()
    factories.give_point(of.point)
    edition()
    visit_id = visits.visit(of.point)
    url = f"/assessments/{visit_id}/measures/"
    stars, expired = key(visit_id, "B.1"), key(visit_id, "B.3")
    readers = {"officer", "manager", "admin"}
    for who in (*readers, "other_officer", "operator", "viewer"):
        status = 200 if who in readers else 404
        browser(who).get(f"{url}{stars}", status=status)
    officer = browser("officer")
    rows = rows_of(officer.get(f"{url}{stars}"))
    assert [(row[0], row[-2], row[-1]) for row in rows] == [  # what is not counted comes first
        ("Bánh phồng tôm", "chưa xếp hạng", "Không tính"),
        ("Chả mực loại a", "3 sao", "Được tính"),
        ("Chả mực loại b", "4 sao", "Được tính"),
    ]
    assert rows_of(officer.get(f"{url}{expired}"))[0][0] == "Chả mực loại b"
    for wrong in (
        f"{url}999999",
        f"{url}{key(visits.visit(of.point, on=date(2026, 11, 8)), 'I.1')}",
    ):
        officer.get(wrong, status=404)
    planned = visits.visit(of.point, planned=True, on=visits.TOMORROW)
    officer.get(f"/assessments/{planned}/measures/{stars}", status=404)
    visits.answer_all(
        visit_id, {"B.1": Answer(value=True), "B.2": Answer(number=D("66.7")), "B.3": visits.NO}
    )
    visits.submit(visit_id)
    visits.approve(visit_id)
    browser("operator").get(f"{url}{stars}")


def rows_of(page: Any) -> list[list[str]]:
    assert page.tree is not None
    rows = page.tree.findall(".//tbody/tr")
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in rows]
