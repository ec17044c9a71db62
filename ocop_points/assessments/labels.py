"""The words on screen for the enums of visits."""

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.assessments.kinds import AmendmentKind, VisitKind
from ocop_points.assessments.planning_rules import VISIT_AFTER as VISIT_AFTER
from ocop_points.assessments.planning_rules import Reason, overdue_days
from ocop_points.assessments.rules import (
    Answer,
    AnswerFault,
    LineState,
    MissingReason,
    Outcome,
    Result,
    shown_score,
)
from ocop_points.assessments.rules_states import DecisionRefusal, Verb, VisitState
from ocop_points.core.formats import vi_number
from ocop_points.criteria.rules import LARGEST, NONE_OF_THEM, PLACES, LineKind, LineSpec, ResultRule

KIND = {
    VisitKind.FIRST: _l("Lần đầu"),
    VisitKind.PERIODIC: _l("Định kỳ"),
    VisitKind.UNANNOUNCED: _l("Đột xuất"),
    VisitKind.FOLLOW_UP: _l("Kiểm tra khắc phục"),
}
AMENDMENT = {
    AmendmentKind.SUPPLEMENT: _l("Biên bản bổ sung"),
    AmendmentKind.CORRECTION: _l("Biên bản đính chính"),
}
STATE = {
    VisitState.PLANNED: ("", _l("Đã lên lịch")),
    VisitState.IN_PROGRESS: ("", _l("Đang đánh giá")),
    VisitState.SUBMITTED: ("info", _l("Chờ duyệt")),
    VisitState.RETURNED: ("warn", _l("Trả lại")),
    VisitState.APPROVED: ("ok", _l("Đã duyệt")),
    VisitState.VOID: ("", _l("Đã hủy")),
}
RESULT = {
    Result.PASS: ("ok", _l("Đạt")),
    Result.FAIL: ("bad", _l("Chưa đạt")),
    Result.NO_DATA: ("", _l("Không có số liệu")),
    None: ("", _l("Chưa có kết quả")),
}
LINE_STATE = {
    LineState.UNANSWERED: ("", _l("Chưa trả lời")),
    LineState.MET: ("ok", _l("Đạt")),
    LineState.NOT_MET: ("bad", _l("Chưa đạt")),
    LineState.NOT_APPLICABLE: ("", _l("Không áp dụng")),
}
WHY = {
    Reason.FAILED: ("bad", _l("Lần trước chưa đạt")),
    Reason.NEVER: ("warn", _l("Chưa đánh giá lần nào")),
    Reason.LONG_AGO: ("warn", _l("Đã quá nửa năm")),
    Reason.DUTY: ("info", _l("Sắp hết hạn giữ điểm")),
    Reason.DORMANT: ("", _l("Không nhập, xuất hàng")),
}
EVENT = {
    None: _l("Lên lịch"),
    Verb.START: _l("Bắt đầu đánh giá"),
    Verb.ANSWER: _l("Sửa sau khi trả lại"),
    Verb.SUBMIT: _l("Gửi duyệt"),
    Verb.WITHDRAW: _l("Rút lại"),
    Verb.APPROVE: _l("Duyệt"),
    Verb.RETURN_: _l("Trả lại"),
    Verb.VOID: _l("Hủy"),
}
MISSING = {
    MissingReason.UNANSWERED: _l("chưa trả lời"),
    MissingReason.NUMBER: _l("chưa nhập số"),
    MissingReason.SCORE: _l("chưa chấm điểm"),
    MissingReason.NOTE: _l("chưa đạt thì cần ghi chú"),
    MissingReason.DIFFERS: _l("trả lời khác số liệu thì cần ghi chú"),
    MissingReason.PHOTO: _l("cần ít nhất một ảnh"),
}
REFUSAL = {
    DecisionRefusal.TEAM_MEMBER: _l("Bạn có trong đoàn đánh giá nên không duyệt được."),
    DecisionRefusal.SUBMITTER: _l("Bạn là người gửi duyệt nên không duyệt được."),
    DecisionRefusal.OTHER_MANAGER: _l("Sở có người quản lý duyệt được; Bộ không duyệt thay."),
    DecisionRefusal.NO_REASON: _l("Ghi lý do Bộ duyệt thay"),
}


