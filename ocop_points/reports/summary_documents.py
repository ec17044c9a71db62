"""The ministry's summary as it leaves the house: a row a locality in a file, and the plain data of its paper."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core.formats import vi_date
from ocop_points.core.tables_out import Column, Table
from ocop_points.reports import labels as words
from ocop_points.reports import period_labels as labels
from ocop_points.reports import period_table as table
from ocop_points.reports.period_documents import (
    Block,
    number,
    part,
    tabled,
    text,
)
from ocop_points.reports.rules import Figures
from ocop_points.reports.summary import Line, Summary, shared_items

# Whose words the ministry reads side by side.
TOLD = ("difficulties", "proposals")
HEAD = {
    "superior": "",
    "issuer": "BỘ CÔNG THƯƠNG",
    "issuer_name": "Bộ Công Thương",
    "place": "Hà Nội",
}
SIGNER = {
    "office": "LÃNH ĐẠO BỘ",
    "hint": "(Chức danh người ký: chờ xác nhận. Ký, đóng dấu, ghi rõ họ tên)",
}


def state_text(line: Line) -> str:
    """Where the reports of a line stand: one state, or how many of how many are in."""
    if line.state is not None:
        return str(labels.STATE[line.state][1])
    return _("Đã nhận %(n)s trên %(all)s", n=line.received, all=len(line.states))


# --- the file --------------------------------------------------------------------------------------


def summary_table(summary: Summary, user: User) -> Table:
    """A row a locality with every figure, then the sums; the words of the localities stand in the notes."""
    items = shared_items(summary.parts)
    columns = [
        Column(_("Địa phương"), 22),
        Column(_("Trạng thái"), 18),
        *(Column(f"{of}: {item.title} ({item.unit})", 14) for of, item in items),
    ]
    notes = [
        labels.report_name(summary.asked.period),
        f"{labels.received_text(summary.tally)}. {words.MAPS[summary.asked.drawn]}.",
        *(
            f"{name}, {labels.REMARKS[key]}: {said}"
            for key in labels.REMARKS
            for name, said in summary.remarks(key)
        ),
        str(labels.OUR_FORM),
        words.made_by(user),
    ]
    return Table(columns, _rows(summary), sheet=_("Tổng hợp"), notes=notes)


def _rows(summary: Summary) -> Iterator[tuple[Any, ...]]:
    items = [item for _part, item in shared_items(summary.parts)]

    def cells(one: Figures) -> list[float | None]:
        return [number(item.value(one), item.unit) for item in items]

    for line in summary.lines:
        known = cells(line.unit.figures) if line.received else [None] * len(items)
        yield (line.unit.name, state_text(line), *known)
    yield (_("Cộng đã tiếp nhận"), "", *cells(summary.accepted))
    yield (_("Cộng chờ tiếp nhận"), "", *cells(summary.submitted))
    yield (_("Cộng"), "", *cells(summary.sum))


# --- the paper -------------------------------------------------------------------------------------


def summary_paper(summary: Summary) -> dict[str, Any]:
    """The ministry's report of the country in the layout of Decree 30/2020; a draft, for it is signed by hand."""
    return {
        "date": summary.day,
        "draft": True,
        "head": HEAD,
        "number": "……/BC-BCT",
        "kind": "Báo cáo",
        "about": [
            "Tổng hợp về điểm giới thiệu và bán sản phẩm OCOP",
            words.period_in_line(summary.asked.period),
        ],
        "to": None,
        "blocks": [
            text("\n".join(introduction(summary))),
            part(0, "Số liệu tổng hợp"),
            _sums(summary),
            text(f"{compared_text(summary)} {labels.OUR_FORM}", small=True),
            *_words(summary),
        ],
        "signer": SIGNER,
        "recipients": ["Lãnh đạo Bộ (để b/c)", "Lưu: VT"],
        "annexes": [_side_by_side(summary)],
    }


