"""The overview as it leaves the house: a row a line of the map, counts beside what they are of."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.catalogue.rules import Stars
from ocop_points.core.formats import vi_date
from ocop_points.core.tables_out import Column, Table
from ocop_points.points import labels as points
from ocop_points.points.rules import PointStatus
from ocop_points.reports import labels
from ocop_points.reports.overview import Overview
from ocop_points.reports.rules import Figures, Share


def overview_table(overview: Overview, user: User) -> Table:
    """The lines and their sum; the second sheet says of which day and period, and what each share is of."""
    titles = [
        _("Địa phương"), _("Vùng"), _("Điểm đã đăng ký"),
        *(str(text) for _tone, text in points.STATUS.values()),
        _("Điểm ngủ"), _("Gắn với du lịch"),
        *(f"{text} ({when})" for text in points.TOURISM.values() for when in (_("điểm"), _("vào mùa trong kỳ"))),
        _("Lên lịch trong kỳ"), _("Đã đi"),
        _("Đã duyệt trong kỳ"), _("Có kết quả"), _("Đạt"), _("Tỷ lệ đạt (%)"),
        _("Điểm số thấp nhất"), _("Điểm số giữa"), _("Điểm số cao nhất"),
        _("Khắc phục chưa xong"), _("Quá hạn"), _("Mặt hàng bày bán"),
        *(str(text) for text in map(labels.star_name, Stars)), _("Chưa xếp hạng"),
        _("Hàng từ 3 sao (%)"), _("Hàng của tỉnh"), _("Hàng của tỉnh (%)"),
        _("Điểm được hỗ trợ"), _("Hỗ trợ theo quyết định (₫)"), _("Đã chi (₫)"),
    ]  # fmt: skip
    columns = [Column(title, 22 if place < 2 else 11) for place, title in enumerate(titles)]
    notes = _notes(overview, user)
    return Table(columns, _rows(overview), sheet=_("Tổng quan"), notes=notes)


def _rows(overview: Overview) -> Iterator[tuple[Any, ...]]:
    for unit in overview.units:
        regions = ", ".join(dict.fromkeys(place.region for place in unit.places))
        yield (unit.name, regions, *_cells(overview, unit.figures))
    yield (_("Cộng"), "", *_cells(overview, overview.sum))


def _cells(overview: Overview, one: Figures) -> tuple[Any, ...]:
    own = one.own(overview.asked.drawn)
    return (
        one.registered, *(one.status[status] for status in PointStatus),
        one.dormant, one.linked,
        *(count[kind] for kind in points.TOURISM for count in (one.tourism, one.in_season)),
        one.planned, one.begun,
        one.visits, one.passed.whole, one.passed.part, _rounded(one.passed),
        *(one.score_spread or (None, None, None)),
        one.live, one.overdue, one.goods,
        *(one.stars[stars.value] for stars in Stars), one.stars[""],
        _rounded(one.rated), own.part, _rounded(own),
        one.helped, one.agreed, one.paid,
    )  # fmt: skip


def _rounded(share: Share) -> float | None:
    return None if share.percent is None else round(share.percent, 1)


def _notes(overview: Overview, user: User) -> list[str]:
    asked = overview.asked
    said = [
        _("Hiện trạng ngày %(day)s.", day=vi_date(overview.day)),
        _("Trong kỳ: %(name)s, %(days)s.", name=labels.period_name(asked.period),
          days=labels.period_days(asked.period)),
        _("Bản đồ: %(map)s.", map=labels.MAPS[asked.drawn]),
        *([_("Vùng: %(region)s.", region=asked.region)] if asked.region else []),
        *(f"{one.title}: {one.of}." for one in labels.MEASURES.values()),
        labels.made_by(user),
    ]  # fmt: skip
    return said
