"""The 30-day letters: printed one by one or in bulk, and written down as sent."""

from collections.abc import Sequence

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from ocop_points.accounts.models import User
from ocop_points.accounts.queries import me
from ocop_points.catalogue import certificate_documents as documents
from ocop_points.catalogue import certificate_queries as queries
from ocop_points.catalogue import notices_queries, notices_service
from ocop_points.catalogue.certificate_forms import SentForm
from ocop_points.catalogue.models import Certificate
from ocop_points.catalogue.views import bp
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.formats import vi_date
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.core.lists import Listing
from ocop_points.evidence.serving import send_paper
from ocop_points.localities import queries as localities

__all__ = ["bp"]


def _meant() -> set[int] | None:
    """The one certificate the address names, or None: all that are due."""
    number = Listing(request.args).number("certificate")
    return None if number is None else {number}


def _to_tell(user: User, only: set[int] | None) -> Sequence[Certificate]:
    """What the page is about; a certificate out of reach is not found."""
    found = queries.to_tell(user, clock.today(), only)
    return found if found or only is None else abort(404)


@bp.get("/certificates/letters.pdf")
@requires("catalogue.edit")
def notice_letters() -> ResponseReturnValue:
    """The letters that are due, or `?certificate=` one, in one file."""
    found = _to_tell(current_user, _meant())
    if not found:  # the page that says so
        return redirect(url_for(".notices_send"))
    departments = {one.id: one for one in localities.departments_list()}
    paper = documents.letters(found, departments)
    return send_paper("notice", paper, name=_("Thông báo chứng nhận.pdf"))


@bp.route("/certificates/notices", methods=["GET", "POST"])
@requires("catalogue.edit")
def notices_send() -> ResponseReturnValue:
    """Write down that letters were sent; every one that is due is ticked to begin with."""
    only = _meant()
    rows = _to_tell(current_user, only)
    told = notices_queries.told_among([one.id for one in rows])
    rows = [one for one in rows if one.id not in told]
    form = SentForm()
    form.offer(list(rows), {one.id for one in rows}, clock.today())

    def verb() -> Done:
        user = me()
        chosen = set(form.certificates.data or [])
        meant = [one for one in queries.to_tell(user, clock.today(), chosen) if one.id in chosen]
        count = notices_service.note_sent(meant, on=form.sent_on.data, how=form.how.data, by=user)
        said = ngettext("Đã ghi gửi %(num)d thông báo.", "Đã ghi gửi %(num)d thông báo.", count)
        return Done(url_for(".certificate_list", window="30"), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return answer_form(
        "catalogue/notices.html", form, rows=rows, only=next(iter(only)) if only else None
    )


@bp.route("/notices/<int:notice_id>/delete", methods=["GET", "POST"])
@requires("catalogue.edit")
def notice_take_back(notice_id: int) -> ResponseReturnValue:
    notice = notices_queries.get_notice_to_edit(current_user, notice_id)
    product_id, number = notice.certificate.product_id, notice.certificate.number
    day, back = vi_date(notice.sent_on), url_for(".product_show", product_id=product_id)
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        record = notices_queries.get_notice_to_edit(user, notice_id)
        notices_service.take_back(record, by=user)
        return Done(back, _("Đã bỏ ghi gửi thông báo."))

    return ask(
        form,
        verb,
        title=_("Bỏ ghi đã gửi thông báo"),
        text=_(
            "Thông báo về giấy số %(number)s ghi là đã gửi ngày %(day)s. Bỏ ghi thì giấy này lại nằm "
            "trong danh sách cần báo.",
            number=number,
            day=day,
        ),
        verb=_("Bỏ ghi đã gửi"),
        danger=True,
        back_url=back,
        nav="products",
    )
