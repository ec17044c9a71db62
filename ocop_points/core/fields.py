"""Form fields: Vietnamese input and messages, limits on both sides."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, StringField, ValidationError
from wtforms.fields.choices import Choice, SelectFieldBase  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, Select
from wtforms.widgets import TextArea as TextAreaWidget

from ocop_points.core import clock
from ocop_points.core.formats import (
    parse_date,
    parse_email,
    parse_id,
    parse_number,
    parse_tax_code,
    phone_as_written,
    vi_date,
    vi_number,
)
from ocop_points.core.text import clean


class FilledIn(InputRequired):
    """Something other than blanks was typed."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.raw_data and clean(str(field.raw_data[0])):
            return
        field.errors[:] = []
        raise StopValidation(self.message or _("Chưa nhập"))


def _checks(required: bool, message: Any, *more: Any) -> list[Any]:
    first = FilledIn(message or _l("Chưa nhập nội dung này")) if required else Optional()
    return [first, *more]


def tax_code(_form: Any, field: Any) -> None:
    """A check of a text field: the shape of a tax code."""
    _shaped(field, parse_tax_code)


def phone(_form: Any, field: Any) -> None:
    """A check of a text field: the shape of a telephone number."""
    _shaped(field, phone_as_written)


def email(_form: Any, field: Any) -> None:
    """A check of a text field: the shape of an e-mail address; whether it arrives only sending tells."""
    _shaped(field, parse_email)


def _shaped(field: Any, read: Callable[[str], str]) -> None:
    try:
        field.data = read(field.data or "")
    except ValueError as error:
        raise ValidationError(str(error)) from error


