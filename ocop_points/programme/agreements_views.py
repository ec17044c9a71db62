"""Pages of agreements: list, one, writing, prices, early end."""

from collections.abc import Sequence
from decimal import Decimal

from flask import Blueprint, abort, request, url_for
from flask import render_template as render_page
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue import queries as suppliers
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date
from ocop_points.core.forms import Done, answer_form, ask, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.localities import queries as localities
from ocop_points.points import queries as points
from ocop_points.points.models import SalesPoint
from ocop_points.programme import agreements_documents as documents
from ocop_points.programme import agreements_labels as labels
from ocop_points.programme import agreements_queries as queries
from ocop_points.programme import agreements_service as service
from ocop_points.programme import settlement_queries as settlements
from ocop_points.programme.agreements_forms import (
    AgreementForm,
    EndForm,
    NewAgreementForm,
    PricesForm,
)
from ocop_points.programme.agreements_models import Agreement
from ocop_points.programme.agreements_queries import CHAINS_ONLY, POINTS_ONLY, AgreementFilter
from ocop_points.programme.agreements_rules import Standing, Terms, chains, year_of

bp = Blueprint("agreements", __name__)


@bp.get("/agreements")
@requires("agreements.read")
def agreement_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = AgreementFilter(
        day=clock.today(),
        query=listing.text("q"),
        standing=listing.member("standing", Standing),
        terms=listing.member("terms", Terms),
        buyer=_buyer(listing.text("buyer")),
        locality_id=listing.number("locality"),
        point_id=listing.number("point"),
        producer_id=listing.number("producer"),
    )
    if listing.file:
        table = documents.agreements_table(current_user, wanted)
        return send_table(table, "thoa-thuan", listing.file)
    page = queries.agreements_page(current_user, wanted, listing.page)
    every = ("", _("Tất cả"))
    return render(
        "programme/agreements.html",
        "programme/_agreements.html",
        page=page,
        delivered=settlements.delivered(page.items, wanted.day),
        tags={row.id: labels.standing_tag(row, wanted.day) for row in page.items},
        listing=listing,
        wanted=wanted,
        point=points.get_point_or_404(current_user, wanted.point_id) if wanted.point_id else None,
        producer=suppliers.supplier_by_id(wanted.producer_id),
        standing_choices=[every, *((k.value, text) for k, (_t, text) in labels.STANDING.items())],
        terms_choices=[every, *((key.value, text) for key, text in labels.TERMS.items())],
        buyer_choices=[
            every,
            (POINTS_ONLY, _("Điểm bán")),
            (CHAINS_ONLY, _("Mọi chuỗi bán lẻ")),
            *((one.code, one.name) for one in chains().values()),
        ],
        locality_choices=[every, *localities.reached_localities(current_user)],
        labels=labels,
    )


def _buyer(text: str) -> str:
    return text if text in {POINTS_ONLY, CHAINS_ONLY, *chains()} else ""


