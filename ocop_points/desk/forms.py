"""Forms of the users' pages."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from ocop_points.accounts.rules import USERNAME
from ocop_points.core.access import Role
from ocop_points.core.fields import ChoiceField, Secret, TextField, TickList, email, phone
from ocop_points.core.formats import LONGEST_EMAIL
from ocop_points.core.forms import BaseForm


def _username(_form: Any, field: Any) -> None:
    field.data = (field.data or "").lower()
    if not USERNAME.fullmatch(field.data):
        raise ValidationError(
            _("Dùng 3 đến 40 chữ thường không dấu, chữ số, dấu chấm, gạch nối, ví dụ quangninh.ha")
        )


class UserForm(BaseForm):
    """An existing user."""

    full_name = TextField(_l("Họ và tên"), max_length=120, message=_l("Nhập họ và tên"))
    position = TextField(_l("Chức vụ"), max_length=120, required=False)
    unit_name = TextField(_l("Đơn vị"), max_length=160, message=_l("Nhập tên đơn vị"))
    phone = TextField(_l("Điện thoại"), max_length=20, required=False, checks=[phone])
    email = TextField(
        _l("Thư điện tử"),
        max_length=LONGEST_EMAIL,
        required=False,
        checks=[email],
        description=_l("Nhận thư nhắc việc mỗi tuần; người dùng tự tắt được trong hồ sơ của mình"),
    )
    role = ChoiceField(_l("Vai trò"), coerce=Role, message=_l("Chọn vai trò"))
    localities = TickList(_l("Địa phương được giao"), description=_l("Với người quản lý và cán bộ"))
    points = TickList(_l("Điểm bán được giao"), description=_l("Với người vận hành điểm bán"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not valid:
            return False
        if self.role.data in {Role.MANAGER, Role.OFFICER} and not self.localities.data:
            self.localities.errors = [_("Chọn ít nhất một địa phương")]
            return False
        if self.role.data is Role.OPERATOR and not self.points.data:
            self.points.errors = [_("Chọn ít nhất một điểm bán")]
            return False
        return True


class NewUserForm(UserForm):
    """A new user: with a name to sign in with."""

    username = TextField(
        _l("Tên đăng nhập"), max_length=40, message=_l("Nhập tên đăng nhập"), checks=[_username]
    )


class BackupForm(BaseForm):
    """A backup holds everything of everybody: the password is asked for again."""

    password = Secret(_l("Mật khẩu của bạn"), autocomplete="current-password")


class MergeForm(BaseForm):
    """One department is joined to another: by which decision."""

    basis = TextField(
        _l("Căn cứ"), max_length=200, message=_l("Ghi số, ngày của nghị quyết hoặc quyết định")
    )
