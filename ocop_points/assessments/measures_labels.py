"""The words of a measured figure, and of the answer that follows from it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.assessments.labels import answer_words
from ocop_points.assessments.measures_rules import Figure, proposed, shown_value
from ocop_points.assessments.rules import Answer, LineState, line_state
from ocop_points.core import clock
from ocop_points.core.formats import money, vi_date, vi_datetime, vi_number
from ocop_points.criteria.measures_labels import bound_words, counted_in, measure_title
from ocop_points.criteria.measures_rules import PERCENT, Ask, Measure, MeasureBy
from ocop_points.criteria.rules import LineSpec

_OF_LOTS = _l("trong %(whole)s lô trên kệ")
_OF_MAKERS = _l("%(part)s trong %(whole)s chủ thể có hàng trên kệ")
_OF_MAKERS_NUMBER = _l("trong %(whole)s chủ thể có hàng trên kệ")
_OF = {
    MeasureBy.PRODUCTS: _l("%(part)s trong %(whole)s mặt hàng trên kệ"),
    MeasureBy.NUMBER: _l("trong %(whole)s mặt hàng trên kệ"),
    MeasureBy.UNITS: _l("%(part)s trong %(whole)s đơn vị hàng trên kệ"),
    MeasureBy.VALUE: _l("%(part)s trong %(whole)s giá trị hàng trên kệ"),
}


def figure_head(ask: Ask, figure: Figure) -> str:
    """82,4 %, 3 lô, 12 ngày; or that there is no data."""
    value = shown_value(ask, figure)
    if value is None:
        return str(_("Chưa có dữ liệu"))
    return f"{vi_number(value)} {PERCENT if ask.by.is_share else counted_in(ask)}"


def figure_base(ask: Ask, figure: Figure) -> str:
    """What the figure is of: "28 trong 34 mặt hàng trên kệ", "trong 52 lô trên kệ"; without data, what is not there."""
    days = ask.measure is Measure.DAYS_SINCE_LAST_MOVEMENT
    if figure.part is None:
        return _why_none(figure, days=days)
    if days:
        return str(_("lần gần nhất ngày %(day)s", day=vi_date(figure.last_day)))
    write = money if ask.by is MeasureBy.VALUE else vi_number
    makers = _OF_MAKERS if ask.by.is_share else _OF_MAKERS_NUMBER
    words = {Measure.NO_EXPIRED_GOODS: _OF_LOTS, Measure.SUPPLIERS_UNDER_AGREEMENT: makers}
    said = str(words.get(ask.measure, _OF[ask.by])) % {
        "part": write(figure.part),
        "whole": write(figure.whole),
    }
    if figure.left_out:
        said += "; " + _("%(n)s lô chưa có giá không tính", n=vi_number(figure.left_out))
    return said


def _why_none(figure: Figure, *, days: bool) -> str:
    if days:
        return str(_("sổ kho chưa có lần nhập, xuất nào"))
    if figure.left_out:
        return str(_("hàng trên kệ chưa có giá"))
    return str(_("sổ kho không có hàng trên kệ"))


def figure_words(ask: Ask, figure: Figure) -> str:
    """Figure and base in one: "82,4 % (28 trong 34 mặt hàng trên kệ)"."""
    return f"{figure_head(ask, figure)} ({figure_base(ask, figure)})"


def proposal_words(line: LineSpec, figure: Figure) -> str:
    """The answer that follows: "Đạt", "66,7 %"; nothing where none does."""
    answer = proposed(line, figure)
    return "" if answer is None else answer_words(line, answer)


def paper_words(line: LineSpec, figure: Figure) -> str:
    """The figure as minutes name it: what, on which day, how much of what, and which figure would meet the line."""
    ask, bound = line.ask, bound_words(line)
    if ask is None:
        return ""
    said = _(
        "%(title)s, theo sổ kho ngày %(day)s: %(figure)s",
        title=measure_title(ask),
        day=vi_date(figure.on),
        figure=figure_words(ask, figure),
    )
    return f"{said}; {_('đạt')} {bound}." if bound else f"{said}."


def difference_words(line: LineSpec, figure: Figure, answer: Answer) -> str:
    """Said beside an answer that is not the one which follows from the figure."""
    wanted, given = proposal_words(line, figure), answer_words(line, answer)
    return str(_("Theo số liệu: %(wanted)s; đoàn kết luận: %(given)s.", wanted=wanted, given=given))


@dataclass(frozen=True)
class Seen:
    """A measured figure as pages show it beside its line. `percent` and `least` draw the bar of a share."""

    title: str
    day: str
    at: str
    head: str
    base: str
    bound: str
    has_data: bool
    percent: str
    least: str
    proposal: str
    meets: bool | None
    # What the button writes into the field of a number.
    take: str
    # The figure beside which the line was answered, where it was another one.
    was: str
    was_at: str


def seen(
    line: LineSpec, figure: Figure | None, kept: Figure | None, kept_at: datetime | None
) -> Seen | None:
    """The figure of now beside the one kept with the answer; of an edition without a visit only what is counted."""
    ask, bound = line.ask, line.bound
    if ask is None:
        return None
    value = None if figure is None else shown_value(ask, figure)
    answer = proposed(line, figure)
    least = bound.least if bound and bound.least is not None else bound.most if bound else None
    share = ask.by.is_share and value is not None
    changed = kept is not None and figure is not None and kept != figure
    return Seen(
        title=measure_title(ask),
        day=vi_date(figure.on) if figure else "",
        at=vi_datetime(clock.now()),
        head=figure_head(ask, figure) if figure else "",
        base=figure_base(ask, figure) if figure else "",
        bound=bound_words(line),
        has_data=value is not None,
        percent=str(value) if share else "",
        least=str(least) if share and least is not None else "",
        proposal=answer_words(line, answer) if answer else "",
        meets=None if answer is None else line_state(line, answer) is LineState.MET,
        take=vi_number(answer.number) if answer and answer.number is not None else "",
        was=figure_words(ask, kept) if changed and kept else "",
        was_at=vi_datetime(kept_at) if changed else "",
    )
