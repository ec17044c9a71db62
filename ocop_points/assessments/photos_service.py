"""Verbs on the photos of a visit: like its answers, they change only while the team works on it."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from ocop_points.accounts.models import User
from ocop_points.assessments import photos_queries as queries
from ocop_points.assessments.models import Visit
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.assessments.rules_states import Verb
from ocop_points.assessments.steps import add_event, move, next_or_refuse, team_only
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.criteria.models import Line
from ocop_points.criteria.queries import KnownLine
from ocop_points.evidence.intake import Prepared
from ocop_points.evidence.rules import PICTURES_A_LINE
from ocop_points.evidence.service import keep_file


def take_up(visit: Visit, by: User) -> None:
    """A change to the photos is a change to the answers: a returned visit is in progress again.

    Raises Refused outside the team and in a state in which nothing is answered.
    """
    team_only(visit, by)
    after = next_or_refuse(visit, Verb.ANSWER)
    if after is not visit.state:
        move(visit, after)
        add_event(visit, Verb.ANSWER, by)


def refuse_too_many(held: int, sent: int) -> None:
    """Raise Refused when a line would have more than 12 photos."""
    room = PICTURES_A_LINE - held
    if sent <= room:
        return
    if room <= 0:
        message = _("Tiêu chí này đã đủ %(most)d ảnh. Xóa bớt ảnh rồi thêm", most=PICTURES_A_LINE)
    else:
        message = _(
            "Mỗi tiêu chí tối đa %(most)d ảnh: còn thêm được %(room)d ảnh, bạn chọn %(sent)d",
            most=PICTURES_A_LINE,
            room=room,
            sent=sent,
        )
    raise Refused(message, "photos")


def add_photos(
    visit: Visit,
    line: Line | KnownLine,
    prepared: Sequence[Prepared],
    *,
    caption: str = "",
    by: User,
) -> int:
    """Hang photos on a line, after those it has; how many were new. Raises Refused.

    The same picture a second time on the same line is not a second photo.
    """
    take_up(visit, by)
    held = queries.photos_of_line(visit.id, line.id)
    known = {photo.file.sha256 for photo in held}
    fresh = {one.sha256: one for one in prepared if one.sha256 not in known}
    refuse_too_many(len(held), len(fresh))
    last = queries.last_position(visit.id, line.id)
    for position, one in enumerate(fresh.values(), start=last + 1):
        photo = AnswerPhoto(
            visit_id=visit.id,
            line_id=line.id,
            stored_file_id=keep_file(one).id,
            taken_at=one.taken_at,
            name=one.name,
            caption=caption,
            position=position,
            added_by_id=by.id,
            added_at=clock.now(),
        )
        db.session.add(photo)
    db.session.flush()
    if fresh:
        names = [one.name for one in fresh.values()]
        changes: dict[str, Change] = {
            "criterion": [line.code, line.code],
            "photos": [None, names],
            "sha256": [None, list(fresh)],
        }
        record(Action.PHOTOS_ADDED, visit.subject(), by=by, changes=changes)
    return len(fresh)


def edit_photo(
    visit: Visit, photo: AnswerPhoto, *, caption: str, turned: Prepared | None, by: User
) -> None:
    """Give a photo another caption and, turned, another picture; when it was taken stays. Raises Refused."""
    take_up(visit, by)
    changes: dict[str, Change] = dict(assign(photo, {"caption": caption}))
    if turned is not None and turned.sha256 != photo.file.sha256:
        held = queries.photos_of_line(visit.id, photo.line_id)
        if any(one.file.sha256 == turned.sha256 for one in held):
            raise Refused(_("Ảnh đã xoay như vậy có sẵn ở tiêu chí này."))
        changes["photos"] = [[photo.name], [photo.name]]
        changes["sha256"] = [[photo.file.sha256], [turned.sha256]]
        photo.stored_file_id = keep_file(turned).id
    if changes:
        db.session.flush()
        known: dict[str, Change] = {"criterion": [photo.line.code, photo.line.code], **changes}
        record(Action.PHOTO_EDITED, visit.subject(), by=by, changes=known)


def remove_photo(visit: Visit, photo: AnswerPhoto, *, by: User) -> None:
    """Take a photo off its line; the file itself stays for a week. Raises Refused."""
    take_up(visit, by)
    changes: dict[str, Change] = {
        "criterion": [photo.line.code, photo.line.code],
        "photos": [[photo.name], None],
        "sha256": [[photo.file.sha256], None],
    }
    db.session.delete(photo)
    db.session.flush()
    record(Action.PHOTO_REMOVED, visit.subject(), by=by, changes=changes)


def added_sentence(count: int) -> str:
    """What to say after photos were sent."""
    if not count:
        return _("Ảnh này đã có ở tiêu chí.")
    return ngettext("Đã thêm %(num)d ảnh.", "Đã thêm %(num)d ảnh.", count)
