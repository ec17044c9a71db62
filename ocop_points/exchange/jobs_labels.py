"""The words of a file on its way in."""

from flask_babel import lazy_gettext as _l

from ocop_points.exchange.import_shapes import Outcome
from ocop_points.exchange.jobs_models import JobState

# Tone and word of each state.
STATE = {
    JobState.WAITING: ("", _l("Chờ kiểm tra")),
    JobState.CHECKING: ("info", _l("Đang kiểm tra")),
    JobState.FAULTY: ("bad", _l("Có chỗ cần sửa")),
    JobState.READY: ("warn", _l("Chờ bạn đồng ý")),
    JobState.CONFIRMED: ("", _l("Chờ ghi")),
    JobState.IMPORTING: ("info", _l("Đang ghi")),
    JobState.DONE: ("ok", _l("Đã nhập")),
    JobState.FAILED: ("bad", _l("Không nhập được")),
}
# What happens while somebody looks on.
PHASE = {
    JobState.WAITING: _l("Chờ đến lượt kiểm tra…"),
    JobState.CHECKING: _l("Đang đọc và đối chiếu từng dòng…"),
    JobState.CONFIRMED: _l("Chờ đến lượt ghi…"),
    JobState.IMPORTING: _l("Đang đối chiếu lần cuối rồi ghi tất cả cùng lúc…"),
}
OUTCOME = {
    Outcome.NEW: _l("mới"),
    Outcome.CHANGED: _l("đổi"),
    Outcome.SAME: _l("giữ nguyên"),
}
