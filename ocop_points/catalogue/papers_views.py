"""Scans of the catalogue's papers: attached, looked at, taken off."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue import certificate_queries, queries
from ocop_points.catalogue import papers_queries as papers
from ocop_points.catalogue import papers_service as service
from ocop_points.catalogue.certificate_forms import PaperForm
from ocop_points.catalogue.certificate_views import product_to_change
from ocop_points.catalogue.rules import ProductBasis
from ocop_points.catalogue.views import bp
from ocop_points.core.access import accepts_body, requires
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.evidence.rules import MAX_FILE_BYTES, MEGABYTE
from ocop_points.evidence.serving import send_sent, send_thumbnail

__all__ = ["bp"]

SCAN_BODY = 4 * MAX_FILE_BYTES + MEGABYTE
_BASES = '/products/<int:product_id>/bases/<any("b","c","d"):letter>/scan'


@bp.route("/certificates/<int:certificate_id>/scan", methods=["GET", "POST"])
@requires("catalogue.edit")
@accepts_body(SCAN_BODY)
def certificate_scan(certificate_id: int) -> ResponseReturnValue:
    certificate = certificate_queries.get_certificate_or_404(certificate_id)
    title = _("Giấy chứng nhận số %(number)s", number=certificate.number)
    return _attach(certificate.product_id, title, certificate_id=certificate_id)


@bp.route(_BASES, methods=["GET", "POST"])
@requires("catalogue.edit")
@accepts_body(SCAN_BODY)
def basis_scan(product_id: int, letter: str) -> ResponseReturnValue:
    basis = ProductBasis(letter)
    product = queries.get_product_or_404(product_id)
    if basis not in product.noted_bases and request.method == "GET":
        abort(404)
    return _attach(product_id, _("Văn bản của căn cứ %(letter)s", letter=letter), basis=basis)


def _attach(
    product_id: int,
    title: str,
    *,
    certificate_id: int | None = None,
    basis: ProductBasis | None = None,
) -> ResponseReturnValue:
    product = product_to_change(product_id)
    form, back = PaperForm(), url_for(".product_show", product_id=product_id)

    def verb() -> Done:
        user = me()
        product = queries.get_product_to_edit(user, product_id)
        paper = (
            certificate_queries.get_certificate_to_edit(user, certificate_id)
            if certificate_id is not None
            else basis or abort(404)
        )
        service.attach_scans(product, paper, form.ready, by=user)
        return Done(back, _("Đã đính kèm bản quét."))

    if form.taken_in() and (answer := carry_out(form, verb)):
        return answer
    product = queries.get_product_or_404(product_id)
    return answer_form("catalogue/scan.html", form, product=product, title=title, back=back)


@bp.get("/product-scans/<int:paper_id>")
@requires("catalogue.read")
def product_scan(paper_id: int) -> ResponseReturnValue:
    found = papers.get_scan_or_404(paper_id)
    return send_sent(found.file, name=found.name, row_id=paper_id)


@bp.get("/product-scans/<int:paper_id>/small")
@requires("catalogue.read")
def product_scan_small(paper_id: int) -> ResponseReturnValue:
    return send_thumbnail(papers.get_scan_or_404(paper_id).file)


@bp.route("/product-scans/<int:paper_id>/delete", methods=["GET", "POST"])
@requires("catalogue.edit")
def product_scan_delete(paper_id: int) -> ResponseReturnValue:
    found = papers.get_scan_to_edit(current_user, paper_id)
    name, back = found.name, url_for(".product_show", product_id=found.product_id)
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        service.remove_scan(papers.get_scan_to_edit(user, paper_id), by=user)
        return Done(back, _("Đã bỏ bản quét."))

    return ask(
        form,
        verb,
        title=_("Bỏ bản quét"),
        text=_("Tệp “%(name)s” sẽ không còn đính kèm sản phẩm này.", name=name),
        verb=_("Bỏ bản quét"),
        danger=True,
        back_url=back,
        nav="products",
    )
