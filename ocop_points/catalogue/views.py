"""Pages of suppliers."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue import documents, labels, lists, merges_queries, queries, service
from ocop_points.catalogue.forms import EditSupplierForm, NewSupplierForm, SupplierForm
from ocop_points.catalogue.lists import ProductFilter, SupplierFilter
from ocop_points.catalogue.rules import SupplierKind
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.core.text import clean
from ocop_points.localities import queries as localities
from ocop_points.localities.models import Locality

bp = Blueprint("catalogue", __name__)


@bp.get("/suppliers")
@requires("catalogue.read")
def supplier_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = SupplierFilter(
        query=listing.text("q"),
        kind=listing.member("kind", SupplierKind),
        locality_id=listing.number("locality"),
        active={"yes": True, "no": False}.get(listing.text("active")),
        sort=listing.sorted_by(lists.SUPPLIER_SORTS),
    )
    if listing.file:
        return send_table(
            documents.suppliers_table(current_user, wanted), "nha-cung-cap", listing.file
        )
    return render(
        "catalogue/suppliers.html",
        "catalogue/_suppliers.html",
        page=lists.suppliers_page(current_user, wanted, listing.page),
        listing=listing,
        wanted=wanted,
        contacts=queries.sees_contacts(current_user),
        kind_choices=[("", _("Tất cả")), *((k.value, t) for k, t in labels.SUPPLIER_KIND.items())],
        locality_choices=locality_choices(),
        kinds={kind: str(words) for kind, words in labels.SUPPLIER_KIND.items()},
    )


def locality_choices() -> list[tuple[Any, Any]]:
    """All localities, for filters: the catalogue is national."""
    return [("", _("Tất cả")), *localities.locality_names()]


@bp.get("/suppliers/<int:supplier_id>")
@requires("catalogue.read")
def supplier_show(supplier_id: int) -> ResponseReturnValue:
    if stayed := merges_queries.kept_id(supplier_id):
        return redirect(url_for(".supplier_show", supplier_id=stayed))
    supplier = queries.get_supplier_or_404(supplier_id)
    editable = queries.may_edit(current_user, supplier.locality_id)
    contacts = queries.sees_contacts(current_user)
    listing = Listing(request.args)
    wanted = ProductFilter(day=clock.today(), producer_id=supplier_id)
    page, standings = lists.products_page(wanted, listing.page)
    return render_template(
        "catalogue/supplier.html",
        supplier=supplier,
        contacts=contacts,
        people=merges_queries.contacts_of([supplier_id])[supplier_id] if contacts else [],
        merged=merges_queries.merged_into(supplier_id),
        twins=len(merges_queries.twins_of(current_user, supplier)) if editable else 0,
        editable=editable,
        page=page,
        standings=standings,
        listing=listing,
        labels=labels,
    )


@bp.route("/suppliers/new", methods=["GET", "POST"])
@requires("catalogue.edit")
def supplier_new() -> ResponseReturnValue:
    form = _new_form()

    def verb() -> Done:
        user = me()
        locality = reached_locality(form.locality_id.data)
        supplier = service.register_supplier(locality, form.facts(), by=user)
        url = url_for(".supplier_show", supplier_id=supplier.id)
        return Done(url, _("Đã thêm %(name)s.", name=supplier.name))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _form_page(form, "catalogue/supplier_new.html")


@bp.post("/suppliers/new/wards")
@requires("catalogue.edit")
def supplier_new_wards() -> ResponseReturnValue:
    """Looking a ward up without script: the form as typed, with at most 20 wards to choose from."""
    return _form_page(_new_form(), "catalogue/supplier_new.html")


@bp.route("/suppliers/<int:supplier_id>/edit", methods=["GET", "POST"])
@requires("catalogue.edit")
def supplier_edit(supplier_id: int) -> ResponseReturnValue:
    if request.method == "GET" and merges_queries.kept_id(supplier_id):
        return redirect(url_for(".supplier_show", supplier_id=supplier_id))
    form = _edit_form(supplier_id)

    def verb() -> Done:
        user = me()
        record = queries.get_supplier_to_edit(user, supplier_id)
        form.guard_version(record)
        service.edit_supplier(record, form.facts(), by=user)
        return Done(url_for(".supplier_show", supplier_id=supplier_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    supplier = queries.get_supplier_or_404(supplier_id)
    return _form_page(form, "catalogue/supplier_edit.html", supplier=supplier)


@bp.post("/suppliers/<int:supplier_id>/edit/wards")
@requires("catalogue.edit")
def supplier_edit_wards(supplier_id: int) -> ResponseReturnValue:
    form = _edit_form(supplier_id)
    supplier = queries.get_supplier_or_404(supplier_id)
    return _form_page(form, "catalogue/supplier_edit.html", supplier=supplier)


@bp.get("/suppliers/wards")
@requires("catalogue.edit")
def ward_choices() -> ResponseReturnValue:
    """The wards of the picker while typing."""
    query = clean(request.args.get("ward_query", ""))[:80]
    return render_template(
        "points/_wards.html", wards=_wards(query), query=query, chosen="", locality=None
    )


@bp.get("/suppliers/choices")
@requires("catalogue.read")
def supplier_choices() -> ResponseReturnValue:
    """The suppliers of a picker while typing: makers only where a producer is looked for."""
    makers = "producer_query" in request.args
    field = "producer" if makers else "supplier"
    query = clean(request.args.get(f"{field}_query", ""))[:80]
    found = queries.find_suppliers(query, producers=makers) if query else []
    return render_template(
        "catalogue/_choices.html",
        suppliers=found,
        query=query,
        chosen="",
        field=field,
        kinds=labels.SUPPLIER_KIND,
    )


def reached_locality(locality_id: int | None) -> Locality:
    """The locality when it lies within the signed-in user's reach; else 404."""
    found = [one for one in localities.reached(current_user) if one.id == locality_id]
    return found[0] if found else abort(404)


