"""What `flask verify` asks of agreements: what was signed is what was attached."""

from collections.abc import Iterator

from sqlalchemy import select

from ocop_points.audit.queries import unlike_attached
from ocop_points.audit.rules import Action
from ocop_points.core.db import db
from ocop_points.evidence.models import StoredFile
from ocop_points.programme.agreements_models import AgreementScan


def agreement_faults() -> Iterator[str]:
    """A sentence for every scan that the audit rows do not tell of, or that is gone."""
    rows = select(AgreementScan.agreement_id, AgreementScan.name, StoredFile.sha256)
    there = (tuple(row) for row in db.session.execute(rows.join(AgreementScan.file)))
    yield from unlike_attached(
        there,
        "Bản quét {name} của thỏa thuận số {id}",
        Action.AGREEMENT_SCAN_ADDED,
        Action.AGREEMENT_SCAN_REMOVED,
    )
