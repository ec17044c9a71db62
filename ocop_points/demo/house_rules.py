"""What the offices set for themselves: a locality's own certificate gate, and an edition that is still a draft."""

from dataclasses import replace
from datetime import date

from ocop_points.accounts.queries import user_by_username
from ocop_points.core import clock
from ocop_points.criteria import queries, service_drafts
from ocop_points.demo.stage import Stage
from ocop_points.stock.gate_rules import Gate, GateAction
from ocop_points.stock.gate_service import set_gate


def plan(stage: Stage) -> None:
    """Put both on the agenda; the gate after the last receipt, so that it holds for what comes in next."""
    stage.at(stage.ago(12), 10, 0, _draft)
    stage.at(stage.ago(1), 18, 30, lambda: _gate(stage, "QNI"))


def _gate(stage: Stage, short_code: str) -> None:
    """Told 45 days ahead; goods without a certificate need a reason, ended ones the manager."""
    locality = next(one for one in stage.localities if one.short_code == short_code)
    wanted = Gate(soon_days=45, ended=GateAction.BLOCK, none=GateAction.ASK)
    set_gate(locality, wanted, by=stage.manager(locality.id))


def _draft() -> None:
    """The ministry's administrator works on a successor of the edition in force."""
    known, by = queries.edition_by_code("950-2023"), user_by_username("quantri")
    if known is None or by is None:
        return
    source = queries.fresh_edition(known.id)
    like = source.spec()
    spec = replace(
        like,
        code=queries.free_code(source.code),
        title=f"{source.title} (dự thảo minh họa)",
        legal_basis=replace(like.legal_basis, number="", issued_on=None),
        valid_from=date(clock.today().year + 1, 1, 1),
        valid_to=None,
    )
    service_drafts.draft_edition(spec, by=by, locality_id=None, copy_of=source)
