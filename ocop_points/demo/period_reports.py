"""The demonstration's reports to the ministry: of the half-year before the last one, and of the last that ended."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from ocop_points.accounts.models import User
from ocop_points.accounts.queries import user_by_username
from ocop_points.core import clock
from ocop_points.demo.stage import Stage
from ocop_points.localities.models import Locality
from ocop_points.reports import period_queries, period_service
from ocop_points.reports.period_rules import due
from ocop_points.reports.rules import Period

RESULTS = (
    "Các điểm hoạt động ổn định, bày hàng theo mùa vụ. Đoàn của Sở đã kiểm tra theo kế hoạch (minh họa).",
    "Doanh số tăng vào mùa du lịch. Hai điểm được hướng dẫn lại cách ghi sổ và niêm yết giá (minh họa).",
    "Đã đưa thêm sản phẩm mới được phân hạng lên kệ; biển hiệu ở các điểm được làm mới (minh họa).",
)
DIFFICULTIES = (
    "Chứng nhận của một số sản phẩm sắp hết hiệu lực, chủ thể chậm làm hồ sơ đánh giá lại (minh họa).",
    "Sau sắp xếp đơn vị hành chính, cán bộ phụ trách địa bàn thay đổi, cần tập huấn lại (minh họa).",
    "Hàng tươi khó bảo quản tại điểm; kinh phí mua tủ mát còn thiếu (minh họa).",
)
PLANS = "Kiểm tra các điểm lần trước chưa đạt; hỗ trợ chủ thể ký thỏa thuận cung ứng ổn định (minh họa)."
PROPOSALS = (
    "Đề nghị Bộ sớm ban hành bộ tiêu chí cho giai đoạn mới (minh họa).",
    "Đề nghị Bộ tổ chức thêm hội nghị kết nối với các chuỗi bán lẻ (minh họa).",
    "",
)
# Of the last period: the accounts to try find something to do.
RETURNED, DRAFTED = "QNI", "CMA"
SENT_BEFORE, SENT_LAST, ACCEPTED_LAST = 12, 14, 9


def plan(stage: Stage) -> None:
    """Sent within two weeks after the period, decided a week later."""
    last = due(stage.today)[0]
    for place, locality in enumerate(_in_order(stage)[:SENT_BEFORE]):
        _sent(stage, locality, last.before, place)
        _at(stage, last.before, 21, 15, place, partial(_accept, locality, last.before))
    for place, locality in enumerate(_in_order(stage)[:SENT_LAST]):
        if locality.short_code == DRAFTED:
            write = partial(_write, locality, last, place, stage.officer(locality.id))
            _at(stage, last, 6, 9, place, write)
            continue
        _sent(stage, locality, last, place)
        if locality.short_code == RETURNED:
            _at(stage, last, 14, 15, place, partial(_return, locality, last))
        elif place < ACCEPTED_LAST:
            _at(stage, last, 21, 15, place, partial(_accept, locality, last))


def _in_order(stage: Stage) -> list[Locality]:
    """The localities with accounts to try first."""
    return sorted(stage.localities, key=lambda one: one.short_code not in (RETURNED, DRAFTED))


def _at(
    stage: Stage, period: Period, days: int, hour: int, place: int, scene: Callable[[], object]
) -> None:
    stage.at(period.last + timedelta(days=days + place % 5), hour, place % 60, scene)


def _sent(stage: Stage, locality: Locality, period: Period, place: int) -> None:
    officer, manager = stage.officer(locality.id), stage.manager(locality.id)
    _at(stage, period, 4, 9, place, partial(_write, locality, period, place, officer))
    _at(stage, period, 8, 10, place, partial(_submit, locality, period, place, manager))


def _act(
    verb: Callable[..., object], locality: Locality, period: Period, by: User, **given: object
) -> None:
    found, report = period_queries.get_report_or_404(
        by, locality.id, period.key, today=clock.today()
    )
    verb(found, report, by=by, **given)


def _write(locality: Locality, period: Period, place: int, by: User) -> None:
    remarks = {
        "results": RESULTS[place % 3],
        "difficulties": DIFFICULTIES[(place + period.year) % 3],
        "plans": PLANS,
        "proposals": PROPOSALS[place % 3],
    }
    _act(period_service.write_remarks, locality, period, by, remarks=remarks)


def _submit(locality: Locality, period: Period, place: int, by: User) -> None:
    number = f"{100 + 7 * place}/BC-SCT" if place % 4 else ""
    _act(period_service.submit_report, locality, period, by, number=number)


def _ministry() -> User:
    user = user_by_username("quantri")
    if user is None:
        raise LookupError("quantri")
    return user


def _return(locality: Locality, period: Period) -> None:
    reason = "Nêu rõ kinh phí địa phương đã chi và các điểm tạm ngừng (minh họa)."
    _act(period_service.return_report, locality, period, _ministry(), reason=reason)


def _accept(locality: Locality, period: Period) -> None:
    _act(period_service.accept_report, locality, period, _ministry())
