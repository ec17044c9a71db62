"""Pages of one voucher: writing it, posting it, taking it back."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from ocop_points.accounts.models import User
from ocop_points.accounts.queries import me
from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue import queries as products
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.db import db
from ocop_points.core.formats import money
from ocop_points.core.forms import Done, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.printing import amount_in_words
from ocop_points.core.text import clean
from ocop_points.points import queries as points
from ocop_points.points.models import SalesPoint
from ocop_points.stock import labels, posting, queries, service, transfers
from ocop_points.stock.forms import InForm, OutForm, VoucherForm
from ocop_points.stock.models import Voucher
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.service import INCOMING
from ocop_points.stock.sheet import Sheet
from ocop_points.stock.views import bp

__all__ = ["bp"]

KINDS = {
    "receipts": VoucherKind.RECEIPT,
    "issues": VoucherKind.ISSUE,
    "opening": VoucherKind.OPENING,
    "returns": VoucherKind.SUPPLIER_RETURN,
    "write-offs": VoucherKind.WRITE_OFF,
    "transfers": VoucherKind.TRANSFER,
}
SLUGS = {kind: slug for slug, kind in KINDS.items()}
_NEW = '/points/<int:point_id>/stock/<any("receipts","issues","opening","returns","write-offs","transfers"):kind>/new'
_EDIT = "/vouchers/<int:voucher_id>/edit"


@dataclass
class Desk:
    """Where a voucher is being written: a new one of a point, or a draft."""

    point: SalesPoint
    kind: VoucherKind
    voucher: Voucher | None
    sheet: Sheet

    @property
    def form(self) -> VoucherForm:
        return self.sheet.form

    @property
    def url(self) -> str:
        """The form's own address; each action on it is one word further."""
        if self.voucher is not None:
            return url_for("stock.voucher_edit", voucher_id=self.voucher.id)
        return url_for("stock.voucher_new", point_id=self.point.id, kind=SLUGS[self.kind])


def _desk(point_id: int | None, kind: str | None, voucher_id: int | None) -> Desk:
    """The form as sent or as stored, with what its lines need."""
    voucher = None
    if voucher_id is not None:
        voucher = queries.get_voucher_or_404(current_user, voucher_id)
        point, what = voucher.point, voucher.kind
    else:
        point = points.get_point_or_404(current_user, point_id or 0)
        what = KINDS[kind or ""]
    make = InForm if what in INCOMING else OutForm
    form = make(obj=voucher) if voucher else make(data={"on_date": clock.today()})
    sheet = Sheet(point, what, form)
    sheet.prepare()
    _with_supplier(form)
    form.to_point_id.choices = _targets(point) if what is VoucherKind.TRANSFER else []
    return Desk(point, what, voucher, sheet)


def _targets(point: SalesPoint) -> list[tuple[int, str]]:
    found = transfers.points_to_send_to(current_user, point)
    return [(one.id, f"{one.name} ({one.code})") for one in found]


def _with_supplier(form: VoucherForm) -> None:
    chosen = products.supplier_by_id(form.supplier_id.data)
    form.supplier_id.choices = [(chosen.id, chosen.name)] if chosen else []
    if chosen:  # one that was merged away meanwhile gives way to the one that stayed
        form.supplier_id.data = chosen.id
    form.supplier_name = _supplier_name


def _supplier_name(number: int) -> str:
    found = products.supplier_by_id(number)
    return found.name if found else str(number)


def _page(desk: Desk, status: int = 200, *, focus: int = 0) -> ResponseReturnValue:
    """The form, or its table alone for htmx."""
    form = desk.form
    query = form.supplier_query.data or ""
    suppliers = products.find_suppliers(query) if query else []
    chosen = products.supplier_by_id(form.supplier_id.data)
    if chosen and all(one.id != chosen.id for one in suppliers):
        suppliers = [chosen, *suppliers]
    rows = desk.sheet.rows()
    total = sum(row.amount or 0 for row in rows)
    add_query = form.add_query.data or ""
    return render(
        "stock/voucher_form.html",
        "stock/_lines.html",
        status=status,
        desk=desk,
        form=form,
        failed=status == 422,
        rows=rows,
        total=total,
        in_words=amount_in_words(total) if rows else "",
        found=products.find_products(add_query) if add_query else [],
        add_query=add_query,
        suppliers=suppliers,
        chosen=form.supplier_id.data or "",
        query=query,
        field="supplier",
        kinds=catalogue.SUPPLIER_KIND,
        focus=focus,
        labels=labels,
        labels_of=catalogue,
    )


