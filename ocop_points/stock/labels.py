"""The words on screen for the enums of the stock, and for lots and faults."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.core.access import MINISTRY, Role
from ocop_points.core.formats import vi_date, vi_number
from ocop_points.points.rules import AccountingRegime
from ocop_points.stock.alerts_rules import AlertKind
from ocop_points.stock.gate_rules import CertificateState, GateAction, ReceiptWarning
from ocop_points.stock.rules import Fault, ReversalBar, VoucherKind, VoucherState
from ocop_points.stock.rules_months import CloseBar
from ocop_points.stock.rules_transfers import ReceiveBar, TransferState

EXPIRY_WARN_DAYS = 7

KIND = {
    VoucherKind.OPENING: _l("Đầu kỳ"),
    VoucherKind.RECEIPT: _l("Nhập"),
    VoucherKind.ISSUE: _l("Bán"),
    VoucherKind.SUPPLIER_RETURN: _l("Trả nhà cung cấp"),
    VoucherKind.WRITE_OFF: _l("Hủy"),
    VoucherKind.TRANSFER: _l("Chuyển"),
    VoucherKind.STOCKTAKE: _l("Kiểm kê"),
    VoucherKind.REVERSAL: _l("Đảo phiếu"),
}
PAPER = {
    VoucherKind.OPENING: _l("Phiếu nhập số dư đầu kỳ"),
    VoucherKind.RECEIPT: _l("Phiếu nhập kho"),
    VoucherKind.ISSUE: _l("Phiếu xuất kho"),
    VoucherKind.SUPPLIER_RETURN: _l("Phiếu xuất trả nhà cung cấp"),
    VoucherKind.WRITE_OFF: _l("Phiếu xuất hủy"),
    VoucherKind.TRANSFER: _l("Phiếu chuyển kho"),
    VoucherKind.STOCKTAKE: _l("Biên bản kiểm kê"),
    VoucherKind.REVERSAL: _l("Phiếu đảo"),
}
MAKE = {
    VoucherKind.RECEIPT: _l("Lập phiếu nhập"),
    VoucherKind.ISSUE: _l("Lập phiếu xuất"),
    VoucherKind.OPENING: _l("Nhập số dư đầu kỳ"),
    VoucherKind.SUPPLIER_RETURN: _l("Trả nhà cung cấp"),
    VoucherKind.WRITE_OFF: _l("Xuất hủy"),
    VoucherKind.TRANSFER: _l("Chuyển đến điểm khác"),
}
TRANSFER = {
    TransferState.UNDER_WAY: ("info", _l("Đang chuyển")),
    TransferState.RECEIVED: ("ok", _l("Đã nhận đủ")),
    TransferState.SHORT: ("warn", _l("Nhận thiếu")),
    TransferState.TAKEN_BACK: ("", _l("Đã thu về")),
}
RECEIVE_BAR = {
    ReceiveBar.RECEIVED: _l("Chuyến hàng này đã được nhận"),
    ReceiveBar.TAKEN_BACK: _l("Điểm gửi đã thu hàng về, không nhận được nữa"),
    ReceiveBar.BEFORE_SENT: _l("Ngày nhận không trước ngày gửi"),
}
STATE = {
    VoucherState.DRAFT: ("", _l("Nháp")),
    VoucherState.POSTED: ("ok", _l("Đã ghi sổ")),
    VoucherState.REVERSED: ("", _l("Đã đảo")),
}
FAULT = {
    Fault.NOT_POSITIVE: _l("Nhập số lớn hơn 0"),
    Fault.TOO_FINE: _l("Nhập tối đa 3 chữ số sau dấu phẩy"),
    Fault.TOO_LARGE: _l("Số quá lớn"),
}
BAR = {
    ReversalBar.NOT_POSTED: _l("Phiếu nháp thì sửa hoặc xóa, không cần đảo"),
    ReversalBar.ALREADY_REVERSED: _l("Phiếu này đã được đảo"),
    ReversalBar.IS_REVERSAL: _l("Phiếu đảo thì không đảo nữa: lập phiếu mới"),
    ReversalBar.RECEIVED: _l("Điểm nhận đã nhận hàng: đảo phiếu nhận trước, rồi mới đảo phiếu này"),
    ReversalBar.NO_RIGHT: _l("Tài khoản của bạn không được đảo phiếu"),
    ReversalBar.NOT_OWN: _l("Cán bộ chỉ đảo phiếu do mình ghi sổ; nhờ người quản lý"),
    ReversalBar.ANOTHER_DAY: _l("Cán bộ chỉ đảo trong ngày ghi sổ; nhờ người quản lý"),
}
ALERT = {
    AlertKind.EXPIRED: ("bad", _l("Lô đã hết hạn")),
    AlertKind.SOLD_OUT: ("bad", _l("Chỉ còn hàng hết hạn")),
    AlertKind.CERTIFICATE: ("bad", _l("Chứng nhận hết hiệu lực")),
    AlertKind.LOW: ("warn", _l("Dưới mức tối thiểu")),
    AlertKind.EXPIRING: ("warn", _l("Lô sắp hết hạn")),
    AlertKind.STILL: ("", _l("Lâu không nhập, xuất")),
}
GATE_ACTION = {
    GateAction.WARN: _l("Nhắc, vẫn nhập được"),
    GateAction.ASK: _l("Nhập được khi ghi lý do"),
    GateAction.BLOCK: _l("Chặn: chỉ người quản lý ghi sổ được, kèm lý do"),
}
# The circular that the form of the paper comes from, by the operator's regime (DOMAIN.md §6).
_CIRCULAR = {
    AccountingRegime.ENTERPRISE: ("99/2025/TT-BTC", "27/10/2025"),
    AccountingRegime.SMALL_ENTERPRISE: ("133/2016/TT-BTC", "26/08/2016"),
    AccountingRegime.PUBLIC_UNIT: ("24/2024/TT-BTC", "17/04/2024"),
    AccountingRegime.COOPERATIVE: ("71/2024/TT-BTC", "07/10/2024"),
    AccountingRegime.HOUSEHOLD: ("88/2021/TT-BTC", "11/10/2021"),
}
_BEFORE_2026 = ("200/2014/TT-BTC", "22/12/2014")


def legal_line(regime: AccountingRegime | None, day: date) -> str | None:
    """The line under the number of the form; enterprises wrote by another circular before 2026."""
    if regime is None:
        return None
    number, issued = _CIRCULAR[regime]
    if regime is AccountingRegime.ENTERPRISE and day.year < 2026:
        number, issued = _BEFORE_2026
    return str(_("Ban hành theo Thông tư số %(n)s ngày %(d)s của Bộ Tài chính", n=number, d=issued))


def warning_text(warning: ReceiptWarning) -> str:
    """What a receipt says of a product's certificate; "" for goods with one that runs on, or another basis."""
    day = vi_date(warning.day)
    if warning.state is CertificateState.ENDED:
        return str(_("Chứng nhận hết hiệu lực từ %(day)s", day=day))
    if warning.state is CertificateState.SOON:
        return str(_("Chứng nhận còn hiệu lực đến hết %(day)s", day=day))
    if warning.state is CertificateState.NONE:
        return str(_("Chưa có chứng nhận hay căn cứ bày bán nào khác"))
    return ""


