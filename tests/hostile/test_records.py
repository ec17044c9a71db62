"""Records that hold markup of every language: their papers and exports are made, and show it as text."""

import io
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from ocop_points.assessments.rules import Answer
from tests import factories, factories_goods, people
from tests import factories_papers as papers
from tests import factories_stock as goods
from tests import factories_visits as visits
from tests.browser import Browser
from tests.core.test_printing import letters, text_of
from tests.hostile.texts import COUNTED, MARKUP

Open = Callable[[str | None], Browser]
TYPST = '#panic("zq") #read("/etc/passwd") $x$ ```zq'
FORMULA = "=cmd|' /C calc'!A0"
SHEETS = [
    "/points?format=xlsx",
    "/assessments?format=xlsx",
    "/suppliers?format=xlsx",
    "/products?format=xlsx",
    "/points/{point}/stock?format=xlsx&from=",
    "/points/{point}/stock/on-hand?format=xlsx",
]


def shown(text: str) -> str:
    """As a paper or a sheet shows it: invisible signs gone."""
    return letters(unicodedata.normalize("NFC", text))


def cells(data: bytes) -> list[Any]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]


@pytest.mark.parametrize("text", [TYPST, FORMULA, *MARKUP[:3], MARKUP[6], MARKUP[10]])
def test_markup_in_records_is_only_text(
    app: Flask, browser: Open, tmp_path: Path, text: str
) -> None:
    shop = factories.point(name=text, address=text, operator_name=text, representative=text)
    maker = factories_goods.supplier(name=text, representative=text, address=text)
    product = factories_goods.product(producer=maker, name=text)
    slip = goods.posted(
        shop,
        goods.line(product, lot_code=text[:30]),
        supplier_id=maker.id,
        reason=text,
        person=text,
    )
    visits.own_edition()
    note = Answer(value=False, note=text)
    visit = visits.approved({"III.4": note}, point=shop, day=date(2026, 11, 20))
    officer = browser("officer")
    for path in (f"/assessments/{visit}/minutes.pdf", f"/vouchers/{slip.id}/print.pdf"):
        pdf = papers.raw(browser("manager"), path)
        assert pdf.status_code == 200
        found = letters(text_of(pdf.data, tmp_path))
        assert shown(text) in found, path
        assert "root:" not in found
        assert COUNTED not in found
    for path in SHEETS:
        answer = papers.raw(officer, path.format(point=shop.id))
        assert answer.status_code == 200
        assert any(
            isinstance(cell, str) and shown(cell) == shown(text) for cell in cells(answer.data)
        ), path
        assert b"<f>" not in _sheet(answer.data)
    for path in (
        f"/points/{shop.id}",
        f"/assessments/{visit}",
        f"/vouchers/{slip.id}",
        "/audit",
        f"/points?q={people.HERE}",
    ):
        officer.get(path)


def _sheet(data: bytes) -> bytes:
    from tests.hostile.damaged import parts_of

    return parts_of(data)["xl/worksheets/sheet1.xml"]
