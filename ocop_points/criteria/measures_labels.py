"""The words of measured figures: what is counted, in which unit, and which figure meets a line."""

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.catalogue import labels as catalogue
from ocop_points.core.formats import vi_number
from ocop_points.criteria.measures_rules import ALL_BASES, PERCENT, Ask, Measure, MeasureBy
from ocop_points.criteria.rules import LineSpec

M, By = Measure, MeasureBy

MEASURE = {
    M.EVERY_PRODUCT_HAS_A_BASIS: _l("hàng có một trong các căn cứ a–d"),
    M.SHARE_THREE_STARS: _l("hàng đạt sao"),
    M.OWN_PROVINCE: _l("hàng của tỉnh"),
    M.CERTIFICATE_ENDED: _l("hàng có chứng nhận đã hết hiệu lực"),
    M.NO_EXPIRED_GOODS: _l("hàng hết hạn còn tồn"),
    M.SUPPLIERS_UNDER_AGREEMENT: _l("chủ thể có thỏa thuận còn hiệu lực"),
    M.DAYS_SINCE_LAST_MOVEMENT: _l("số ngày từ lần nhập, xuất gần nhất"),
}
MEASURE_BY = {
    By.PRODUCTS: _l("tỷ lệ theo số mặt hàng (hoặc số chủ thể)"),
    By.UNITS: _l("tỷ lệ theo số lượng"),
    By.VALUE: _l("tỷ lệ theo giá trị"),
    By.NUMBER: _l("đếm số"),
}
_TITLE = {
    (M.EVERY_PRODUCT_HAS_A_BASIS, By.PRODUCTS): _l("Tỷ lệ mặt hàng có căn cứ %(bases)s"),
    (M.EVERY_PRODUCT_HAS_A_BASIS, By.UNITS): _l("Tỷ lệ số lượng hàng có căn cứ %(bases)s"),
    (M.EVERY_PRODUCT_HAS_A_BASIS, By.VALUE): _l("Tỷ lệ giá trị hàng có căn cứ %(bases)s"),
    (M.EVERY_PRODUCT_HAS_A_BASIS, By.NUMBER): _l("Số mặt hàng có căn cứ %(bases)s"),
    (M.SHARE_THREE_STARS, By.PRODUCTS): _l("Tỷ lệ mặt hàng từ %(stars)s"),
    (M.SHARE_THREE_STARS, By.UNITS): _l("Tỷ lệ số lượng hàng từ %(stars)s"),
    (M.SHARE_THREE_STARS, By.VALUE): _l("Tỷ lệ giá trị hàng từ %(stars)s"),
    (M.SHARE_THREE_STARS, By.NUMBER): _l("Số mặt hàng từ %(stars)s"),
    (M.OWN_PROVINCE, By.PRODUCTS): _l("Tỷ lệ mặt hàng của tỉnh"),
    (M.OWN_PROVINCE, By.UNITS): _l("Tỷ lệ số lượng hàng của tỉnh"),
    (M.OWN_PROVINCE, By.VALUE): _l("Tỷ lệ giá trị hàng của tỉnh"),
    (M.OWN_PROVINCE, By.NUMBER): _l("Số mặt hàng của tỉnh"),
    (M.CERTIFICATE_ENDED, By.PRODUCTS): _l("Tỷ lệ mặt hàng có chứng nhận đã hết hiệu lực"),
    (M.CERTIFICATE_ENDED, By.NUMBER): _l("Số mặt hàng có chứng nhận đã hết hiệu lực"),
    (M.NO_EXPIRED_GOODS, By.NUMBER): _l("Số lô hết hạn còn tồn"),
    (M.SUPPLIERS_UNDER_AGREEMENT, By.PRODUCTS): _l("Tỷ lệ chủ thể có thỏa thuận còn hiệu lực"),
    (M.SUPPLIERS_UNDER_AGREEMENT, By.NUMBER): _l("Số chủ thể có thỏa thuận còn hiệu lực"),
    (M.DAYS_SINCE_LAST_MOVEMENT, By.NUMBER): _l("Số ngày từ lần nhập, xuất gần nhất"),
}
_COUNTED_IN = {
    M.NO_EXPIRED_GOODS: _l("lô"),
    M.SUPPLIERS_UNDER_AGREEMENT: _l("chủ thể"),
    M.DAYS_SINCE_LAST_MOVEMENT: _l("ngày"),
}


def measure_title(ask: Ask) -> str:
    """What is counted: "Tỷ lệ giá trị hàng từ 4 sao"."""
    bases = "a–d" if ask.bases == ALL_BASES else ", ".join(ask.bases)
    words = {"bases": bases, "stars": str(catalogue.STARS[ask.stars]).lower()}
    return str(_TITLE[ask.measure, ask.by]) % words


def counted_in(ask: Ask) -> str:
    """The unit of a number: mặt hàng, lô, chủ thể, ngày."""
    return str(_COUNTED_IN.get(ask.measure, _("mặt hàng")))


def amount_words(ask: Ask, value: Decimal) -> str:
    """A bound with its unit: "60 %", "0 lô"."""
    return f"{vi_number(value)} {PERCENT if ask.by.is_share else counted_in(ask)}"


def bound_words(line: LineSpec) -> str:
    """Which figure meets the line: "từ 60 %", "không quá 0 lô"; nothing where nobody said."""
    ask, bound = line.ask, line.bound
    if ask is None or bound is None:
        return ""
    if bound.least is not None:
        return str(_("từ %(n)s", n=amount_words(ask, bound.least)))
    return str(_("không quá %(n)s", n=amount_words(ask, bound.most or Decimal(0))))