def paper_name(voucher: Any) -> str:
    """What the paper is called; a transfer has two, one at each point."""
    if voucher.receives_id is not None:
        return str(_("Phiếu nhận hàng chuyển đến"))
    return str(PAPER[voucher.kind])


def lot_name(code: str, expiry: date | None = None) -> str:
    """A lot in a sentence: its code, or its date where the goods bear none."""
    if code:
        return str(_("Lô %(code)s", code=code))
    if expiry:
        return str(_("Lô hạn %(day)s", day=vi_date(expiry)))
    return str(_("Lô không ghi mã"))


def lot_choice(lot: Any, unit: str) -> str:
    """A lot in a list to choose from; `lot` has code, expiry and on_hand."""
    parts = [lot.code or str(_("không ghi mã"))]
    parts.append(
        str(_("HSD %(day)s", day=vi_date(lot.expiry))) if lot.expiry else str(_("không hạn"))
    )
    parts.append(str(_("còn %(n)s %(unit)s", n=vi_number(lot.on_hand), unit=unit)))
    return " · ".join(parts)


def expiry_tag(expiry: date | None, day: date) -> tuple[str, str]:
    """Tone and words of a lot's date."""
    if expiry is None:
        return "", str(_("Không hạn"))
    left = (expiry - day).days
    if left < 0:
        return "bad", str(_("Hết hạn %(n)s ngày", n=-left))
    return "warn" if left <= EXPIRY_WARN_DAYS else "", str(_("Còn %(n)s ngày", n=left))


def month_name(month: date) -> str:
    """ "tháng 11/2026", as it stands inside a sentence."""
    return str(_("tháng %(month)s", month=f"{month:%m/%Y}"))


def close_bar_text(bar: CloseBar, drafts: int = 0) -> str:
    """Why a month is not closed, and what to do."""
    if bar is CloseBar.DRAFTS:
        return str(
            _("Còn %(n)s phiếu nháp có ngày đến hết tháng này: ghi sổ hoặc xóa trước đã", n=drafts)
        )
    if bar is CloseBar.CLOSED:
        return str(_("Tháng này đã khóa sổ"))
    return str(_("Tháng chưa hết nên chưa khóa sổ được"))


def goods_name(goods: Any) -> str:
    """What is recalled, in one line."""
    if goods.lot_id is not None:
        lot = lot_name(goods.lot_code)
        until = f", HSD {vi_date(goods.expiry)}" if goods.expiry else ""
        return f"{goods.title} ({goods.note}), {lot[0].lower()}{lot[1:]}{until}"
    if goods.product_id is not None:
        return str(_("%(name)s (%(code)s), mọi lô", name=goods.title, code=goods.note))
    return str(_("Mọi sản phẩm của %(name)s", name=goods.title))


def recall_scope(user: Any) -> str:
    """Which points a recall shows, and that there may be others (RULES.md §6)."""
    if user.role in MINISTRY:
        return str(_("Tất cả điểm bán trên cả nước."))
    if user.role is Role.OPERATOR:
        return str(_("Chỉ có điểm của bạn. Hàng có thể ở cả điểm khác; không hiện ở đây."))
    return str(
        _(
            "Chỉ có các điểm trong địa phương của bạn. Hàng có thể ở cả địa phương khác: không hiện ở đây, "
            "chỉ Bộ xem được toàn quốc."
        )
    )
