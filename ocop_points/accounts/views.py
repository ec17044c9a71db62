"""Sign in, sign out, own profile and password."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from ocop_points.accounts import queries, reminders_queries, service, session
from ocop_points.accounts.forms import PasswordForm, ProfileForm, SignInForm
from ocop_points.accounts.models import User
from ocop_points.accounts.passwords import hash_password, verify_password
from ocop_points.accounts.queries import me
from ocop_points.accounts.reminders_rules import WEEK, due_on
from ocop_points.accounts.rules import weakness
from ocop_points.core import clock
from ocop_points.core.access import accepts_body, public, requires
from ocop_points.core.db import write
from ocop_points.core.errors import Refused
from ocop_points.core.formats import weekday
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.web import note_refusal

bp = Blueprint("accounts", __name__)


@bp.route("/login", methods=["GET", "POST"])
@public
@accepts_body(2 * 1024 * 1024)  # a half-filled form may ride along
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(session.safe_next(request.args.get("next")))
        form.next.data = request.args.get("next", "")
        return render_template("accounts/sign_in.html", form=form)
    status = 422
    if form.validate():
        user, status = _attempt(form)
        if user is not None:
            return _signed_in(form, user)
    if form.in_place.data:
        return session.sign_in_in_place(form, status)
    page = render_template("accounts/sign_in.html", form=form, failed=True)
    return make_response(page, status)


def _attempt(form: SignInForm) -> tuple[User | None, int]:
    """The user, or None with the status of the refusal; the wording never tells which of the two was wrong."""
    address = request.remote_addr or ""
    if queries.throttled(form.account[:40], address, clock.now()):
        note_refusal(429, "too many failed sign-ins")
        form.form_errors.append(_("Sai quá nhiều lần. Đợi 15 phút rồi thử lại."))
        return None, 429
    found = queries.user_by_username(form.account)
    user_id, stored = (found.id, found.password_hash) if found and found.active else (None, None)
    right = verify_password(stored, form.password.data or "")
    if not right or user_id is None:
        write(lambda: service.note_failed_sign_in(form.account, address))
        # Only a name that is an account's: people type passwords into the wrong field.
        note_refusal(422, f"failed sign-in of user {found.id if found else '-'}")
        form.form_errors.append(
            _("Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock và bộ gõ.")
        )
        return None, 422

    def verb() -> User | None:
        user = queries.user_by_id(user_id, lock=True)
        if user is None or not user.active or user.password_hash != stored:
            return None
        service.sign_in(user, address)
        return user

    return write(verb), 422


def _signed_in(form: SignInForm, user: User) -> ResponseReturnValue:
    session.begin(user)
    if form.in_place.data:
        return render_template("shared/_signed_in.html")
    carried = session.carried_for(user, form.carried.data or "") if form.carried.data else None
    if carried:
        action, fields = carried
        return render_template("accounts/restore.html", action=action, fields=fields)
    if form.carried.data:
        flash(_("Biểu mẫu đang điền dở thuộc về người khác nên không mở lại."), "warn")
        return redirect(url_for("desk.home"), 303)
    return redirect(session.safe_next(form.next.data), 303)


@bp.post("/logout")
@public
def sign_out() -> ResponseReturnValue:
    logout_user()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/profile", methods=["GET", "POST"])
@requires("account.own")
def profile() -> ResponseReturnValue:
    form = ProfileForm(obj=current_user)

    def verb() -> Done:
        user = me()
        form.guard_version(user)
        values = {
            "position": form.position.data,
            "phone": form.phone.data,
            "email": form.email.data,
            "reminders": form.reminders.data,
        }
        service.edit_user(user, by=user, values=values)
        return Done(url_for(".profile"), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return answer_form("accounts/profile.html", form, user=current_user, **_letter_facts())


def _letter_facts() -> dict[str, Any]:
    """What the page says about the weekly letter."""
    due = due_on(clock.today(), current_app.config["REMINDER_WEEKDAY"])
    return {
        "mail_on": bool(current_app.config["SMTP_HOST"]),
        "last": reminders_queries.reminder_of(current_user.id, due),
        "next_due": due + WEEK,
        "weekday": weekday(due),
    }


@bp.post("/profile/sign-out-everywhere")
@requires("account.own")
def sign_out_everywhere() -> ResponseReturnValue:
    def verb() -> None:
        user = me()
        service.sign_out_everywhere(user, by=user)

    write(verb)
    logout_user()
    flash(_("Đã đăng xuất trên mọi thiết bị."))
    return redirect(url_for(".sign_in"), 303)


@bp.route("/profile/password", methods=["GET", "POST"])
@requires("account.own")
def password() -> ResponseReturnValue:
    form = PasswordForm()
    forced = current_user.must_change_password
    if form.validate_on_submit() and (answer := _change_password(form)):
        return answer
    return answer_form("accounts/password.html", form, must_change=forced)


def _change_password(form: PasswordForm) -> Response | None:
    stored = current_user.password_hash
    new = form.new.data or ""
    weak = weakness(new, current_user.username)
    if form.repeat.data != new:
        form.refuse(Refused(_("Hai lần nhập mật khẩu mới chưa giống nhau"), "repeat"))
    elif weak:
        form.refuse(Refused(service.weak_password_sentence(weak), "new"))
    elif new == form.current.data:
        form.refuse(Refused(_("Mật khẩu mới phải khác mật khẩu hiện nay"), "new"))
    elif not verify_password(stored, form.current.data or ""):
        form.refuse(Refused(_("Mật khẩu hiện nay không đúng"), "current"))
    else:
        return _store_password(form, stored, hash_password(new))
    return None


def _store_password(form: PasswordForm, stored: str, fresh: str) -> Response | None:
    def verb() -> Done:
        user = me()
        if user.password_hash != stored:
            raise Refused(_("Mật khẩu vừa được đổi ở nơi khác. Đăng nhập lại."))
        service.change_password(user, fresh)
        return Done(url_for("desk.home"), _("Đã đổi mật khẩu. Các thiết bị khác đã bị đăng xuất."))

    answer = carry_out(form, verb)
    if answer:
        session.begin(me())
    return answer