def _begin(sheet: Sheet) -> None:
    """A first line of the goods that the address names, where a warning led here."""
    listing = Listing(request.args)
    number = listing.number("product")
    if number is not None and products.products_with_units([number]):
        sheet.add(number)
        sheet.take_whole(listing.number("lot"))


@bp.route(_NEW, methods=["GET", "POST"])
@requires("stock.write")
def voucher_new(point_id: int, kind: str) -> ResponseReturnValue:
    desk = _desk(point_id, kind, None)
    if request.method == "GET":
        _begin(desk.sheet)

    def verb() -> Done:
        user = me()
        point = points.get_point_to_edit(user, point_id)
        voucher = service.save_draft(point, desk.kind, desk.form.facts(), by=user)
        return Done(url_for(".voucher_edit", voucher_id=voucher.id), _("Đã lưu nháp."))

    if desk.form.validate_on_submit() and (answer := carry_out(desk.form, verb)):
        return answer
    return _again(point_id, kind, None, desk)


@bp.post(f"{_NEW}/post")
@requires("stock.write")
def voucher_new_post(point_id: int, kind: str) -> ResponseReturnValue:
    """Save and post in one transaction: what is refused leaves nothing behind."""
    desk = _desk(point_id, kind, None)

    def verb() -> Done:
        user = me()
        point = points.get_point_to_edit(user, point_id)
        voucher = service.save_draft(point, desk.kind, desk.form.facts(), by=user)
        service.post_voucher(voucher, by=user)
        return _posted(voucher)

    if desk.form.validate_on_submit() and (answer := carry_out(desk.form, verb)):
        return answer
    return _again(point_id, kind, None, desk)


@bp.route(_EDIT, methods=["GET", "POST"])
@requires("stock.write")
def voucher_edit(voucher_id: int) -> ResponseReturnValue:
    desk = _desk(None, None, voucher_id)
    if request.method == "GET" and desk.voucher and not desk.voucher.is_draft:
        return redirect(url_for(".voucher_show", voucher_id=voucher_id))

    def verb() -> Done:
        user = me()
        record = _draft(user, voucher_id, desk.form)
        service.change_draft(record, desk.form.facts(), by=user)
        return Done(url_for(".voucher_edit", voucher_id=voucher_id), _("Đã lưu nháp."))

    if desk.form.validate_on_submit() and (answer := carry_out(desk.form, verb)):
        return answer
    return _again(None, None, voucher_id, desk)


@bp.post(f"{_EDIT}/post")
@requires("stock.write")
def voucher_edit_post(voucher_id: int) -> ResponseReturnValue:
    desk = _desk(None, None, voucher_id)

    def verb() -> Done:
        user = me()
        record = _draft(user, voucher_id, desk.form)
        service.change_draft(record, desk.form.facts(), by=user)
        service.post_voucher(record, by=user)
        return _posted(record)

    if desk.form.validate_on_submit() and (answer := carry_out(desk.form, verb)):
        return answer
    return _again(None, None, voucher_id, desk)


def _draft(user: User, voucher_id: int, form: VoucherForm) -> Voucher:
    """The draft to change: refused once it is posted, a conflict when somebody else changed it."""
    record = queries.get_voucher_to_edit(user, voucher_id)
    posting.refuse_posted(record)
    form.guard_version(record)
    return record


