"""The device works the running result out as the server does, whatever the edition and the answers."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Browser, Page

from ocop_points.assessments import labels
from ocop_points.assessments.field_rules import device_rules
from ocop_points.assessments.rules import Answer, LineState, assess
from ocop_points.core.formats import vi_number
from ocop_points.criteria.queries import KnownEdition, KnownLine
from ocop_points.criteria.rules import NONE_OF_THEM, LineSpec
from tests.assessments.test_rules_properties import Case, cases

SCRIPT = Path(__file__).parents[2] / "static" / "field-result.js"
ASK = "([rules, answers]) => window.fieldResult.of(rules, answers)"


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    opened = context.new_page()
    opened.evaluate(SCRIPT.read_text(encoding="utf-8"))
    yield opened
    context.close()


def known(line: LineSpec, number: int) -> KnownLine:
    return KnownLine(**{one.name: getattr(line, one.name) for one in fields(line)}, id=number)


def typed(answer: Answer) -> dict[str, str]:
    """As the page's controls hold it."""
    if answer.not_applicable:
        return {"a": "na"}
    if answer.value is not None:
        return {"a": "yes" if answer.value else "no"}
    if answer.choice is not None:
        return {"a": "none" if answer.choice == NONE_OF_THEM else f"c:{answer.choice}"}
    amount = answer.number if answer.number is not None else answer.score
    return {} if amount is None else {"n": vi_number(amount)}


@settings(
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(cases())
def test_both_come_to_the_same(page: Page, case: Case) -> None:
    specs, answers, rule = case
    lines = tuple(known(line, number) for number, line in enumerate(specs, 1))
    rules = device_rules(KnownEdition(id=1, rule=rule, sections=(), lines=lines))
    given_lines = {line.id: typed(answers[line.code]) for line in lines}
    device: dict[str, Any] = page.evaluate(ASK, [rules, given_lines])
    outcome = assess(specs, answers, rule)
    states = [one.state for one in outcome.lines]
    assert device == {
        "answered": outcome.answered,
        "met": states.count(LineState.MET),
        "unmet": states.count(LineState.NOT_MET),
        "na": states.count(LineState.NOT_APPLICABLE),
        "failing": list(outcome.failing),
        "result": outcome.running.value,
        "score": labels.score_words(outcome) or None,
    }
