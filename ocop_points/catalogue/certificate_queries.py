"""Finding certificates: of a product, those that end, and whose holder was told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask import abort
from sqlalchemy import Select, exists, false, func, or_, select
from sqlalchemy.orm import aliased, join, joinedload

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.catalogue.notices_models import CertificateNotice
from ocop_points.catalogue.queries import may_edit, product_matches
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import like_pattern
from ocop_points.localities.models import Locality, Ward
from ocop_points.localities.queries import reached_ids

MOST_LETTERS = 200
"""Of certificates in one printing: what a clerk signs in a day."""


class Window(StrEnum):
    """Which certificates a list shows, by the end of their force."""

    QUARTER = "90"
    MONTH = "30"
    ENDED = "0"
    ALL = "all"

    @property
    def days(self) -> int | None:
        """How far ahead it looks; None where it does not look ahead."""
        return int(self) if self in {Window.QUARTER, Window.MONTH} else None


@dataclass(frozen=True)
class CertificateFilter:
    """What a list of certificates is narrowed to; `day` is today, `month` the first of one."""

    day: date
    window: Window = Window.QUARTER
    query: str = ""
    locality_id: int | None = None
    producer_id: int | None = None
    told: bool | None = None
    month: date | None = None
    # Only those that this user may answer for.
    own_of: User | None = None


def certificates_of(product_id: int) -> list[Certificate]:
    """The certificates of a product, the latest first."""
    rows = select(Certificate).where(Certificate.product_id == product_id)
    return list(
        db.session.scalars(rows.order_by(Certificate.issued_on.desc(), Certificate.id.desc()))
    )


def get_certificate_or_404(certificate_id: int) -> Certificate:
    """The certificate with its product."""
    rows = select(Certificate).options(joinedload(Certificate.product))
    return db.session.scalar(rows.where(Certificate.id == certificate_id)) or abort(404)


def get_certificate_to_edit(user: User, certificate_id: int) -> Certificate:
    """The certificate with its product, locked for a change; 403 for those who may only read it."""
    rows = (
        select(Certificate)
        .options(joinedload(Certificate.product))
        .where(Certificate.id == certificate_id)
        .with_for_update(of=Certificate)
    )
    found = db.session.scalar(rows) or abort(404)
    return found if may_edit(user, found.product.locality_id) else abort(403)


def numbered(query: str) -> Any:
    """The condition that the number of a certificate, or of its decision, holds what was typed; words are in none.

    Case does not matter, and d stands for đ: 3296/qd-ubnd finds 3296/QĐ-UBND.
    """
    if not any(sign.isdigit() for sign in query):
        return false()
    part = like_pattern(query).replace("d", "_")
    # SQLite's LIKE ignores the case of A to Z by itself, four times as fast as through lower().
    like = "like" if db.engine.dialect.name == "sqlite" else "ilike"
    columns = (Certificate.number, Certificate.decision)
    return or_(*(getattr(column, like)(part, escape="\\") for column in columns))


_Later = aliased(Certificate)
_COLUMNS: tuple[Any, ...] = (
    Certificate.id,
    Certificate.number,
    Certificate.stars,
    Certificate.issued_on,
    Certificate.last_valid_day,
    Certificate.withdrawn_on,
    Certificate.void_from,
    Certificate.product_id,
    Product.name.label("product_name"),
    Product.code.label("product_code"),
    Product.producer_id,
    Product.locality_id,
    Supplier.name.label("producer_name"),
    Locality.name.label("locality_name"),
    CertificateNotice.sent_on,
    CertificateNotice.how,
)


def _certificates(wanted: CertificateFilter, *columns: Any) -> Select[Any]:
    tables: Any = join(Certificate, Product, Product.id == Certificate.product_id)
    tables = tables.join(Supplier, Supplier.id == Product.producer_id)
    tables = tables.join(Locality, Locality.id == Product.locality_id)
    tables = tables.outerjoin(CertificateNotice, CertificateNotice.certificate_id == Certificate.id)
    rows: Select[Any] = select(*(columns or _COLUMNS)).select_from(tables)
    rows = _in_window(rows, wanted)
    if wanted.query:
        rows = rows.where(or_(product_matches(wanted.query), numbered(wanted.query)))
    if wanted.locality_id:
        rows = rows.where(Product.locality_id == wanted.locality_id)
    if wanted.producer_id:
        rows = rows.where(Product.producer_id == wanted.producer_id)
    if wanted.told is not None:
        sent = CertificateNotice.id.is_not(None)
        rows = rows.where(sent if wanted.told else ~sent)
    if wanted.own_of is not None:
        rows = rows.where(Product.locality_id.in_(reached_ids(wanted.own_of)))
    return rows


def _in_window(rows: Select[Any], wanted: CertificateFilter) -> Select[Any]:
    if wanted.month is not None:
        following = (wanted.month.replace(day=1) + timedelta(days=32)).replace(day=1)
        day = timedelta(days=1)  # the last day with force is the one before `void_from`
        return rows.where(
            Certificate.void_from >= wanted.month + day,
            Certificate.void_from < following + day,
            _not_renewed(),
        )
    if wanted.window is Window.ALL:
        return rows
    rows = rows.where(_not_renewed(), Product.active)
    if wanted.window is Window.ENDED:
        return rows.where(Certificate.void_from <= wanted.day)
    last = wanted.day + timedelta(days=(wanted.window.days or 0) + 1)
    return rows.where(Certificate.void_from > wanted.day, Certificate.void_from <= last)


def _not_renewed() -> Any:
    """No other certificate of the product has force for longer: the end of this one is the end of the stars."""
    return ~exists().where(
        _Later.product_id == Certificate.product_id,
        _Later.void_from > Certificate.void_from,
    )


def certificates_page(wanted: CertificateFilter, number: int) -> Page[Any]:
    """One page of certificates, the first to end first: two statements."""
    return paginate(_ordered(wanted), number)


def certificates_for_export(wanted: CertificateFilter) -> Any:
    """Every certificate of the list, read as they are written: one statement."""
    return db.session.execute(_ordered(wanted).execution_options(yield_per=500))


def _ordered(wanted: CertificateFilter) -> Select[Any]:
    return _certificates(wanted).order_by(Certificate.void_from, Certificate.id)


def ends_by_month(wanted: CertificateFilter, months: int) -> list[tuple[date, int, int]]:
    """(first of the month, how many end in it, of them told) for so many months from that of `day`: one statement."""
    first = wanted.day.replace(day=1)
    firsts = [first]
    for _month in range(months):
        firsts.append((firsts[-1] + timedelta(days=32)).replace(day=1))
    day = timedelta(days=1)
    rows = _certificates(
        CertificateFilter(wanted.day, Window.ALL, locality_id=wanted.locality_id),
        Certificate.void_from,
        func.count(),
        func.count(CertificateNotice.id),
    ).where(
        Certificate.void_from >= firsts[0] + day,
        Certificate.void_from < firsts[-1] + day,
        _not_renewed(),
    )
    found = {one: [0, 0] for one in firsts[:-1]}
    for void_from, ends, told in db.session.execute(rows.group_by(Certificate.void_from)):
        of_month = found[(void_from - day).replace(day=1)]
        of_month[0] += ends
        of_month[1] += told
    return [(one, ends, told) for one, (ends, told) in found.items()]


def notices_due(user: User, day: date, *, limit: int) -> list[Any]:
    """Certificates in reach that end within 30 days and whose holder nobody told, the first to end first."""
    wanted = CertificateFilter(day, Window.MONTH, told=False, own_of=user)
    return list(db.session.execute(_ordered(wanted).limit(limit)).all())


def to_tell(user: User, day: date, only: Collection[int] | None = None) -> list[Certificate]:
    """Certificates to write letters for, with product, producer and address: those due, or `only` these.

    Never one whose product the user may not edit, and at most MOST_LETTERS.
    """
    wanted = CertificateFilter(day, Window.MONTH if only is None else Window.ALL, own_of=user)
    if only is None:
        wanted = CertificateFilter(day, Window.MONTH, told=False, own_of=user)
    ids = _certificates(wanted, Certificate.id)
    if only is not None:
        ids = ids.where(Certificate.id.in_(only))
    rows = (
        select(Certificate)
        .join(Product, Product.id == Certificate.product_id)
        .join(Supplier, Supplier.id == Product.producer_id)
        .options(
            joinedload(Certificate.product)
            .joinedload(Product.producer)
            .joinedload(Supplier.ward)
            .joinedload(Ward.province),
            joinedload(Certificate.product).joinedload(Product.locality),
        )
        .where(Certificate.id.in_(ids))
        .order_by(Supplier.sort_key, Supplier.id, Certificate.void_from, Certificate.id)
    )
    return list(db.session.scalars(rows.limit(MOST_LETTERS)))
