"""Forms of the catalogue."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from ocop_points.catalogue import labels
from ocop_points.catalogue.rules import (
    LONGEST_SPECIFICATION,
    MOST_DAYS,
    MOST_MONTHS,
    MOST_PRICE,
    OldProductGroup,
    ProductBasis,
    ProductGroup,
    SupplierKind,
    read_barcode,
    read_units,
)
from ocop_points.catalogue.service import ProductFacts, SupplierFacts
from ocop_points.core.fields import (
    ChoiceField,
    DateField,
    IntegerField,
    TextArea,
    TextField,
    YesNo,
    phone,
    tax_code,
)
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm


def barcode(_form: Any, field: Any) -> None:
    """An EAN-13, EAN-8 or UPC-A whose check digit is right."""
    try:
        field.data = read_barcode(field.data or "")
    except ValueError as error:
        raise ValidationError(labels.bad_barcode(error)) from error


class UnitsField(TextArea):
    """Pack units, one a line: "thùng = 24". Its data is that text; `units` are (name, factor)."""

    def process_data(self, value: Any) -> None:
        if isinstance(value, list):
            value = "\n".join(f"{unit.name} = {unit.factor}" for unit in value)
        super().process_data(value)

    @property
    def units(self) -> tuple[tuple[str, int], ...]:
        """What the lines say. Raises ValueError with what to type instead."""
        return read_units((self.data or "").splitlines())


def readable(_form: Any, field: Any) -> None:
    """The lines of a UnitsField can be read."""
    try:
        _units = field.units
    except ValueError as error:
        raise ValidationError(str(error)) from error


class SupplierForm(BaseForm):
    """Everything known of a supplier."""

    helpers = frozenset({"ward_query"})
    ward_name: Callable[[str], str] = staticmethod(str)

    kind = ChoiceField(
        _l("Loại hình"),
        choices=list(labels.SUPPLIER_KIND.items()),
        coerce=SupplierKind,
        message=_l("Chọn loại hình"),
    )
    name = TextField(_l("Tên"), max_length=160, message=_l("Nhập tên"))
    tax_code = TextField(_l("Mã số thuế"), max_length=14, required=False, checks=[tax_code])
    representative = TextField(_l("Người đại diện"), max_length=120, required=False)
    phone = TextField(_l("Điện thoại"), max_length=20, required=False, checks=[phone])
    address = TextField(_l("Số nhà, đường, thôn"), max_length=160, required=False)
    ward_query = TextField(_l("Xã, phường, đặc khu"), max_length=80, required=False)
    ward_code = ChoiceField(_l("Chọn xã, phường"), required=False)

    def in_words(self, name: str, field: Any) -> str:
        if name == "ward_code" and field.data:
            return self.ward_name(str(field.data))
        return super().in_words(name, field)

    def facts(self) -> SupplierFacts:
        """What the form says, as the service takes it."""
        return SupplierFacts(
            kind=self.kind.data,
            name=self.name.data or "",
            tax_code=self.tax_code.data or "",
            representative=self.representative.data or "",
            phone=self.phone.data or "",
            address=self.address.data or "",
            ward_code=self.ward_code.data or None,
            active=bool(self.active.data) if "active" in self else True,
        )


class EditSupplierForm(SupplierForm):
    """An existing supplier: no longer offered once it is marked as gone."""

    active = YesNo(_l("Đang hoạt động"))


class NewSupplierForm(SupplierForm):
    """A new supplier: whose staff keep the record."""

    locality_id = ChoiceField(
        _l("Địa phương quản lý"), coerce=parse_id, message=_l("Chọn địa phương")
    )


class ProductForm(BaseForm):
    """Everything known of a product. `producer_query` is only for looking the producer up."""

    helpers = frozenset({"producer_query"})
    producer_name: Callable[[str], str] = staticmethod(str)

    name = TextField(_l("Tên sản phẩm"), max_length=160, message=_l("Nhập tên sản phẩm"))
    producer_query = TextField(_l("Chủ thể"), max_length=80, required=False)
    producer_id = ChoiceField(
        _l("Chọn chủ thể"), coerce=parse_id, message=_l("Tìm rồi chọn chủ thể làm ra sản phẩm")
    )
    group148 = ChoiceField(
        _l("Nhóm sản phẩm"),
        choices=list(labels.GROUP.items()),
        coerce=ProductGroup,
        required=False,
    )
    old_group = ChoiceField(
        _l("Nhóm cũ"),
        choices=list(labels.OLD_GROUP.items()),
        coerce=OldProductGroup,
        required=False,
    )
    specification = TextArea(
        _l("Quy cách, phẩm chất"), max_length=LONGEST_SPECIFICATION, required=False
    )
    base_unit = TextField(
        _l("Đơn vị tính"), max_length=20, message=_l("Nhập đơn vị tính, ví dụ gói")
    )
    units = UnitsField(
        _l("Đơn vị đóng gói"),
        max_length=300,
        required=False,
        checks=[readable],
        render_kw={"rows": 3},
    )
    barcode = TextField(_l("Mã vạch"), max_length=20, required=False, checks=[barcode])
    basis_b = YesNo(labels.BASIS[ProductBasis.KEY_PRODUCT])
    basis_b_paper = TextField(_l("Số văn bản: sản phẩm chủ lực"), max_length=160, required=False)
    basis_b_on = DateField(_l("Ngày văn bản: sản phẩm chủ lực"), past=True, required=False)
    basis_b_issuer = TextField(
        _l("Cơ quan ban hành: sản phẩm chủ lực"), max_length=160, required=False
    )
    basis_c = YesNo(labels.BASIS[ProductBasis.TYPICAL_RURAL])
    basis_c_paper = TextField(_l("Số văn bản: sản phẩm tiêu biểu"), max_length=160, required=False)
    basis_c_on = DateField(_l("Ngày văn bản: sản phẩm tiêu biểu"), past=True, required=False)
    basis_c_issuer = TextField(
        _l("Cơ quan ban hành: sản phẩm tiêu biểu"), max_length=160, required=False
    )
    basis_d = YesNo(labels.BASIS[ProductBasis.LOCAL_SPECIALTY])
    basis_d_paper = TextField(_l("Số văn bản: đặc sản, đặc trưng"), max_length=160, required=False)
    basis_d_on = DateField(_l("Ngày văn bản: đặc sản, đặc trưng"), past=True, required=False)
    basis_d_issuer = TextField(
        _l("Cơ quan ban hành: đặc sản, đặc trưng"), max_length=160, required=False
    )
    shelf_life_months = IntegerField(
        _l("Hạn dùng kể từ ngày sản xuất (tháng)"), least=1, most=MOST_MONTHS, required=False
    )
    shelf_life_days = IntegerField(
        _l("hoặc (ngày)"), least=1, most=MOST_DAYS, unit="ngày", required=False
    )
    reference_price = IntegerField(
        _l("Giá tham khảo (₫)"), least=0, most=MOST_PRICE, unit="₫", required=False
    )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.restored:
            return False
        if valid and self.group148.data is None and self.old_group.data is None:
            self.group148.errors = [_("Chọn nhóm sản phẩm, hoặc nhóm cũ")]
            valid = False
        if valid and self.shelf_life_days.data and self.shelf_life_months.data:
            self.shelf_life_days.errors = [_("Ghi số tháng hoặc số ngày, không ghi cả hai")]
            valid = False
        for letter in "bcd":
            for part in ("paper", "on", "issuer"):
                told = self[f"basis_{letter}_{part}"]
                if told.data and not self[f"basis_{letter}"].data:
                    told.errors = [*told.errors, _("Đánh dấu căn cứ ở trên, hoặc bỏ trống ô này")]
                    valid = False
        return valid

    def in_words(self, name: str, field: Any) -> str:
        if name == "producer_id" and field.data:
            return self.producer_name(str(field.data))
        return super().in_words(name, field)

    def facts(self) -> ProductFacts:
        """What the form says, as the service takes it."""
        return ProductFacts(
            name=self.name.data or "",
            base_unit=self.base_unit.data or "",
            group148=self.group148.data,
            old_group=self.old_group.data,
            specification=self.specification.data or "",
            barcode=self.barcode.data or "",
            basis_b=bool(self.basis_b.data),
            basis_b_paper=self.basis_b_paper.data or "",
            basis_b_on=self.basis_b_on.data,
            basis_b_issuer=self.basis_b_issuer.data or "",
            basis_c=bool(self.basis_c.data),
            basis_c_paper=self.basis_c_paper.data or "",
            basis_c_on=self.basis_c_on.data,
            basis_c_issuer=self.basis_c_issuer.data or "",
            basis_d=bool(self.basis_d.data),
            basis_d_paper=self.basis_d_paper.data or "",
            basis_d_on=self.basis_d_on.data,
            basis_d_issuer=self.basis_d_issuer.data or "",
            shelf_life_days=self.shelf_life_days.data,
            shelf_life_months=self.shelf_life_months.data,
            reference_price=self.reference_price.data,
            active=bool(self.active.data) if "active" in self else True,
            units=self.units.units,
        )


class EditProductForm(ProductForm):
    """An existing product: no longer offered once it is marked as gone."""

    active = YesNo(_l("Còn lưu thông"))


class NewProductForm(ProductForm):
    """A new product: whose staff keep the record."""

    locality_id = ChoiceField(
        _l("Địa phương quản lý"), coerce=parse_id, message=_l("Chọn địa phương")
    )
