"""Forms of certificates, their scans, and the letters to their holders."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from ocop_points.catalogue import labels
from ocop_points.catalogue.certificate_service import NewCertificate
from ocop_points.catalogue.rules import SentHow, Stars, last_valid_day
from ocop_points.core.fields import (
    ChoiceField,
    DateField,
    DecimalField,
    TextArea,
    TextField,
    TickList,
)
from ocop_points.core.forms import BaseForm
from ocop_points.evidence.forms import SCAN_KINDS, FilesField, ScansForm


class CertificateForm(BaseForm):
    """A certificate as it was issued; without a last day the rule's is taken."""

    stars = ChoiceField(
        _l("Hạng"), choices=list(labels.STARS.items()), coerce=Stars, message=_l("Chọn hạng sao")
    )
    score = DecimalField(_l("Số điểm"), least=0, most=100, places=3, required=False)
    number = TextField(
        _l("Số giấy chứng nhận"), max_length=60, message=_l("Nhập số giấy chứng nhận")
    )
    decision = TextField(_l("Số quyết định"), max_length=60, required=False)
    issuer = TextField(_l("Cơ quan cấp"), max_length=160, message=_l("Nhập cơ quan cấp"))
    issued_on = DateField(_l("Ngày cấp"), past=True)
    last_valid_day = DateField(_l("Ngày cuối còn hiệu lực"), required=False)

    def facts(self, months: int) -> NewCertificate:
        """What the form says; `months` is how long a certificate runs."""
        return NewCertificate(
            stars=self.stars.data,
            score=self.score.data,
            number=self.number.data or "",
            decision=self.decision.data or "",
            issuer=self.issuer.data or "",
            issued_on=self.issued_on.data,
            last_valid_day=self.last_valid_day.data or last_valid_day(self.issued_on.data, months),
        )


class WithdrawForm(BaseForm):
    """The end of a certificate before its time."""

    on = DateField(_l("Ngày thu hồi"), past=True)
    reason = TextArea(_l("Lý do"), max_length=1000, message=_l("Ghi lý do"))


class PaperForm(ScansForm):
    """Scans of a certificate, or of the paper of a basis."""

    scan = FilesField(
        _l("Bản quét"), kinds=SCAN_KINDS, message=_l("Chọn tệp PDF hoặc ảnh chụp văn bản")
    )


class SentForm(BaseForm):
    """Which letters were sent, when and how."""

    certificates = TickList(_l("Giấy chứng nhận"))
    sent_on = DateField(_l("Ngày gửi"), past=True)
    how = ChoiceField(_l("Cách gửi"), choices=list(labels.SENT_HOW.items()), coerce=SentHow)

    def offer(self, rows: list[Any], chosen: set[int], today: date) -> None:
        """Offer these certificates, those already ticked that are meant."""
        self.certificates.choices = [(one.id, labels.certificate_line(one)) for one in rows]
        if not self.is_submitted():
            self.certificates.data = sorted(chosen)
            self.sent_on.data = today
