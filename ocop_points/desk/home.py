"""What waits for whom: the groups of the home page, one function a kind of waiting."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import labels as visits_labels
from ocop_points.assessments import queries as visits
from ocop_points.assessments.models import Visit
from ocop_points.assessments.rules_states import VisitState
from ocop_points.catalogue import certificate_queries as certificates
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.formats import vi_date, vi_datetime
from ocop_points.desk import home_findings, home_reports, home_stock
from ocop_points.desk.waiting import SHOWN, Group, Item
from ocop_points.localities import queries as localities
from ocop_points.points import labels
from ocop_points.points import queries as points
from ocop_points.points.rules import LastResult, PointStatus
from ocop_points.programme import agreements_labels as agreement_labels
from ocop_points.programme import agreements_queries as agreements
from ocop_points.programme import labels as programme_labels
from ocop_points.programme import queries as programme
from ocop_points.programme.rules import DutyBreach
from ocop_points.stock import labels as stock_labels
from ocop_points.stock import queries as stock


@dataclass(frozen=True)
class Figure:
    """A number a user acts on, with a plain second line."""

    title: str
    value: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Home:
    """Everything of one home page."""

    figures: list[Figure] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return sum(group.count for group in self.groups if group.work)


def home_of(user: User) -> Home:
    """The figures and the waiting things of this user's role."""
    makers = [*home_findings.GROUPS[user.role], *_GROUPS[user.role]]
    groups = [group for group in (make(user) for make in makers) if group and group.items]
    return Home(_figures(user), groups)


def _figures(user: User) -> list[Figure]:
    if user.role is Role.OPERATOR:
        return []
    states = points.counts_by_status(user)
    results = points.counts_by_result(user)
    registered, trading = sum(states.values()), states.get(PointStatus.OPEN, 0)
    visited = trading - results.get(None, 0)
    passed = results.get(LastResult.PASS, 0)
    figures = [
        Figure(
            _("Điểm đang hoạt động"), str(trading), _("trên %(n)s điểm đã đăng ký", n=registered)
        ),
        Figure(
            _("Đánh giá gần nhất: đạt"),
            str(passed),
            _("trên %(n)s điểm đã đánh giá", n=visited) if visited else _("chưa có số liệu"),
        ),
        Figure(_("Chưa đánh giá lần nào"), str(results.get(None, 0)), _("điểm đang hoạt động")),
    ]
    if user.role in {Role.MINISTRY_ADMIN, Role.MINISTRY_VIEWER}:
        supported = _("%(n)s trong 25", n=localities.supported_count())
        figures.append(Figure(_("Địa phương được hỗ trợ"), supported, _("theo đánh dấu của Bộ")))
    return figures


def _point_items(user: User, statuses: list[PointStatus], icon: str) -> list[Item]:
    return [
        Item(
            icon,
            point.name,
            url_for("points.point_show", point_id=point.id),
            f"{point.code} · {point.ward.full_name}",
            _("từ %(day)s", day=vi_date(clock.local(point.created_at).date())),
        )
        for point in points.points_waiting(user, statuses, limit=SHOWN)
    ]


def _state_group(title: Any, status: PointStatus, icon: str) -> Callable[[User], Group | None]:
    def make(user: User) -> Group:
        more = url_for("points.point_list", status=status.value)
        return Group(str(title()), _point_items(user, [status], icon), more=more)

    return make


def _to_visit(user: User) -> Group:
    due = points.points_to_visit(user, clock.today() - visits_labels.VISIT_AFTER, limit=SHOWN)
    items = [
        Item(
            "clipboard-check",
            point.name,
            url_for("points.point_show", point_id=point.id),
            f"{point.code} · {point.ward.full_name}",
            _("đánh giá %(day)s", day=vi_date(point.last_visit_on))
            if point.last_visit_on
            else _("chưa đánh giá"),
            "soon",
            _("Đánh giá"),
            url_for("assessments.visit_new", point_id=point.id),
        )
        for point in due
    ]
    return Group(_("Điểm đến kỳ đánh giá"), items, more=url_for("planning.plan"))


def _own_points(user: User) -> Group:
    items = [
        Item(
            "building-store",
            point.name,
            url_for("points.point_show", point_id=point.id),
            f"{point.code} · {point.ward.full_name}",
            str(labels.STATUS[point.status][1]),
        )
        for point in points.own_points(user)
    ]
    return Group(_("Điểm bán của bạn"), items, work=False)


def _without_manager(user: User) -> Group:
    items = [
        Item(
            "users",
            locality.name,
            url_for("desk.user_new", role=Role.MANAGER.value),
            _("Địa phương được hỗ trợ chưa có người quản lý"),
            _("chưa giao"),
            "soon",
        )
        for locality in localities.supported_without_manager(limit=SHOWN)
    ]
    return Group(_("Địa phương chưa có quản lý"), items)


def _visit_items(found: list[Visit], when: Callable[[Visit], str]) -> list[Item]:
    return [
        Item(
            "clipboard-check",
            visit.point.name,
            url_for("assessments.visit_show", visit_id=visit.id),
            f"{visit.point.code} · {visits_labels.KIND[visit.kind]} · {vi_date(visit.on)}",
            when(visit),
            _tone(visit),
        )
        for visit in found
    ]


def _tone(visit: Visit) -> str:
    if visits_labels.late_words(visit.state, visit.planned_on, clock.today()):
        return "late"
    return "soon" if visit.state is VisitState.RETURNED else ""


