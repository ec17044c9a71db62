"""Forms of support, payments and guidance visits."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.core import clock
from ocop_points.core.fields import ChoiceField, DateField, IntegerField, TextArea, TextField
from ocop_points.core.forms import BaseForm
from ocop_points.programme import labels
from ocop_points.programme.rules import SupportSource
from ocop_points.programme.service import SupportFacts

FIRST_YEAR = 2018  # the programme began with Decision 490/QĐ-TTg of 7 May 2018
MOST = 1_000_000_000_000
NOTE_LENGTH = 1000


class SupportForm(BaseForm):
    """One decision that gives money to a point."""

    source = ChoiceField(
        _l("Nguồn hỗ trợ"),
        choices=list(labels.SOURCE.items()),
        coerce=SupportSource,
        message=_l("Chọn nguồn hỗ trợ"),
    )
    programme_year = IntegerField(
        _l("Năm chương trình"), least=FIRST_YEAR, most=2100, message=_l("Nhập năm, ví dụ 2026")
    )
    purpose = TextField(
        _l("Nội dung hỗ trợ"), max_length=200, message=_l("Nhập nội dung, ví dụ biển hiệu, quầy kệ")
    )
    amount = IntegerField(
        _l("Số tiền (₫)"),
        least=1,
        most=MOST,
        unit="₫",
        message=_l("Nhập số tiền, ví dụ 80.000.000"),
    )
    decision_number = TextField(
        _l("Số quyết định"), max_length=60, message=_l("Nhập số quyết định hỗ trợ")
    )
    decided_on = DateField(_l("Ngày quyết định"), past=True)
    acceptance_number = TextField(_l("Số biên bản nghiệm thu"), max_length=60, required=False)
    accepted_on = DateField(_l("Ngày nghiệm thu"), past=True, required=False)
    keep_open_until = DateField(_l("Cam kết mở cửa đến hết ngày"), required=False)
    note = TextArea(_l("Ghi chú"), max_length=NOTE_LENGTH, required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        next_year = clock.today().year + 1
        if valid and self.programme_year.data > next_year:
            self.programme_year.errors = [_("Nhập năm không sau %(year)s", year=next_year)]
            return False
        return valid

    def facts(self) -> SupportFacts:
        """What the form says, as the service takes it."""
        return SupportFacts(
            source=self.source.data,
            programme_year=self.programme_year.data,
            purpose=self.purpose.data or "",
            amount=self.amount.data,
            decision_number=self.decision_number.data or "",
            decided_on=self.decided_on.data,
            acceptance_number=self.acceptance_number.data or "",
            accepted_on=self.accepted_on.data,
            keep_open_until=self.keep_open_until.data,
            note=self.note.data or "",
        )


class PaymentForm(BaseForm):
    """One payment of a support."""

    paid_on = DateField(_l("Ngày chi"), past=True)
    amount = IntegerField(
        _l("Số tiền (₫)"),
        least=1,
        most=MOST,
        unit="₫",
        message=_l("Nhập số tiền, ví dụ 40.000.000"),
    )
    document_number = TextField(
        _l("Số chứng từ chi"), max_length=60, message=_l("Nhập số ủy nhiệm chi, phiếu chi")
    )


class ReasonForm(BaseForm):
    """Why something that was written down is taken out."""

    reason = TextArea(_l("Lý do"), max_length=NOTE_LENGTH, message=_l("Ghi lý do"))


class GuidanceForm(BaseForm):
    """The ministry came to the point."""

    on_date = DateField(_l("Ngày"), past=True)
    people = TextField(
        _l("Người, đơn vị hướng dẫn"),
        max_length=200,
        message=_l("Nhập người hoặc đơn vị của Bộ đã đến"),
    )
    content = TextArea(_l("Nội dung hướng dẫn"), max_length=2000, message=_l("Nhập nội dung"))
