"""Verbs of an edition: load, publish, retire, and the mark of its first use."""

from collections.abc import Mapping

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, created, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.criteria import queries
from ocop_points.criteria.checks import edition_flaws
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import EditionSpec, EditionStatus
from ocop_points.criteria.steps import store
from ocop_points.localities.models import Locality


def load_edition(
    spec: EditionSpec,
    *,
    by: User | None = None,
    locality: Locality | None = None,
    publish: bool = True,
) -> Edition:
    """Store an edition read from its file, published unless told otherwise; `locality` = its own edition.

    Raises Refused when an edition has this code: a set of criteria is never written over.
    """
    edition = store(spec, locality_id=None if locality is None else locality.id)
    lines = {"code": spec.code, "number": edition.legal_number, "lines": len(spec.lines)}
    record(Action.CRITERIA_LOADED, edition.subject(), by=by, changes=created(lines))
    if publish:
        publish_edition(edition, by=by)
    return edition


def publish_edition(
    edition: Edition, *, by: User | None, act: Mapping[str, object] | None = None
) -> None:
    """Make a draft the edition that visits may use; from now on its rows never change.

    `act`: legal_number, legal_issued_on and valid_from of the decision, where the draft does not say them yet. Raises
    Refused when the edition is no draft, or is not complete.
    """
    changes: dict[str, Change] = {}
    if edition.status is EditionStatus.DRAFT:
        changes = assign(edition, act or {})
        flaws = edition_flaws(queries.fresh_edition(edition.id).spec())
        if flaws:
            field = flaws[0].field if flaws[0].place == () else None
            raise Refused(
                _("Bộ tiêu chí chưa đủ để ban hành: %(what)s", what=flaws[0].message), field
            )
    _step(edition, EditionStatus.DRAFT, EditionStatus.PUBLISHED)
    changes["edition_status"] = [EditionStatus.DRAFT.value, edition.status.value]
    record(Action.CRITERIA_PUBLISHED, edition.subject(), by=by, changes=changes)


def retire_edition(edition: Edition, *, by: User | None, reason: str) -> None:
    """Stop offering an edition; visits that use it keep it. Raises Refused."""
    _step(edition, EditionStatus.PUBLISHED, EditionStatus.RETIRED)
    record(
        Action.CRITERIA_RETIRED,
        edition.subject(),
        by=by,
        changes={"edition_status": [EditionStatus.PUBLISHED.value, edition.status.value]},
        note=reason,
    )


def mark_used(edition: Edition, *, by: User) -> None:
    """Freeze an edition at its first visit. Raises Refused when it is not published."""
    if edition.status is not EditionStatus.PUBLISHED:
        raise Refused(_("Bộ tiêu chí này không còn dùng để đánh giá. Chọn bộ khác."), "edition_id")
    if edition.frozen_at is None:
        edition.frozen_at = clock.now()
        edition.version += 1
        record(
            Action.CRITERIA_FROZEN,
            edition.subject(),
            by=by,
            changes=created({"date": clock.today()}),
        )


def _step(edition: Edition, before: EditionStatus, after: EditionStatus) -> None:
    if edition.status is not before:
        raise Refused(_("Trạng thái bộ tiêu chí đã thay đổi. Mở lại trang bộ tiêu chí."))
    edition.status = after
    edition.version += 1
    db.session.flush()
