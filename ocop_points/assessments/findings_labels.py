"""The words on screen for findings."""

from flask_babel import lazy_gettext as _l

from ocop_points.assessments.findings_rules import (
    DueFault,
    FindingState,
    FindingVerb,
    Severity,
    VerifyRefusal,
)

STATE = {
    FindingState.OPEN: ("info", _l("Đang mở")),
    FindingState.WAITING: ("warn", _l("Chờ kiểm tra")),
    FindingState.CLOSED: ("ok", _l("Đã đóng")),
    FindingState.CARRIED: ("", _l("Chuyển lần sau")),
    FindingState.VOID: ("", _l("Đã hủy")),
}
OVERDUE = ("bad", _l("Quá hạn"))
SEVERITY = {
    Severity.MAJOR: ("bad", _l("Lỗi nặng")),
    Severity.MINOR: ("", _l("Lỗi nhẹ")),
}
EVENT = {
    FindingVerb.OPEN: _l("Ghi nhận khi biên bản được duyệt"),
    FindingVerb.ASSIGN: _l("Giao việc khắc phục"),
    FindingVerb.REPORT: _l("Báo đã khắc phục"),
    FindingVerb.VERIFY: _l("Xác nhận, đóng"),
    FindingVerb.REOPEN: _l("Mở lại"),
    FindingVerb.CARRY: _l("Chuyển sang lần đánh giá sau"),
    FindingVerb.SEEN_MET: _l("Lần đánh giá sau thấy đã đạt, đề nghị đóng"),
    FindingVerb.RESTORE: _l("Trở lại vì lần đánh giá sau bị hủy"),
    FindingVerb.VOID: _l("Hủy theo biên bản"),
}
VERIFY_REFUSAL = {
    VerifyRefusal.NOT_REPORTED: _l("Chưa có báo cáo đã khắc phục nào để kiểm tra."),
    VerifyRefusal.OWN_REPORT: _l("Bạn là người báo đã khắc phục nên người khác kiểm tra."),
}
DUE_FAULT = {
    DueFault.BEFORE_VISIT: _l("Hạn không được trước ngày đánh giá"),
    DueFault.TOO_LATE: _l("Chọn hạn trong 3 năm kể từ ngày đánh giá"),
}
