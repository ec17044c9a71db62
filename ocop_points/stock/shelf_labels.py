"""Labels for the shelf: the lots a point can still sell, and what stands on the label of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.catalogue.queries import standings_on
from ocop_points.catalogue.rules import Stars
from ocop_points.core.db import db
from ocop_points.core.formats import vi_date, vi_number
from ocop_points.stock.models import HELD, Balance, Lot

MOST_COPIES, MOST_LABELS, MOST_LOTS = 99, 480, 400
"""Of one lot; of one printing, which is 20 sheets; of the page."""
_DRAWN = {Stars.THREE: "★★★", Stars.FOUR: "★★★★", Stars.FIVE: "★★★★★"}


@dataclass(frozen=True)
class Wanted:
    """How many labels of each lot; `faults` says what was typed and is no number of copies."""

    copies: Mapping[int, int]
    faults: Mapping[int, str]


def lots_to_label(point_id: int, day: date) -> list[Any]:
    """The lots on the shelf that are good on a day, by product: one statement."""
    rows = (
        select(
            Lot.id,
            Lot.code.label("lot_code"),
            Lot.expiry,
            Lot.product_id,
            Balance.on_hand,
            Product.name,
            Product.code,
            Product.base_unit,
            Product.reference_price,
            Supplier.name.label("producer_name"),
        )
        .select_from(Balance)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Supplier, Supplier.id == Product.producer_id)
        .where(
            Balance.point_id == point_id,
            HELD,
            or_(Lot.expiry.is_(None), Lot.expiry >= day),
        )
        .order_by(Product.sort_key, Product.id, Lot.expiry.is_(None), Lot.expiry, Lot.id)
        .limit(MOST_LOTS)
    )
    return list(db.session.execute(rows))


def read_copies(typed: Mapping[int, str]) -> Wanted:
    """What was typed beside each lot; nothing is none."""
    copies, faults = {}, {}
    for lot_id, text in typed.items():
        if not text:
            continue
        if text.isascii() and text.isdigit() and int(text[:3]) <= MOST_COPIES and len(text) <= 2:
            copies[lot_id] = int(text)
        else:
            faults[lot_id] = str(_("Nhập số từ 0 đến %(n)s", n=MOST_COPIES))
    return Wanted({lot_id: n for lot_id, n in copies.items() if n}, faults)


def labels_paper(
    rows: Sequence[Any], copies: Mapping[int, int], day: date, address: str
) -> dict[str, Any]:
    """What print/labels.typ shows: two statements. `address` leads from the QR code; "" prints none."""
    chosen = [row for row in rows if row.id in copies]
    standings = standings_on({row.product_id for row in chosen}, day)
    held = {s.certificate.id for s in standings.values() if s.certificate}
    numbers: dict[int, str] = dict(
        db.session.execute(
            select(Certificate.id, Certificate.number).where(Certificate.id.in_(held))
        ).all()
    )
    made = []
    for row in chosen:
        standing = standings[row.product_id]
        stars = standing.stars
        certificate = standing.certificate
        label = {
            "name": row.name,
            "stars": _DRAWN.get(stars, str(catalogue.STARS[stars])) if stars else None,
            "price": f"{vi_number(row.reference_price)} ₫" if row.reference_price else None,
            "unit": row.base_unit,
            "producer": row.producer_name,
            "lot": row.lot_code or None,
            "expiry": vi_date(row.expiry) or None,
            "certificate": numbers.get(certificate.id) if certificate else None,
        }
        made += [label] * copies[row.id]
    return {"date": day, "labels": made, "check_url": address or None}
