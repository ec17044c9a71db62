"""Verbs of a sales point: register, edit, the steps of its life, and the result of a visit."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, created, record
from ocop_points.core import clock
from ocop_points.core.db import db, next_number
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date
from ocop_points.core.text import fold, sort_key
from ocop_points.localities.models import Locality, Ward
from ocop_points.points import queries
from ocop_points.points.models import LocationKind, PointStep, SalesPoint, user_point
from ocop_points.points.rules import (
    TRANSITIONS,
    AccountingRegime,
    LastResult,
    OperatorKind,
    PointStatus,
    PointVerb,
    StepFault,
    check_step,
    point_code,
)

# The eight kinds of 950/QĐ-BCT, criterion I (920 has the first seven); short names for narrow columns.
KINDS = (
    ("1", "Cửa hàng ở nhà ga, sân bay, bến xe, bến tàu", "Nhà ga, bến xe"),
    ("2", "Trạm, điểm dừng, nghỉ trên cao tốc, quốc lộ", "Trạm dừng nghỉ"),
    ("3", "Trung tâm thương mại, siêu thị, chợ", "TTTM, siêu thị, chợ"),
    ("4", "Cửa hàng trong khu du lịch, nhà hàng, khách sạn", "Khu du lịch"),
    ("5", "Khu vực làng nghề, làng nghề truyền thống", "Làng nghề"),
    ("6", "Khu trung tâm dịch vụ thương mại cấp huyện, cấp xã; khu, cụm công nghiệp", "Khu dịch vụ, công nghiệp"),
    ("7", "Trung tâm hội chợ, triển lãm, giới thiệu sản phẩm", "Hội chợ, triển lãm"),
    ("8", "Bưu cục, điểm bưu điện văn hóa xã", "Bưu điện"),
)  # fmt: skip

_ACTIONS = {
    PointVerb.SURVEY: Action.POINT_SURVEYED,
    PointVerb.CHOOSE: Action.POINT_CHOSEN,
    PointVerb.REFUSE: Action.POINT_REFUSED,
    PointVerb.OPEN: Action.POINT_OPENED,
    PointVerb.SUSPEND: Action.POINT_SUSPENDED,
    PointVerb.RESUME: Action.POINT_RESUMED,
    PointVerb.CLOSE: Action.POINT_CLOSED,
}


@dataclass(frozen=True)
class PointFacts:
    """What is known of a point; `area_dm2` in hundredths of a square metre."""

    name: str
    kind_code: str
    ward_code: str
    address: str
    operator_name: str
    operator_kind: OperatorKind
    operator_tax_code: str = ""
    accounting_regime: AccountingRegime | None = None
    representative: str = ""
    phone: str = ""
    phone_public: bool = False
    opening_hours: str = ""
    area_dm2: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    moit_supported: bool = False


class LikelyDuplicate(Refused):
    """Points that may be the same one; register with `anyway` if it is not."""

    def __init__(self, points: Sequence[SalesPoint]) -> None:
        self.points = [(point.id, point.code, point.name, point.address) for point in points]
        names = ", ".join(f"{point.name} ({point.code})" for point in points)
        super().__init__(
            _(
                "Có thể đã đăng ký rồi: %(names)s. Nếu là điểm khác, đánh dấu ô dưới đây rồi gửi lần nữa.",
                names=names,
            ),
            "anyway",
        )


def load_kinds() -> None:
    """Fill the table of location kinds."""
    rows = [{"code": code, "name": name, "short_name": short} for code, name, short in KINDS]
    db.session.execute(insert(LocationKind), rows)


def register_point(
    locality: Locality,
    facts: PointFacts,
    *,
    by: User,
    opened_on: date | None = None,
    decision_number: str = "",
    anyway: bool = False,
) -> SalesPoint:
    """Register a proposed point, or one that already trades when `opened_on` is given (RULES.md §3).

    Raises LikelyDuplicate unless `anyway`, and Refused when the ward does not lie in the province the
    locality went into.
    """
    ward = _ward_in(locality, facts.ward_code)
    if not anyway:
        same = queries.likely_duplicates(
            locality.id, name=facts.name, address=facts.address, ward_code=facts.ward_code
        )
        if same:
            raise LikelyDuplicate(same)
    status = PointStatus.OPEN if opened_on else PointStatus.PROPOSED
    point = SalesPoint(
        **asdict(facts),
        code=point_code(locality.short_code, next_number(f"point:{locality.short_code}")),
        locality_id=locality.id,
        opened_on=opened_on,
        status=status,
        created_at=clock.now(),
        version=1,
    )
    index_point(point, ward)
    db.session.add(point)
    db.session.flush()
    _add_step(
        point, None, on=opened_on or clock.today(), decision=decision_number, reason="", by=by
    )
    known = {**asdict(facts), "code": point.code, "status": status, "opened_on": opened_on}
    changes = created({**known, "decision": decision_number})
    record(Action.POINT_REGISTERED, point.subject(), by=by, changes=changes)
    return point


def edit_point(point: SalesPoint, facts: PointFacts, *, opened_on: date | None, by: User) -> None:
    """Change what is known of a point; its state changes only through steps.

    Raises Refused for a ward of another province, or an opening date on a point that never opened.
    """
    locality = db.session.get_one(Locality, point.locality_id)
    ward = _ward_in(locality, facts.ward_code)
    if opened_on is None and point.opened_on is not None:
        raise Refused(_("Điểm đã khai trương, cần có ngày khai trương"), "opened_on")
    if opened_on is not None and point.opened_on is None:
        raise Refused(_("Điểm chưa khai trương; dùng bước “Khai trương” để ghi ngày"), "opened_on")
    changes = assign(point, {**asdict(facts), "opened_on": opened_on})
    if changes:
        index_point(point, ward)
        point.version += 1
        record(Action.POINT_EDITED, point.subject(), by=by, changes=changes)


def edit_contact(
    point: SalesPoint, *, phone: str, phone_public: bool, opening_hours: str, by: User
) -> None:
    """What an operator may change of the own point: telephone, may the public see it, opening hours (RULES.md §1)."""
    told = {"phone": phone, "phone_public": phone_public, "opening_hours": opening_hours}
    changes = assign(point, told)
    if changes:
        point.version += 1
        record(Action.POINT_EDITED, point.subject(), by=by, changes=changes)


def take_step(
    point: SalesPoint,
    verb: PointVerb,
    *,
    on: date,
    decision_number: str = "",
    reason: str = "",
    by: User,
) -> None:
    """Move a point on in its life. Raises Refused when state, date or reason do not allow it (RULES.md §3)."""
    last = queries.last_step_on(point.id)
    fault = check_step(
        verb, point.status, on=on, last_step_on=last, today=clock.today(), reason=reason
    )
    if fault:
        raise Refused(*_step_sentence(fault, last))
    before = point.status
    point.status = TRANSITIONS[verb].target
    point.version += 1
    changes: dict[str, Change] = {"status": [before.value, point.status.value]}
    changes.update(created({"date": on, "decision": decision_number}))
    if verb is PointVerb.OPEN:
        point.opened_on = on
        changes["opened_on"] = [None, on.isoformat()]
    _add_step(point, verb, on=on, decision=decision_number, reason=reason, by=by)
    record(_ACTIONS[verb], point.subject(), by=by, changes=changes, note=reason)


def set_result(
    point: SalesPoint, *, visited_on: date, result: LastResult, score: Decimal | None, by: User
) -> None:
    """Keep the result of an approved visit; an older visit approved late does not replace a newer one."""
    if point.last_visit_on is None or visited_on >= point.last_visit_on:
        correct_result(point, visited_on=visited_on, result=result, score=score, by=by)


def correct_result(
    point: SalesPoint,
    *,
    visited_on: date | None,
    result: LastResult | None,
    score: Decimal | None,
    by: User,
) -> None:
    """Keep this result whatever was kept before: when a visit was declared void; None when none remains."""
    tenths = None if score is None else int(score * 10)
    values = {"last_visit_on": visited_on, "last_result": result, "last_score_tenths": tenths}
    changes = assign(point, values)
    if changes:
        point.version += 1
        renamed = {key.removesuffix("_tenths"): change for key, change in changes.items()}
        record(Action.POINT_RESULT_SET, point.subject(), by=by, changes=renamed)


def set_duty(point: SalesPoint, *, until: date | None, by: User) -> None:
    """Keep until which day the point has to stay open for the support it was given; None for no duty."""
    changes = assign(point, {"keep_open_until": until})
    if changes:
        point.version += 1
        record(Action.POINT_DUTY_SET, point.subject(), by=by, changes=changes)


def set_user_points(user: User, point_ids: Collection[int]) -> dict[str, Change]:
    """Give an operator exactly these points; the change is written down by the verb on the user."""
    rows = select(user_point.c.point_id).where(user_point.c.user_id == user.id)
    held, wanted = set(db.session.scalars(rows)), set(point_ids)
    if held == wanted:
        return {}
    db.session.execute(delete(user_point).where(user_point.c.user_id == user.id))
    if wanted:
        given = [{"user_id": user.id, "point_id": point_id} for point_id in sorted(wanted)]
        db.session.execute(insert(user_point), given)
    named = select(SalesPoint.id, SalesPoint.code).where(SalesPoint.id.in_(held | wanted))
    codes = dict(db.session.execute(named).all())
    return {"points": [sorted(codes[i] for i in held), sorted(codes[i] for i in wanted)]}


def _ward_in(locality: Locality, ward_code: str) -> Ward:
    ward = db.session.get(Ward, ward_code)
    if ward is None or ward.province_code != locality.province_code:
        raise Refused(
            _("Xã, phường này không thuộc tỉnh mà %(name)s đã nhập vào", name=locality.name),
            "ward_code",
        )
    return ward


def _add_step(
    point: SalesPoint, verb: PointVerb | None, *, on: date, decision: str, reason: str, by: User
) -> None:
    db.session.add(
        PointStep(
            point_id=point.id,
            verb=verb,
            to_status=point.status,
            on_date=on,
            decision_number=decision,
            reason=reason,
            by_user_id=by.id,
            at=clock.now(),
        )
    )
    db.session.flush()


def _step_sentence(fault: StepFault, last: date | None) -> tuple[str, str | None]:
    """What to say, and at which field."""
    if fault is StepFault.WRONG_STATE:
        return _(
            "Trạng thái điểm bán đã thay đổi, bước này không còn hợp lệ. Mở lại trang điểm bán."
        ), None
    if fault is StepFault.NO_REASON:
        return _("Ghi lý do"), "reason"
    if fault is StepFault.IN_THE_FUTURE:
        return _("Chọn ngày từ hôm nay trở về trước"), "on"
    return _("Ngày không được trước bước gần nhất (%(day)s)", day=vi_date(last)), "on"


def index_point(point: SalesPoint, ward: Ward) -> None:
    """Fill the columns that lists search and sort by."""
    parts = (point.name, point.code, point.address, f"{ward.kind} {ward.name}", point.operator_name)
    text = " · ".join(parts)
    point.folded_name = fold(point.name)
    point.folded_address = fold(point.address)
    point.search_text = fold(text)
    point.exact_text = text.lower()
    point.sort_key = sort_key(point.name)