def introduction(summary: Summary) -> list[str]:
    """How many reports the sums are of."""
    tally = summary.tally
    said = _(
        "%(received)s: %(accepted)s đã tiếp nhận, %(submitted)s chờ tiếp nhận; "
        "%(returned)s đang trả lại, %(unsent)s chưa gửi.",
        received=labels.received_text(tally),
        accepted=tally.accepted,
        submitted=tally.submitted,
        returned=tally.returned,
        unsent=tally.unsent,
    )
    more = (
        [_("Ngoài ra %(n)s địa phương khác đã gửi và được tính vào số cộng.", n=tally.others)]
        if tally.others
        else []
    )
    return [
        said,
        *more,
        _("Số cộng chỉ gồm các báo cáo đã nhận; hiện trạng là của ngày mỗi địa phương gửi."),
    ]


def compared_text(summary: Summary) -> str:
    """What the comparison with the period before is made of."""
    before = words.period_in_line(summary.asked.period.before)
    if not summary.matched:
        return _(
            "Chưa so được với %(period)s: không địa phương nào có báo cáo cả hai kỳ.", period=before
        )
    return _(
        "So với %(period)s: chỉ tính %(n)s địa phương có báo cáo cả hai kỳ.",
        period=before,
        n=len(summary.matched),
    )


def _sums(summary: Summary) -> Block:
    """The sum of what is in, beside the comparison; how much of it is accepted stands in the annex."""
    rows: list[dict[str, Any]] = []
    for place, (of, lines) in enumerate(summary.parts, start=1):
        rows.append({"title": f"{place}. {of.title}"})
        for line in lines:
            row, unit = line.compared, line.compared.item.unit
            figures = [labels.value_text(value, unit) for value in (line.sum, row.now, row.before)]
            change = labels.change_text(row.change, unit)
            rows.append({"cells": [f"{row.item.title} ({unit})", *figures, change]})
    heads = ["Chỉ tiêu", "Cộng", "Cả hai kỳ: kỳ này", "Cả hai kỳ: kỳ trước", "Tăng, giảm"]
    return tabled(heads, [5.2, 2.7, 2.7, 2.7, 3.2], rows, right=1)


def _words(summary: Summary) -> list[Block]:
    found = []
    for place, name in enumerate(TOLD, start=1):
        said = [f"{who}: {line}" for who, line in summary.remarks(name)]
        title = f"{labels.REMARKS[name]} do địa phương nêu"
        found += [part(place, title), text("\n".join(said) or "Không nêu.")]
    return found


def side_items(summary: Summary) -> list[table.Item]:
    """The figures by which localities stand side by side where there is no room for all; money last, it is wide."""
    items = [item for _part, item in shared_items(summary.parts) if item.short]
    return sorted(items, key=lambda item: item.unit == "₫")


def _side_by_side(summary: Summary) -> Block:
    items = side_items(summary)
    rows: list[dict[str, Any]] = []
    for line in summary.lines:
        known = line.unit.figures if line.received else None
        rows.append({"cells": [line.unit.name, state_text(line), *_texts(items, known)]})
    for name, figures in (
        (_("Cộng đã tiếp nhận"), summary.accepted),
        (_("Cộng chờ tiếp nhận"), summary.submitted),
        (_("Cộng"), summary.sum),
    ):
        rows.append({"cells": [name, "", *_texts(items, figures)], "strong": True})
    heads = ["Địa phương", "Trạng thái", *(item.short for item in items)]
    widths = [4.3, 2.7, *([1.7] * (len(items) - 1)), 2.7]
    return {
        "title": "Phụ lục",
        "about": f"Số liệu theo địa phương ({words.MAPS[summary.asked.drawn]}), ngày {vi_date(summary.day)}",
        # 25 localities with their three sums fit on one page.
        "blocks": [tabled(heads, widths, rows, right=2, tight=True)],
    }


def _texts(items: list[table.Item], figures: Figures | None) -> list[str]:
    return [
        "–" if figures is None else labels.value_text(item.value(figures), item.unit)
        for item in items
    ]
