"""Pages of visits: lists, start, the record."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from ocop_points.accounts.queries import me
from ocop_points.assessments import documents, labels, queries, service
from ocop_points.assessments.forms import BeginForm, EditForm, PeopleForm, StartForm
from ocop_points.assessments.minutes_views import paper_context
from ocop_points.assessments.models import Visit
from ocop_points.assessments.photos_views import photo_context
from ocop_points.assessments.queries import VisitFilter
from ocop_points.assessments.remarks_queries import remarks_by_event
from ocop_points.assessments.remedies_views import remedies_context
from ocop_points.assessments.rights import May, rights
from ocop_points.assessments.rules import Result, VisitKind
from ocop_points.assessments.rules_states import VisitState
from ocop_points.assessments.sheet import sheet_of
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.formats import parse_date
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.criteria import labels as criteria_labels
from ocop_points.criteria import queries as criteria
from ocop_points.localities import queries as localities
from ocop_points.points import queries as points
from ocop_points.points.rules import VISITABLE

bp = Blueprint("assessments", __name__)


def _day(listing: Listing, name: str) -> Any:
    try:
        return parse_date(listing.text(name))
    except ValueError:
        return None


def _wanted(listing: Listing, point_id: int | None = None) -> VisitFilter:
    return VisitFilter(
        query=listing.text("q"),
        state=listing.member("state", VisitState),
        kind=listing.member("kind", VisitKind),
        result=listing.member("result", Result),
        locality_id=listing.number("locality"),
        edition_id=listing.number("edition"),
        point_id=point_id,
        since=_day(listing, "from"),
        until=_day(listing, "to"),
        sort=listing.sorted_by(queries.SORTS),
    )


@bp.get("/assessments")
@requires("visits.read")
def visit_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = _wanted(listing)
    if listing.file:
        return send_table(documents.visits_table(current_user, wanted), "danh-gia", listing.file)
    reached = localities.reached(current_user)
    every = ("", _("Tất cả"))
    return render(
        "assessments/list.html",
        "assessments/_table.html",
        page=queries.visits_page(current_user, wanted, listing.page),
        listing=listing,
        wanted=wanted,
        labels=labels,
        today=clock.today(),
        many=len(reached) > 1,
        state_choices=[every, *((s.value, text) for s, (_t, text) in labels.STATE.items())],
        kind_choices=[every, *((kind.value, text) for kind, text in labels.KIND.items())],
        result_choices=[
            every, *((r.value, text) for r, (_t, text) in labels.RESULT.items() if r)
        ],
        locality_choices=[every, *((one.id, one.name) for one in reached)],
    )  # fmt: skip


@bp.get("/points/<int:point_id>/visits")
@requires("visits.read")
def point_visits(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    listing = Listing(request.args)
    wanted = _wanted(listing, point.id)
    return render(
        "assessments/of_point.html",
        "assessments/_table.html",
        point=point,
        page=queries.visits_page(current_user, wanted, listing.page),
        listing=listing,
        wanted=wanted,
        labels=labels,
        today=clock.today(),
        many=False,
        visitable=point.status in VISITABLE,
        url=url_for(".point_visits", point_id=point.id),
    )


@bp.route("/points/<int:point_id>/visits/new", methods=["GET", "POST"])
@requires("visits.work")
def visit_new(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    form = StartForm()
    _team_choices(form, point.locality_id, leader_id=current_user.id)
    offer = criteria.edition_for(point.locality_id, clock.today())
    form.edition_id.choices = [(one.id, one.title) for one in criteria.illustrations()]
    if not form.is_submitted():
        form.on.data, form.at.data = clock.today(), clock.local(clock.now()).time()
        form.representative.data = point.representative
        form.kind.data = VisitKind.PERIODIC if point.last_visit_on else VisitKind.FIRST

    def verb() -> Done:
        user = me()
        visit = service.start_visit(
            points.get_point_to_edit(user, point_id),
            form.facts(),
            on=form.on.data,
            began_at=form.began_at(),
            edition_id=form.edition_id.data,
            by=user,
        )
        if visit.state is VisitState.PLANNED:
            return Done(url_for(".visit_show", visit_id=visit.id), _("Đã lên lịch đánh giá."))
        return Done(url_for(".checklist", visit_id=visit.id))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    point = points.get_point_or_404(current_user, point_id)
    ended = criteria_labels.period_note(offer.edition, clock.today()) if offer else ""
    visitable = point.status in VISITABLE
    return answer_form(
        "assessments/new.html", form, point=point, offer=offer, ended=ended, visitable=visitable
    )


def _team_choices(
    form: PeopleForm, locality_id: int, *, leader_id: int, members: Mapping[int, str] = {}
) -> None:
    """Who may be in the team besides its leader; those who are stay in the list although their reach ended."""
    people = {one.id: one.full_name for one in queries.team_candidates(locality_id)}
    people = {**people, **{k: v for k, v in members.items() if k not in people}}
    form.team.choices = [(one, name) for one, name in people.items() if one != leader_id]


@bp.get("/assessments/<int:visit_id>")
@requires("visits.read")
def visit_show(visit_id: int) -> ResponseReturnValue:
    visit = queries.get_visit_or_404(current_user, visit_id)
    sheet = sheet_of(visit, compared=True)
    return render_template(
        "assessments/show.html",
        visit=visit,
        sheet=sheet,
        may=rights(current_user, visit),
        events=queries.events_of(visit_id),
        remarks=remarks_by_event(visit),
        labels=labels,
        measure_of=criteria_labels.measure_of,
        reasons=labels.result_reasons(sheet.outcome, sheet.edition.rule),
        ended=criteria_labels.period_note(visit.edition, visit.on or clock.today()),
        photos=photo_context(visit),
        **paper_context(visit),
        **remedies_context(visit),
    )


@bp.route("/assessments/<int:visit_id>/edit", methods=["GET", "POST"])
@requires("visits.work")
def visit_edit(visit_id: int) -> ResponseReturnValue:
    visit, _may = visit_for_team(visit_id, "edit")
    names = {member.user_id: member.user.full_name for member in visit.members}
    form = EditForm(obj=visit)
    _team_choices(form, visit.locality_id, leader_id=visit.created_by_id, members=names)
    if visit.state is not VisitState.PLANNED:
        del form.planned_on
    if not form.is_submitted():
        form.team.data = [one for one in form.team.data or [] if one != visit.created_by_id]

    def verb() -> Done:
        user = me()
        record = queries.get_visit_to_edit(user, visit_id)
        form.guard_version(record)
        planned_on = form.planned_on.data if "planned_on" in form else None
        service.edit_visit(record, form.facts(), planned_on=planned_on, by=user)
        return Done(url_for(".visit_show", visit_id=visit_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    visit = queries.get_visit_or_404(current_user, visit_id)
    return answer_form("assessments/edit.html", form, visit=visit)


def visit_for_team(visit_id: int, right: str) -> tuple[Visit, May]:
    """The visit for somebody of its team: 403 for others; whoever comes too late gets the record's page."""
    visit = queries.get_visit_at_work(current_user, visit_id)
    may = rights(current_user, visit)
    if not may.is_team:
        raise Forbidden
    if request.method == "GET" and not getattr(may, right):
        abort(redirect(url_for(".visit_show", visit_id=visit_id)))
    return visit, may


@bp.route("/assessments/<int:visit_id>/begin", methods=["GET", "POST"])
@requires("visits.work")
def visit_begin(visit_id: int) -> ResponseReturnValue:
    visit, _may = visit_for_team(visit_id, "begin")
    form = BeginForm(obj=visit)
    if not form.is_submitted():
        form.on.data, form.at.data = clock.today(), clock.local(clock.now()).time()

    def verb() -> Done:
        user = me()
        record = queries.get_visit_to_edit(user, visit_id)
        form.guard_version(record)
        service.begin_visit(record, began_at=form.began_at(), by=user)
        return Done(url_for(".checklist", visit_id=visit_id))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    visit = queries.get_visit_or_404(current_user, visit_id)
    return answer_form("assessments/begin.html", form, visit=visit, labels=labels)
