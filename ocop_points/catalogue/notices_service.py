"""Verbs of the 30-day letters: write down that they were sent, or that this was a slip."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import record
from ocop_points.catalogue import notices_queries as queries
from ocop_points.catalogue.certificate_service import rely_on
from ocop_points.catalogue.models import Certificate
from ocop_points.catalogue.notices_models import CertificateNotice
from ocop_points.catalogue.rules import SentHow
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused


def note_sent(certificates: Sequence[Certificate], *, on: date, how: SentHow, by: User) -> int:
    """Write down that the letters about these were sent; their products are loaded. How many were new.

    Raises Refused for none, or a day to come.
    """
    if on > clock.today():
        raise Refused(_("Chọn ngày từ hôm nay trở về trước"), "sent_on")
    told = queries.told_among([one.id for one in certificates])
    fresh = [one for one in certificates if one.id not in told]
    if not certificates:
        raise Refused(_("Chọn ít nhất một giấy chứng nhận"), "certificates")
    rely_on([one.id for one in fresh], on)
    for one in fresh:
        notice = CertificateNotice(
            certificate_id=one.id, sent_on=on, how=how, by_user_id=by.id, at=clock.now()
        )
        db.session.add(notice)
        changes = {
            "number": [None, one.number],
            "sent_on": [None, on.isoformat()],
            "sent_how": [None, how.value],
            "last_valid_day": [None, one.last_valid_day.isoformat()],
        }
        record(Action.NOTICE_SENT, one.product.subject(), by=by, changes=changes)
    return len(fresh)


def take_back(notice: CertificateNotice, *, by: User) -> None:
    """It was not sent after all; certificate and product are loaded. The certificate is due again."""
    certificate = notice.certificate
    changes: dict[str, Change] = {
        "number": [certificate.number, certificate.number],
        "sent_on": [notice.sent_on.isoformat(), None],
    }
    db.session.delete(notice)
    db.session.flush()
    record(Action.NOTICE_TAKEN_BACK, certificate.product.subject(), by=by, changes=changes)
