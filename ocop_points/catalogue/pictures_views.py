"""The picture of a product: shown, taken in, taken off."""

from flask import Response, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.accounts.queries import me
from ocop_points.catalogue import pictures_service as service
from ocop_points.catalogue import queries
from ocop_points.catalogue.certificate_views import product_to_change
from ocop_points.catalogue.models import Product
from ocop_points.catalogue.views import bp
from ocop_points.core.access import accepts_body, requires
from ocop_points.core.errors import Refused
from ocop_points.core.forms import BaseForm, ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.evidence.forms import PICTURE_KINDS, FilesField
from ocop_points.evidence.intake import prepare_pictures
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.rules import MAX_FILE_BYTES, MEGABYTE
from ocop_points.evidence.serving import send_file, send_thumbnail

__all__ = ["bp"]


class PictureForm(BaseForm):
    """One picture of the goods."""

    picture = FilesField(_l("Ảnh"), kinds=PICTURE_KINDS, message=_l("Chọn một ảnh"))


def _picture_or_404(product_id: int) -> StoredFile:
    return queries.picture_of(product_id) or abort(404)


@bp.get("/products/<int:product_id>/picture")
@requires("catalogue.read")
def product_picture(product_id: int) -> ResponseReturnValue:
    return send_file(_picture_or_404(product_id), name=f"{product_id}.jpg")


@bp.get("/products/<int:product_id>/picture/small")
@requires("catalogue.read")
def product_picture_small(product_id: int) -> ResponseReturnValue:
    return send_thumbnail(_picture_or_404(product_id))


@bp.route("/products/<int:product_id>/picture/new", methods=["GET", "POST"])
@requires("catalogue.edit")
@accepts_body(MAX_FILE_BYTES + MEGABYTE)
def product_picture_new(product_id: int) -> ResponseReturnValue:
    product = product_to_change(product_id)
    form = PictureForm()
    if form.validate_on_submit() and (answer := _kept(form, product)):
        return answer
    product = queries.get_product_or_404(product_id)
    return answer_form("catalogue/picture.html", form, product=product)


def _kept(form: PictureForm, product: Product) -> Response | None:
    product_id = product.id
    try:
        prepared = prepare_pictures(form.picture.data[:1], field="picture")
    except Refused as refused:
        form.refuse(refused)
        return None

    def verb() -> Done:
        user = me()
        held = queries.get_product_to_edit(user, product_id)
        service.set_picture(held, prepared[0], by=user)
        return Done(url_for(".product_show", product_id=product_id), _("Đã lưu ảnh."))

    return carry_out(form, verb)


@bp.route("/products/<int:product_id>/picture/delete", methods=["GET", "POST"])
@requires("catalogue.edit")
def product_picture_delete(product_id: int) -> ResponseReturnValue:
    product = product_to_change(product_id)
    if product.picture_file_id is None:
        abort(404)
    name, back = product.name, url_for(".product_show", product_id=product_id)
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        service.remove_picture(queries.get_product_to_edit(user, product_id), by=user)
        return Done(back, _("Đã bỏ ảnh."))

    return ask(
        form,
        verb,
        title=_("Bỏ ảnh sản phẩm"),
        text=_("%(name)s sẽ không còn ảnh.", name=name),
        verb=_("Bỏ ảnh"),
        danger=True,
        crumb=(name, back),
        back_url=back,
        nav="products",
    )
