"""Forms of a goods voucher: a head and its lines."""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from wtforms import FieldList, Form, FormField

from ocop_points.core.errors import Refused
from ocop_points.core.fields import (
    Carried,
    ChoiceField,
    DateField,
    DecimalField,
    IntegerField,
    TextArea,
    TextField,
    YesNo,
)
from ocop_points.core.formats import parse_id, vi_date, vi_number
from ocop_points.core.forms import BaseForm
from ocop_points.stock.models import VoucherLine
from ocop_points.stock.posting import BadLines
from ocop_points.stock.rules import MAX_QUANTITY, MAX_UNIT_PRICE, QUANTITY_PLACES
from ocop_points.stock.rules_transfers import Count
from ocop_points.stock.service import DraftFacts, DraftLine
from ocop_points.stock.service_transfers import Arrival

LEAST = "0.001"
MOST_AT_ONCE = 9_999
_TIMES = re.compile(r"\s*([0-9]{1,9})\s*[*xX×]\s*(?=\S)", re.ASCII)
_UNIT = re.compile(r"[^|]+\|[1-9][0-9]{0,6}")


class LotCodeField(TextField):
    """A lot's code, in capitals: TK-0626 and tk-0626 are one lot."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = (self.data or "").upper()


class LotField(ChoiceField):
    """A lot on the shelf; none while it is still to be proposed."""

    def iter_choices(self) -> Iterator[Any]:
        first, *others = super().iter_choices()
        yield first._replace(label=_("Chọn lô…"))
        yield from others


def _quantity(label: Any, *, least: str = LEAST) -> DecimalField:
    return DecimalField(
        label, least=Decimal(least), most=MAX_QUANTITY, places=QUANTITY_PLACES, required=False
    )


def written_unit(text: str) -> str:
    """A unit as the page sends it: its name, a bar, its factor. ValueError for anything else."""
    if not _UNIT.fullmatch(text):
        raise ValueError(text)
    return text


class LineForm(Form):
    """What every line has; `unit` is "name|factor"."""

    product_id = Carried()
    unit = ChoiceField(_l("Đơn vị tính"), coerce=written_unit, message=_l("Chọn đơn vị tính"))
    document_quantity = _quantity(_l("Theo chứng từ"), least="0")
    quantity = _quantity(_l("Số lượng"))
    unit_price = IntegerField(_l("Đơn giá"), least=0, most=MAX_UNIT_PRICE, unit="₫", required=False)

    @property
    def product_number(self) -> int | None:
        """The product's id; None for what is no number."""
        try:
            return parse_id(str(self.product_id.data or ""))
        except ValueError:
            return None

    def draft(self) -> DraftLine:
        """The line as the service takes it."""
        name, _bar, factor = (self.unit.data or "|1").rpartition("|")
        return DraftLine(
            product_id=self.product_number or 0,
            unit_name=name,
            unit_factor=int(factor),
            document_quantity=self.document_quantity.data,
            quantity=self.quantity.data,
            unit_price=self.unit_price.data,
            **self.more(),
        )

    def more(self) -> dict[str, Any]:
        """What the direction adds."""
        return {}


class LineInForm(LineForm):
    """Goods that come in: their lot as it stands on the pack."""

    lot_code = LotCodeField(_l("Lô"), max_length=30, required=False)
    # Not kept: the expiry is proposed from it where the product's shelf life is known.
    made_on = DateField(_l("Ngày sản xuất"), past=True, required=False)
    expiry = DateField(_l("Hạn dùng"), required=False)
    reason = TextField(_l("Lý do vẫn nhập"), max_length=200, required=False)
    expiry_confirmed = YesNo(_l("Đúng là lô khác, hạn dùng như trên"))

    def more(self) -> dict[str, Any]:
        return {
            "lot_code": self.lot_code.data or "",
            "expiry": self.expiry.data,
            "reason": self.reason.data or "",
            "expiry_confirmed": bool(self.expiry_confirmed.data),
        }


