"""Pages of the register of sales points."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from ocop_points.accounts.queries import me
from ocop_points.audit.queries import rows_about
from ocop_points.core.access import requires
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.core.text import clean
from ocop_points.localities import queries as localities
from ocop_points.localities.models import Locality
from ocop_points.points import documents, labels, queries, service, tourism_queries
from ocop_points.points.forms import (
    ContactForm,
    CoordinatesField,
    EditPointForm,
    NewPointForm,
    PointForm,
    StepForm,
)
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import ANY_TOURISM, NEVER_VISITED, PointFilter
from ocop_points.points.rules import (
    TRANSITIONS,
    LastResult,
    PointStatus,
    PointVerb,
    TourismKind,
    next_verbs,
)

bp = Blueprint("points", __name__)


def _wanted(listing: Listing) -> PointFilter:
    result = listing.text("result")
    return PointFilter(
        query=listing.text("q"),
        status=listing.member("status", PointStatus),
        kind=listing.text("kind"),
        result=NEVER_VISITED if result == NEVER_VISITED else listing.member("result", LastResult),
        locality_id=listing.number("locality"),
        tourism=ANY_TOURISM
        if listing.text("tourism") == ANY_TOURISM
        else listing.member("tourism", TourismKind),
        supported={"yes": True, "no": False}.get(listing.text("supported")),
        sort=listing.sorted_by(queries.SORTS),
    )


@bp.get("/points")
@requires("points.read")
def point_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = _wanted(listing)
    if listing.file:
        return send_table(documents.points_table(current_user, wanted), "diem-ban", listing.file)
    reached = localities.reached_localities(current_user)
    every = ("", _("Tất cả"))
    return render(
        "points/list.html",
        "points/_table.html",
        page=queries.points_page(current_user, wanted, listing.page),
        listing=listing,
        wanted=wanted,
        many=len(reached) > 1,
        status_choices=[every, *((s.value, text) for s, (_tone, text) in labels.STATUS.items())],
        tourism_choices=[
            every,
            (ANY_TOURISM, _("Có gắn")),
            *((one.value, text) for one, text in labels.TOURISM.items()),
        ],
        kind_choices=[every, *queries.kind_names()],
        locality_choices=[every, *reached],
    )


@bp.get("/points/<int:point_id>")
@requires("points.read")
def point_show(point_id: int) -> ResponseReturnValue:
    point = queries.get_point_or_404(current_user, point_id)
    verbs = [v for v in next_verbs(point.status) if current_user.may(TRANSITIONS[v].permission)]
    return render_template(
        "points/show.html",
        point=point,
        steps=queries.steps_of(point_id),
        tourism=tourism_queries.links_of(point_id),
        verbs=[(verb, labels.VERB[verb]) for verb in verbs],
        coordinates=CoordinatesField.show(point.coordinates) if point.coordinates else "",
        labels=labels,
    )


@bp.get("/points/<int:point_id>/history")
@requires("audit.read")
def point_history(point_id: int) -> ResponseReturnValue:
    point = queries.get_point_or_404(current_user, point_id)
    listing = Listing(request.args)
    page = rows_about(point_id=point.id, number=listing.page)
    return render_template("points/history.html", point=point, page=page, listing=listing)


@bp.route("/points/new", methods=["GET", "POST"])
@requires("points.edit")
def point_new() -> ResponseReturnValue:
    form = _new_form()

    def verb() -> Done:
        user = me()
        locality = _reached_locality(form.locality_id.data)
        point = service.register_point(
            locality,
            form.facts(),
            by=user,
            opened_on=form.opened_on.data if form.already_open.data else None,
            decision_number=(form.decision_number.data or "") if form.already_open.data else "",
            anyway=bool(form.anyway.data),
        )
        said = _("Đã đăng ký %(name)s, mã %(code)s.", name=point.name, code=point.code)
        return Done(url_for(".point_show", point_id=point.id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _form_page("points/new.html", form)


@bp.post("/points/new/wards")
@requires("points.edit")
def point_new_wards() -> ResponseReturnValue:
    """Looking a ward up without script: the form as typed, with at most 20 wards to choose from."""
    return _form_page("points/new.html", _new_form())


@bp.route("/points/<int:point_id>/edit", methods=["GET", "POST"])
@requires("points.edit")
def point_edit(point_id: int) -> ResponseReturnValue:
    point = queries.get_point_or_404(current_user, point_id)
    form = _edit_form(point)

    def verb() -> Done:
        user = me()
        record = queries.get_point_to_edit(user, point_id)
        form.guard_version(record)
        service.edit_point(record, form.facts(), opened_on=form.opened_on.data, by=user)
        return Done(url_for(".point_show", point_id=point_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _form_page("points/edit.html", form, queries.get_point_or_404(current_user, point_id))


@bp.post("/points/<int:point_id>/edit/wards")
@requires("points.edit")
def point_edit_wards(point_id: int) -> ResponseReturnValue:
    point = queries.get_point_or_404(current_user, point_id)
    return _form_page("points/edit.html", _edit_form(point), point)


@bp.route("/points/<int:point_id>/contact", methods=["GET", "POST"])
@requires("points.own")
def point_contact(point_id: int) -> ResponseReturnValue:
    point = queries.get_point_or_404(current_user, point_id)
    form = ContactForm(obj=point)

    def verb() -> Done:
        user = me()
        record = queries.get_point_to_edit(user, point_id)
        form.guard_version(record)
        service.edit_contact(
            record,
            phone=form.phone.data or "",
            phone_public=bool(form.phone_public.data),
            opening_hours=form.opening_hours.data or "",
            by=user,
        )
        return Done(url_for(".point_show", point_id=point_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    point = queries.get_point_or_404(current_user, point_id)
    return answer_form("points/contact.html", form, point=point)


@bp.route("/points/<int:point_id>/steps/<verb>", methods=["GET", "POST"])
@requires("points.edit")
def point_step(point_id: int, verb: str) -> ResponseReturnValue:
    if verb not in set(PointVerb):
        abort(404)
    chosen = PointVerb(verb)
    point = queries.get_point_or_404(current_user, point_id)
    if not current_user.may(TRANSITIONS[chosen].permission):
        raise Forbidden
    form = StepForm()
    form.only_what_counts(chosen)

    def step() -> Done:
        user = me()
        record = queries.get_point_to_edit(user, point_id)
        decision = form.decision_number.data if "decision_number" in form else ""
        service.take_step(
            record,
            chosen,
            on=form.on.data,
            decision_number=decision or "",
            reason=form.reason.data or "",
            by=user,
        )
        status = labels.STATUS[record.status][1]
        return Done(
            url_for(".point_show", point_id=point_id), _("Đã ghi: %(status)s.", status=status)
        )

    if form.validate_on_submit() and (answer := carry_out(form, step)):
        return answer
    point = queries.get_point_or_404(current_user, point_id)
    return answer_form(
        "points/step.html",
        form,
        point=point,
        verb=chosen,
        title=labels.VERB[chosen],
        transition=TRANSITIONS[chosen],
        last_step_on=queries.last_step_on(point_id),
        labels=labels,
    )


@bp.get("/points/wards")
@requires("points.edit")
def ward_choices() -> ResponseReturnValue:
    """The wards of the picker while typing; without htmx the small page is still readable."""
    listing = Listing(request.args)
    locality = db_locality(listing.number("locality_id") or listing.number("locality"))
    query = clean(request.args.get("ward_query", ""))[:80]
    wards = _wards_for(locality, query)
    return render_template(
        "points/_wards.html", wards=wards, query=query, chosen="", locality=locality
    )


def db_locality(locality_id: int | None) -> Locality | None:
    """The locality when it lies within the signed-in user's reach."""
    found = [one for one in localities.reached(current_user) if one.id == locality_id]
    return found[0] if found else None


