"""Pages of the keys to the API: made and shown once, listed, revoked."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.exchange import api_queries as queries
from ocop_points.exchange import api_service as service
from ocop_points.exchange.api_forms import TokenForm
from ocop_points.localities import queries as localities

bp = Blueprint("tokens", __name__)


@bp.get("/admin/api")
@requires("api.manage")
def token_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    page = queries.tokens_page(current_user, listing.page)
    return render("exchange/tokens.html", "exchange/_tokens.html", page=page, listing=listing)


@bp.route("/admin/api/new", methods=["GET", "POST"])
@requires("api.manage")
def token_new() -> ResponseReturnValue:
    """Make a key; its text is shown this once."""
    form = TokenForm()
    reached = localities.reached(current_user)
    form.locality_id.choices = [(one.id, one.name) for one in reached]
    if len(reached) == 1 and not form.is_submitted():
        form.locality_id.data = reached[0].id
    made: list[str] = []

    def verb() -> Done:
        user = me()
        found = {one.id: one for one in localities.reached(user)}
        locality = found.get(form.locality_id.data) or abort(404)
        _token, text = service.make_token(locality, form.name.data or "", by=user)
        made[:] = [text]
        return Done(url_for(".token_list"))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        # A second sending of the form leads to the list: the key is shown once only.
        if not made:
            return answer
        return render_template("exchange/token_shown.html", token=made[0], name=form.name.data)
    return answer_form("exchange/token_new.html", form)


@bp.route("/admin/api/<int:token_id>/revoke", methods=["GET", "POST"])
@requires("api.manage")
def token_revoke(token_id: int) -> ResponseReturnValue:
    token = queries.get_token_or_404(current_user, token_id)
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        record = queries.get_token_or_404(user, token_id, lock=True)
        service.revoke_token(record, by=user)
        return Done(url_for(".token_list"), _("Đã thu hồi khóa của %(name)s.", name=record.name))

    return ask(
        form,
        verb,
        title=_("Thu hồi khóa API"),
        text=_(
            "Phần mềm “%(name)s” không đọc được dữ liệu nữa, kể từ lúc này. Khóa đã thu hồi không dùng lại được.",
            name=token.name,
        ),
        verb=_("Thu hồi khóa"),
        danger=True,
        back_url=url_for(".token_list"),
        nav="api",
    )
