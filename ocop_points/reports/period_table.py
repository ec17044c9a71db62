"""The table of figures of a report: each with the one of the period before it and the difference.

Page, papers and files take it from here, so that they say the same.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from ocop_points.catalogue.rules import Stars
from ocop_points.points import labels as points
from ocop_points.points.rules import PointStatus
from ocop_points.reports import labels
from ocop_points.reports.period_rules import Contents
from ocop_points.reports.rules import Figures, Map, Share


@dataclass(frozen=True)
class Item:
    """A figure of the report. A percent is counted in tenths; `of_period`: it counts the period, not the present.

    `short` is its head where localities stand side by side and there is no room for all figures; "" elsewhere.
    """

    title: str
    unit: str
    value: Callable[[Figures], int | None]
    of_period: bool = False
    short: str = ""


@dataclass(frozen=True)
class Part:
    """Figures that belong together."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Row:
    """A figure beside that of the period before; None where there is none."""

    item: Item
    now: int | None
    before: int | None

    @property
    def change(self) -> int | None:
        if self.now is None or self.before is None:
            return None
        return self.now - self.before


def tenths(share: Share) -> int | None:
    """A share in tenths of a percent, rounded half-up; None of nothing."""
    return (2000 * share.part + share.whole) // (2 * share.whole) if share.whole else None


def parts(kinds: Mapping[str, str]) -> list[Part]:
    """Every figure of the report; `kinds` are those that open points are counted by."""
    point, visit, work, goods = _("điểm"), _("lần"), _("việc"), _("mặt hàng")
    within = [
        Item(_("trong đó: %(kind)s", kind=_small(name)), point, lambda one, c=code: one.kinds[c])  # type: ignore[misc]
        for code, name in sorted(kinds.items())
    ]
    within.append(Item(_("trong đó: 60 ngày không nhập, xuất"), point, lambda one: one.dormant))
    states: list[Item] = []
    for status, (_tone, words) in points.STATUS.items():
        is_open = status is PointStatus.OPEN
        states.append(
            Item(
                str(words), point, lambda one, s=status: one.status[s],  # type: ignore[misc]
                short=_("Hoạt động") if is_open else "",
            )
        )  # fmt: skip
        states += within if is_open else []
    stars = [
        Item(str(labels.star_name(star)), goods, lambda one, s=star: one.stars[s.value])  # type: ignore[misc]
        for star in reversed(Stars)
    ]
    return [
        Part(
            _("Điểm giới thiệu và bán sản phẩm"),
            (Item(_("Đã đăng ký"), point, lambda one: one.registered, short=_("Đăng ký")), *states),
        ),
        Part(
            _("Hỗ trợ, mọi năm đến nay"),
            (
                Item(_("Điểm được hỗ trợ"), point, lambda one: one.helped),
                Item(_("Theo quyết định"), "₫", lambda one: one.agreed),
                Item(_("Đã chi"), "₫", lambda one: one.paid, short=_("Hỗ trợ đã chi (₫)")),
            ),
        ),
        Part(
            _("Đánh giá trong kỳ"),
            (
                Item(_("Lên lịch"), visit, lambda one: one.planned, True),
                Item(_("Đã đi theo lịch"), visit, lambda one: one.begun, True),
                Item(_("Đã duyệt"), visit, lambda one: one.visits, True, short=_("Lần đánh giá")),
                Item(_("Đạt"), visit, lambda one: one.passed.part, True),
                Item(_("Tỷ lệ đạt"), "%", lambda one: tenths(one.passed), True, short=_("Đạt (%)")),
            ),
        ),
        Part(
            _("Khắc phục"),
            (
                Item(_("Tồn tại ghi nhận trong kỳ"), work, lambda one: one.unmet.total(), True),
                Item(_("Chưa xong"), work, lambda one: one.live, short=_("Khắc phục chưa xong")),
                Item(_("Quá hạn"), work, lambda one: one.overdue, short=_("Quá hạn")),
            ),
        ),
        Part(
            _("Hàng bày bán tại điểm đang hoạt động"),
            (
                Item(_("Tổng số"), goods, lambda one: one.goods, short=_("Mặt hàng")),
                *stars,
                Item(_("Chưa xếp hạng hoặc hết hiệu lực"), goods, lambda one: one.stars[""]),
                Item(_("Tỷ lệ từ 3 sao"), "%", lambda one: tenths(one.rated), short=_("Từ 3 sao (%)")),
                Item(_("Hàng của chính địa phương"), goods, lambda one: one.own_old),
                Item(
                    _("Tỷ lệ hàng của chính địa phương"), "%", lambda one: tenths(one.own(Map.OLD)),
                    short=_("Hàng địa phương (%)"),
                ),
            ),
        ),
    ]  # fmt: skip


def rows(contents: Contents) -> list[tuple[Part, list[Row]]]:
    """The table of one report, part by part."""
    return compared(
        contents.kinds, contents.figures, contents.before, reported=contents.before_reported
    )


def compared(
    kinds: Mapping[str, str], now: Figures, before: Figures, *, reported: bool
) -> list[tuple[Part, list[Row]]]:
    """Figures beside those before. What was of the present then is known only where it was `reported`."""
    return [
        (
            part,
            [
                Row(
                    item,
                    item.value(now),
                    item.value(before) if reported or item.of_period else None,
                )
                for item in part.items
            ],
        )
        for part in parts(kinds)
    ]


def drift(sent: Contents, live: Figures) -> Iterator[tuple[Item, int | None, int | None]]:
    """Figures of the period that the records say otherwise today: what was sent, what they say now.

    Those of the present are of the day the report was sent, and differ by nature.
    """
    for part in parts(sent.kinds):
        for item in part.items:
            then, now = item.value(sent.figures), item.value(live)
            if item.of_period and then != now:
                yield item, then, now


def _small(name: str) -> str:
    """With a small first letter, in the middle of a line; codes and names in capitals stay."""
    return name[:1].lower() + name[1:] if name[1:2] == name[1:2].lower() else name
