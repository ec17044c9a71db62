"""Period reports as they leave the house: the list and the figures as files, and the plain data of the papers.

A paper is a row of blocks, which templates/print/period_report.typ and `period_word` both walk through: the PDF and the
Word file hold the same.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core.formats import vi_date
from ocop_points.core.tables_out import Column, Table
from ocop_points.reports import labels as words
from ocop_points.reports import period_labels as labels
from ocop_points.reports import period_table as table
from ocop_points.reports.period_queries import Listed
from ocop_points.reports.period_rules import Contents
from ocop_points.reports.rules import most_unmet

UNMET_SHOWN = 5
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
SIGNER = {
    "office": "LÃNH ĐẠO SỞ",
    # Who signs is not confirmed: as in the letters (docs/decisions/0023).
    "hint": "(Chức danh người ký: chờ xác nhận. Ký, đóng dấu, ghi rõ họ tên)",
}

Block = dict[str, Any]


# --- files -----------------------------------------------------------------------------------------


def list_table(rows: Sequence[Listed], user: User) -> Table:
    """The list of reports as it is filtered."""
    columns = [
        Column(_("Địa phương"), 22), Column(_("Kỳ"), 26), Column(_("Trạng thái"), 16),
        Column(_("Số văn bản"), 18), Column(_("Gửi lúc"), 18),
    ]  # fmt: skip
    cells = (
        (
            one.locality,
            words.period_name(one.period),
            str(labels.STATE[one.state][1]),
            one.number,
            one.submitted_at,
        )
        for one in rows
    )
    return Table(columns, cells, sheet=_("Báo cáo kỳ"), notes=[words.made_by(user)])


def report_table(contents: Contents, user: User) -> Table:
    """The figures of one report; what was written beside them stands in the notes."""
    columns = [
        Column(_("Nhóm"), 34), Column(_("Chỉ tiêu"), 40), Column(_("Đơn vị"), 10),
        Column(_("Kỳ này"), 16), Column(_("Kỳ trước"), 16), Column(_("Tăng, giảm"), 16),
    ]  # fmt: skip
    notes = [
        f"{labels.report_name(contents.period)} · {contents.locality}",
        introduction(contents),
        *(f"{labels.REMARKS[name]}: {text or _('không nêu')}" for name, text in contents.remarks.items()),
        str(labels.OUR_FORM),
        words.made_by(user),
    ]  # fmt: skip
    return Table(columns, _cells(contents), sheet=_("Báo cáo kỳ"), notes=notes)


def _cells(contents: Contents) -> Iterator[tuple[Any, ...]]:
    for part, rows in table.rows(contents):
        for row in rows:
            figures = (number(value, row.item.unit) for value in (row.now, row.before, row.change))
            yield (part.title, row.item.title, row.item.unit, *figures)


def number(value: int | None, unit: str) -> float | None:
    """A figure as a workbook computes with it: percents, which are counted in tenths, as 82.4."""
    return value / 10 if value is not None and unit == "%" else value


# --- papers ----------------------------------------------------------------------------------------


def report_paper(contents: Contents, *, draft: bool) -> dict[str, Any]:
    """One report as a paper in the layout of Decree 30/2020."""
    return {
        "date": contents.day,
        "draft": draft,
        "head": dict(contents.head),
        "number": contents.number or f"……/{contents.symbol}",
        "kind": "Báo cáo",
        "about": [
            "Điểm giới thiệu và bán sản phẩm OCOP",
            f"{words.period_in_line(contents.period)}, {contents.locality}",
        ],
        "to": "Bộ Công Thương",
        "blocks": [
            text(introduction(contents)),
            part(0, "Số liệu"),
            figures_block(table.rows(contents)),
            text(str(labels.OUR_FORM), small=True),
            *_unmet_blocks(contents),
            *_remark_blocks(contents),
            text(f"Trên đây là báo cáo của {contents.head['issuer_name']}./."),
        ],
        "signer": SIGNER,
        "recipients": ["Như trên", "UBND tỉnh, thành phố (để b/c)", "Lưu: VT"],
        "annexes": [_points_annex(contents)] if contents.points else [],
    }


def introduction(contents: Contents) -> str:
    """Of which days the figures are, and what they are compared with."""
    said = _(
        "Số liệu trong kỳ từ %(days)s; hiện trạng là của ngày %(day)s. Số liệu tính từ hồ sơ trong hệ thống.",
        days=words.period_days(contents.period).replace("–", _("đến")),
        day=vi_date(contents.day),
    )
    before = words.period_in_line(contents.period.before)
    if contents.before_reported:
        return f"{said} " + _("Kỳ trước: theo báo cáo đã gửi (%(name)s).", name=before)
    return f"{said} " + _(
        "Kỳ trước (%(name)s) không có báo cáo đã gửi: chỉ so được số liệu trong kỳ, tính lại từ hồ sơ.",
        name=before,
    )


def _unmet_blocks(contents: Contents) -> list[Block]:
    most = most_unmet(contents.figures, contents.lines, UNMET_SHOWN)
    if not most:
        return []
    rows = [{"cells": [code, words_, str(times)]} for code, words_, times in most]
    heads = ["Mã", "Tiêu chí hay chưa đạt nhất trong kỳ", "Lần"]
    return [tabled(heads, [1.8, 12.7, 2.0], rows, right=2)]


def _remark_blocks(contents: Contents) -> list[Block]:
    found = []
    for place, (name, title) in enumerate(labels.REMARKS.items(), start=1):
        said = contents.remarks.get(name, "")
        found += [part(place, str(title)), text(said or "Không nêu.")]
    return found


def _points_annex(contents: Contents) -> Block:
    heads = [
        "TT",
        "Mã",
        "Tên điểm",
        "Loại địa điểm",
        "Địa chỉ",
        "Đơn vị vận hành",
        "Điện thoại",
        "m²",
    ]
    widths = [1.0, 2.3, 4.6, 3.4, 5.8, 4.2, 2.8, 1.6]
    rows = [
        {
            "cells": [
                str(place), one.code, one.name, one.kind, one.address, one.operator, one.phone or "–", one.area or "–",
            ]
        }
        for place, one in enumerate(contents.points, start=1)
    ]  # fmt: skip
    return {
        "title": "Phụ lục",
        "about": f"Danh sách {len(rows)} điểm đang hoạt động, ngày {vi_date(contents.day)}",
        "blocks": [tabled(heads, widths, rows, right=7)],
    }


# --- blocks of papers ------------------------------------------------------------------------------


def part(place: int, title: str) -> Block:
    """The title of a part, numbered from 0."""
    return {"is": "part", "text": f"{ROMAN[place]}. {title}"}


def text(said: str, *, small: bool = False) -> Block:
    """Paragraphs; blank lines are left out."""
    return {
        "is": "text",
        "lines": [one for one in said.splitlines() if one.strip()],
        "small": small,
    }


def tabled(
    heads: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[dict[str, Any]],
    *,
    right: int,
    tight: bool = False,
) -> Block:
    """A table with columns of these widths in cm, set right from the column `right` on; `tight` where no cell of the
    PDF has a second line.

    A row is its cells, or a title over all columns: {"title": text}; "strong": a sum.
    """
    return {
        "is": "table",
        "heads": list(heads),
        "widths": [f"{width:g}" for width in widths],
        "rows": list(rows),
        "right": right,
        "tight": tight,
    }


def figures_block(found: Sequence[tuple[table.Part, Sequence[table.Row]]]) -> Block:
    """The table of figures: now, before, and the difference."""
    rows: list[dict[str, Any]] = []
    for place, (of, lines) in enumerate(found, start=1):
        rows.append({"title": f"{place}. {of.title}"})
        for row in lines:
            unit = row.item.unit
            figures = [labels.value_text(row.now, unit), labels.value_text(row.before, unit)]
            rows.append(
                {"cells": [row.item.title, unit, *figures, labels.change_text(row.change, unit)]}
            )
    heads = ["Chỉ tiêu", "Đơn vị", "Kỳ này", "Kỳ trước", "Tăng, giảm"]
    return tabled(heads, [6.4, 2.0, 2.65, 2.65, 2.8], rows, right=2)
