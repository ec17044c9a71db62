"""Sign-in, own profile, own password."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from ocop_points.core.fields import Carried, Secret, TextField, YesNo, email, phone
from ocop_points.core.formats import LONGEST_EMAIL
from ocop_points.core.forms import BaseForm
from ocop_points.core.text import clean

PHONE_HINT = _l("Ví dụ 0912 345 678")


class SignInForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Not a BaseForm: nobody is signed in, and signing in twice does no harm."""

    username = TextField(
        _l("Tên đăng nhập"),
        max_length=40,
        message=_l("Nhập tên đăng nhập"),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = Secret(_l("Mật khẩu"), autocomplete="current-password")
    next = Carried()
    carried = Carried()
    in_place = Carried()

    @property
    def account(self) -> str:
        return clean(self.username.data or "").lower()


class ProfileForm(BaseForm):
    """What a user may change of themselves."""

    position = TextField(_l("Chức vụ"), max_length=120, required=False)
    phone = TextField(_l("Điện thoại"), max_length=20, required=False, checks=[phone])
    email = TextField(_l("Thư điện tử"), max_length=LONGEST_EMAIL, required=False, checks=[email])
    reminders = YesNo(_l("Gửi cho tôi thư nhắc việc mỗi tuần"))


class PasswordForm(BaseForm):
    """A new password of one's own."""

    current = Secret(_l("Mật khẩu hiện nay"), autocomplete="current-password")
    new = Secret(_l("Mật khẩu mới"), autocomplete="new-password")
    repeat = Secret(_l("Nhập lại mật khẩu mới"), autocomplete="new-password")
