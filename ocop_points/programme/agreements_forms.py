"""Forms of agreements."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField

from ocop_points.catalogue.models import Product
from ocop_points.core.fields import (
    Carried,
    ChoiceField,
    DateField,
    DecimalField,
    IntegerField,
    TextArea,
    TextField,
)
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm
from ocop_points.evidence.forms import SCAN_KINDS, FilesField, ScansForm
from ocop_points.programme import agreements_labels as labels
from ocop_points.programme.agreements_rules import Terms
from ocop_points.programme.agreements_service import AgreementFacts

MOST_VALUE = 1_000_000_000_000
MOST_PRICE = 1_000_000_000


class AgreementForm(BaseForm):
    """The terms of an agreement."""

    number = TextField(_l("Số thỏa thuận, hợp đồng"), max_length=60, required=False)
    terms = ChoiceField(
        _l("Hình thức"),
        choices=list(labels.TERMS.items()),
        coerce=Terms,
        message=_l("Chọn hình thức"),
    )
    signed_on = DateField(_l("Ngày ký"), past=True)
    valid_from = DateField(_l("Hiệu lực từ ngày"))
    valid_to = DateField(_l("Đến hết ngày"))
    chain_code = ChoiceField(_l("Chuỗi bán lẻ"), required=False)
    chain_name = TextField(_l("Tên chuỗi khác"), max_length=120, required=False)
    discount = DecimalField(
        _l("Chiết khấu (%)"), least=0, most=100, places=2, unit="%", required=False
    )
    return_days = IntegerField(
        _l("Nhận trả hàng còn hạn dưới (ngày)"), least=1, most=3_650, unit="ngày", required=False
    )
    least_value = IntegerField(
        _l("Giá trị tối thiểu một năm (₫)"), least=1, most=MOST_VALUE, unit="₫", required=False
    )
    conference = TextField(_l("Ký tại hội nghị"), max_length=160, required=False)
    note = TextArea(_l("Ghi chú"), max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chain_code.choices = labels.chain_choices()

    def facts(self) -> AgreementFacts:
        """What the form says, as the service takes it."""
        return AgreementFacts(
            number=self.number.data or "",
            terms=self.terms.data,
            signed_on=self.signed_on.data,
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            chain_code=self.chain_code.data or "",
            chain_name=self.chain_name.data or "",
            discount_hundredths=int((self.discount.data or 0) * 100),
            return_days=self.return_days.data,
            least_value=self.least_value.data,
            conference=self.conference.data or "",
            note=self.note.data or "",
        )


class NewAgreementForm(AgreementForm):
    """A new agreement: between whom."""

    helpers = frozenset({"producer_query"})

    producer_query = TextField(_l("Chủ thể"), max_length=80, required=False)
    producer_id = ChoiceField(
        _l("Chọn chủ thể"), coerce=parse_id, message=_l("Tìm rồi chọn chủ thể")
    )
    point_id = ChoiceField(_l("Điểm bán"), coerce=parse_id, required=False)


class EndForm(BaseForm):
    """The end of an agreement before its time."""

    on = DateField(_l("Chấm dứt từ ngày"))
    reason = TextArea(_l("Lý do"), max_length=1000, message=_l("Ghi lý do"))


class SignedForm(ScansForm):
    """Scans of the signed agreement."""

    scan = FilesField(
        _l("Bản quét"), kinds=SCAN_KINDS, message=_l("Chọn tệp PDF hoặc ảnh chụp bản đã ký")
    )


class PriceForm(Form):
    """One line of a price list."""

    product_id = Carried()
    price = IntegerField(_l("Giá (₫)"), least=1, most=MOST_PRICE, unit="₫", required=False)


class PricesForm(BaseForm):
    """The price list: a price for each product of the producer, empty for those not agreed on."""

    lines: Any = FieldList(FormField(PriceForm))

    def offer(self, goods: Sequence[Product], held: Mapping[int, int]) -> None:
        """One line for each product; those that were sent keep what was typed."""
        if not self.is_submitted():
            for product in goods:
                entry = {"product_id": str(product.id), "price": held.get(product.id)}
                self.lines.append_entry(entry)
        known = {str(product.id) for product in goods}
        self.lines.entries = [e for e in self.lines.entries if e.form["product_id"].data in known]

    @property
    def prices(self) -> dict[int, int]:
        """Price by product, where there is one."""
        return {
            int(entry.form["product_id"].data): entry.form["price"].data
            for entry in self.lines.entries
            if entry.form["price"].data
        }
