"""Editions and visits for the tests."""

from ocop_points.core.db import db, write
from ocop_points.criteria import queries, service
from ocop_points.criteria.edition_file import SHIPPED, read_edition
from ocop_points.criteria.models import Edition


def edition(name: str = "950", **options: object) -> Edition:
    """An edition that comes with the program, published; loaded once a test."""
    spec = read_edition((SHIPPED / f"criteria-{name}.yaml").read_text(encoding="utf-8"))
    found = queries.edition_by_code(spec.code)
    edition_id = found.id if found else write(lambda: service.load_edition(spec, **options).id)  # type: ignore[arg-type]
    return db.session.get_one(Edition, edition_id)
