"""The page of the certificate gate of a locality."""

from types import SimpleNamespace

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.stock import gate_queries as queries
from ocop_points.stock import gate_service as service
from ocop_points.stock.gate_forms import GateForm
from ocop_points.stock.gate_rules import DEFAULT
from ocop_points.stock.views import bp

__all__ = ["bp"]


def _stored(locality_id: int) -> object:
    """What is set, or the default as the form reads it; version 0 stands for nothing set yet."""
    plain = SimpleNamespace(
        soon_days=DEFAULT.soon_days, ended=DEFAULT.ended, none=DEFAULT.none, version=0
    )
    return queries.gate_row(locality_id) or plain


@bp.route("/localities/<int:locality_id>/receipts", methods=["GET", "POST"])
@requires("gate.edit")
def gate_edit(locality_id: int) -> ResponseReturnValue:
    locality = queries.get_locality_of_gate(current_user, locality_id)
    form = GateForm(obj=_stored(locality_id))

    def verb() -> Done:
        user = me()
        record = queries.get_locality_of_gate(user, locality_id)
        form.guard_version(_stored(locality_id))
        service.set_gate(record, form.facts(), by=user)
        said = _("Đã lưu cách kiểm tra chứng nhận của %(name)s.", name=record.name)
        return Done(url_for("localities.locality_list"), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    locality = queries.get_locality_of_gate(current_user, locality_id)
    return answer_form("stock/gate.html", form, locality=locality)
