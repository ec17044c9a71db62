"""The signed cookie: loading its user, ending it when idle, and what happens when it is gone."""

from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from itsdangerous import BadData, URLSafeTimedSerializer

from ocop_points.accounts import queries
from ocop_points.accounts.forms import SignInForm
from ocop_points.accounts.models import User
from ocop_points.accounts.rules import IDLE_IN_FIELD, LONGEST_SESSION, idle_limit
from ocop_points.core import clock, htmx, once
from ocop_points.extensions import login_manager

_SEEN = "seen"
_BEGUN = "begun"
_FIELD = "in_field"
_NEVER_CARRIED = once.SECRETS | {"csrf_token"}
# In characters: a workbook in a hidden field would not pass the sign-in page.
_MOST_CARRIED = 1_000_000
_OPEN_WHILE_PASSWORD_IS_DUE = {"accounts.password", "accounts.sign_out", "static"}


def load_user(token: str) -> User | None:
    """The user of a cookie "id.epoch"; none when switched off or signed out everywhere since."""
    user_id, _dot, epoch = token.partition(".")
    if not (user_id.isdecimal() and epoch.isdecimal()):
        return None
    user = queries.user_by_id(int(user_id))
    if user is None or not user.active or user.session_epoch != int(epoch):
        return None
    return user


def begin(user: User) -> None:
    """Start a session. The form token is kept, so that pages still open go on working."""
    token = session.get("csrf_token")
    session.clear()
    if token:
        session["csrf_token"] = token
    session.permanent = True
    session[_SEEN] = session[_BEGUN] = int(clock.now().timestamp())
    login_user(user)


def in_the_field() -> None:
    """Called by the checklist: this session may rest for 12 hours."""
    session[_FIELD] = True


def end_idle() -> None:
    """Before each request: end the session when it rested or lasted too long; note that it is in use."""
    seen = session.get(_SEEN)
    if seen is None or request.endpoint == "static":
        return
    now = int(clock.now().timestamp())
    limit = idle_limit(in_field=bool(session.get(_FIELD)))
    lasted = now - int(session.get(_BEGUN, 0))
    if now - int(seen) > limit.total_seconds() or lasted > LONGEST_SESSION.total_seconds():
        logout_user()
        session.pop(_SEEN, None)
    elif now - int(seen) >= 60:
        session[_SEEN] = now


def first_password_due() -> ResponseReturnValue | None:
    """A password that somebody else made must be changed before anything else."""
    if request.endpoint in _OPEN_WHILE_PASSWORD_IS_DUE:
        return None
    if current_user.is_authenticated and current_user.must_change_password:
        return htmx.go_to(url_for("accounts.password"))
    return None


def safe_next(target: str | None) -> str:
    """Only a path of this application."""
    parts = urlsplit(target or "")
    local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    odd = (target or "").startswith("//") or "\\" in (target or "")
    return target if target and local and not odd and len(target) <= 1000 else url_for("desk.home")


def _carrier() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="carried-form")


def carry_fields() -> str:
    """What a POST without session brought along, signed for the user whose form it was; "" when unknown."""
    owner = once.owner_of(request.form.get(once.KEY_FIELD, ""))
    if owner is None:
        return ""
    fields = [(n, v) for n, v in request.form.items(multi=True) if n not in _NEVER_CARRIED]
    if sum(len(name) + len(value) for name, value in fields) > _MOST_CARRIED:
        return ""
    return str(_carrier().dumps({"user": owner, "path": request.full_path, "fields": fields}))


def carried_for(user: User, token: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The path and fields of a carried form, for the user it belongs to and nobody else."""
    try:
        data = _carrier().loads(token, max_age=int(IDLE_IN_FIELD.total_seconds()))
    except BadData:
        return None
    if data["user"] != user.id:
        return None
    return safe_next(data["path"].rstrip("?")), [(name, value) for name, value in data["fields"]]


def unauthorized() -> Response:
    """Nobody is signed in: a part gets sign-in in place, a form is kept, a page leads to the sign-in page."""
    if htmx.is_htmx():
        return sign_in_in_place(SignInForm(formdata=None))
    if request.method in {"GET", "HEAD"}:
        target = request.full_path.rstrip("?")
        return make_response(redirect(url_for("accounts.sign_in", next=target)))
    form = SignInForm(formdata=None)
    form.carried.data = carry_fields()
    form.next.data = safe_next(request.headers.get("Referer") and urlsplit(request.referrer).path)
    notice = (
        _("Phiên làm việc đã hết. Đăng nhập lại, những gì bạn vừa gõ vẫn được giữ.")
        if form.carried.data
        else _("Phiên làm việc đã hết. Đăng nhập lại rồi làm tiếp.")
    )
    return make_response(render_template("accounts/sign_in.html", form=form, notice=notice), 401)


def sign_in_in_place(form: SignInForm, status: int = 401) -> Response:
    """The small sign-in form for htmx: it opens over the page, which stays as it is."""
    answer = make_response(render_template("shared/_sign_in.html", form=form), status)
    return htmx.retarget(answer, "#in-place")


def install(app: Flask) -> None:
    """Hang sign-in on the application; `core.access.guard` is registered between these two."""
    login_manager.init_app(app)
    login_manager.user_loader(load_user)
    login_manager.unauthorized_handler(unauthorized)
