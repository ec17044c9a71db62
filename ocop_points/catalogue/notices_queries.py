"""Finding who was told that a certificate ends."""

from collections.abc import Collection

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Certificate
from ocop_points.catalogue.notices_models import CertificateNotice
from ocop_points.catalogue.queries import may_edit
from ocop_points.core.db import db


def told_among(certificate_ids: Collection[int]) -> set[int]:
    """Those of these certificates whose holder was told."""
    rows = select(CertificateNotice.certificate_id)
    return set(
        db.session.scalars(rows.where(CertificateNotice.certificate_id.in_(certificate_ids)))
    )


def notices_of_product(product_id: int) -> dict[int, CertificateNotice]:
    """The notices about a product's certificates with who sent them, by certificate: one statement."""
    rows = (
        select(CertificateNotice)
        .join(Certificate, Certificate.id == CertificateNotice.certificate_id)
        .options(joinedload(CertificateNotice.by))
        .where(Certificate.product_id == product_id)
    )
    return {notice.certificate_id: notice for notice in db.session.scalars(rows)}


def get_notice_to_edit(user: User, notice_id: int) -> CertificateNotice:
    """The notice with certificate and product; 403 for those who may only read it."""
    whole = joinedload(CertificateNotice.certificate).joinedload(Certificate.product)
    rows = select(CertificateNotice).options(whole).where(CertificateNotice.id == notice_id)
    found = db.session.scalar(rows) or abort(404)
    return found if may_edit(user, found.certificate.product.locality_id) else abort(403)
