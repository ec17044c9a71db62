"""The private address of a user's calendar: made, renewed, revoked, and what it answers to whoever knows it."""

from flask import Blueprint, Response, abort, current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.assessments import planning_documents as documents
from ocop_points.assessments import planning_queries as queries
from ocop_points.assessments import planning_service as service
from ocop_points.assessments.ics import CALENDAR, calendar_file
from ocop_points.core import clock
from ocop_points.core.access import public, requires
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.extensions import limiter

bp = Blueprint("feed", __name__)

READS = "30 per minute"


@bp.route("/profile/calendar", methods=["GET", "POST"])
@requires("visits.work")
def own() -> ResponseReturnValue:
    """Make a private address, or another one; the new one is shown this once."""
    form = ConfirmForm()
    if form.validate_on_submit():
        made: list[str] = []

        def verb() -> Done:
            made[:] = [service.make_feed(me())]
            return Done(url_for(".own"))

        if answer := carry_out(form, verb):
            # A second sending of the form leads to the page: the address is shown once only.
            return _shown(made[0]) if made else answer
    feed = queries.feed_of(current_user.id)
    dead = feed is not None and queries.is_dead(feed, current_user)
    return answer_form("assessments/feed.html", form, feed=feed, dead=dead)


@bp.route("/profile/calendar/revoke", methods=["GET", "POST"])
@requires("visits.work")
def revoke() -> ResponseReturnValue:
    form = ConfirmForm()

    def verb() -> Done:
        service.revoke_feed(me())
        return Done(url_for(".own"), _("Đã thu hồi địa chỉ lịch."))

    return ask(
        form,
        verb,
        title=_("Thu hồi địa chỉ lịch"),
        text=_("Lịch trên điện thoại, máy tính đã thêm địa chỉ này không cập nhật được nữa."),
        verb=_("Thu hồi địa chỉ"),
        danger=True,
        back_url=url_for(".own"),
        nav="profile",
    )


def _shown(token: str) -> ResponseReturnValue:
    address = f"{_base()}{url_for('.calendar', feed_token=token)}"
    return render_template("assessments/feed_shown.html", address=address)


def _base() -> str:
    """Where this installation is found."""
    known = (current_app.config.get("PUBLIC_URL") or "").rstrip("/")
    return known or url_for("desk.home", _external=True).rstrip("/")


@bp.get("/lich/<feed_token>.ics")
@public
@limiter.limit(READS)
def calendar(feed_token: str) -> Response:
    """The visits that the owner of this address may see at this moment; 404 for an address that is dead."""
    user = queries.user_of_feed(service.token_hash(feed_token)) or abort(404)
    rows = queries.feed_visits(user)
    teams = queries.teams_of([row.id for row in rows])
    made = documents.events(rows, teams, base=_base())
    answer = make_response(calendar_file(_("Đánh giá điểm OCOP"), made, made_at=clock.now()))
    answer.mimetype = CALENDAR
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
