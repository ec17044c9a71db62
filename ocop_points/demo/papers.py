"""The demonstration's pictures of goods and scans of their papers, where the accounts to try are: drawings."""

import io

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from ocop_points.catalogue import certificate_queries, papers_service, pictures_service
from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.demo import drawings
from ocop_points.demo.stage import Stage
from ocop_points.demo.twice import ACCOUNTS
from ocop_points.evidence.intake import Prepared, prepare_pictures

_COLOURS = ("#c98a2b", "#7b3f1d", "#5f7d3a")


def plan(stage: Stage) -> None:
    """Put up two weeks ago."""
    stage.at(stage.ago(14), 16, 0, lambda: _put_up(stage))


def _put_up(stage: Stage) -> None:
    jars, scan = [drawn(drawings.jar(colour)) for colour in _COLOURS], drawn(drawings.paper())
    for locality in stage.localities:
        if locality.short_code not in ACCOUNTS:
            continue
        by = stage.officer(locality.id)
        rows = select(Product).where(Product.locality_id == locality.id).order_by(Product.id)
        for place, product in enumerate(db.session.scalars(rows)):
            pictures_service.set_picture(product, jars[place % len(jars)], by=by)
            for basis in product.noted_bases:
                papers_service.attach_scans(product, basis, [scan], by=by)
            for held in certificate_queries.certificates_of(product.id)[:1]:
                papers_service.attach_scans(product, held, [scan], by=by)


def drawn(content: bytes) -> Prepared:
    """A drawing, ready to hang on a record."""
    upload = FileStorage(io.BytesIO(content), filename="minh-hoa.jpg")
    return prepare_pictures([upload], field="picture")[0]
