"""Letters to both sides of agreements that end soon: one, or all within reach in one file."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.catalogue.models import Supplier
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.lists import Listing
from ocop_points.evidence.serving import send_paper
from ocop_points.programme import agreements_labels as labels
from ocop_points.programme import agreements_queries as queries
from ocop_points.programme.agreements_models import Agreement
from ocop_points.programme.agreements_rules import Standing
from ocop_points.programme.settlement_views import bp

__all__ = ["bp"]


@bp.get("/agreements/letters.pdf")
@requires("agreements.edit")
def ending_letters() -> ResponseReturnValue:
    """`?agreement=`: one, 404 where it does not end soon or lies out of reach."""
    agreement_id, today = Listing(request.args).number("agreement"), clock.today()
    ending = queries.agreements_to_write_about(current_user, today, agreement_id)
    if not ending:
        every = url_for(".agreement_list", standing=Standing.SOON.value)
        return redirect(every) if agreement_id is None else abort(404)
    return send_paper(
        "agreement_ends", letters(ending, today), name=_("Thỏa thuận sắp hết hạn.pdf")
    )


def letters(ending: Sequence[tuple[Agreement, Supplier]], today: date) -> dict[str, Any]:
    """What print/agreement_ends.typ shows: a letter an agreement, in the order given."""
    found = [_letter(one, maker, today) for one, maker in ending]
    return {"date": today, "draft": False, "letters": found}


def _letter(one: Agreement, maker: Supplier, today: date) -> dict[str, Any]:
    return {
        **one.locality.department.notice(),
        "producer": maker.name,
        "address": maker.full_address,
        "buyer": one.buyer,
        "number": one.number,
        "terms": str(labels.TERMS[one.terms]).lower(),
        "signed_on": one.signed_on,
        "valid_to": one.valid_to,
        "days": (one.valid_to - today).days,
    }
