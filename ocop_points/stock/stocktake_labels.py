"""The words of a stocktake, and the paper form that its minutes follow."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.points.rules import AccountingRegime
from ocop_points.stock.labels import legal_line
from ocop_points.stock.stocktake_rules import LineState, PostBar, Settled, StocktakeState

STATE = {
    StocktakeState.COUNTING: ("info", _l("Đang kiểm kê")),
    StocktakeState.POSTED: ("ok", _l("Đã ghi sổ")),
    StocktakeState.CANCELLED: ("", _l("Đã hủy")),
}
LINE = {
    LineState.UNCOUNTED: ("warn", _l("Chưa đếm")),
    LineState.MOVED: ("warn", _l("Có nhập, xuất")),
    LineState.NEGATIVE: ("bad", _l("Phải đếm lại")),
    LineState.UNEXPLAINED: ("warn", _l("Lệch, chưa có lý do")),
    LineState.DIFFERENT: ("info", _l("Lệch")),
    LineState.EQUAL: ("ok", _l("Khớp")),
    LineState.LEFT_OUT: ("", _l("Không kiểm kê")),
}
SETTLED = {
    Settled.BEFORE: _l("đếm trước khi nhập, xuất"),
    Settled.AFTER: _l("đếm sau khi nhập, xuất"),
}
BAR = {
    PostBar.NOT_OPEN: _l("Lần kiểm kê này đã kết thúc"),
    PostBar.LINES: _l("Còn dòng chưa đếm, chưa có lý do hoặc có nhập, xuất từ lúc chốt số"),
    PostBar.NOTHING: _l("Chưa có dòng nào được đếm: hủy lần kiểm kê này thay vì ghi sổ"),
    PostBar.TILL: _l(
        "Bán hàng ở quầy chưa ghi sổ: hàng đã rời kệ mà sổ chưa biết sẽ thành thiếu hai lần. Ghi sổ bán hàng trước"
    ),
    PostBar.COUNTED: _l(
        "Bạn đã nhập số đếm nên không tự ghi sổ được: người khác chưa đếm sẽ xem lại và ghi"
    ),
}
# The form of the minutes is known of the circulars for enterprises; of the others it has not been confirmed.
_CONFIRMED = frozenset({AccountingRegime.SMALL_ENTERPRISE})


def minutes_form(regime: AccountingRegime | None, day: date) -> tuple[str, str | None]:
    """Number of the form, and the line under it; "chờ xác nhận" where no source names it.

    05-VT stands in the circulars 200/2014 and 133/2016; whether 99/2025, 24/2024, 71/2024 and 88/2021 keep it has
    not been confirmed.
    """
    legal = legal_line(regime, day)
    known = regime in _CONFIRMED or (regime is AccountingRegime.ENTERPRISE and day.year < 2026)
    if legal and not known:
        legal = str(_("%(legal)s; mẫu biên bản: chờ xác nhận", legal=legal))
    return "05-VT", legal
