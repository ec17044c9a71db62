"""Verbs on the scans of the catalogue's papers."""

from collections.abc import Sequence

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import record
from ocop_points.catalogue import papers_queries as queries
from ocop_points.catalogue.models import Certificate, Product
from ocop_points.catalogue.papers_models import CatalogueScan
from ocop_points.catalogue.rules import ProductBasis
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.evidence.intake import Prepared
from ocop_points.evidence.service import keep_file

MOST_SCANS = 10


def attach_scans(
    product: Product,
    paper: Certificate | ProductBasis,
    prepared: Sequence[Prepared],
    *,
    by: User,
) -> int:
    """Hang scans on a certificate or a basis of a product; how many were new. Raises Refused for too many."""
    certificate_id = paper.id if isinstance(paper, Certificate) else None
    basis = None if isinstance(paper, Certificate) else paper
    held = queries.scans_of(product.id, certificate_id=certificate_id, basis=basis)
    known = {scan.file.sha256 for scan in held}
    fresh = {one.sha256: one for one in prepared if one.sha256 not in known}
    if len(held) + len(fresh) > MOST_SCANS:
        raise Refused(_("Mỗi văn bản tối đa %(most)d tệp", most=MOST_SCANS), "scan")
    for one in fresh.values():
        scan = CatalogueScan(
            product_id=product.id,
            certificate_id=certificate_id,
            basis=basis,
            stored_file_id=keep_file(one).id,
            name=one.name,
            added_by_id=by.id,
            added_at=clock.now(),
        )
        db.session.add(scan)
    db.session.flush()
    if fresh:
        changes: dict[str, Change] = {
            "paper": [None, paper.number if isinstance(paper, Certificate) else paper.value],
            "scans": [None, [one.name for one in fresh.values()]],
            "sha256": [None, list(fresh)],
        }
        record(Action.CATALOGUE_SCAN_ADDED, product.subject(), by=by, changes=changes)
    return len(fresh)


def remove_scan(scan: CatalogueScan, *, by: User) -> None:
    """Take a scan off that was attached by mistake; product and file are loaded. The file stays for a week."""
    subject = scan.product.subject()
    changes = {"scans": [[scan.name], None], "sha256": [[scan.file.sha256], None]}
    db.session.delete(scan)
    db.session.flush()
    record(Action.CATALOGUE_SCAN_REMOVED, subject, by=by, changes=changes)
