"""An audit row in words."""

import json
import re
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ocop_points.assessments import findings_labels as findings
from ocop_points.assessments import labels as visits
from ocop_points.audit.models import AuditRow
from ocop_points.audit.rules import Action
from ocop_points.catalogue import labels as catalogue
from ocop_points.core.formats import vi_date
from ocop_points.criteria import labels as criteria
from ocop_points.desk.labels import ACTION, FIELD, ROLE
from ocop_points.points import labels as points
from ocop_points.programme import agreements_labels as agreements
from ocop_points.programme import labels as programme
from ocop_points.reports import period_labels as reports
from ocop_points.stock import labels as stock

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# Stored values that are codes: the words for them.
_CODED: dict[str, dict[str, Any]] = {
    "role": {key.value: text for key, text in ROLE.items()},
    "status": {key.value: text for key, (_tone, text) in points.STATUS.items()},
    "last_result": {key.value: text for key, (_tone, text) in points.RESULT.items() if key},
    "operator_kind": {key.value: text for key, text in points.OPERATOR_KIND.items()},
    "accounting_regime": {key.value: text for key, text in points.REGIME.items()},
    "visit_kind": {key.value: text for key, text in visits.KIND.items()},
    "result": {key.value: text for key, (_tone, text) in visits.RESULT.items() if key},
    "visit_state": {key.value: text for key, (_tone, text) in visits.STATE.items()},
    "amendment_kind": {key.value: text for key, text in visits.AMENDMENT.items()},
    "finding_state": {key.value: text for key, (_tone, text) in findings.STATE.items()},
    "severity": {key.value: text for key, (_tone, text) in findings.SEVERITY.items()},
    "report_state": {key.value: text for key, (_tone, text) in reports.STATE.items()},
    "edition_status": {key.value: text for key, (_tone, text) in criteria.STATUS.items()},
    "line_kind": {key.value: text for key, text in criteria.KIND.items()},
    "photo_rule": {key.value: text for key, text in criteria.PHOTO_WHEN.items()},
    "measure": {key.value: text for key, text in criteria.MEASURE.items()},
    "measure_by": {key.value: text for key, text in criteria.MEASURE_BY.items()},
    "measure_stars": {key.value: text for key, text in catalogue.STARS.items()},
    "kind": {
        key.value: text for key, text in (*catalogue.SUPPLIER_KIND.items(), *stock.KIND.items())
    },
    "tourism_kind": {key.value: text for key, text in points.TOURISM.items()},
    "support_source": {key.value: text for key, text in programme.SOURCE.items()},
    "group148": {key.value: text for key, text in catalogue.GROUP.items()},
    "old_group": {key.value: text for key, text in catalogue.OLD_GROUP.items()},
    "sent_how": {key.value: text for key, text in catalogue.SENT_HOW.items()},
    "terms": {key.value: text for key, text in agreements.TERMS.items()},
    "stars": {key.value: text for key, text in catalogue.STARS.items()},
}


def action_text(row: AuditRow) -> str:
    """What was done, as a verb after the person's name."""
    known = set(Action)
    return str(ACTION[Action(row.action)]) if row.action in known else row.action


def change_lines(row: AuditRow) -> list[tuple[str, str, str]]:
    """Each changed field with its texts before and after."""
    changes: dict[str, list[Any]] = json.loads(row.changes)
    return [
        (str(FIELD.get(name, name)), _word(name, before), _word(name, after))
        for name, (before, after) in changes.items()
    ]


def _word(name: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, str) and _DAY.fullmatch(value):
        return vi_date(date.fromisoformat(value))
    if isinstance(value, list) and name == "sha256":  # of twelve photos: enough to tell them apart
        return ", ".join(f"{one[:12]}…" for one in value)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(_CODED.get(name, {}).get(str(value), value))