class LineOutForm(LineForm):
    """Goods that go out, from a lot on the shelf."""

    lot_id = LotField(_l("Lô"), coerce=parse_id, required=False)

    def more(self) -> dict[str, Any]:
        return {"lot_id": self.lot_id.data}


class LinesField(FieldList):  # type: ignore[type-arg]  # not generic at run time
    """The lines; its data are their words, so that two versions of a voucher can be compared."""

    @property
    def data(self) -> list[str]:
        return [line_words(entry.form.draft()) for entry in self.entries]

    @data.setter
    def data(self, _value: Any) -> None:
        """WTForms sets this while it reads; the entries are what counts."""


def line_words(line: DraftLine) -> str:
    """A line in short, for somebody who compares two texts."""
    lot = line.lot_code or (f"#{line.lot_id}" if line.lot_id else "–")
    numbers = (line.document_quantity, line.quantity)
    quantities = "/".join(vi_number(one) or "–" for one in numbers)
    parts = [
        f"SP {line.product_id}",
        str(_("lô %(lot)s", lot=lot)),
        vi_date(line.expiry),
        f"{quantities} {line.unit_name}",
        vi_number(line.unit_price),
        line.reason,
    ]
    return " · ".join(part for part in parts if part)


def show_at_lines(lines: Any, error: BadLines) -> None:
    """Faults of lines stand at their fields."""
    for place, name, sentence in error.faults:
        field = lines.entries[place].form[name]
        field.errors = [*field.errors, sentence]
    lines.errors = [entry.errors for entry in lines.entries]


class VoucherForm(BaseForm):
    """The head of a voucher. The queries are only for looking suppliers and products up."""

    helpers = frozenset({"supplier_query", "add_query", "add_quantity"})
    # Set by the view: the name of a supplier, for the two texts of a conflict.
    supplier_name: Callable[[int], str] = staticmethod(str)

    on_date = DateField(_l("Ngày"), past=True)
    supplier_query = TextField(_l("Nhà cung cấp"), max_length=80, required=False)
    supplier_id = ChoiceField(_l("Nhà cung cấp"), coerce=parse_id, required=False)
    person = TextField(_l("Người giao"), max_length=120, required=False)
    person_address = TextField(_l("Địa chỉ người nhận"), max_length=160, required=False)
    document_number = TextField(_l("Số chứng từ"), max_length=60, required=False)
    document_date = DateField(_l("Ngày chứng từ"), past=True, required=False)
    to_point_id = ChoiceField(_l("Điểm nhận"), coerce=parse_id, required=False)
    reason = TextField(_l("Lý do"), max_length=200, required=False)
    note = TextArea(_l("Ghi chú"), max_length=1000, required=False)
    add_query = TextField(_l("Thêm sản phẩm"), max_length=80, required=False)
    add_quantity = _quantity(_l("Số lượng cần xuất"))
    lines: Any

    def _chosen(self, sent: ImmutableMultiDict[str, str], obj: Any) -> Any:
        """In a conflict the lines are chosen as one: theirs are put in place of what was sent."""
        chosen = super()._chosen(sent, obj)
        if obj is None or sent.get("choose-lines") != "theirs" or chosen is None:
            return chosen
        kept = [(n, v) for n, v in chosen.items(multi=True) if not n.startswith("lines")]
        return ImmutableMultiDict(MultiDict([*kept, *_as_sent(obj.lines)]))

    def in_words(self, name: str, field: Any) -> str:
        if name == "supplier_id" and field.data:
            return self.supplier_name(field.data)
        if name == "lines":
            return "; ".join(field.data) or str(_("(không có dòng nào)"))
        return super().in_words(name, field)

    def refuse(self, error: Refused) -> None:
        """Faults of lines stand at their fields."""
        if isinstance(error, BadLines):
            show_at_lines(self.lines, error)
        else:
            super().refuse(error)

    def facts(self) -> DraftFacts:
        """What the form says, as the service takes it."""
        return DraftFacts(
            on_date=self.on_date.data,
            supplier_id=self.supplier_id.data,
            person=self.person.data or "",
            person_address=self.person_address.data or "",
            document_number=self.document_number.data or "",
            document_date=self.document_date.data,
            reason=self.reason.data or "",
            note=self.note.data or "",
            to_point_id=self.to_point_id.data,
            lines=[entry.form.draft() for entry in self.lines.entries],
        )