def with_localities(form: Any) -> None:
    """Offer the localities whose staff the user belongs to."""
    reached = localities.reached(current_user)
    form.locality_id.choices = [(one.id, one.name) for one in reached]
    if len(reached) == 1 and not form.is_submitted():
        form.locality_id.data = reached[0].id


def refuse_readers(locality_id: int) -> None:
    """403 for those who may only read a record of this locality."""
    if not queries.may_edit(current_user, locality_id):
        abort(403)


def _new_form() -> NewSupplierForm:
    form = NewSupplierForm()
    with_localities(form)
    _with_ward(form)
    return form


def _edit_form(supplier_id: int) -> EditSupplierForm:
    supplier = queries.get_supplier_or_404(supplier_id)
    refuse_readers(supplier.locality_id)
    form = EditSupplierForm(obj=supplier)
    _with_ward(form)
    return form


def _with_ward(form: SupplierForm) -> None:
    ward = localities.ward_by_code(str(form.ward_code.data)) if form.ward_code.data else None
    form.ward_code.choices = [(ward.code, ward.full_name)] if ward else []
    form.ward_name = _ward_name


def _ward_name(code: str) -> str:
    ward = localities.ward_by_code(code)
    return ward.full_name if ward else code


def _wards(query: str) -> list[Any]:
    if not query:
        return []
    provinces = sorted({one.province_code for one in localities.reached(current_user)})
    return localities.find_wards(provinces, query)


def _form_page(form: SupplierForm, template: str, **context: Any) -> ResponseReturnValue:
    """The form with the wards found for what was typed; the chosen one stays in the list."""
    query = form.ward_query.data or ""
    wards = _wards(query)
    chosen = localities.ward_by_code(str(form.ward_code.data)) if form.ward_code.data else None
    if chosen and all(ward.code != chosen.code for ward in wards):
        wards = [chosen, *wards]
    code = form.ward_code.data or ""
    return answer_form(template, form, wards=wards, chosen=code, query=query, **context)
