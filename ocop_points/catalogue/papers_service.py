"""Verbs on the scans of the catalogue's papers."""

from collections.abc import Sequence
from functools import partial

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import record
from ocop_points.catalogue import papers_queries as queries
from ocop_points.catalogue.models import Certificate, Product
from ocop_points.catalogue.papers_models import CatalogueScan
from ocop_points.catalogue.rules import ProductBasis
from ocop_points.core.db import db
from ocop_points.evidence.intake import Prepared
from ocop_points.evidence.service import hang_on

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
    make = partial(
        CatalogueScan,
        product_id=product.id,
        certificate_id=certificate_id,
        basis=basis,
        added_by_id=by.id,
    )
    fresh = hang_on(prepared, held, make, most=MOST_SCANS)
    if fresh:
        changes: dict[str, Change] = {
            "paper": [None, paper.number if isinstance(paper, Certificate) else paper.value],
            "scans": [None, [one.name for one in fresh]],
            "sha256": [None, [one.sha256 for one in fresh]],
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
