"""Every invariant that `flask verify` asks of an installation (CONTRACT.md)."""

from collections.abc import Iterator

from sqlalchemy import exists, func, select, text

from ocop_points.assessments.faults import visit_faults
from ocop_points.audit.queries import chain_faults, unlike_written
from ocop_points.audit.rules import Action
from ocop_points.catalogue.faults import catalogue_faults
from ocop_points.catalogue.models import Product
from ocop_points.core.db import Base, db
from ocop_points.evidence.queries import file_faults
from ocop_points.localities.faults import department_faults
from ocop_points.points.models import SalesPoint
from ocop_points.programme.agreements_faults import agreement_faults
from ocop_points.programme.support_faults import support_faults
from ocop_points.reports.period_faults import report_faults
from ocop_points.stock.faults import ledger_faults


def faults() -> Iterator[str]:
    """A sentence for every fault."""
    yield from _file_of_sqlite()
    yield from chain_faults()
    yield from _orphans()
    yield from _codes()
    yield from department_faults()
    yield from catalogue_faults()
    yield from agreement_faults()
    yield from support_faults()
    yield from visit_faults()
    yield from report_faults()
    yield from file_faults()
    yield from ledger_faults()


def _file_of_sqlite() -> Iterator[str]:
    """Pages, indexes, CHECKs: what SQLite itself finds wrong with its file."""
    if db.engine.dialect.name == "sqlite":
        for line in db.session.scalars(text("PRAGMA integrity_check")):
            if line != "ok":
                yield f"Cơ sở dữ liệu: {line}"


def _orphans() -> Iterator[str]:
    """Rows that name a row which is not there: who opens the file need not obey its foreign keys."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            for key in column.foreign_keys:
                parent = key.column.table.alias()
                there = exists().where(parent.c[key.column.name] == column)
                rows = select(func.count()).select_from(table).where(column.is_not(None), ~there)
                if count := db.session.scalar(rows):
                    yield f"Bảng {table.name}: {count} dòng có {column.name} trỏ tới dòng không còn."


def _codes() -> Iterator[str]:
    """Points and products bear the codes they were registered with."""
    points = {
        id_: (f"Điểm bán {code}", [code])
        for id_, code in db.session.execute(select(SalesPoint.id, SalesPoint.code))
    }
    yield from unlike_written(Action.POINT_REGISTERED, ["code"], points)
    products = {
        id_: (f"Sản phẩm {code}", [code])
        for id_, code in db.session.execute(select(Product.id, Product.code))
    }
    yield from unlike_written(Action.PRODUCT_REGISTERED, ["code"], products)
