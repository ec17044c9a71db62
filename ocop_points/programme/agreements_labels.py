"""The words on screen for agreements."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.core.formats import vi_date
from ocop_points.programme.agreements_rules import (
    OTHER_CHAIN,
    Standing,
    Terms,
    chains,
    standing_on,
)

TERMS = {
    Terms.PURCHASE: _l("Mua đứt"),
    Terms.CONSIGNMENT: _l("Ký gửi"),
}
STANDING = {
    Standing.AHEAD: ("info", _l("Chưa hiệu lực")),
    Standing.RUNNING: ("ok", _l("Đang hiệu lực")),
    Standing.SOON: ("warn", _l("Sắp hết hạn")),
    Standing.OVER: ("", _l("Đã hết hạn")),
    Standing.ENDED: ("", _l("Chấm dứt trước hạn")),
}


def chain_choices() -> list[tuple[str, str]]:
    """The chains to choose from, those that no source of ours names marked."""
    known = [
        (one.code, one.name if one.confirmed else str(_("%(name)s (chờ xác nhận)", name=one.name)))
        for one in chains().values()
    ]
    return [*known, (OTHER_CHAIN, str(_("Chuỗi khác: ghi tên ở dưới")))]


def standing_tag(row: Any, day: date) -> tuple[str, str]:
    """Tone and words of an agreement, or a row of a list, on a day."""
    standing = standing_on(
        day, valid_from=row.valid_from, valid_to=row.valid_to, ended_on=row.ended_on
    )
    tone, words = STANDING[standing]
    if standing is Standing.SOON:
        return tone, str(_("Còn %(n)s ngày", n=(row.valid_to - day).days))
    if standing is Standing.AHEAD:
        return tone, str(_("Hiệu lực từ %(day)s", day=vi_date(row.valid_from)))
    return tone, str(words)


def buyer_of(row: Any) -> str:
    """The point or chain of a row of a list."""
    if row.point_name:
        return f"{row.point_name} ({row.point_code})"
    return row.chain_name if row.chain_code == OTHER_CHAIN else chains()[row.chain_code].name
