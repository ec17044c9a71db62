"""The users' pages, by the rights of RULES.md §1."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts import service as accounts
from ocop_points.accounts.models import User
from ocop_points.accounts.passwords import hash_password, make_password
from ocop_points.accounts.queries import me
from ocop_points.accounts.rules import may_edit, roles_given_by
from ocop_points.audit.queries import rows_about
from ocop_points.core.access import MINISTRY, Role, requires
from ocop_points.core.forms import ConfirmForm, Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.desk import documents, labels, queries, service
from ocop_points.desk.forms import NewUserForm, UserForm
from ocop_points.desk.service import UserFacts
from ocop_points.desk.views import bp
from ocop_points.localities import queries as localities
from ocop_points.points import queries as points

__all__ = ["bp"]


def reach_texts(users: list[User]) -> dict[int, str]:
    """The reach of each user of a list in words: two statements however many there are."""
    ids = [user.id for user in users]
    names, shops = localities.reached_names(ids), points.points_of_users(ids)
    return {
        user.id: reach_text(user, names.get(user.id, []), [p.name for p in shops.get(user.id, [])])
        for user in users
    }


def reach_text(user: User, names: list[str], shops: list[str]) -> str:
    """A user's reach in a few words."""
    if user.role in MINISTRY:
        return _("Cả nước")
    parts = shops if user.role is Role.OPERATOR else names
    if len(parts) > 3:
        return _("%(first)s và %(n)s nơi khác", first=", ".join(parts[:2]), n=len(parts) - 2)
    return ", ".join(parts) or _("chưa giao")


@bp.get("/admin/users")
@requires("users.edit")
def user_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    role, state = listing.member("role", Role), listing.text("state")
    wanted: dict[str, Any] = {
        "query": listing.text("q"),
        "role": role,
        "active": {"active": True, "inactive": False}.get(state),
    }
    if listing.file:
        users = queries.users_for_export(current_user, **wanted)
        table = documents.users_table(current_user, users, reach_texts(users))
        return send_table(table, "nguoi-dung", listing.file)
    found = queries.users_page(current_user, **wanted, number=listing.page)
    return render(
        "accounts/users/list.html",
        "accounts/users/_table.html",
        page=found,
        listing=listing,
        role_labels=labels.ROLE,
        reach_texts=reach_texts(found.items),
        user_url=lambda user: url_for("desk.user_edit", user_id=user.id),
        list_url=url_for("desk.user_list"),
        new_url=url_for("desk.user_new"),
        roles=[(r.value, labels.ROLE[r]) for r in roles_given_by(current_user.role)],
    )


@bp.route("/admin/users/new", methods=["GET", "POST"])
@requires("users.edit")
def user_new() -> ResponseReturnValue:
    form: Any = _with_choices(
        NewUserForm(data={"role": Listing(request.args).member("role", Role)})
    )
    if form.validate_on_submit():
        password = make_password()
        hashed = hash_password(password)
        made: list[int] = []

        def verb() -> Done:
            user = service.make_user(
                form.username.data, _facts(form), password_hash=hashed, by=me()
            )
            made[:] = [user.id]
            return Done(url_for(".user_edit", user_id=user.id))

        if answer := carry_out(form, verb):
            # A second sending of the form leads to the user's page: the password is shown once only.
            return _show_password(made[0], password) if made else answer
    return _user_page(form, None)


@bp.route("/admin/users/<int:user_id>", methods=["GET", "POST"])
@requires("users.edit")
def user_edit(user_id: int) -> ResponseReturnValue:
    user = queries.get_user_or_404(current_user, user_id)
    held = {
        "localities": sorted(localities.reached_id_set(user)) if user.role not in MINISTRY else [],
        "points": [p.id for p in points.points_of_users([user_id]).get(user_id, [])],
    }
    form: Any = _with_choices(UserForm(obj=user, data=held), user)
    if form.is_submitted():
        service.check_may_edit(current_user, user)

    def verb() -> Done:
        record = queries.get_user_or_404(current_user, user_id, lock=True)
        form.guard_version(record)
        service.change_user(record, _facts(form), by=me())
        return Done(
            url_for(".user_edit", user_id=user_id), _("Đã lưu %(name)s.", name=record.full_name)
        )

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _user_page(form, queries.get_user_or_404(current_user, user_id))