class InForm(VoucherForm):
    """A receipt, or an opening balance."""

    lines = LinesField(FormField(LineInForm))


class OutForm(VoucherForm):
    """An issue, a return to the supplier, a write-off."""

    lines = LinesField(FormField(LineOutForm))


def _as_sent(lines: Iterable[VoucherLine]) -> list[tuple[str, str]]:
    """Stored lines as a browser would send them."""
    sent: list[tuple[str, str]] = []
    for place, line in enumerate(lines):
        values = {
            "product_id": str(line.product_id),
            "unit": line.unit,
            "document_quantity": vi_number(line.document_quantity),
            "quantity": vi_number(line.quantity),
            "unit_price": vi_number(line.unit_price),
            "lot_code": line.lot_code,
            "expiry": vi_date(line.expiry),
            "reason": line.reason,
            "lot_id": str(line.lot_id or ""),
            **({"expiry_confirmed": "y"} if line.expiry_confirmed else {}),
        }
        sent += [(f"lines-{place}-{name}", value) for name, value in values.items()]
    return sent


class ArrivedForm(Form):
    """What arrived of one line, beside what was sent."""

    quantity = _quantity(_l("Thực nhận"), least="0")
    reason = TextField(_l("Lý do thiếu"), max_length=200, required=False)

    def count(self) -> Count:
        return Count(self.quantity.data, self.reason.data or "")


class ReceiveForm(BaseForm):
    """Goods that another point sent, counted line by line."""

    on_date = DateField(_l("Ngày nhận"), past=True)
    person = TextField(_l("Người giao hàng"), max_length=120, required=False)
    note = TextArea(_l("Ghi chú"), max_length=1000, required=False)
    lines: Any = FieldList(FormField(ArrivedForm))

    def refuse(self, error: Refused) -> None:
        if isinstance(error, BadLines):
            show_at_lines(self.lines, error)
        else:
            super().refuse(error)

    def arrival(self) -> Arrival:
        return Arrival(
            on_date=self.on_date.data,
            counts=[entry.form.count() for entry in self.lines.entries],
            person=self.person.data or "",
            note=self.note.data or "",
        )


class GiveBackForm(BaseForm):
    """Why goods are given back to the point that sent them."""

    reason = TextField(_l("Lý do trả lại"), max_length=150, message=_l("Ghi lý do trả lại"))


class TillForm(BaseForm):
    """One scan: a barcode, a code or part of a name, with how many; "3*cha muc" says both in one box."""

    q = TextField(_l("Mã vạch, mã hoặc tên sản phẩm"), max_length=80, required=False)
    quantity = IntegerField(_l("Số lượng"), least=1, most=MOST_AT_ONCE, required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and not 1 <= self.wanted <= MOST_AT_ONCE:
            self.refuse(Refused(_("Nhập số từ 1 đến %(n)s", n=vi_number(MOST_AT_ONCE)), "q"))
            return False
        return valid

    @property
    def words(self) -> str:
        """What is looked for, without a number before it."""
        return str(_TIMES.sub("", self.q.data or "")).strip()

    @property
    def wanted(self) -> int:
        """How many, one unless said."""
        typed = _TIMES.match(self.q.data or "")
        return int(typed[1]) if typed else int(self.quantity.data or 1)


class UndoForm(BaseForm):
    """Takes the last scan back; `parts` says what it put in."""

    parts = Carried()


class ReverseForm(BaseForm):
    """Why a posted voucher is taken back."""

    reason = TextField(_l("Lý do đảo"), max_length=200, message=_l("Ghi lý do đảo"))


class ReopenForm(BaseForm):
    """Why a closed month is opened again."""

    reason = TextField(_l("Lý do mở lại"), max_length=200, message=_l("Ghi lý do mở lại"))


class DeleteForm(BaseForm):
    """Nothing but the confirmation."""