def late_words(state: VisitState, planned_on: date | None, today: date) -> str:
    """By how many days a planned visit is late; nothing for one that is not."""
    late = overdue_days(state, planned_on, today)
    return str(_("Quá hạn %(n)s ngày", n=late)) if late else ""


def fault_sentence(fault: AnswerFault, line: LineSpec) -> str:
    """Why an answer does not fit its line, and what to do."""
    percent = line.kind is LineKind.NUMBER and line.unit == "%"
    most = line.maximum if line.kind is LineKind.SCORE else Decimal(100) if percent else LARGEST
    sentences = {
        AnswerFault.MIXED: _("Chỉ trả lời một cách: bỏ số đã nhập hoặc bỏ “Không áp dụng”"),
        AnswerFault.WRONG_KIND: _("Câu trả lời không hợp với tiêu chí này. Tải lại trang rồi chọn lại"),
        AnswerFault.NA_NOT_ALLOWED: _("Tiêu chí này không cho chọn “Không áp dụng”"),
        AnswerFault.UNKNOWN_CHOICE: _("Chọn một mục trong danh sách"),
        AnswerFault.OUT_OF_RANGE: _(
            "Nhập số từ 0 đến %(most)s %(unit)s", most=vi_number(most), unit=line.unit
        ).strip(),
        AnswerFault.TOO_PRECISE: _("Nhập tối đa %(n)d chữ số sau dấu phẩy", n=PLACES),
    }  # fmt: skip
    return str(sentences[fault])


def answer_words(line: LineSpec, answer: Answer) -> str:
    """What was answered, for people who read it: the value, not the verdict."""
    if answer.not_applicable:
        return _("Không áp dụng")
    if answer.value is not None:
        return _("Đạt") if answer.value else _("Chưa đạt")
    if answer.choice == NONE_OF_THEM:
        return _("Không thuộc loại nào")
    if answer.choice is not None:
        texts = {choice.code: choice.text for choice in line.choices}
        return texts.get(answer.choice, answer.choice)
    if answer.number is not None:
        return f"{vi_number(answer.number)} {line.unit}".strip()
    if answer.score is not None:
        return f"{vi_number(answer.score)}/{vi_number(line.maximum)}"
    return ""


def score_words(outcome: Outcome) -> str:
    """72,5 out of 100; nothing where no score is counted."""
    return "" if outcome.score is None else vi_number(shown_score(outcome.score), 1)


def result_reasons(outcome: Outcome, rule: ResultRule) -> list[str]:
    """Why a visit does not pass, or which optional lines were not met, in sentences."""
    reasons = []
    if outcome.failing:
        reasons.append(_("Chưa đạt tiêu chí bắt buộc %(codes)s", codes=", ".join(outcome.failing)))
    if outcome.below_minimum and outcome.score is not None:
        reasons.append(
            _(
                "Đạt %(score)s trên 100 điểm, dưới mức %(least)s (so trước khi làm tròn)",
                score=score_words(outcome),
                least=vi_number(rule.minimum_score),
            )
        )
    reasons += [
        _(
            "Phần %(code)s đạt %(score)s %%, dưới mức %(least)s %% (so trước khi làm tròn)",
            code=one.code,
            score=vi_number(shown_score(one.score), 1),
            least=vi_number(one.least),
        )
        for one in outcome.short
    ]
    others = [code for code in outcome.findings if code not in outcome.failing]
    if others:
        reasons.append(_("Tồn tại ở tiêu chí %(codes)s", codes=", ".join(others)))
    return reasons
