"""Forms of a stocktake: counts, what is decided of lines, goods found, posting, cancelling."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField

from ocop_points.core.errors import Refused
from ocop_points.core.fields import Carried, ChoiceField, DateField, IntegerField, TextField, YesNo
from ocop_points.core.formats import parse_id, vi_number
from ocop_points.core.forms import BaseForm
from ocop_points.stock.forms import LotCodeField
from ocop_points.stock.rules import MAX_QUANTITY
from ocop_points.stock.stocktake_queries import LineNow
from ocop_points.stock.stocktake_rules import Settled
from ocop_points.stock.stocktake_service import BadRows, Decision, Entry, Found


def _quantity(*, required: bool) -> IntegerField:
    message = _l("Nhập số đếm được; không thấy thì ghi 0")
    return IntegerField(
        _l("Số đếm được"), least=0, most=MAX_QUANTITY, required=required, message=message
    )


class StartForm(BaseForm):
    """What the stocktake is for."""

    note = TextField(
        _l("Ghi chú"),
        max_length=200,
        required=False,
        description=_l("Ví dụ: kiểm kê cuối tháng, bàn giao ca"),
    )


class RowForm(Form):
    """A row of the list; the version is the line's when the page was made."""

    line_id = Carried()
    version = Carried()

    @property
    def number(self) -> int:
        """The line's id; 0 for what is no number."""
        return _number(self.line_id.data)

    def stands_now(self, line: Any) -> None:
        """The next sending counts against the line as it is now."""
        self.version.data, self.version.raw_data = str(line.version), None


def _number(text: Any) -> int:
    try:
        return parse_id(str(text or ""))
    except ValueError:
        return 0


class CountRow(RowForm):
    """One count; `shown` is what stood in the box, so that only what was typed is sent on."""

    shown = Carried()
    quantity = _quantity(required=False)

    @property
    def typed(self) -> bool:
        data = self.quantity.data
        return ("" if data is None else str(data)) != (self.shown.data or "")

    def entry(self) -> Entry:
        return Entry(self.number, _number(self.version.data), self.quantity.data)

    def stands_now(self, line: Any) -> None:
        super().stands_now(line)
        known = "" if line.quantity is None else str(line.quantity)
        self.shown.data, self.shown.raw_data = known, None


class RowsForm(BaseForm):
    """A page of the list."""

    rows: Any

    def refuse(self, error: Refused) -> None:
        """Faults of rows stand at their fields."""
        if not isinstance(error, BadRows):
            super().refuse(error)
            return
        for entry in self.rows.entries:
            row = entry.form
            if line := error.lines.get(row.number):
                row.stands_now(line)
            for line_id, name, sentence in error.faults:
                if line_id == row.number:
                    row[name].errors = [*row[name].errors, sentence]
        self.rows.errors = [entry.errors for entry in self.rows.entries]


class CountForm(RowsForm):
    """Counts of one page; a box left as it was is not sent on, an emptied one takes the count back."""

    rows: Any = FieldList(FormField(CountRow))

    def entries(self) -> list[Entry]:
        return [one.form.entry() for one in self.rows.entries if one.form.typed]


def count_rows(lines: Sequence[Any]) -> list[dict[str, Any]]:
    """What the boxes of a page hold at first."""
    return [
        {
            "line_id": str(line.id),
            "version": str(line.version),
            "shown": "" if line.quantity is None else str(line.quantity),
            "quantity": line.quantity,
        }
        for line in lines
    ]


class ActField(ChoiceField):
    """What to do with a line; nothing unless chosen."""

    def iter_choices(self) -> Iterator[Any]:
        first, *others = super().iter_choices()
        yield first._replace(label=_("Chọn cách xử lý…"))
        yield from others


class DecideRow(RowForm):
    """What is decided of one line; `moves` are the movements that the page told of."""

    moves = Carried()
    act = ActField(_l("Xử lý"), required=False)
    reason = TextField(_l("Lý do"), max_length=200, required=False)

    def decision(self) -> Decision:
        return Decision(
            line_id=self.number,
            version=_number(self.version.data),
            act=self.act.data or "",
            reason=self.reason.data or "",
            moves_seen=_number(self.moves.data),
        )


class SettleForm(RowsForm):
    """What is decided of the lines of one page."""

    rows: Any = FieldList(FormField(DecideRow))

    def decisions(self) -> list[Decision]:
        return [one.form.decision() for one in self.rows.entries]

    def offer(self, lines: dict[int, LineNow]) -> None:
        """Give each row the choices that fit its line; rows of no line are taken out."""
        self.rows.entries = [one for one in self.rows.entries if one.form.number in lines]
        for entry in self.rows.entries:
            entry.form.act.choices = choices_of(lines[entry.form.number])


def decide_rows(lines: Sequence[LineNow]) -> list[dict[str, Any]]:
    """What the rows of a page hold at first."""
    return [
        {
            "line_id": str(now.line.id),
            "version": str(now.line.version),
            "moves": str(now.moves_now),
            "reason": now.line.reason,
        }
        for now in lines
    ]


def choices_of(now: LineNow) -> list[tuple[str, str]]:
    """What may be done with a line; for goods that moved, with the balance that each choice leads to."""
    line = now.line
    if line.left_out:
        return [("back", str(_("Đưa lại vào kiểm kê")))]
    if line.quantity is None:
        return [("leave", str(_("Không kiểm kê dòng này")))]
    again = ("again", str(_("Đếm lại")))
    if not now.counted.moved:
        return [again]
    before = line.quantity + now.book_now - line.book
    texts = [
        (Settled.AFTER, _("Đếm sau khi nhập, xuất: còn %(n)s", n=vi_number(line.quantity))),
        (Settled.BEFORE, _("Đếm trước khi nhập, xuất: còn %(n)s", n=vi_number(before))),
    ]
    if before < 0:
        texts.pop()
    return [again, *((act.value, str(text)) for act, text in texts)]


class FoundForm(BaseForm):
    """Goods on the shelf that are not in the list."""

    lot_code = LotCodeField(_l("Lô"), max_length=30, required=False)
    expiry = DateField(_l("Hạn dùng"), required=False)
    quantity = _quantity(required=True)
    expiry_confirmed = YesNo(_l("Đúng là lô khác, hạn dùng như trên"))

    def found(self) -> Found:
        return Found(
            lot_code=self.lot_code.data or "",
            expiry=self.expiry.data,
            quantity=self.quantity.data,
            expiry_confirmed=bool(self.expiry_confirmed.data),
        )


class PostForm(BaseForm):
    """The day that the voucher bears."""

    on_date = DateField(
        _l("Ngày ghi sổ"),
        past=True,
        description=_l("Từ ngày bắt đầu kiểm kê đến hôm nay, trong tháng chưa khóa sổ"),
    )


class CancelForm(BaseForm):
    """Why a stocktake is given up."""

    reason = TextField(_l("Lý do hủy"), max_length=200, message=_l("Ghi lý do hủy"))
