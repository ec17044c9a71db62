"""Forms of a sales point."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from ocop_points.core.fields import (
    ChoiceField,
    DateField,
    DecimalField,
    IntegerField,
    TextArea,
    TextField,
    YesNo,
    phone,
    tax_code,
)
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm
from ocop_points.core.text import clean
from ocop_points.points import labels
from ocop_points.points.rules import (
    AREA_M2,
    AREA_PLACES,
    LONGEST,
    TRANSITIONS,
    AccountingRegime,
    OperatorKind,
    PointVerb,
    TourismKind,
    in_viet_nam,
)
from ocop_points.points.service import PointFacts
from ocop_points.points.tourism_service import TourismFacts


class CoordinatesField(StringField):
    """Latitude and longitude in one box, as maps give them: 20.9563, 107.0448 or 20,9563; 107,0448."""

    data: Any

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, validators=[Optional()], render_kw={"maxlength": 60}, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    @staticmethod
    def show(data: tuple[float, float]) -> str:
        return "; ".join(
            f"{degrees:.6f}".rstrip("0").rstrip(".").replace(".", ",") for degrees in data
        )

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean(str(valuelist[0])) if valuelist else ""
        if text:
            self.data = read_coordinates(text)


def read_coordinates(text: str) -> tuple[float, float]:
    """Degrees north and east. Raises ValueError with what to type instead."""
    parts = text.split(";") if ";" in text else text.split(",") if "." in text else text.split()
    try:
        north, east = (float(Decimal(part.strip().replace(",", "."))) for part in parts)
    except (ValueError, ArithmeticError) as error:
        raise ValueError(_("Nhập vĩ độ rồi kinh độ, ví dụ 20,9563; 107,0448")) from error
    if not in_viet_nam(north, east):
        raise ValueError(_("Vị trí này nằm ngoài Việt Nam. Nhập vĩ độ trước, kinh độ sau"))
    return round(north, 6), round(east, 6)


class PointForm(BaseForm):
    """Everything known of a point. `ward_query` is only for looking the ward up."""

    helpers = frozenset({"ward_query"})
    # Set by the view: the name of a ward, for the two texts of a conflict.
    ward_name: Callable[[str], str] = staticmethod(str)

    name = TextField(
        _l("Tên điểm bán"), max_length=LONGEST["name"], message=_l("Nhập tên điểm bán")
    )
    kind_code = ChoiceField(_l("Loại địa điểm"), message=_l("Chọn loại địa điểm"))
    ward_query = TextField(
        _l("Xã, phường, đặc khu"),
        max_length=80,
        required=False,
        render_kw={"autocomplete": "off"},
    )
    ward_code = ChoiceField(_l("Chọn xã, phường"), message=_l("Tìm rồi chọn xã, phường, đặc khu"))
    address = TextField(
        _l("Số nhà, đường, thôn"), max_length=LONGEST["address"], message=_l("Nhập địa chỉ")
    )
    area_m2 = DecimalField(
        _l("Diện tích (m²)"),
        least=AREA_M2[0],
        most=AREA_M2[1],
        places=AREA_PLACES,
        unit="m²",
        required=False,
    )
    coordinates = CoordinatesField(_l("Tọa độ"))
    operator_name = TextField(
        _l("Đơn vị vận hành"),
        max_length=LONGEST["operator_name"],
        message=_l("Nhập tên đơn vị vận hành"),
    )
    operator_kind = ChoiceField(
        _l("Loại đơn vị"),
        choices=list(labels.OPERATOR_KIND.items()),
        coerce=OperatorKind,
        message=_l("Chọn loại đơn vị"),
    )
    operator_tax_code = TextField(
        _l("Mã số thuế"), max_length=LONGEST["operator_tax_code"], required=False, checks=[tax_code]
    )
    accounting_regime = ChoiceField(
        _l("Chế độ kế toán"),
        choices=list(labels.REGIME.items()),
        coerce=AccountingRegime,
        required=False,
    )
    representative = TextField(
        _l("Người phụ trách"), max_length=LONGEST["representative"], required=False
    )
    phone = TextField(_l("Điện thoại"), max_length=LONGEST["phone"], required=False, checks=[phone])
    phone_public = YesNo(_l("Cho người mua xem số điện thoại này"))
    opening_hours = TextField(_l("Giờ mở cửa"), max_length=LONGEST["opening_hours"], required=False)
    moit_supported = YesNo(_l("Được Bộ Công Thương hỗ trợ"))

    def in_words(self, name: str, field: Any) -> str:
        return (
            self.ward_name(str(field.data))
            if name == "ward_code"
            else super().in_words(name, field)
        )

    def facts(self) -> PointFacts:
        """What the form says, as the service takes it."""
        latitude, longitude = self.coordinates.data or (None, None)
        area = self.area_m2.data
        return PointFacts(
            name=self.name.data or "",
            kind_code=self.kind_code.data,
            ward_code=self.ward_code.data,
            address=self.address.data or "",
            area_dm2=None if area is None else int(area * 100),
            latitude=latitude,
            longitude=longitude,
            operator_name=self.operator_name.data or "",
            operator_kind=self.operator_kind.data,
            operator_tax_code=self.operator_tax_code.data or "",
            accounting_regime=self.accounting_regime.data,
            representative=self.representative.data or "",
            phone=self.phone.data or "",
            phone_public=bool(self.phone_public.data),
            opening_hours=self.opening_hours.data or "",
            moit_supported=bool(self.moit_supported.data),
        )


class NewPointForm(PointForm):
    """A new point: its locality, and whether it already trades."""

    locality_id = ChoiceField(_l("Địa phương"), coerce=parse_id, message=_l("Chọn địa phương"))
    already_open = YesNo(_l("Điểm này đã mở bán từ trước"))
    opened_on = DateField(_l("Ngày khai trương"), past=True, required=False)
    decision_number = TextField(
        _l("Số quyết định công nhận"), max_length=LONGEST["decision_number"], required=False
    )
    anyway = YesNo(_l("Đây là điểm khác, vẫn đăng ký"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and self.already_open.data and self.opened_on.data is None:
            self.opened_on.errors = [_("Nhập ngày khai trương, ví dụ 02/09/2022")]
            return False
        return valid


class EditPointForm(PointForm):
    """An existing point: the opening date can be corrected once it has one."""

    opened_on = DateField(_l("Ngày khai trương"), past=True, required=False)


class ContactForm(BaseForm):
    """What an operator may change of the own point."""

    phone = TextField(_l("Điện thoại"), max_length=LONGEST["phone"], required=False, checks=[phone])
    phone_public = YesNo(_l("Cho người mua xem số điện thoại này"))
    opening_hours = TextField(_l("Giờ mở cửa"), max_length=LONGEST["opening_hours"], required=False)


class StepForm(BaseForm):
    """A step in the life of a point."""

    on = DateField(_l("Ngày"), past=True)
    decision_number = TextField(
        _l("Số quyết định"), max_length=LONGEST["decision_number"], required=False
    )
    reason = TextArea(_l("Lý do"), max_length=1000, required=False)

    def only_what_counts(self, verb: PointVerb) -> None:
        """Drop the fields this verb does not ask for."""
        if verb is PointVerb.SURVEY:
            del self.decision_number
        self.reason.label.text = _("Lý do") if TRANSITIONS[verb].needs_reason else _("Ghi chú")


class TourismForm(BaseForm):
    """A site, a festival or a route near the point."""

    kind = ChoiceField(
        _l("Loại"),
        choices=list(labels.TOURISM.items()),
        coerce=TourismKind,
        message=_l("Chọn loại"),
    )
    name = TextField(_l("Tên"), max_length=160, message=_l("Nhập tên khu, lễ hội hoặc tuyến"))
    place = TextField(_l("Nơi"), max_length=160, required=False)
    first_month = IntegerField(_l("Từ tháng"), least=1, most=12, required=False)
    last_month = IntegerField(_l("Đến tháng"), least=1, most=12, required=False)

    def facts(self) -> TourismFacts:
        """What the form says, as the service takes it."""
        return TourismFacts(
            kind=self.kind.data,
            name=self.name.data or "",
            place=self.place.data or "",
            first_month=self.first_month.data,
            last_month=self.last_month.data,
        )