class TextField(StringField):
    """One line of text: invisible characters removed, length limited on both sides."""

    multiline = False

    def __init__(
        self,
        label: Any,
        *,
        max_length: int,
        required: bool = True,
        message: Any = None,
        **kwargs: Any,
    ) -> None:
        too_long = _l("Viết ngắn lại, tối đa %(n)d ký tự", n=max_length)
        checks = _checks(
            required, message, *kwargs.pop("checks", ()), Length(max=max_length, message=too_long)
        )
        kwargs.setdefault("render_kw", {}).setdefault("maxlength", max_length)
        super().__init__(label, validators=checks, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = clean(str(valuelist[0]), multiline=self.multiline)

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else value


class TextArea(TextField):
    """Several lines of text."""

    widget: Any = TextAreaWidget()
    multiline = True


class ParsedField(StringField):
    """Text that is read as something else; what was typed stays in the box when it cannot be read."""

    data: Any

    def __init__(
        self, label: Any, *, required: bool = True, message: Any = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("render_kw", {}).setdefault("maxlength", 40)
        checks = _checks(required, message, *kwargs.pop("checks", ()))
        super().__init__(label, validators=checks, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return clean(str(self.raw_data[0]))
        return "" if self.data is None else self.show(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean(str(valuelist[0])) if valuelist else ""
        if text:
            self.data = self.read(text)

    def show(self, value: Any) -> str:
        raise NotImplementedError

    def read(self, text: str) -> Any:
        raise NotImplementedError


class DateField(ParsedField):
    """A day as dd/mm/yyyy; ISO is accepted. `past` refuses days that have not come yet."""

    def __init__(self, label: Any, *, past: bool = False, **kwargs: Any) -> None:
        self.past = past
        kwargs["render_kw"] = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": "dd/mm/yyyy",
            **kwargs.get("render_kw", {}),
        }
        kwargs.setdefault("message", _l("Nhập ngày, ví dụ 23/11/2026"))
        super().__init__(label, **kwargs)

    def show(self, value: date) -> str:
        return vi_date(value)

    def read(self, text: str) -> date:
        day = parse_date(text)
        if self.past and day > clock.today():
            raise ValueError(_("Chọn ngày từ hôm nay trở về trước"))
        return day


class DecimalField(ParsedField):
    """A number written the Vietnamese way, within bounds and with at most `places` decimals."""

    def __init__(
        self,
        label: Any,
        *,
        least: int | Decimal,
        most: int | Decimal,
        places: int,
        unit: str = "",
        **kwargs: Any,
    ) -> None:
        self.least, self.most, self.places, self.unit = Decimal(least), Decimal(most), places, unit
        kwargs["render_kw"] = {
            "inputmode": "decimal" if places else "numeric",
            "autocomplete": "off",
            **kwargs.get("render_kw", {}),
        }
        super().__init__(label, **kwargs)

    def show(self, value: Any) -> str:
        return vi_number(Decimal(str(value)))

    def read(self, text: str) -> Any:
        number = parse_number(text)
        if number != round(number, self.places):
            raise ValueError(
                _("Nhập số nguyên")
                if not self.places
                else _("Nhập tối đa %(n)d chữ số sau dấu phẩy", n=self.places)
            )
        if not self.least <= number <= self.most:
            bounds = {"a": vi_number(self.least), "b": vi_number(self.most), "u": self.unit}
            raise ValueError(_("Nhập số từ %(a)s đến %(b)s %(u)s", **bounds).strip())
        return number


class IntegerField(DecimalField):
    """A whole number written the Vietnamese way."""

    def __init__(self, label: Any, *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(label, least=least, most=most, places=0, **kwargs)

    def read(self, text: str) -> int:
        return int(super().read(text))


class ChoiceField(SelectFieldBase):
    """One of a list of (value, words). A value may be a member of an enum; `coerce` reads what was sent.

    WTForms' own SelectField wants its choices in a shape of its own and re-reads them at each use.
    """

    widget: Any = Select()
    data: Any

    def __init__(
        self,
        label: Any,
        *,
        choices: Sequence[tuple[Any, Any]] = (),
        coerce: Callable[[str], Any] = str,
        required: bool = True,
        message: Any = None,
        **kwargs: Any,
    ) -> None:
        self.choices = list(choices)
        self.coerce = coerce
        self.required = required
        checks = [FilledIn(message or _l("Chọn một mục"))] if required else [Optional()]
        super().__init__(label, validators=checks, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if not valuelist or valuelist[0] == "":
            return
        try:
            self.data = self.coerce(valuelist[0])
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise ValueError(_("Chọn một mục trong danh sách")) from error

    def iter_choices(self) -> Iterator[Any]:
        if not self.required or self.data is None:
            nothing = _("Chọn…") if self.required else _("Không chọn")
            yield Choice("", nothing, self.data is None, {})
        for value, words in self.choices:
            shown = value.value if isinstance(value, Enum) else value
            yield Choice(str(shown), words, value == self.data, {})

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and all(value != self.data for value, _words in self.choices):
            raise ValidationError(_("Chọn một mục trong danh sách"))


class TickList(SelectFieldBase):
    """Several of a list of (number, words), as checkboxes."""

    widget: Any = ListWidget(prefix_label=False)
    option_widget: Any = CheckboxInput()
    data: Any

    def __init__(self, label: Any, **kwargs: Any) -> None:
        self.choices: list[tuple[int, Any]] = []
        super().__init__(label, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            self.data = sorted({parse_id(value) for value in valuelist})
        except ValueError as error:
            self.data = []
            raise ValueError(_("Chọn trong danh sách")) from error

    def iter_choices(self) -> Iterator[Any]:
        held = set(self.data or [])
        for value, words in self.choices:
            yield Choice(str(value), words, value in held, {})

    def pre_validate(self, form: Any) -> None:
        known = {value for value, _words in self.choices}
        if not set(self.data or []) <= known:
            raise ValidationError(_("Chọn trong danh sách"))


class YesNo(BooleanField):
    """A checkbox; what was sent is only ever yes or no, and is not sent back."""

    def _value(self) -> str:
        return "y"


class Carried(HiddenField):
    """What the page itself carries along; invisible characters can only have been put there by hand."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = "".join(sign for sign in str(valuelist[0]) if sign.isprintable())


class Secret(PasswordField):
    """A password: kept as typed, nothing cleaned away, never sent back."""

    def __init__(self, label: Any, *, autocomplete: str, **kwargs: Any) -> None:
        kw = {"autocomplete": autocomplete, "maxlength": 200}
        checks = [FilledIn(_l("Nhập mật khẩu"))]
        super().__init__(label, validators=checks, render_kw=kw, **kwargs)
