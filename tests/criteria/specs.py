"""Editions as hypothesis makes them up: everything that a whole edition may say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ocop_points.catalogue.rules import Stars
from ocop_points.core.text import clean
from ocop_points.criteria import checks
from ocop_points.criteria.measures_rules import ALL_BASES, MEASURES, Measure
from ocop_points.criteria.rules import (
    LARGEST,
    ChoiceSpec,
    EditionSpec,
    LegalBasis,
    LineKind,
    LineSpec,
    PhotoRule,
    ResultRule,
    SectionSpec,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
# What a file of rows and marks might trip over, besides all other letters.
SIGNS = st.sampled_from(
    [*": -#'\"{}[],&*!|>%@`?\\~=", "yes", "null", "1.5", "2026-01-01", "ộ", "\n"]
)


def amounts(least: str, most: Decimal | int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(least), Decimal(most), places=3)


def words(most: int, *, empty: bool = False, rows: bool = False) -> st.SearchStrategy[str]:
    typed = st.text(max_size=30) | st.lists(SIGNS, max_size=8).map("".join)
    made = typed.map(lambda text: clean(text, multiline=rows)[:most].strip())
    return made if empty else made.filter(bool)


def codes(number: int, prefix: str = "I") -> list[str]:
    return [f"{prefix}.{n}" for n in range(1, number + 1)]


@st.composite
def a_measure(draw: st.DrawFn, kind: LineKind) -> dict[str, Any]:
    """A figure as a line may ask for it, with everything that fits it."""
    measure = draw(st.none() | st.sampled_from(Measure))
    if measure is None:
        return {}
    spec = MEASURES[measure]
    by = draw(st.none() | st.sampled_from(spec.counted))
    share = (by or spec.counted[0]).is_share
    bound = draw(amounts("0", 100 if share else LARGEST))
    least = draw(st.booleans())
    bounded = kind is LineKind.YES_NO and draw(st.booleans())
    letters = draw(st.sets(st.sampled_from(ALL_BASES))) if spec.bases else set()
    return {
        "measure": measure,
        "measure_by": by,
        "measure_stars": draw(st.none() | st.sampled_from(Stars)) if spec.stars else None,
        "measure_bases": "".join(sorted(letters)),
        "measure_least": bound if bounded and least else None,
        "measure_most": bound if bounded and not least else None,
    }


@st.composite
def a_line(draw: st.DrawFn, code: str, rule: ResultRule, scored: bool) -> LineSpec:
    kind = draw(st.sampled_from(LineKind))
    mandatory = rule.mandatory_lines and draw(st.booleans())
    number, score = kind is LineKind.NUMBER, kind is LineKind.SCORE
    unit = draw(st.sampled_from(["", "m²", "%"])) if number else ""
    maximum = draw(amounts("0.001", LARGEST)) if score else None
    most = maximum if maximum is not None else Decimal(100) if unit == "%" else LARGEST
    wants_minimum = number or (score and (mandatory or draw(st.booleans())))
    texts = draw(st.lists(words(checks.TEXT), min_size=1, max_size=4))
    choices = tuple(ChoiceSpec(f"{n}", text) for n, text in enumerate(texts))
    return LineSpec(
        code=code,
        kind=kind,
        text=draw(words(checks.TEXT)),
        mandatory=mandatory,
        confirmed=mandatory or draw(st.booleans()),
        source=draw(words(checks.TITLE)),
        allows_na=not mandatory and draw(st.booleans()),
        photo=draw(st.sampled_from(PhotoRule)),
        weight=draw(amounts("0.001", 1000)) if scored else None,
        minimum=draw(amounts("0", most)) if wants_minimum else None,
        maximum=maximum,
        unit=unit,
        **draw(a_measure(kind)),
        guidance=draw(words(checks.LONG, empty=True, rows=True)),
        choices=choices if kind is LineKind.ONE_OF else (),
    )


@st.composite
def editions(draw: st.DrawFn) -> EditionSpec:
    rule = ResultRule(draw(st.booleans()), draw(st.none() | amounts("0", 100)))
    minima = [draw(st.none() | amounts("0", 100)) for _n in range(draw(st.integers(1, 3)))]
    scored = rule.is_scored or any(least is not None for least in minima)
    sections = []
    for place, least in enumerate(minima):
        own = codes(draw(st.integers(1, 3)), f"{place}x")
        lines = tuple(draw(a_line(code, rule, scored)) for code in own)
        title, note = draw(words(checks.TITLE)), draw(words(checks.TEXT, empty=True))
        sections.append(SectionSpec(f"{place}", title, lines, note, least))
    first, second, third = sorted(draw(st.tuples(DAYS, DAYS, DAYS)))
    number = draw(words(checks.NUMBER, empty=True))
    issued = first if number else draw(st.sampled_from([None, first]))
    spec = EditionSpec(
        code=draw(st.from_regex(r"\A[a-z0-9][a-z0-9.\-]{0,39}\Z")),
        title=draw(words(checks.TITLE)),
        legal_basis=LegalBasis(number, issued, draw(words(checks.TITLE))),
        valid_from=second,
        valid_to=draw(st.sampled_from([None, third])),
        result=rule,
        sections=tuple(sections),
    )
    return spec if scored or any(one.mandatory for one in spec.lines) else _decided(spec)


def _decided(spec: EditionSpec) -> EditionSpec:
    """One that decides something, after all: its first section must reach a minimum of its own."""
    parts = tuple(
        replace(part, lines=tuple(replace(one, weight=Decimal(1)) for one in part.lines))
        for part in spec.sections
    )
    return replace(spec, sections=(replace(parts[0], minimum_score=Decimal(50)), *parts[1:]))