@bp.get("/agreements/<int:agreement_id>")
@requires("agreements.read")
def agreement_show(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.get_agreement_or_404(current_user, agreement_id)
    today = clock.today()
    prices = queries.prices_of(agreement_id)
    value = settlements.delivered([_Row(agreement)], today).get(agreement_id)
    goods = [
        one for one in queries.goods_of(queries.now_id(agreement), also=prices) if one.id in prices
    ]
    return render_page(
        "programme/agreement.html",
        agreement=agreement,
        tag=labels.standing_tag(agreement, today),
        year=year_of(today, agreement.valid_from, agreement.last_day),
        delivered=value,
        share=_share(value, agreement.least_value),
        prices=prices,
        goods=goods,
        scans=queries.scans_of(agreement_id),
        editable=current_user.may("agreements.edit"),
        ends_soon=agreement.standing(today) is Standing.SOON,
        stayed=suppliers.supplier_by_id(agreement.producer_id),
        labels=labels,
    )


class _Row:
    """An agreement as a row of the list, for its value: the producer as it is now."""

    def __init__(self, agreement: Agreement) -> None:
        self.id, self.point_id = agreement.id, agreement.point_id
        self.valid_from, self.valid_to = agreement.valid_from, agreement.valid_to
        self.ended_on, self.producer_id = agreement.ended_on, queries.now_id(agreement)


def _share(value: int | None, least: int | None) -> Decimal | None:
    """What was delivered in percent of what was agreed on, to 0.1."""
    return None if value is None or least is None else round(Decimal(value * 100) / least, 1)


@bp.route("/agreements/new", methods=["GET", "POST"])
@requires("agreements.edit")
def agreement_new() -> ResponseReturnValue:
    form = _new_form()

    def verb() -> Done:
        user = me()
        made = service.write_agreement(_producer(form), _point(form), form.facts(), by=user)
        said = _("Đã ghi thỏa thuận, hiệu lực đến hết %(day)s.", day=vi_date(made.valid_to))
        return Done(url_for(".agreement_show", agreement_id=made.id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _new_page(form)


@bp.post("/agreements/new/producers")
@requires("agreements.edit")
def agreement_new_producers() -> ResponseReturnValue:
    """Looking the producer up without script: the form as typed, with at most 20 to choose from."""
    return _new_page(_new_form())


def _new_form() -> NewAgreementForm:
    form = NewAgreementForm()
    if not form.is_submitted():  # from a point's or a producer's page
        given = Listing(request.args)
        form.producer_id.data, form.point_id.data = given.number("producer"), given.number("point")
        form.signed_on.data = form.valid_from.data = clock.today()
    chosen = suppliers.supplier_by_id(form.producer_id.data)
    form.producer_id.choices = [(chosen.id, chosen.name)] if chosen else []
    offered = points.points_to_give(current_user)
    form.point_id.choices = [(one.id, f"{one.name} ({one.code})") for one in offered]
    return form


def _producer(form: NewAgreementForm) -> Supplier:
    """With a chain the record is kept by the producer's locality, so that must lie within reach."""
    found = suppliers.supplier_by_id(form.producer_id.data)
    if found is None:
        raise Refused(_("Tìm rồi chọn chủ thể"), "producer_id")
    if not form.point_id.data and not suppliers.may_edit(current_user, found.locality_id):
        raise Refused(_("Thỏa thuận với chuỗi do địa phương của chủ thể ghi"), "producer_id")
    return found


def _point(form: NewAgreementForm) -> SalesPoint | None:
    if not form.point_id.data:
        return None
    return points.get_point_to_edit(current_user, form.point_id.data)


def _new_page(form: NewAgreementForm) -> ResponseReturnValue:
    query = form.producer_query.data or ""
    found = suppliers.find_suppliers(query, producers=True) if query else []
    chosen = suppliers.supplier_by_id(form.producer_id.data)
    if chosen and all(one.id != chosen.id for one in found):
        found = [chosen, *found]
    return answer_form(
        "programme/agreement_new.html",
        form,
        suppliers=found,
        chosen=form.producer_id.data or "",
        query=query,
        field="producer",
        kinds=catalogue.SUPPLIER_KIND,
    )


@bp.route("/agreements/<int:agreement_id>/edit", methods=["GET", "POST"])
@requires("agreements.edit")
def agreement_edit(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.get_agreement_or_404(current_user, agreement_id)
    form, back = AgreementForm(obj=agreement), url_for(".agreement_show", agreement_id=agreement_id)

    def verb() -> Done:
        user = me()
        record = queries.get_agreement_to_edit(user, agreement_id)
        form.guard_version(record)
        service.change_agreement(record, form.facts(), by=user)
        return Done(back, _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    agreement = queries.get_agreement_or_404(current_user, agreement_id)
    return answer_form("programme/agreement_edit.html", form, agreement=agreement, back=back)


@bp.route("/agreements/<int:agreement_id>/prices", methods=["GET", "POST"])
@requires("agreements.edit")
def agreement_prices(agreement_id: int) -> ResponseReturnValue:
    """The price list: every product of the producer with its price, where one was agreed."""
    agreement = queries.get_agreement_or_404(current_user, agreement_id)
    back = url_for(".agreement_show", agreement_id=agreement_id)
    form, goods = PricesForm(obj=_Versioned(agreement.version)), _goods(agreement)
    form.offer(goods, queries.prices_of(agreement_id))

    def verb() -> Done:
        user = me()
        record = queries.get_agreement_to_edit(user, agreement_id)
        if form.version.data != str(record.version):
            raise Refused(_("Thỏa thuận vừa được người khác sửa. Mở lại bảng giá rồi ghi lần nữa"))
        wanted = form.prices
        chosen = {one: wanted[one.id] for one in _goods(record) if one.id in wanted}
        service.set_prices(record, chosen, by=user)
        return Done(back, _("Đã lưu bảng giá."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    agreement = queries.get_agreement_or_404(current_user, agreement_id)
    by_id = {str(one.id): one for one in _goods(agreement)}
    return answer_form("programme/prices.html", form, agreement=agreement, goods=by_id, back=back)


class _Versioned:
    """Nothing of the agreement but its version: the lines are offered by the page."""

    def __init__(self, version: int) -> None:
        self.version = version


def _goods(agreement: Agreement) -> Sequence[Product]:
    return queries.goods_of(queries.now_id(agreement), also=queries.prices_of(agreement.id))


@bp.route("/agreements/<int:agreement_id>/end", methods=["GET", "POST"])
@requires("agreements.edit")
def agreement_end(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.get_agreement_or_404(current_user, agreement_id)
    if agreement.ended_on is not None and request.method == "GET":
        abort(404)
    name = agreement.subject().text
    form, back = EndForm(), url_for(".agreement_show", agreement_id=agreement_id)

    def verb() -> Done:
        user = me()
        record = queries.get_agreement_to_edit(user, agreement_id)
        service.end_agreement(record, on=form.on.data, reason=form.reason.data or "", by=user)
        return Done(back, _("Đã ghi chấm dứt thỏa thuận."))

    return ask(
        form,
        verb,
        title=_("Chấm dứt trước hạn"),
        text=_("%(name)s. Ghi chấm dứt rồi thì điều khoản không sửa được nữa.", name=name),
        verb=_("Ghi chấm dứt"),
        danger=True,
        crumb=(_("Thỏa thuận"), back),
        back_url=back,
        nav="agreements",
    )