def _reached_locality(locality_id: int | None) -> Locality:
    return db_locality(locality_id) or abort(404)


def _wards_for(locality: Locality | None, query: str) -> list[Any]:
    codes = (
        [locality.province_code]
        if locality
        else sorted({one.province_code for one in localities.reached(current_user)})
    )
    return localities.find_wards(codes, query) if query else []


def _new_form() -> NewPointForm:
    form = NewPointForm()
    reached = localities.reached(current_user)
    form.locality_id.choices = [(one.id, one.name) for one in reached]
    if len(reached) == 1 and not form.is_submitted():
        form.locality_id.data = reached[0].id
    return _with_choices(form)


def _edit_form(point: SalesPoint) -> EditPointForm:
    form = EditPointForm(obj=point)
    if point.opened_on is None:
        form.opened_on.render_kw = {**(form.opened_on.render_kw or {}), "readonly": True}
    return _with_choices(form)


def _with_choices(form: Any) -> Any:
    form.kind_code.choices = [(kind.code, kind.name) for kind in queries.kinds()]
    ward = localities.ward_by_code(str(form.ward_code.data)) if form.ward_code.data else None
    form.ward_code.choices = [(ward.code, ward.full_name)] if ward else []
    form.ward_name = _ward_name
    return form


def _ward_name(code: str) -> str:
    ward = localities.ward_by_code(code)
    return ward.full_name if ward else code


def _form_page(
    template: str, form: PointForm, point: SalesPoint | None = None
) -> ResponseReturnValue:
    """The form with the wards found for what was typed; the chosen one stays in the list."""
    locality = point.locality if point else db_locality(form.locality_id.data)
    query = form.ward_query.data or ""
    wards = _wards_for(locality, query)
    chosen = localities.ward_by_code(str(form.ward_code.data)) if form.ward_code.data else None
    if chosen and all(ward.code != chosen.code for ward in wards):
        wards = [chosen, *wards]
    duplicates = "anyway" in form and bool(form.errors.get("anyway"))
    return answer_form(
        template,
        form,
        point=point,
        wards=wards,
        chosen=form.ward_code.data or "",
        query=query,
        locality=locality,
        ask_anyway=duplicates or bool("anyway" in form and form.data.get("anyway")),
    )
