"""Pages of products and their certificates."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue import certificate_queries, documents, labels, lists, queries, service
from ocop_points.catalogue import notices_queries as notices
from ocop_points.catalogue import papers_queries as papers
from ocop_points.catalogue.certificate_views import months, product_to_change
from ocop_points.catalogue.forms import (
    EditProductForm,
    NewProductForm,
    ProductForm,
)
from ocop_points.catalogue.lists import CertificateFilter, ProductFilter
from ocop_points.catalogue.models import Supplier
from ocop_points.catalogue.rules import ProductGroup, Standing, Stars, standing_on
from ocop_points.catalogue.views import (
    bp,
    locality_choices,
    reached_locality,
    with_localities,
)
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.errors import Refused
from ocop_points.core.formats import parse_date, vi_date
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table

__all__ = ["bp"]

CERTIFICATE_CHOICES = (
    (CertificateFilter.VALID, "Còn hiệu lực"),
    (CertificateFilter.SOON, "Hết hạn trong 90 ngày"),
    (CertificateFilter.ENDED, "Hết hiệu lực"),
    (CertificateFilter.NONE, "Chưa có"),
)


@bp.get("/products")
@requires("catalogue.read")
def product_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = ProductFilter(
        day=clock.today(),
        query=listing.text("q"),
        group=listing.member("group", ProductGroup),
        stars=listing.member("stars", Stars),
        certificate=listing.member("certificate", CertificateFilter),
        locality_id=listing.number("locality"),
        sort=listing.sorted_by(lists.SORTS),
    )
    if listing.file:
        return send_table(documents.products_table(current_user, wanted), "san-pham", listing.file)
    page, standings = lists.products_page(wanted, listing.page)
    every = ("", _("Tất cả"))
    return render(
        "catalogue/products.html",
        "catalogue/_products.html",
        page=page,
        marks=_marks(standings),
        listing=listing,
        wanted=wanted,
        group_choices=[every, *((key.value, text) for key, text in labels.GROUP.items())],
        star_choices=[every, *((key.value, text) for key, text in labels.STARS.items())],
        certificate_choices=[every, *((key.value, _(text)) for key, text in CERTIFICATE_CHOICES)],
        locality_choices=locality_choices(),
        groups={key: str(text) for key, text in labels.GROUP.items()},
        old_groups={key: str(text) for key, text in labels.OLD_GROUP.items()},
    )


def _marks(standings: dict[int, Standing]) -> dict[int, Any]:
    return {product_id: labels.standing_mark(one) for product_id, one in standings.items()}


@bp.get("/products/<int:product_id>")
@requires("catalogue.read")
def product_show(product_id: int) -> ResponseReturnValue:
    product = queries.get_product_or_404(product_id)
    typed = Listing(request.args).text("day")
    day, wrong = _day(typed)
    certificates = certificate_queries.certificates_of(product_id)
    scans: dict[Any, list[Any]] = {}
    for scan in papers.scans_of_product(product_id):
        scans.setdefault(scan.certificate_id or scan.basis, []).append(scan)
    return render_template(
        "catalogue/product.html",
        product=product,
        day=day,
        today=clock.today(),
        typed_day=typed if wrong else vi_date(day),
        wrong_day=wrong,
        standing=standing_on([one.facts for one in certificates], day),
        certificates=[(one, labels.certificate_tag(one.facts, day)) for one in certificates],
        editable=queries.may_edit(current_user, product.locality_id),
        months=months(),
        picture=queries.picture_of(product_id),
        scans=scans,
        notices=notices.notices_of_product(product_id),
        labels=labels,
    )


def _day(typed: str) -> tuple[date, str]:
    """The day asked for, or today with the reason why what was typed is none."""
    if not typed:
        return clock.today(), ""
    try:
        return parse_date(typed), ""
    except ValueError as error:
        return clock.today(), str(error)


@bp.route("/products/new", methods=["GET", "POST"])
@requires("catalogue.edit")
def product_new() -> ResponseReturnValue:
    form = _new_form()

    def verb() -> Done:
        user = me()
        locality = reached_locality(form.locality_id.data)
        producer = _producer(form)
        product = service.register_product(locality, producer, form.facts(), by=user)
        url = url_for(".product_show", product_id=product.id)
        return Done(url, _("Đã thêm %(name)s, mã %(code)s.", name=product.name, code=product.code))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _form_page(form, "catalogue/product_new.html")


@bp.post("/products/new/producers")
@requires("catalogue.edit")
def product_new_producers() -> ResponseReturnValue:
    """Looking the producer up without script: the form as typed, with at most 20 to choose from."""
    return _form_page(_new_form(), "catalogue/product_new.html")


@bp.route("/products/<int:product_id>/edit", methods=["GET", "POST"])
@requires("catalogue.edit")
def product_edit(product_id: int) -> ResponseReturnValue:
    form = _edit_form(product_id)

    def verb() -> Done:
        user = me()
        record = queries.get_product_to_edit(user, product_id)
        form.guard_version(record)
        service.edit_product(record, _producer(form), form.facts(), by=user)
        return Done(url_for(".product_show", product_id=product_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    product = queries.get_product_or_404(product_id)
    return _form_page(form, "catalogue/product_edit.html", product=product)


@bp.post("/products/<int:product_id>/edit/producers")
@requires("catalogue.edit")
def product_edit_producers(product_id: int) -> ResponseReturnValue:
    form = _edit_form(product_id)
    product = queries.get_product_or_404(product_id)
    return _form_page(form, "catalogue/product_edit.html", product=product)


def _producer(form: ProductForm) -> Supplier:
    found = queries.supplier_by_id(form.producer_id.data)
    if found is None:
        raise Refused(_("Tìm rồi chọn chủ thể làm ra sản phẩm"), "producer_id")
    return found


def _new_form() -> NewProductForm:
    form = NewProductForm()
    if not form.is_submitted():  # from a producer's page
        form.producer_id.data = Listing(request.args).number("producer")
    with_localities(form)
    _with_producer(form)
    return form


def _edit_form(product_id: int) -> EditProductForm:
    form = EditProductForm(obj=product_to_change(product_id))
    _with_producer(form)
    return form


def _with_producer(form: ProductForm) -> None:
    chosen = queries.supplier_by_id(form.producer_id.data)
    form.producer_id.choices = [(chosen.id, chosen.name)] if chosen else []
    form.producer_name = _producer_name


def _producer_name(number: str) -> str:
    found = queries.supplier_by_id(int(number))
    return found.name if found else number


def _form_page(form: ProductForm, template: str, **context: Any) -> ResponseReturnValue:
    """The form with the producers found for what was typed; the chosen one stays in the list."""
    query = form.producer_query.data or ""
    found = queries.find_suppliers(query, producers=True) if query else []
    chosen = queries.supplier_by_id(form.producer_id.data)
    if chosen and all(one.id != chosen.id for one in found):
        found = [chosen, *found]
    return answer_form(
        template,
        form,
        suppliers=found,
        chosen=form.producer_id.data or "",
        query=query,
        field="producer",
        kinds=labels.SUPPLIER_KIND,
        **context,
    )
