"""Pages of planning: the calendar of a month, what should be visited, moving a planned visit."""

from typing import Any, NamedTuple

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from ocop_points.accounts.models import User
from ocop_points.accounts.queries import me, user_by_id
from ocop_points.assessments import labels
from ocop_points.assessments import planning_documents as documents
from ocop_points.assessments import planning_queries as queries
from ocop_points.assessments import planning_service as service
from ocop_points.assessments.planning_forms import PlanForm, TripForm
from ocop_points.assessments.planning_queries import PlanFilter, Proposal
from ocop_points.assessments.planning_rules import Month, Reason, read_month
from ocop_points.assessments.queries import get_visit_or_404, get_visit_to_edit, team_candidates
from ocop_points.assessments.rights import rights
from ocop_points.core import clock
from ocop_points.core.access import Role, requires
from ocop_points.core.formats import vi_date
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.paging import Page
from ocop_points.core.tables_out import send_table
from ocop_points.evidence.serving import send_paper
from ocop_points.localities import queries as localities
from ocop_points.points import queries as points

bp = Blueprint("planning", __name__)


class Asked(NamedTuple):
    """What the address of the calendar says."""

    listing: Listing
    month: Month
    wanted: PlanFilter


def _asked() -> Asked:
    listing = Listing(request.args)
    month = read_month(listing.text("month"), clock.today())
    people = listing.number("locality"), listing.number("person")
    return Asked(listing, month, PlanFilter(month.first, month.last, *people))


@bp.get("/assessments/calendar")
@requires("visits.read")
def month() -> ResponseReturnValue:
    listing, month, wanted = _asked()
    if listing.file:
        name = f"lich-danh-gia-{month.text}"
        return send_table(documents.plan_table(current_user, wanted), name, listing.file)
    rows = queries.planned_between(current_user, wanted)
    days: dict[Any, list[Any]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row)
    reached = localities.reached(current_user)
    every = ("", _("Tất cả"))
    return render(
        "assessments/calendar.html",
        "assessments/_calendar.html",
        listing=listing,
        month=month,
        wanted=wanted,
        days=days,
        count=len(rows),
        cut=len(rows) >= queries.MOST_SHOWN,
        overdue=queries.overdue(current_user, wanted),
        today=clock.today(),
        labels=labels,
        many=len(reached) > 1,
        locality_choices=[every, *((one.id, one.name) for one in reached)],
        person_choices=[
            every, *((one.id, one.full_name) for one in queries.colleagues(current_user))
        ],
    )  # fmt: skip


@bp.get("/assessments/calendar.pdf")
@requires("visits.read")
def month_paper() -> ResponseReturnValue:
    """The visits of the month that are still to be made, with addresses, to take along."""
    _listing, month, wanted = _asked()
    names = {one.id: one.name for one in localities.reached(current_user)}
    about = names.get(wanted.locality_id or 0, "")
    if wanted.person_id is not None:
        people = {one.id: one.full_name for one in queries.colleagues(current_user)}
        about = " · ".join(part for part in (about, people.get(wanted.person_id, "")) if part)
    data = documents.plan_paper(current_user, month, wanted, about)
    return send_paper("visit_list", data, name=f"lich-danh-gia-{month.text}.pdf")


# --- what to visit --------------------------------------------------------------------------------


@bp.route("/assessments/plan", methods=["GET", "POST"])
@requires("visits.work")
def plan() -> ResponseReturnValue:
    """The points that should be visited in a month and why; those ticked are put on one day."""
    listing, month, _wanted = _asked()
    reached = localities.reached(current_user)
    chosen = [one for one in reached if one.id == listing.number("locality")] or reached[:1]
    locality_id = chosen[0].id if chosen else 0
    every = queries.proposals(current_user, locality_id, until=max(month.last, clock.today()))
    reason = listing.member("reason", Reason)
    found = [one for one in every if reason in (None, *(due.reason for due in one.reasons))]
    form = PlanForm()
    form.offer(team_candidates(locality_id))
    form.points.choices = [(one.point.id, one.point.name) for one in every]
    if not form.is_submitted():
        # A manager who goes along cannot approve: left open, so that it is a choice.
        form.leader_id.data = None if current_user.role is Role.MANAGER else current_user.id
        form.points.data = []

    if form.validate_on_submit() and (answer := _plan(form, every)):
        return answer
    return answer_form(
        "assessments/plan.html",
        form,
        listing=listing,
        month=month,
        page=_page(found, listing.page),
        ticked=set(form.points.data or []),
        locality_id=locality_id,
        reason=reason,
        labels=labels,
        today=clock.today(),
        locality_choices=[(one.id, one.name) for one in reached],
        reason_choices=[
            ("", _("Mọi lý do")), *((one.value, text) for one, (_tone, text) in labels.WHY.items())
        ],
        counts={why: sum(why in {d.reason for d in one.reasons} for one in every) for why in Reason},
    )  # fmt: skip


def _page(found: list[Proposal], number: int) -> Page[Proposal]:
    page: Page[Proposal] = Page([], len(found), number)
    number = min(number, page.pages)
    shown = found[(number - 1) * page.size : number * page.size]
    return Page(shown, len(found), number)


def _plan(form: PlanForm, every: list[Proposal]) -> Any:
    by_id = {one.point.id: one for one in every}

    def verb() -> Done:
        user = me()
        chosen = [
            (points.get_point_to_edit(user, one), by_id[one]) for one in sorted(form.points.data)
        ]
        made = service.plan_visits(
            chosen, on=form.on.data, leader=_leader(form), team=form.team.data or (), by=user
        )
        month = read_month(f"{form.on.data:%Y-%m}", clock.today())
        said = _("Đã lên lịch %(n)s điểm, ngày %(day)s.", n=len(made), day=vi_date(form.on.data))
        return Done(url_for(".month", month=month.text), said)

    return carry_out(form, verb)


def _leader(form: TripForm) -> User:
    return user_by_id(form.leader_id.data) or abort(404)


@bp.route("/assessments/<int:visit_id>/plan", methods=["GET", "POST"])
@requires("visits.work")
def replan(visit_id: int) -> ResponseReturnValue:
    """Another day, another leader, another team for a planned visit."""
    visit = get_visit_or_404(current_user, visit_id)
    may = rights(current_user, visit)
    if not may.is_team and current_user.role is not Role.MANAGER:
        raise Forbidden
    back = url_for("assessments.visit_show", visit_id=visit_id)
    if request.method == "GET" and not may.replan:
        return redirect(back)
    form = TripForm(obj=visit)
    form.offer(team_candidates(visit.locality_id))
    if not form.is_submitted():
        form.on.data, form.leader_id.data = visit.planned_on, visit.created_by_id
        form.team.data = [one for one in visit.team if one != visit.created_by_id]

    def verb() -> Done:
        user = me()
        record = get_visit_to_edit(user, visit_id)
        form.guard_version(record)
        service.replan_visit(
            record, on=form.on.data, leader=_leader(form), team=form.team.data or (), by=user
        )
        return Done(back, _("Đã đổi lịch sang ngày %(day)s.", day=vi_date(form.on.data)))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    visit = get_visit_or_404(current_user, visit_id)
    return answer_form("assessments/replan.html", form, visit=visit, back_url=back)