@bp.route("/admin/users/<int:user_id>/reset-password", methods=["GET", "POST"])
@requires("users.edit")
def user_reset_password(user_id: int) -> ResponseReturnValue:
    user = queries.get_user_or_404(current_user, user_id)
    service.check_may_edit(current_user, user)
    form = ConfirmForm()
    if form.validate_on_submit():
        password = make_password()
        hashed = hash_password(password)
        reset: list[int] = []

        def verb() -> Done:
            record = queries.get_user_or_404(current_user, user_id, lock=True)
            service.check_may_edit(me(), record)
            accounts.reset_password(record, hashed, by=me())
            reset[:] = [record.id]
            return Done(url_for(".user_edit", user_id=user_id))

        if answer := carry_out(form, verb):
            return _show_password(user_id, password) if reset else answer
    return _confirm(
        form,
        user,
        title=_("Đặt lại mật khẩu của %(name)s?", name=user.full_name),
        text=_("Mật khẩu hiện nay hết dùng được và mọi phiên đang mở của người này kết thúc."),
        verb=_("Đặt lại mật khẩu"),
        danger=False,
    )


@bp.route("/admin/users/<int:user_id>/activity", methods=["GET", "POST"])
@requires("users.edit")
def user_activity(user_id: int) -> ResponseReturnValue:
    user = queries.get_user_or_404(current_user, user_id)
    service.check_may_edit(current_user, user)
    active = user.active
    form = ConfirmForm()

    def verb() -> Done:
        record = queries.get_user_or_404(current_user, user_id, lock=True)
        service.check_may_edit(me(), record)
        change = accounts.deactivate if active else accounts.reactivate
        change(record, by=me())
        said = _("Đã khóa %(name)s.") if active else _("Đã mở lại %(name)s.")
        return Done(url_for(".user_edit", user_id=user_id), said % {"name": record.full_name})

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    if active:
        title = _("Khóa tài khoản của %(name)s?", name=user.full_name)
        text = _("Người này không đăng nhập được nữa. Những gì họ đã làm vẫn giữ tên họ.")
    else:
        title = _("Mở lại tài khoản của %(name)s?", name=user.full_name)
        text = _("Người này đăng nhập lại được bằng mật khẩu cũ.")
    verb_text = _("Khóa tài khoản") if active else _("Mở lại tài khoản")
    return _confirm(form, user, title=title, text=text, verb=verb_text, danger=active)


@bp.get("/admin/users/<int:user_id>/history")
@requires("users.edit")
def user_history(user_id: int) -> ResponseReturnValue:
    user = queries.get_user_or_404(current_user, user_id)
    page = rows_about(object_type="user", object_id=user_id, number=Listing(request.args).page)
    listing = Listing(request.args)
    return render_template("desk/user_history.html", user=user, page=page, listing=listing)


def _with_choices(form: Any, user: User | None = None) -> Any:
    """Only what the signed-in user may give: roles, localities and points in reach."""
    given = list(roles_given_by(current_user.role))
    if user is not None and user.role not in given:
        given.append(user.role)
    form.role.choices = [(role, labels.ROLE[role]) for role in given]
    form.localities.choices = [(one.id, one.name) for one in localities.reached(current_user)]
    form.points.choices = [
        (p.id, f"{p.name} ({p.code})") for p in points.points_to_give(current_user)
    ]
    return form


def _facts(form: Any) -> UserFacts:
    return UserFacts(
        full_name=form.full_name.data,
        position=form.position.data,
        unit_name=form.unit_name.data,
        phone=form.phone.data,
        email=form.email.data,
        role=form.role.data,
        localities=form.localities.data or [],
        points=form.points.data or [],
    )


def _user_page(form: Any, user: User | None) -> ResponseReturnValue:
    editable = user is not None and may_edit(
        queries.standing_of(current_user), queries.standing_of(user)
    )
    regions: dict[str, list[int]] = {}
    for locality in localities.reached(current_user):
        regions.setdefault(locality.region, []).append(locality.id)
    return answer_form(
        "accounts/users/form.html",
        form,
        user=user,
        list_url=url_for("desk.user_list"),
        locality_groups=list(regions.items()) if len(regions) > 1 else None,
        reset_url=url_for(".user_reset_password", user_id=user.id) if user and editable else None,
        activity_url=url_for(".user_activity", user_id=user.id) if user and editable else None,
        history_url=url_for(".user_history", user_id=user.id) if user else None,
    )


def _show_password(user_id: int, password: str) -> ResponseReturnValue:
    return render_template(
        "accounts/users/show_password.html",
        user=queries.get_user_or_404(current_user, user_id),
        password=password,
        next_url=url_for(".user_list"),
    )


def _confirm(
    form: ConfirmForm, user: User, *, title: str, text: str, verb: str, danger: bool
) -> ResponseReturnValue:
    return answer_form(
        "shared/confirm.html",
        form,
        title=title,
        text=text,
        verb=verb,
        danger=danger,
        nav="users",
        back_url=url_for(".user_edit", user_id=user.id),
        back_text=_("Quay lại"),
        crumb=(user.full_name, url_for(".user_edit", user_id=user.id)),
    )
