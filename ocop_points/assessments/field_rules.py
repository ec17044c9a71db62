"""What the device needs to work a running result out without network: the rules of the edition, as plain data. Pure."""

from decimal import Decimal
from typing import Any

from ocop_points.criteria.queries import KnownEdition, KnownLine
from ocop_points.criteria.rules import LineKind


def device_rules(edition: KnownEdition) -> dict[str, Any]:
    """For `static/field-result.js`, which counts as `rules.assess` does; amounts as text, so that they stay exact."""
    ids = {line.code: line.id for line in edition.lines}
    rule = edition.rule
    return {
        "must": rule.mandatory_lines,
        "least": _text(rule.minimum_score),
        "sections": [
            [_text(one.least), sorted(ids[code] for code in one.lines)]
            for one in rule.section_minima
        ],
        "lines": {line.id: _line(line) for line in edition.lines},
    }


def _line(line: KnownLine) -> dict[str, Any]:
    most = Decimal(100) if line.kind is LineKind.NUMBER and line.unit == "%" else line.maximum
    known = {
        "code": line.code,
        "kind": line.kind.value,
        "must": line.mandatory,
        "weight": _text(line.weight),
        "from": _text(line.met_from),
        "most": _text(most),
    }
    return {name: value for name, value in known.items() if value not in (None, False)}


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")
