"""Pages where two records of one supplier become one: proposed, compared, asked, done."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue import labels, lists
from ocop_points.catalogue import merges_queries as queries
from ocop_points.catalogue import merges_service as service
from ocop_points.catalogue import queries as catalogue
from ocop_points.catalogue.merges_rules import Pair
from ocop_points.catalogue.models import Supplier
from ocop_points.catalogue.views import bp, refuse_readers
from ocop_points.core.access import requires
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.core.lists import Listing
from ocop_points.core.paging import PAGE_SIZE, Page

__all__ = ["bp"]


@bp.get("/suppliers/duplicates")
@requires("catalogue.edit")
def supplier_duplicates() -> ResponseReturnValue:
    """Likely pairs among the suppliers this user's localities keep."""
    listing = Listing(request.args)
    if listing.text("show") == "apart":
        found = queries.apart_page(current_user, listing.page)
        return render_template("catalogue/apart.html", page=found, listing=listing)
    pairs = queries.likely_twins(current_user)
    number = min(listing.page, max(1, -(-len(pairs) // PAGE_SIZE)))
    shown = pairs[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "catalogue/duplicates.html",
        page=Page(shown, len(pairs), number),
        **_beside(shown),
        listing=listing,
        labels=labels,
    )


@bp.get("/suppliers/<int:supplier_id>/duplicates")
@requires("catalogue.edit")
def supplier_twins(supplier_id: int) -> ResponseReturnValue:
    """What is likely the same as one supplier, or is looked for by name."""
    supplier = catalogue.get_supplier_or_404(supplier_id)
    refuse_readers(supplier.locality_id)
    query = Listing(request.args).text("q")
    pairs = queries.twins_of(current_user, supplier)
    found = lists.editable_suppliers(current_user, query, but=supplier_id) if query else []
    return render_template(
        "catalogue/twins.html",
        supplier=supplier,
        pairs=pairs,
        **_beside(pairs),
        query=query,
        found=found,
        labels=labels,
    )


def _beside(pairs: list[Pair]) -> dict[str, Any]:
    """Names and numbers of products of what stands in the pairs: two statements."""
    ids = {id_ for pair in pairs for id_ in (pair.first, pair.second)}
    return {"suppliers": queries.suppliers_by_id(ids), "made": queries.made_by(ids)}


@bp.get("/suppliers/<int:supplier_id>/compare/<int:other_id>")
@requires("catalogue.edit")
def supplier_compare(supplier_id: int, other_id: int) -> ResponseReturnValue:
    """Two suppliers side by side; the next page asks."""
    pair = queries.get_pair_or_404(current_user, supplier_id, other_id)
    ids = [one.id for one in pair]
    return render_template(
        "catalogue/compare.html",
        pair=pair,
        made=queries.made_by(ids),
        contacts=queries.contacts_of(ids),
        apart=queries.apart(*ids),
        labels=labels,
    )


@bp.route("/suppliers/<int:supplier_id>/apart/<int:other_id>", methods=["GET", "POST"])
@requires("catalogue.edit")
def supplier_apart(supplier_id: int, other_id: int) -> ResponseReturnValue:
    """Two that look like one are not: propose the pair no more."""
    one, other = (s.name for s in queries.get_pair_or_404(current_user, supplier_id, other_id))

    def verb() -> Done:
        user = me()
        service.keep_apart(*queries.get_pair_to_edit(user, supplier_id, other_id), by=user)
        return Done(url_for(".supplier_duplicates"), _("Đã ghi: hai đơn vị khác nhau."))

    return ask(
        ConfirmForm(),
        verb,
        title=_("Hai đơn vị khác nhau"),
        text=_(
            "%(one)s và %(other)s không phải là một. Cặp này thôi được gợi ý.", one=one, other=other
        ),
        verb=_("Ghi là khác nhau"),
        danger=False,
        **_way_back(supplier_id, other_id),
    )


@bp.route("/suppliers/<int:supplier_id>/apart/<int:other_id>/undo", methods=["GET", "POST"])
@requires("catalogue.edit")
def supplier_apart_undo(supplier_id: int, other_id: int) -> ResponseReturnValue:
    """Take that back."""
    one, other = (s.name for s in queries.get_pair_or_404(current_user, supplier_id, other_id))

    def verb() -> Done:
        user = me()
        service.forget_apart(*queries.get_pair_to_edit(user, supplier_id, other_id), by=user)
        return Done(url_for(".supplier_duplicates"), _("Đã bỏ ghi khác nhau."))

    return ask(
        ConfirmForm(),
        verb,
        title=_("Bỏ ghi khác nhau"),
        text=_("%(one)s và %(other)s lại được gợi ý nếu còn giống nhau.", one=one, other=other),
        verb=_("Bỏ ghi khác nhau"),
        danger=False,
        **_way_back(supplier_id, other_id),
    )


def _way_back(supplier_id: int, other_id: int) -> dict[str, Any]:
    back = url_for(".supplier_compare", supplier_id=supplier_id, other_id=other_id)
    return {"back_url": back, "crumb": (_("So sánh hai bản ghi"), back), "nav": "suppliers"}


@bp.route("/suppliers/<int:supplier_id>/merge/<int:other_id>", methods=["GET", "POST"])
@requires("catalogue.edit")
def supplier_merge(supplier_id: int, other_id: int) -> ResponseReturnValue:
    """Merge `other_id` into `supplier_id`, which stays. It cannot be undone."""
    kept, merged = queries.get_pair_or_404(current_user, supplier_id, other_id)
    names = {"kept": kept.name, "merged": merged.name}
    form, context = ConfirmForm(), _what_happens(kept, merged)

    def verb() -> Done:
        user = me()
        held = queries.get_pair_to_edit(user, supplier_id, other_id)
        service.merge_suppliers(*held, by=user)
        url = url_for(".supplier_show", supplier_id=supplier_id)
        return Done(url, _("Đã gộp %(merged)s vào %(kept)s.", **names))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    if form.is_submitted():  # a refused verb was rolled back
        kept, merged = queries.get_pair_or_404(current_user, supplier_id, other_id)
    return answer_form("catalogue/merge.html", form, kept=kept, merged=merged, **context)


def _what_happens(kept: Supplier, merged: Supplier) -> dict[str, Any]:
    return {
        "products": queries.made_by([merged.id]).get(merged.id, 0),
        "contacts": queries.contacts_of([merged.id])[merged.id],
        "filled": [
            (labels.SUPPLIER_FACT[name], _fact(merged, name))
            for name in service.to_fill(kept, merged)
        ],
    }


def _fact(supplier: Supplier, name: str) -> str:
    if name == "ward_code" and supplier.ward is not None:
        return supplier.ward.full_name
    return str(getattr(supplier, name))
