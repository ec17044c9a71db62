"""Pages of certificates: those that end, by list and by month; writing down, mending, taking out."""

from datetime import date
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue import certificate_documents as documents
from ocop_points.catalogue import certificate_queries as queries
from ocop_points.catalogue import certificate_service as service
from ocop_points.catalogue import labels
from ocop_points.catalogue import queries as catalogue
from ocop_points.catalogue.certificate_forms import CertificateForm, WithdrawForm
from ocop_points.catalogue.certificate_queries import CertificateFilter, Window
from ocop_points.catalogue.models import Product
from ocop_points.catalogue.rules import DECIDES_FORCE
from ocop_points.catalogue.views import bp, locality_choices, refuse_readers
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.formats import vi_date
from ocop_points.core.forms import ConfirmForm, Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table

__all__ = ["bp"]

MONTHS_AHEAD = 18
WINDOWS = (
    ("", "Hết trong 90 ngày"),
    (Window.MONTH.value, "Hết trong 30 ngày"),
    (Window.ENDED.value, "Đã hết, chưa có giấy mới"),
    (Window.ALL.value, "Tất cả"),
)


def months() -> int:
    """How long a certificate runs, as this installation is set."""
    return int(current_app.config["CERTIFICATE_MONTHS"])


def _wanted(listing: Listing) -> CertificateFilter:
    return CertificateFilter(
        day=clock.today(),
        window=listing.member("window", Window) or Window.QUARTER,
        query=listing.text("q"),
        locality_id=listing.number("locality"),
        producer_id=listing.number("producer"),
        told={"yes": True, "no": False}.get(listing.text("told")),
        month=_month(listing.text("month")),
    )


def _month(typed: str) -> date | None:
    """The first of a month written 2026-12; None for anything else."""
    try:
        found = date.fromisoformat(f"{typed}-01") if len(typed) == 7 else None
    except ValueError:
        return None
    return found if found and 2000 <= found.year <= 2200 else None


@bp.get("/certificates")
@requires("catalogue.read")
def certificate_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = _wanted(listing)
    if listing.file:
        table = documents.certificates_table(current_user, wanted)
        return send_table(table, "giay-chung-nhan", listing.file)
    page = queries.certificates_page(wanted, listing.page)
    tags = {one.id: labels.row_tag(one, wanted.day) for one in page.items}
    return render(
        "catalogue/certificates.html",
        "catalogue/_certificates.html",
        page=page,
        tags=tags,
        listing=listing,
        wanted=wanted,
        producer=catalogue.supplier_by_id(wanted.producer_id),
        window_choices=[(key, _(words)) for key, words in WINDOWS],
        locality_choices=locality_choices(),
        labels=labels,
        typed_month=listing.text("month") if wanted.month else "",
    )


@bp.get("/certificates/calendar")
@requires("catalogue.read")
def certificate_calendar() -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = CertificateFilter(clock.today(), locality_id=listing.number("locality"))
    found = queries.ends_by_month(wanted, MONTHS_AHEAD)
    return render_template(
        "catalogue/calendar.html",
        months=found,
        most=max((ends for _month, ends, _told in found), default=0) or 1,
        wanted=wanted,
        locality_choices=locality_choices(),
    )


@bp.route("/products/<int:product_id>/certificates/new", methods=["GET", "POST"])
@requires("catalogue.edit")
def certificate_new(product_id: int) -> ResponseReturnValue:
    product = product_to_change(product_id)
    form = CertificateForm()

    def verb() -> Done:
        user = me()
        record = catalogue.get_product_to_edit(user, product_id)
        made = service.add_certificate(record, form.facts(months()), by=user)
        said = _(
            "Đã ghi giấy chứng nhận, hiệu lực đến hết %(day)s.", day=vi_date(made.last_valid_day)
        )
        return Done(url_for(".product_show", product_id=product_id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    product = catalogue.get_product_or_404(product_id)
    return answer_form(
        "catalogue/certificate.html", form, product=product, months=months(), held=None
    )


@bp.route("/certificates/<int:certificate_id>/edit", methods=["GET", "POST"])
@requires("catalogue.edit")
def certificate_edit(certificate_id: int) -> ResponseReturnValue:
    certificate = queries.get_certificate_or_404(certificate_id)
    product_id = certificate.product_id
    refuse_readers(certificate.product.locality_id)
    form = CertificateForm(obj=certificate)

    def verb() -> Done:
        user = me()
        record = queries.get_certificate_to_edit(user, certificate_id)
        form.guard_version(record)
        service.correct_certificate(record, form.facts(months()), by=user)
        return Done(url_for(".product_show", product_id=product_id), _("Đã sửa giấy chứng nhận."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    certificate = queries.get_certificate_or_404(certificate_id)
    if certificate.relied_on is not None:
        for name in DECIDES_FORCE[1:]:
            form[name].render_kw = {**(form[name].render_kw or {}), "readonly": True}
    product = certificate.product
    return answer_form(
        "catalogue/certificate.html", form, product=product, months=months(), held=certificate
    )


@bp.route("/certificates/<int:certificate_id>/delete", methods=["GET", "POST"])
@requires("catalogue.edit")
def certificate_delete(certificate_id: int) -> ResponseReturnValue:
    certificate = queries.get_certificate_or_404(certificate_id)
    product_id, number = certificate.product_id, certificate.number
    name = certificate.product.name
    refuse_readers(certificate.product.locality_id)
    back = url_for(".product_show", product_id=product_id)
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        record = queries.get_certificate_to_edit(user, certificate_id)
        service.remove_certificate(record, by=user)
        return Done(back, _("Đã xóa giấy chứng nhận ghi nhầm."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    context: dict[str, Any] = {
        "title": _("Xóa giấy chứng nhận ghi nhầm"),
        "sub": _("Số %(number)s · %(name)s", number=number, name=name),
        "text": _(
            "Giấy và bản quét bị xóa khỏi hệ thống; nhật ký giữ nội dung đã ghi. Không hoàn tác được."
        ),
        "verb": _("Xóa giấy này"),
        "danger": True,
        "back_url": back,
        "nav": "products",
    }
    return answer_form("shared/confirm.html", form, **context)


@bp.route("/certificates/<int:certificate_id>/withdraw", methods=["GET", "POST"])
@requires("catalogue.edit")
def certificate_withdraw(certificate_id: int) -> ResponseReturnValue:
    certificate = queries.get_certificate_or_404(certificate_id)
    product_id = certificate.product_id
    refuse_readers(certificate.product.locality_id)
    form = WithdrawForm()

    def verb() -> Done:
        user = me()
        record = queries.get_certificate_to_edit(user, certificate_id)
        service.withdraw_certificate(
            record, on=form.on.data, reason=form.reason.data or "", by=user
        )
        return Done(url_for(".product_show", product_id=product_id), _("Đã ghi thu hồi."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    certificate = queries.get_certificate_or_404(certificate_id)
    return answer_form("catalogue/withdraw.html", form, certificate=certificate)


def product_to_change(product_id: int) -> Product:
    """The product of a form: 403 for those who may only read it."""
    product = catalogue.get_product_or_404(product_id)
    refuse_readers(product.locality_id)
    return product
