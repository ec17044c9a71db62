"""What the offices set for themselves: a locality's own certificate gate, and an edition that is still a draft."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from ocop_points.accounts.queries import user_by_username
from ocop_points.core import clock
from ocop_points.criteria import queries, service_drafts
from ocop_points.criteria.measures_rules import Measure, MeasureBy
from ocop_points.criteria.rules import SectionSpec
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


# What a successor could ask of the books; the bounds are invented.
_BOUNDS: dict[str, dict[str, Any]] = {
    "III.5": {"measure_by": MeasureBy.NUMBER, "measure_least": Decimal(1)},
    "III.7": {"measure_most": Decimal(30)},
}


def _measured(section: SectionSpec) -> SectionSpec:
    """The last section with bounds for its figures, and a line more."""
    lines = [replace(line, **_BOUNDS.get(line.code, {})) for line in section.lines]
    own = replace(
        lines[-1],
        code="III.9",
        allows_na=False,
        text="Phần lớn hàng trên kệ là hàng của tỉnh",
        measure=Measure.OWN_PROVINCE,
        measure_by=MeasureBy.VALUE,
        measure_least=Decimal(60),
    )
    return replace(section, lines=(*lines, own))


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
        sections=(*like.sections[:-1], _measured(like.sections[-1])),
    )
    service_drafts.draft_edition(spec, by=by, locality_id=None, copy_of=source)
