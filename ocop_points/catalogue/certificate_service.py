"""Verbs of certificates: write down, correct, take out, withdraw, hold fast what rests on them."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, update

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, created, record
from ocop_points.catalogue import certificate_queries as queries
from ocop_points.catalogue.models import Certificate, Product
from ocop_points.catalogue.papers_models import CatalogueScan
from ocop_points.catalogue.papers_queries import scans_of
from ocop_points.catalogue.rules import (
    DECIDES_FORCE,
    CertificateFacts,
    Stars,
    grade_for_score,
    may_correct,
)
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date


@dataclass(frozen=True)
class NewCertificate:
    """A certificate as it was issued; `score` 0 to 100 where it is known."""

    stars: Stars
    number: str
    issuer: str
    issued_on: date
    last_valid_day: date
    decision: str = ""
    score: Decimal | None = None

    def with_thousandths(self, score: int | None) -> "NewCertificate":
        """The same with the score as the row keeps it."""
        return replace(self, score=None if score is None else Decimal(score) / 1000)

    def columns(self) -> dict[str, Any]:
        """What stands in the row."""
        facts = {name: value for name, value in vars(self).items() if name != "score"}
        return {
            **facts,
            "score_thousandths": None if self.score is None else int(self.score * 1000),
            "void_from": CertificateFacts(
                issued_on=self.issued_on, last_valid_day=self.last_valid_day, stars=self.stars
            ).void_from,
        }


def add_certificate(product: Product, new: NewCertificate, *, by: User | None) -> Certificate:
    """Write a certificate down. Raises Refused when the day of its end comes before its issue, when
    the score does not give these stars (148/QĐ-TTg), or when the same one is there already.
    """
    _refuse_unsound(product.id, new)
    certificate = Certificate(
        **new.columns(),
        product_id=product.id,
        withdrawn_reason="",
        created_at=clock.now(),
        version=1,
    )
    db.session.add(certificate)
    db.session.flush()
    record(Action.CERTIFICATE_ADDED, product.subject(), by=by, changes=created(asdict(new)))
    return certificate


def correct_certificate(certificate: Certificate, new: NewCertificate, *, by: User) -> None:
    """Mend what was mistyped; its product is loaded. Raises Refused as `add_certificate` does, for a withdrawn
    one, and for stars or days once goods came in, or a holder was told, on the strength of it.
    """
    refuse_correction(certificate, new)
    _refuse_unsound(certificate.product_id, new, other_than=certificate.id)
    before = certificate.score
    columns = new.columns()
    changes = {
        name: change
        for name, change in assign(certificate, columns).items()
        if name not in {"score_thousandths", "void_from"}
    }
    if before != new.score:
        words = [None if one is None else str(one) for one in (before, new.score)]
        changes["score"] = words
    if changes:
        certificate.version += 1
        changes.setdefault("number", [certificate.number, certificate.number])
        subject = certificate.product.subject()
        record(Action.CERTIFICATE_CORRECTED, subject, by=by, changes=changes)


def refuse_correction(known: Any, new: NewCertificate) -> None:
    """Raises Refused where what rests on a certificate, or its withdrawal, forbids to mend it like this.

    `known` is the certificate, or the columns of one.
    """
    if known.withdrawn_on is not None:
        raise Refused(_("Giấy đã ghi thu hồi nên không sửa được"))
    for name in DECIDES_FORCE:
        changed = getattr(known, name) != getattr(new, name)
        if changed and not may_correct(name, known.relied_on):
            day = vi_date(known.relied_on)
            text = _(
                "Từ %(day)s đã có hàng nhập hoặc thông báo dựa vào giấy này nên không sửa được nữa: "
                "ghi thu hồi, rồi thêm giấy đúng",
                day=day,
            )
            raise Refused(text, name)


def remove_certificate(certificate: Certificate, *, by: User) -> None:
    """Take out one that was written at the wrong product; its product is loaded.

    Raises Refused once something rests on it. Its scans are forgotten with it.
    """
    if certificate.relied_on is not None or certificate.withdrawn_on is not None:
        raise Refused(_("Đã có việc dựa vào giấy này nên không xóa được: ghi thu hồi"))
    subject = certificate.product.subject()
    facts = ("number", "stars", "issued_on", "last_valid_day", "issuer", "decision")
    gone = created({name: getattr(certificate, name) for name in facts})
    scans = scans_of(certificate.product_id, certificate_id=certificate.id)
    gone["scans"] = [None, [one.name for one in scans]]
    gone["sha256"] = [None, [one.file.sha256 for one in scans]]
    db.session.execute(delete(CatalogueScan).where(CatalogueScan.certificate_id == certificate.id))
    db.session.delete(certificate)
    db.session.flush()
    changes = {name: [change[1], None] for name, change in gone.items()}
    record(Action.CERTIFICATE_REMOVED, subject, by=by, changes=changes)


def rely_on(certificate_ids: Collection[int], on: date) -> None:
    """Note that something rests on these certificates, from the first such day: one statement, or none."""
    if certificate_ids:
        table: Any = Certificate.__table__
        first = (table.c.relied_on.is_(None)) | (table.c.relied_on > on)
        change = update(table).where(table.c.id.in_(certificate_ids), first).values(relied_on=on)
        db.session.connection().execute(change)


def withdraw_certificate(certificate: Certificate, *, on: date, reason: str, by: User) -> None:
    """End a certificate before its time; its product is loaded. Raises Refused for a second time,
    without a reason, or for a day after its last.
    """
    if certificate.withdrawn_on is not None:
        raise Refused(_("Giấy chứng nhận này đã được ghi thu hồi"))
    if not reason.strip():
        raise Refused(_("Ghi lý do"), "reason")
    if on > certificate.last_valid_day:
        day = vi_date(certificate.last_valid_day)
        raise Refused(_("Giấy chứng nhận đã hết hiệu lực sau %(day)s", day=day), "on")
    before = certificate.void_from
    certificate.withdrawn_on, certificate.withdrawn_reason = on, reason
    certificate.void_from = certificate.facts.void_from
    certificate.version += 1
    changes: Mapping[str, Change] = {
        "number": [certificate.number, certificate.number],
        "withdrawn_on": [None, on.isoformat()],
        "void_from": [before.isoformat(), certificate.void_from.isoformat()],
    }
    subject = certificate.product.subject()
    record(Action.CERTIFICATE_WITHDRAWN, subject, by=by, changes=changes, note=reason)


def _refuse_unsound(product_id: int, new: NewCertificate, *, other_than: int = 0) -> None:
    refuse_contradiction(new)
    for known in queries.certificates_of(product_id):
        same = (known.number, known.issued_on) == (new.number, new.issued_on)
        if same and known.id != other_than:
            raise Refused(_("Giấy chứng nhận số này, cấp ngày này đã có trong hệ thống"), "number")


def refuse_contradiction(new: NewCertificate) -> None:
    """Raises Refused for an end before the issue, and for a score that does not give these stars (148/QĐ-TTg)."""
    if new.last_valid_day < new.issued_on:
        day = vi_date(new.issued_on)
        text = _("Ngày cuối còn hiệu lực không được trước ngày cấp (%(day)s)", day=day)
        raise Refused(text, "last_valid_day")
    if new.score is None:
        return
    grades = {grade_for_score(new.score, confirmed_by_centre=centre) for centre in (False, True)}
    if new.stars not in grades:
        raise Refused(
            _("Số điểm này không ứng với hạng đã chọn: 3 sao từ 50, 4 sao từ 70, 5 sao từ 90 điểm"),
            "stars",
        )
