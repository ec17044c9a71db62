"""What must always hold of visits, for `flask verify`: papers and photos are as they were written down."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from ocop_points.assessments.amendments_models import Amendment, AmendmentFile
from ocop_points.assessments.findings_models import Finding, FindingEvent, FindingFile
from ocop_points.assessments.minutes_models import MinutesFile
from ocop_points.assessments.models import UNDECIDED, Visit
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.audit.queries import unlike_written, written
from ocop_points.audit.rules import Action
from ocop_points.core.db import db
from ocop_points.criteria.models import Line
from ocop_points.evidence.models import StoredFile
from ocop_points.localities.models import DepartmentMerge, Locality


def visit_faults() -> Iterator[str]:
    """A sentence for every paper, minutes and photo that is not what the audit rows say."""
    approved = db.session.execute(
        select(Visit.id, Visit.number, Visit.symbol, Visit.numbered_on, Visit.result).where(
            Visit.token.is_not(None)
        )
    )
    papers = {
        row.id: (
            f"Biên bản số {row.number} của lần đánh giá {row.id}",
            [
                Visit(number=row.number, symbol=row.symbol).paper_number,
                row.numbered_on.isoformat(),
                row.result.value,
            ],
        )
        for row in approved
    }
    fields = ["number", "numbered_on", "result"]
    yield from unlike_written(Action.VISIT_APPROVED, fields, papers)
    made = select(MinutesFile.visit_id, StoredFile.sha256).join(MinutesFile.file)
    minutes = {
        id_: (f"Tệp biên bản của lần đánh giá {id_}", [sha256])
        for id_, sha256 in db.session.execute(made)
    }
    yield from unlike_written(Action.MINUTES_MADE, ["sha256"], minutes)
    yield from _departments()
    yield from _photos()
    yield from _findings()
    yield from _amendments()


def _departments() -> Iterator[str]:
    """A visit not decided yet is of the department in charge; none got a number from one that was joined to another."""
    astray = select(Visit.id).join(Locality, Locality.id == Visit.locality_id)
    astray = astray.where(Visit.state.in_(UNDECIDED), Visit.department_id != Locality.department_id)
    for visit_id in db.session.scalars(astray.order_by(Visit.id)):
        yield f"Lần đánh giá {visit_id}: chưa duyệt mà thuộc một Sở không phụ trách địa phương."
    for paper, at in ((Visit, Visit.decided_at), (Amendment, Amendment.made_at)):
        late = select(paper.id).join(
            DepartmentMerge, DepartmentMerge.merged_id == paper.department_id
        )
        late = late.where(paper.number.is_not(None), at > DepartmentMerge.at)
        for id_ in db.session.scalars(late.order_by(paper.id)):
            yield f"Văn bản {paper.__tablename__} {id_}: lấy số của một Sở đã nhập vào Sở khác."


def _photos() -> Iterator[str]:
    """The photos of each line are those that were added and not removed."""
    rows = (
        select(AnswerPhoto.visit_id, Line.code, AnswerPhoto.name, StoredFile.sha256)
        .join(AnswerPhoto.line)
        .join(AnswerPhoto.file)
    )
    there: Counter[tuple[Any, ...]] = Counter(tuple(row) for row in db.session.execute(rows))
    # A draft that was deleted took its photos along.
    visits = set(db.session.scalars(select(Visit.id)))
    told: Counter[tuple[Any, ...]] = Counter()
    for visit_id, changes in written(
        Action.PHOTOS_ADDED, Action.PHOTO_EDITED, Action.PHOTO_REMOVED
    ):
        if "caption" in changes and "sha256" not in changes:
            continue  # the picture is the same
        if "sha256" not in changes:  # written down before the rows of photos told their hashes
            visits.discard(visit_id)
        elif visit_id in visits:
            line = changes["criterion"][1]
            for before_after, step in ((0, -1), (1, 1)):
                names, hashes = changes["photos"][before_after], changes["sha256"][before_after]
                for name, sha256 in zip(names or (), hashes or (), strict=True):
                    told[visit_id, line, name, sha256] += step
    for visit_id, line, name, _sha256 in there - told:
        if visit_id not in visits:
            continue
        yield f"Ảnh {name}, tiêu chí {line}, lần đánh giá {visit_id}: không có trong nhật ký."
    for visit_id, line, name, _sha256 in told - there:
        if visit_id not in visits:
            continue
        yield f"Ảnh {name}, tiêu chí {line}, lần đánh giá {visit_id}: nhật ký ghi có nhưng không còn."


def _findings() -> Iterator[str]:
    """Findings are those that were written down, stand as their last event says, and have their evidence."""
    rows = list(db.session.scalars(select(Finding).order_by(Finding.id)))
    found = {
        one.id: (
            f"Tồn tại {one.code} của lần đánh giá {one.visit_id}",
            [one.code, one.severity.value, one.opened_on.isoformat()],
        )
        for one in rows
    }
    yield from unlike_written(Action.FINDING_OPENED, ["criterion", "severity", "date"], found)
    last = select(FindingEvent.finding_id, FindingEvent.state).order_by(FindingEvent.id)
    states = dict(db.session.execute(last).all())
    for one in rows:
        if states.get(one.id) is not one.state:
            yield f"{found[one.id][0]}: trạng thái khác với diễn biến."
    files = select(FindingFile.finding_id, FindingFile.name, StoredFile.sha256).join(
        FindingFile.file
    )
    there: Counter[tuple[Any, ...]] = Counter(tuple(row) for row in db.session.execute(files))
    told: Counter[tuple[Any, ...]] = Counter(
        (finding_id, name, sha256)
        for finding_id, changes in written(Action.FINDING_REPORTED)
        for name, sha256 in zip(
            changes.get("evidence", [None, []])[1],
            changes.get("sha256", [None, []])[1],
            strict=True,
        )
    )
    for finding_id, name, _sha256 in there - told:
        yield f"Bằng chứng {name}, tồn tại {finding_id}: không có trong nhật ký."
    for finding_id, name, _sha256 in told - there:
        yield f"Bằng chứng {name}, tồn tại {finding_id}: nhật ký ghi có nhưng không còn."


def _amendments() -> Iterator[str]:
    """Amendments say what was written down, have their own papers, and share no number with minutes."""
    rows = list(db.session.scalars(select(Amendment)))
    added = {
        one.id: (
            f"Bản bổ sung, đính chính số {one.number} của lần đánh giá {one.visit_id}",
            [one.paper_number, one.numbered_on.isoformat(), one.kind.value, one.text],
        )
        for one in rows
    }
    fields = ["number", "numbered_on", "amendment_kind", "content"]
    yield from unlike_written(Action.MINUTES_AMENDED, fields, added)
    made = select(AmendmentFile.amendment_id, StoredFile.sha256).join(AmendmentFile.file)
    papers = {
        id_: (f"Tệp của bản bổ sung, đính chính {id_}", [sha256])
        for id_, sha256 in db.session.execute(made)
    }
    yield from unlike_written(Action.AMENDMENT_MADE, ["sha256"], papers)
    for one in rows:
        twice = select(Visit.id).where(
            Visit.department_id == one.department_id,
            Visit.number_year == one.number_year,
            Visit.symbol == one.symbol,
            Visit.number == one.number,
        )
        for visit_id in db.session.scalars(twice):
            yield f"Số {one.paper_number} năm {one.number_year}: cấp hai lần, cả cho lần đánh giá {visit_id}."
