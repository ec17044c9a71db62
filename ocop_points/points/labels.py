"""The words on screen for the enums of points: one place, so that one thing has one word."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from ocop_points.points.rules import (
    AccountingRegime,
    LastResult,
    OperatorKind,
    PointStatus,
    PointVerb,
    TourismKind,
)

STATUS = {
    PointStatus.PROPOSED: ("", _l("Đề xuất")),
    PointStatus.SURVEYED: ("info", _l("Đã khảo sát")),
    PointStatus.CHOSEN: ("info", _l("Được chọn")),
    PointStatus.OPEN: ("ok", _l("Đang hoạt động")),
    PointStatus.SUSPENDED: ("warn", _l("Tạm ngừng")),
    PointStatus.CLOSED: ("", _l("Đã đóng")),
    PointStatus.REFUSED: ("", _l("Không chọn")),
}
RESULT = {
    LastResult.PASS: ("ok", _l("Đạt")),
    LastResult.FAIL: ("bad", _l("Chưa đạt")),
    LastResult.NO_DATA: ("", _l("Không có số liệu")),
    None: ("", _l("Chưa đánh giá")),
}
VERB = {
    PointVerb.SURVEY: _l("Ghi kết quả khảo sát"),
    PointVerb.CHOOSE: _l("Chọn điểm này"),
    PointVerb.REFUSE: _l("Không chọn"),
    PointVerb.OPEN: _l("Khai trương"),
    PointVerb.SUSPEND: _l("Tạm ngừng"),
    PointVerb.RESUME: _l("Hoạt động lại"),
    PointVerb.CLOSE: _l("Đóng điểm bán"),
}
STEP = {
    None: _l("Đăng ký"),
    PointVerb.SURVEY: _l("Khảo sát"),
    PointVerb.CHOOSE: _l("Được chọn"),
    PointVerb.REFUSE: _l("Không được chọn"),
    PointVerb.OPEN: _l("Khai trương"),
    PointVerb.SUSPEND: _l("Tạm ngừng"),
    PointVerb.RESUME: _l("Hoạt động lại"),
    PointVerb.CLOSE: _l("Đóng"),
}
TOURISM = {
    TourismKind.SITE: _l("Khu, điểm du lịch"),
    TourismKind.FESTIVAL: _l("Lễ hội"),
    TourismKind.ROUTE: _l("Tuyến du lịch"),
}
OPERATOR_KIND = {
    OperatorKind.ENTERPRISE: _l("Doanh nghiệp"),
    OperatorKind.COOPERATIVE: _l("Hợp tác xã"),
    OperatorKind.HOUSEHOLD: _l("Hộ kinh doanh"),
    OperatorKind.PUBLIC_UNIT: _l("Đơn vị sự nghiệp"),
    OperatorKind.OTHER: _l("Khác"),
}
REGIME = {
    AccountingRegime.ENTERPRISE: _l("Doanh nghiệp: Thông tư 99/2025/TT-BTC"),
    AccountingRegime.SMALL_ENTERPRISE: _l("Doanh nghiệp nhỏ và vừa: Thông tư 133/2016/TT-BTC"),
    AccountingRegime.PUBLIC_UNIT: _l("Đơn vị sự nghiệp: Thông tư 24/2024/TT-BTC"),
    AccountingRegime.COOPERATIVE: _l("Hợp tác xã: Thông tư 71/2024/TT-BTC"),
    AccountingRegime.HOUSEHOLD: _l("Hộ kinh doanh: Thông tư 88/2021/TT-BTC"),
}


def tag(tone: str, text: Any) -> Markup:
    """A status as the design shows it: colour, shape and word. The same as the macro, for ready-made rows."""
    cls = f"tag tag-{tone}" if tone else "tag"
    return Markup('<span class="{}">{}</span>').format(cls, str(text))


def status_tags() -> Mapping[PointStatus, Markup]:
    """The tags of all states, made once a language: a list page looks them up row by row."""
    return _status_tags(str(get_locale()))


def result_tags() -> Mapping[LastResult | None, Markup]:
    """As `status_tags`, of results."""
    return _result_tags(str(get_locale()))


@cache
def _status_tags(_locale: str) -> Mapping[PointStatus, Markup]:
    return {status: tag(*words) for status, words in STATUS.items()}


@cache
def _result_tags(_locale: str) -> Mapping[LastResult | None, Markup]:
    return {result: tag(*words) for result, words in RESULT.items()}
