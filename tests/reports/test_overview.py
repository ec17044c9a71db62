"""The overview: its figures recomputed by plain SQL, the maps, reach, the median, growth, files."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select, text

from ocop_points.assessments.measures_queries import shelf_of
from ocop_points.assessments.measures_rules import figure_of
from ocop_points.catalogue.rules import Stars
from ocop_points.core.db import db, write
from ocop_points.core.lists import Listing
from ocop_points.criteria.measures_rules import Ask, Measure, MeasureBy
from ocop_points.localities.models import Locality
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus, TourismKind
from ocop_points.points.tourism_service import TourismFacts, add_link
from ocop_points.programme.rules import DORMANT_AFTER
from ocop_points.reports import kept, queries
from ocop_points.reports.overview import Asked, overview_of
from ocop_points.reports.rules import Figures, Map, Period, Place, middle, read_period, units
from ocop_points.reports.tiles import SQUARES
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, people
from tests import factories_findings as findings
from tests import factories_stock as goods
from tests import factories_support as support
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]
TODAY = date(2026, 11, 23)
HALF = Period(2026, 2)


@pytest.fixture
def country(browser: Open) -> None:
    """Two localities: points, one dormant, visits that pass and fail, a late finding, goods of both."""
    shop = factories.point()
    quiet = factories.point(name="Trạm OCOP Đầm Hà", address="1 phố chợ")
    factories.point(name="Mới đề xuất", address="2 phố chợ", opened_on=None)
    afar = factories.point(people.ELSEWHERE)
    findings.approved(
        {"II.1": findings.DUST}, point=shop, day=date(2026, 8, 3), number=1, due_on=date(2026, 9, 1)
    )
    findings.approved({}, point=shop, day=date(2026, 9, 7), number=2)
    findings.approved(
        {"III.4": findings.DUST}, point=quiet, day=date(2026, 10, 5), number=4, asked=False
    )
    findings.approved({}, point=quiet, day=date(2026, 5, 4), number=3)  # in the half before
    # A point linked twice by one kind counts once; seasons over the turn of the year, and out of it.
    for point, kind, months in (
        (shop, TourismKind.SITE, (None, None)), (shop, TourismKind.SITE, (1, 2)), (shop, TourismKind.FESTIVAL, (1, 3)),
        (quiet, TourismKind.FESTIVAL, (11, 2)), (afar, TourismKind.ROUTE, (4, 9)),
    ):  # fmt: skip
        who = people.user("other_officer" if point is afar else "officer")
        facts = TourismFacts(kind, "Nơi có khách", "", *months)
        write(partial(add_link, point, facts, by=who))
    # Two decisions and two payments of a point: a join of both would count each twice.
    made = support.support(shop.id)
    support.support(shop.id, decision_number="200/QĐ-UBND")
    support.payment(made)
    support.payment(made, on=date(2026, 11, 2))
    rated, plain = factories_goods.product(), factories_goods.product(name="Miến dong Bình Liêu")
    foreign = factories_goods.product(name="Tôm khô", short_code=people.ELSEWHERE)
    factories_goods.certificate(rated, issued_on=date(2025, 1, 6))
    for point, product in ((shop, rated), (shop, plain), (shop, foreign), (afar, foreign)):
        by = "other_officer" if point is afar else "officer"
        goods.posted(point, goods.line(product, 5), on=TODAY, by=by)
    goods.posted(shop, goods.line(rated, 5, lot_code="CM-2"), on=TODAY)
    goods.posted(quiet, goods.line(plain, 4), on=date(2026, 8, 1))
    goods.posted(quiet, goods.take(plain, 4), kind=VoucherKind.ISSUE, on=date(2026, 8, 2))
    factories_goods.certificate(plain, issued_on=date(2022, 1, 6))  # ended


# Each figure once more, by its definition and nothing of ours.
OPEN = "p.status = 'open' AND p.locality_id = :at"
HELD = (
    "SELECT DISTINCT b.point_id, l.product_id FROM balance b JOIN lot l ON l.id = b.lot_id"
    f" JOIN sales_point p ON p.id = b.point_id WHERE b.on_hand > 0 AND {OPEN}"
)
APPROVED = "FROM visit WHERE state = 'approved' AND locality_id = :at AND visited_on BETWEEN :first AND :last"
LINKED = f"FROM sales_point p JOIN tourism_link t ON t.point_id = p.id WHERE {OPEN}"
AGAIN = {
    "registered": "SELECT count(*) FROM sales_point WHERE locality_id = :at",
    "open": f"SELECT count(*) FROM sales_point p WHERE {OPEN}",
    "dormant": f"SELECT count(*) FROM sales_point p WHERE {OPEN} AND p.opened_on <= :quiet AND NOT EXISTS"
    " (SELECT 1 FROM movement m WHERE m.point_id = p.id AND m.on_date > :quiet)",
    "visits": f"SELECT count(*) {APPROVED}",
    "passes": f"SELECT count(*) {APPROVED} AND result = 'pass'",
    "planned": "SELECT count(*) FROM visit WHERE state <> 'void' AND locality_id = :at"
    " AND planned_on BETWEEN :first AND :last",
    "live": "SELECT count(*) FROM finding WHERE state IN ('open', 'waiting') AND locality_id = :at",
    "overdue": "SELECT count(*) FROM finding f JOIN corrective_action a ON a.visit_id = f.visit_id"
    " AND a.line_id = f.line_id WHERE f.state = 'open' AND f.locality_id = :at AND a.due_on < :day",
    "unmet": "SELECT count(*) FROM finding WHERE state <> 'void' AND locality_id = :at"
    " AND opened_on BETWEEN :first AND :last",
    "helped": "SELECT count(DISTINCT s.point_id) FROM support s JOIN sales_point p ON p.id = s.point_id"
    " WHERE p.locality_id = :at",
    "agreed": "SELECT coalesce(sum(s.amount), 0) FROM support s JOIN sales_point p ON p.id = s.point_id"
    " WHERE p.locality_id = :at",
    "paid": "SELECT coalesce(sum(m.amount), 0) FROM support_payment m JOIN support s ON s.id = m.support_id"
    " JOIN sales_point p ON p.id = s.point_id WHERE p.locality_id = :at",
    "linked": f"SELECT count(DISTINCT p.id) {LINKED}",
    "festivals": f"SELECT count(DISTINCT p.id) {LINKED} AND t.kind = 'festival'",
    # Month by month: is one of the period within the season?
    "festivals in season": f"SELECT count(DISTINCT p.id) {LINKED} AND t.kind = 'festival' AND ("
    + " OR ".join(
        f"{m} BETWEEN coalesce(first_month, 1) AND coalesce(last_month, 12)"
        f" OR (first_month > last_month AND ({m} >= first_month OR {m} <= last_month))"
        for m in HALF.months
    )
    + ")",
    "goods": f"SELECT count(*) FROM ({HELD}) h",
    "rated": f"SELECT count(*) FROM ({HELD}) h WHERE EXISTS (SELECT 1 FROM certificate c WHERE"
    " c.product_id = h.product_id AND c.issued_on <= :day AND c.void_from > :day)",
    "own": f"SELECT count(*) FROM ({HELD}) h JOIN product o ON o.id = h.product_id WHERE o.locality_id = :at",
}


def ours(one: Figures) -> dict[str, int]:
    return {
        "registered": one.registered,
        "open": one.open,
        "dormant": one.dormant,
        "visits": one.visits,
        "passes": one.passed.part,
        "planned": one.planned,
        "live": one.live,
        "overdue": one.overdue,
        "unmet": one.unmet.total(),
        "helped": one.helped,
        "agreed": one.agreed,
        "paid": one.paid,
        "linked": one.linked,
        "festivals": one.tourism[TourismKind.FESTIVAL],
        "festivals in season": one.in_season[TourismKind.FESTIVAL],
        "goods": one.goods,
        "rated": one.rated.part,
        "own": one.own(Map.OLD).part,
    }


def again(locality_id: int, day: date, period: Period) -> dict[str, int]:
    quiet = day - timedelta(days=60)
    given = {
        "at": locality_id,
        "day": day,
        "quiet": quiet,
        "first": period.first,
        "last": period.last,
    }
    given = {name: one.isoformat() if isinstance(one, date) else one for name, one in given.items()}
    postgresql = db.engine.dialect.name == "postgresql"
    found = {}
    for name, sql in AGAIN.items():
        if postgresql:  # a text is no date there
            for key in ("day", "quiet", "first", "last"):
                sql = sql.replace(f":{key}", f"CAST(:{key} AS date)")
        found[name] = db.session.scalar(text(sql), given)
    return found


def test_the_figures_are_those_of_plain_sql(country: None) -> None:
    known = kept.known_on(TODAY, HALF)
    here, there = people.locality().id, people.locality(people.ELSEWHERE).id
    for locality_id in (here, there):
        assert ours(known.figures[locality_id]) == again(locality_id, TODAY, HALF)
    # Not all nothing: what the fixture means to be counted is.
    assert ours(known.figures[here]) == {
        "registered": 3, "open": 2, "dormant": 1, "visits": 3, "passes": 2, "planned": 0, "live": 2,
        "overdue": 1, "unmet": 2,
        "helped": 1, "agreed": 160_000_000, "paid": 60_000_000,
        "linked": 2, "festivals": 2, "festivals in season": 1, "goods": 3, "rated": 1, "own": 2,
    }  # fmt: skip
    assert ours(kept.known_on(TODAY, HALF.before).figures[here])["visits"] == 1


def test_a_shelf_is_counted_as_for_a_visit(country: None) -> None:
    """The overview counts all shelves in SQL, a measured line one of them: by one definition of each figure."""
    # Of another locality that went into the same province.
    neighbour = factories_goods.product(name="Muối Bạc Liêu", short_code="BLI")
    factories_goods.certificate(neighbour, stars=Stars.THREE)
    afar = db.session.scalars(select(SalesPoint).join(Locality).filter_by(short_code="CMA")).one()
    goods.posted(afar, goods.line(neighbour, 5), on=TODAY, by="other_officer")
    asks = {
        "rated": Ask(Measure.SHARE_THREE_STARS, MeasureBy.PRODUCTS),
        "own": Ask(Measure.OWN_PROVINCE, MeasureBy.PRODUCTS),
        "days": Ask(Measure.DAYS_SINCE_LAST_MOVEMENT, MeasureBy.NUMBER),
    }
    counted: dict[int, Counter[str]] = {}
    for point in db.session.scalars(select(SalesPoint).filter_by(status=PointStatus.OPEN)):
        shelf = shelf_of(point.id, TODAY, asks.values())
        found = {name: figure_of(ask, shelf) for name, ask in asks.items()}
        one = counted.setdefault(point.locality_id, Counter())
        one["goods"] += found["rated"].whole or 0
        one["rated"] += found["rated"].part or 0
        one["own"] += found["own"].part or 0
        days = found["days"].part
        one["dormant"] += days is None or days >= DORMANT_AFTER.days
    assert counted == {
        id_: Counter(
            goods=one.goods,
            rated=one.rated.part,
            own=one.own(Map.NEW).part,
            dormant=one.dormant,
        )
        for id_, one in queries.read(TODAY, HALF).figures.items()
    }
    assert (counted[afar.locality_id]["goods"], counted[afar.locality_id]["own"]) == (2, 2)


def test_what_is_kept_is_read_again_when_anything_was_written(country: None) -> None:
    first = kept.known_on(TODAY, HALF)
    assert kept.known_on(TODAY, HALF) is first
    factories.point(name="Điểm mới", address="9 phố chợ")
    second = kept.known_on(TODAY, HALF)
    assert second.figures[people.locality().id].open == 3


def test_the_page_says_what_it_counts_of_how_many_and_when(country: None, browser: Open) -> None:
    words = browser("admin").get("/overview").words
    for said in (
        "Hiện trạng ngày 23/11/2026 · trong kỳ: 6 tháng cuối năm 2026 (01/07/2026 – 31/12/2026)",
        "Điểm đang hoạt động3 trên 4 điểm đã đăng ký",
        "Tỷ lệ đạt trong kỳ66,7 % 2 trên 3 lần đánh giá",
        "Khắc phục chưa xong2 1 quá hạn",
        "1 trên 4 mặt hàng bày bán",
        "Đánh giá theo kế hoạch– chưa có số liệu",
        "chờ xác nhận",
        "Điểm gắn với du lịch3 trên 3 điểm đang hoạt động",
        "Lễ hội2",
        "Hoàng Sa: ",
        "Trường Sa: ",
        "Quảng Ninh2 / 3",
        "Cà Mau1 / 1",
    ):
        assert said in words, said


def test_a_department_sees_its_own_and_only_the_median_of_the_others(
    country: None, browser: Open
) -> None:
    for who, own, other in (
        ("manager", "Quảng Ninh", "Cà Mau"),
        ("other_officer", "Cà Mau", "Quảng Ninh"),
    ):
        shown = overview_of(people.user(who), Listing({}), TODAY)
        assert [unit.name for unit in shown.units] == [own]
        named = {tile.name: tile.value for tile in shown.tiles}
        assert named[other] is None
        page = browser(who).get("/overview?measure=open")
        assert f"{other}</th>" not in page.text
        rows = list(csv.reader(io.StringIO(browser(who).get("/overview?format=csv").answer.text)))
        assert [row[0] for row in rows[1:]] == [own, "Cộng"]
    browser("operator").get("/overview", status=403)


def test_the_address_is_read_forgivingly() -> None:
    table = {
        "": ("34", "2026-H2", "passed"),
        "63|2026-H1|own": ("63", "2026-H1", "own"),
        "63|2025|x": ("63", "2025", "passed"),
        "35|2027-H1|done": ("34", "2026-H2", "done"),
        "|2026-H3|": ("34", "2026-H2", "passed"),
    }
    for given, expected in table.items():
        drawn, period, measure = [*given.split("|"), "", "", ""][:3]
        asked = Asked.read(Listing({"map": drawn, "period": period, "measure": measure}), TODAY)
        assert (asked.drawn.value, asked.period.key, asked.measure) == expected, given
    assert read_period("2026-H2") == HALF
    assert (HALF.first, HALF.last, HALF.before.last) == (
        date(2026, 7, 1), date(2026, 12, 31), date(2026, 6, 30),
    )  # fmt: skip


def test_the_new_map_adds_up_the_old_and_a_region_is_a_part() -> None:
    facts = {"province_code": "08", "province_name": "Tuyên Quang", "reached": True}
    places = [
        Place(1, "Hà Giang", "Bắc", code="02", **facts),  # type: ignore[arg-type]
        Place(2, "Tuyên Quang", "Bắc", code="08", **facts),  # type: ignore[arg-type]
        Place(3, "Bình Định", "Nam", "52", "Gia Lai", True, code="52"),
    ]
    counted = {n: Figures(planned=10 * n, begun=n) for n in (1, 2, 3)}
    assert [(u.name, u.figures.planned) for u in units(places, counted, Map.NEW)] == [
        ("Tuyên Quang", 30),
        ("Gia Lai", 30),
    ]
    old = units(places, counted, Map.OLD)
    assert [u.figures.done.percent for u in old] == [10, 10, 10]
    assert [u.name for u in units(places, counted, Map.NEW, region="Nam")] == ["Gia Lai"]
    assert middle(old, lambda one: float(one.begun)) == 2
    assert middle(old[:2], lambda one: float(one.begun)) is None  # two would tell each other
    assert Figures().passed.percent is None


def test_every_province_has_one_square_and_the_islands_stand_with_theirs(app: object) -> None:
    places = queries.places(people.user("admin"))
    for drawn, codes in (
        (Map.OLD, [place.code for place in places]),
        (Map.NEW, sorted({place.province_code for place in places})),
    ):
        squares = SQUARES[drawn]
        land = [one.code for one in squares if not one.islands]
        assert sorted(land) == sorted(codes)
        assert len({(one.column, one.row) for one in squares}) == len(squares)
        assert {(one.islands, one.code) for one in squares if one.islands} == {
            ("Hoàng Sa", "48"),
            ("Trường Sa", "56"),
        }


def test_the_page_sends_under_ten_statements_whatever_the_size(
    country: None, browser: Open
) -> None:
    admin, found = browser("admin"), []
    for more in (1, 8):
        for n in range(more):
            factories.point(name=f"Điểm {more}.{n}", address=f"{n} phố mới")
        found.append(statements(admin.http.get, "/overview"))
        found.append(statements(admin.http.get, "/overview"))
    assert found[0] == found[2] < 10
    assert found[1] == found[3] < 6  # nothing was written in between
