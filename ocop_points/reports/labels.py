"""The words of the overview: its measures with what each is of, and how a figure is written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.accounts.models import User
from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue.rules import Stars
from ocop_points.core import clock
from ocop_points.core.formats import vi_date, vi_datetime, vi_number
from ocop_points.reports.rules import Figures, Map, Period, Share

NONE = _l("chưa có số liệu")
MAPS = {Map.OLD: _l("63 tỉnh, trước 07/2025"), Map.NEW: _l("34 tỉnh, từ 07/2025")}


@dataclass(frozen=True)
class Measure:
    """A figure by which localities are compared. `of` says what it counts, of how many, and as of when."""

    title: Any
    value: Callable[[Figures, Map], float | None]
    of: Any
    percent: bool = True
    # More of it is a warning, not a merit.
    bad: bool = False


def _percent(share: Callable[[Figures], Share]) -> Callable[[Figures, Map], float | None]:
    return lambda figures, _drawn: share(figures).percent


MEASURES = {
    "passed": Measure(
        _l("Tỷ lệ đạt"),
        _percent(lambda one: one.passed),
        _l("lần đánh giá đã duyệt trong kỳ có kết quả đạt, trên số lần có kết quả"),
    ),
    "done": Measure(
        _l("Đánh giá theo kế hoạch"),
        _percent(lambda one: one.done),
        _l("lần đã đi, trên số lần lên lịch vào ngày trong kỳ và không hủy"),
    ),
    "open": Measure(
        _l("Điểm đang hoạt động"),
        lambda one, _drawn: float(one.open) if one.registered else None,
        _l("điểm bán đang hoạt động hiện nay"),
        percent=False,
    ),
    "overdue": Measure(
        _l("Khắc phục quá hạn"),
        lambda one, _drawn: float(one.overdue) if one.registered else None,
        _l("việc khắc phục đang mở đã quá hạn, hiện nay"),
        percent=False,
        bad=True,
    ),
    "dormant": Measure(
        _l("Điểm ngủ"),
        _percent(lambda one: one.quiet),
        _l("điểm không nhập, xuất hàng trong 60 ngày, trên số điểm đang hoạt động"),
        bad=True,
    ),
    "tourism": Measure(
        _l("Điểm gắn với du lịch"),
        _percent(lambda one: one.touristic),
        _l("điểm gắn với khu, điểm du lịch, lễ hội hoặc tuyến, trên số điểm đang hoạt động"),
    ),
    "rated": Measure(
        _l("Hàng từ 3 sao"),
        _percent(lambda one: one.rated),
        _l("mặt hàng có chứng nhận còn hiệu lực, trên số mặt hàng đang bày bán"),
    ),
    "spent": Measure(
        _l("Hỗ trợ đã chi"),
        _percent(lambda one: one.spent),
        _l("tiền hỗ trợ điểm bán đã chi, trên số tiền đã quyết định, mọi năm đến nay"),
    ),
    "own": Measure(
        _l("Hàng của tỉnh"),
        lambda one, drawn: one.own(drawn).percent,
        _l("mặt hàng của chính tỉnh có điểm bán, trên số mặt hàng đang bày bán"),
    ),
}


def star_name(stars: Stars) -> Any:
    """3 sao, Tiềm năng 5 sao."""
    return catalogue.STARS[stars]


def figure(value: float | None, *, percent: bool) -> str:
    """82,4 % or 12; "–" where there is no figure."""
    if value is None:
        return "–"
    return f"{percent_number(value)} %" if percent else vi_number(int(value + 0.5))


def percent_number(value: float) -> str:
    """To one decimal, rounded half-up: 82,4."""
    tenths = int(value * 10 + 0.5 + 1e-9)
    return f"{tenths // 10},{tenths % 10}"


def spread_text(spread: tuple[float, float, float]) -> str:
    """61,5–80–96,2: the least, the middle and the greatest score."""
    return "–".join(percent_number(value).removesuffix(",0") for value in spread)


def share_text(share: Share, unit: Any) -> str:
    """33 trên 40 lần; "chưa có số liệu" of nothing."""
    if not share.whole:
        return str(NONE)
    part, whole = vi_number(share.part), vi_number(share.whole)
    return _("%(part)s trên %(whole)s %(unit)s", part=part, whole=whole, unit=unit)


def period_name(period: Period) -> str:
    """6 tháng đầu năm 2026, or Năm 2026."""
    if period.half is None:
        return _("Năm %(year)s", year=period.year)
    if period.half == 1:
        return _("6 tháng đầu năm %(year)s", year=period.year)
    return _("6 tháng cuối năm %(year)s", year=period.year)


def period_in_line(period: Period) -> str:
    """6 tháng đầu năm 2026, or năm 2026, in the middle of a line."""
    name = period_name(period)
    return f"{name[0].lower()}{name[1:]}"


def made_by(user: User) -> str:
    """When and by whom a file was made."""
    return _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name)


def period_days(period: Period) -> str:
    return _("%(first)s – %(last)s", first=vi_date(period.first), last=vi_date(period.last))