def _posted(voucher: Voucher) -> Done:
    lines = queries.lines_of(voucher.id)
    said = _(
        "Đã ghi sổ %(number)s: %(n)s dòng, %(total)s.",
        number=voucher.number or "",
        n=len(lines),
        total=money(sum(line.amount or 0 for line in lines)),
    )
    paper = url_for(".voucher_print", voucher_id=voucher.id)
    message = Markup('{} <a href="{}">{}</a>').format(said, paper, _("In phiếu"))
    return Done(url_for(".voucher_show", voucher_id=voucher.id), message)


def _again(
    point_id: int | None, kind: str | None, voucher_id: int | None, desk: Desk
) -> ResponseReturnValue:
    """The form as typed; its records are read again, since a refused verb was rolled back."""
    form, sheet = desk.form, desk.sheet
    if form.is_submitted():
        db.session.rollback()
        if voucher_id is not None:
            desk.voucher = queries.get_voucher_or_404(current_user, voucher_id)
            desk.point = desk.voucher.point
        else:
            desk.point = points.get_point_or_404(current_user, point_id or 0)
        sheet.point = desk.point
        sheet.prepare()
    status = 422 if form.is_submitted() and form.errors else 200
    return _page(desk, status)


# --- the table without writing: Enter looks up and counts again, nothing is stored ----------------


@bp.post(f"{_NEW}/find")
@bp.post(f"{_EDIT}/find", endpoint="voucher_edit_find")
@requires("stock.write")
def voucher_new_find(
    point_id: int | None = None, kind: str | None = None, voucher_id: int | None = None
) -> ResponseReturnValue:
    """Look supplier and product up; a product that is the only hit is added at once."""
    desk = _desk(point_id, kind, voucher_id)
    wanted = desk.form.add_query.data or ""
    found = products.find_products(wanted) if wanted else []
    if len(found) == 1:
        desk.sheet.add(found[0].id)
        return _page(desk, focus=len(desk.form.lines.entries))
    return _page(desk)


@bp.post(f"{_NEW}/add/<int:product_id>")
@bp.post(f"{_EDIT}/add/<int:product_id>", endpoint="voucher_edit_add")
@requires("stock.write")
def voucher_new_add(
    product_id: int,
    point_id: int | None = None,
    kind: str | None = None,
    voucher_id: int | None = None,
) -> ResponseReturnValue:
    desk = _desk(point_id, kind, voucher_id)
    products.get_product_or_404(product_id)
    desk.sheet.add(product_id)
    return _page(desk, focus=len(desk.form.lines.entries))


@bp.post(f"{_NEW}/remove/<int:place>")
@bp.post(f"{_EDIT}/remove/<int:place>", endpoint="voucher_edit_remove")
@requires("stock.write")
def voucher_new_remove(
    place: int,
    point_id: int | None = None,
    kind: str | None = None,
    voucher_id: int | None = None,
) -> ResponseReturnValue:
    desk = _desk(point_id, kind, voucher_id)
    desk.sheet.remove(place)
    return _page(desk)


@bp.post(f"{_NEW}/propose")
@bp.post(f"{_EDIT}/propose", endpoint="voucher_edit_propose")
@requires("stock.write")
def voucher_new_propose(
    point_id: int | None = None, kind: str | None = None, voucher_id: int | None = None
) -> ResponseReturnValue:
    """First expired, first out: lots for the lines that have none."""
    desk = _desk(point_id, kind, voucher_id)
    if desk.kind in INCOMING:
        abort(404)
    desk.sheet.propose()
    return _page(desk)


@bp.get(f"{_NEW}/products")
@bp.get(f"{_EDIT}/products", endpoint="voucher_edit_products")
@requires("stock.write")
def voucher_new_products(
    point_id: int | None = None, kind: str | None = None, voucher_id: int | None = None
) -> ResponseReturnValue:
    """The products to add while typing."""
    desk = _desk(point_id, kind, voucher_id)
    query = clean(request.args.get("add_query", ""))[:80]
    found = products.find_products(query) if query else []
    return render_template("stock/_found.html", desk=desk, found=found, add_query=query)
