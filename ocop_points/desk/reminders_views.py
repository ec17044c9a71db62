"""The administrator's page of the weekly letters: settings, the week, and what was not taken."""

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from ocop_points.accounts import reminders_queries as queries
from ocop_points.accounts.reminders_rules import WEEK, ReminderState, due_on
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.formats import weekday
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.mail import MailError, MailSettings, mail_settings
from ocop_points.desk.backup_views import bp

__all__ = ["bp"]


@bp.get("/admin/reminders")
@requires("system.mail")
def reminders() -> ResponseReturnValue:
    listing = Listing(request.args)
    settings, fault = _settings()
    due = due_on(clock.today(), current_app.config["REMINDER_WEEKDAY"])
    return render(
        "desk/reminders.html",
        "desk/_reminders_table.html",
        settings=settings,
        fault=fault,
        weekday=weekday(due),
        due=due,
        next_due=due + WEEK,
        counts=queries.counts_of_week(due),
        left=len(queries.users_to_remind(due)),
        without=queries.users_without_address(),
        State=ReminderState,
        page=queries.troubles_page(listing.page),
        listing=listing,
        user_url=lambda user: url_for("desk.user_edit", user_id=user.id),
    )


def _settings() -> tuple[MailSettings | None, str]:
    """The settings in force, and what is wrong with them."""
    try:
        return mail_settings(current_app.config), ""
    except MailError as error:
        return None, str(error)
