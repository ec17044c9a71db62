"""Pages of localities and departments, and the ward picker."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.core.text import clean
from ocop_points.localities import documents, queries, service
from ocop_points.localities.forms import DepartmentForm, LocalityForm

bp = Blueprint("localities", __name__)

PROGRAMME_LOCALITIES = 25  # of the programme (DOMAIN.md §1): shown as "n trong 25", never a limit


@bp.get("/admin/localities")
@requires("localities.read")
def locality_list() -> ResponseReturnValue:
    query = clean(request.args.get("q", ""))[:80]
    only = request.args.get("supported", "")
    supported = {"yes": True, "no": False}.get(only)
    listing = Listing(request.args)
    found = queries.localities_list(query=query, supported=supported)
    if listing.file:
        return send_table(documents.localities_table(found), "dia-phuong", listing.file)
    return render(
        "localities/list.html",
        "localities/_table.html",
        localities=found,
        listing=listing,
        supported_count=queries.supported_count(),
        programme=PROGRAMME_LOCALITIES,
        reached=queries.reached_id_set(current_user),
        query=query,
        supported=only if supported is not None else "",
    )


@bp.route("/admin/localities/<int:locality_id>", methods=["GET", "POST"])
@requires("localities.edit")
def locality_edit(locality_id: int) -> ResponseReturnValue:
    locality = queries.get_locality_or_404(locality_id)
    form = LocalityForm(obj=locality)
    in_charge = queries.department_of_province(locality.province_code)
    form.department_id.choices = [
        (one.id, one.name) for one in queries.departments_list() if one.id == in_charge
    ]

    def verb() -> Done:
        record = queries.locality_to_edit(locality_id)
        form.guard_version(record)
        department = queries.get_department_or_404(form.department_id.data)
        service.edit_locality(
            record, supported=bool(form.supported.data), department=department, by=me()
        )
        return Done(url_for(".locality_list"), _("Đã lưu %(name)s.", name=record.name))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    locality = queries.get_locality_or_404(locality_id)
    return answer_form("localities/form.html", form, locality=locality)


@bp.get("/admin/departments")
@requires("localities.read")
def department_list() -> ResponseReturnValue:
    return render_template(
        "localities/departments.html",
        departments=queries.departments_list(),
        localities=queries.localities_by_department(),
        merges=queries.department_merges(),
    )


@bp.route("/admin/departments/<int:department_id>", methods=["GET", "POST"])
@requires("localities.edit")
def department_edit(department_id: int) -> ResponseReturnValue:
    heir_id = queries.heir_of(department_id)
    if request.method == "GET" and heir_id != department_id:  # an address of before
        return redirect(url_for(".department_edit", department_id=heir_id))
    form = DepartmentForm(obj=queries.get_department_or_404(department_id))

    def verb() -> Done:
        record = queries.get_department_or_404(department_id, lock=True)
        form.guard_version(record)
        names = ("name", "superior_body", "issuing_body", "place", "symbol")
        service.edit_department(record, values={n: form[n].data for n in names}, by=me())
        return Done(url_for(".department_list"), _("Đã lưu %(name)s.", name=record.name))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return answer_form(
        "localities/department_form.html",
        form,
        department=queries.get_department_or_404(department_id),
        localities=queries.department_localities(department_id),
        merges=queries.department_merges(department_id),
    )
