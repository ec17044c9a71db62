"""Pages of the contacts of a supplier."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue import contacts_service as service
from ocop_points.catalogue import queries
from ocop_points.catalogue.contacts_queries import get_contact_to_edit
from ocop_points.catalogue.contacts_service import ContactFacts
from ocop_points.catalogue.views import bp, refuse_readers
from ocop_points.core.access import requires
from ocop_points.core.fields import TextField, email, phone
from ocop_points.core.forms import BaseForm, ConfirmForm, Done, answer_form, ask, carry_out

__all__ = ["bp"]


class ContactForm(BaseForm):
    """Who it is and how to reach them."""

    name = TextField(_l("Họ và tên"), max_length=120, message=_l("Nhập họ và tên"))
    role = TextField(_l("Chức vụ, việc phụ trách"), max_length=80, required=False)
    phone = TextField(_l("Điện thoại"), max_length=20, required=False, checks=[phone])
    email = TextField(_l("Thư điện tử"), max_length=120, required=False, checks=[email])

    def facts(self) -> ContactFacts:
        """What the form says, as the service takes it."""
        return ContactFacts(
            name=self.name.data or "",
            role=self.role.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
        )


@bp.route("/suppliers/<int:supplier_id>/contacts/new", methods=["GET", "POST"])
@requires("catalogue.edit")
def contact_new(supplier_id: int) -> ResponseReturnValue:
    refuse_readers(queries.get_supplier_or_404(supplier_id).locality_id)
    form, back = ContactForm(), url_for(".supplier_show", supplier_id=supplier_id)

    def verb() -> Done:
        user = me()
        supplier = queries.get_supplier_to_edit(user, supplier_id)
        made = service.add_contact(supplier, form.facts(), by=user)
        return Done(back, _("Đã thêm người liên hệ %(name)s.", name=made.name))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    supplier = queries.get_supplier_or_404(supplier_id)
    title = _("Thêm người liên hệ")
    return answer_form("catalogue/contact.html", form, supplier=supplier, title=title)


@bp.route("/supplier-contacts/<int:contact_id>/edit", methods=["GET", "POST"])
@requires("catalogue.edit")
def contact_edit(contact_id: int) -> ResponseReturnValue:
    contact = get_contact_to_edit(current_user, contact_id)
    back = url_for(".supplier_show", supplier_id=contact.supplier_id)
    form = ContactForm(obj=contact)

    def verb() -> Done:
        user = me()
        held = get_contact_to_edit(user, contact_id)
        form.guard_version(held)
        service.edit_contact(held, form.facts(), by=user)
        return Done(back, _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    contact = get_contact_to_edit(current_user, contact_id)
    title = _("Sửa người liên hệ")
    return answer_form("catalogue/contact.html", form, supplier=contact.supplier, title=title)


@bp.route("/supplier-contacts/<int:contact_id>/delete", methods=["GET", "POST"])
@requires("catalogue.edit")
def contact_delete(contact_id: int) -> ResponseReturnValue:
    contact = get_contact_to_edit(current_user, contact_id)
    name, firm = contact.name, contact.supplier.name
    back = url_for(".supplier_show", supplier_id=contact.supplier_id)
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        service.remove_contact(get_contact_to_edit(user, contact_id), by=user)
        return Done(back, _("Đã bỏ người liên hệ %(name)s.", name=name))

    return ask(
        form,
        verb,
        title=_("Bỏ người liên hệ"),
        text=_("%(name)s sẽ không còn là người liên hệ của %(firm)s.", name=name, firm=firm),
        verb=_("Bỏ người liên hệ"),
        danger=True,
        crumb=(firm, back),
        back_url=back,
        nav="suppliers",
    )