def _state_or_late(visit: Visit) -> str:
    late = visits_labels.late_words(visit.state, visit.planned_on, clock.today())
    return late or str(visits_labels.STATE[visit.state][1])


def _own_visits(title: Callable[[], Any], *states: VisitState) -> Callable[[User], Group | None]:
    def make(user: User) -> Group:
        found = visits.own_open_visits(user, frozenset(states), limit=SHOWN)
        return Group(str(title()), _visit_items(found, _state_or_late))

    return make


def _to_decide(user: User) -> Group:
    found = visits.visits_to_decide(user, limit=SHOWN)
    more = url_for("assessments.visit_list", state=VisitState.SUBMITTED.value)
    since = [_("gửi %(at)s", at=vi_datetime(visit.submitted_at)) for visit in found]
    items = _visit_items(found, lambda visit: since[found.index(visit)])
    return Group(_("Đánh giá chờ bạn duyệt"), items, more=more)


_OPEN_VISITS = _own_visits(
    lambda: _("Đánh giá đang làm dở"), VisitState.RETURNED, VisitState.IN_PROGRESS
)
_PLANNED_VISITS = _own_visits(lambda: _("Đánh giá đã lên lịch"), VisitState.PLANNED)


def _drafts(user: User) -> Group:
    items = [
        Item(
            "file-text",
            f"{stock_labels.PAPER[voucher.kind]} · {voucher.point.name}",
            url_for("stock.voucher_edit", voucher_id=voucher.id),
            _(
                "%(day)s, %(name)s lập",
                day=vi_date(voucher.on_date),
                name=voucher.created_by.full_name,
            ),
            _("từ %(day)s", day=vi_date(clock.local(voucher.created_at).date())),
        )
        for voucher in stock.drafts_waiting(user, limit=SHOWN)
    ]
    return Group(_("Phiếu nháp chờ ghi sổ"), items, more=url_for("stock.choose_point"))


def _notices(user: User) -> Group:
    today = clock.today()
    items = [
        Item(
            "certificate",
            f"{row.producer_name} · {row.product_name}",
            url_for("catalogue.product_show", product_id=row.product_id),
            _(
                "Giấy %(number)s hết hiệu lực sau %(day)s",
                number=row.number,
                day=vi_date(_last(row)),
            ),
            _("còn %(n)s ngày", n=(_last(row) - today).days),
            "soon",
            _("Thông báo"),
            url_for("catalogue.notices_send", certificate=row.id),
        )
        for row in certificates.notices_due(user, today, limit=SHOWN)
    ]
    more = url_for("catalogue.notices_send")
    return Group(_("Chứng nhận sắp hết, chưa báo chủ thể"), items, more=more)


def _duty(user: User) -> Group:
    today = clock.today()
    items = [
        Item(
            "alert-triangle",
            row.name,
            url_for("programme.point_support", point_id=row.id),
            f"{row.code} · {row.locality_name} · "
            + _("cam kết mở cửa đến hết %(day)s", day=vi_date(row.keep_open_until)),
            str(programme_labels.BREACH[DutyBreach(row.breach)][1]),
            "late",
        )
        for row in programme.breaches(user, today, limit=SHOWN)
    ]
    more = url_for("programme.duty_list")
    return Group(_("Điểm được hỗ trợ chưa giữ cam kết"), items, more=more)


def _agreements(user: User) -> Group:
    today = clock.today()
    items = [
        Item(
            "file-check",
            f"{row.producer_name} · {agreement_labels.buyer_of(row)}",
            url_for("agreements.agreement_show", agreement_id=row.id),
            _("Hết hạn sau %(day)s", day=vi_date(row.valid_to)),
            _("còn %(n)s ngày", n=(row.valid_to - today).days),
            "soon",
        )
        for row in agreements.agreements_ending(user, today, limit=SHOWN)
    ]
    more = url_for("agreements.agreement_list", standing="soon")
    return Group(_("Thỏa thuận sắp hết hạn"), items, more=more)


def _last(row: Any) -> date:
    """The last day with force of a row of the list of certificates."""
    last: date = row.void_from - timedelta(days=1)
    return last


_PROPOSED = _state_group(lambda: _("Đề xuất chờ khảo sát"), PointStatus.PROPOSED, "map-pin")
_SURVEYED = _state_group(lambda: _("Đã khảo sát, chờ chọn"), PointStatus.SURVEYED, "list-check")
_CHOSEN = _state_group(
    lambda: _("Được chọn, chờ khai trương"), PointStatus.CHOSEN, "building-store"
)

_GROUPS: dict[Role, list[Callable[[User], Group | None]]] = {
    Role.MINISTRY_ADMIN: [home_reports.to_accept, _without_manager, _duty],
    Role.MINISTRY_VIEWER: [_duty],
    Role.MANAGER: [
        _to_decide,
        _OPEN_VISITS,
        _PLANNED_VISITS,
        _SURVEYED,
        _CHOSEN,
        _PROPOSED,
        home_reports.to_send,
        _to_visit,
        home_stock.to_receive,
        home_stock.counting,
        home_stock.alerts,
        _notices,
        _duty,
        _agreements,
    ],
    Role.OFFICER: [
        _OPEN_VISITS,
        _PLANNED_VISITS,
        home_stock.to_receive,
        home_stock.counting,
        home_stock.alerts,
        _drafts,
        _PROPOSED,
        home_reports.to_send,
        _to_visit,
        _notices,
        _duty,
        _agreements,
    ],
    Role.OPERATOR: [
        home_stock.to_receive,
        home_stock.counting,
        home_stock.alerts,
        _drafts,
        _agreements,
        _own_points,
    ],
}
