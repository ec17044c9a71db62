"""What the names in a sheet mean to this user, and what stands in the register already."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.bulk import read_rows
from ocop_points.core.db import db
from ocop_points.exchange.rules_cells import key, ward_keys
from ocop_points.exchange.rules_shapes import Known, Place, Places, Tables, WardName
from ocop_points.localities import queries as localities
from ocop_points.localities.models import Ward
from ocop_points.points import labels
from ocop_points.points import queries as points
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.points.service import PointFacts


def places_for(user: User) -> Places:
    """The names of places as this user may use them: wards of the provinces within reach. Three statements."""
    mine = localities.reached_id_set(user)
    by_name: dict[str, Place] = {}
    by_province: dict[str, list[Place]] = {}
    for one in localities.localities_list():
        place = Place(one.id, one.name, one.province_code, one.province.name, one.id in mine)
        for spelling in localities.spellings_of(one):
            by_name[key(spelling)] = place
        for spelling in (one.province.name, one.province.full_name):
            by_province.setdefault(key(spelling), []).append(place)
    codes = {place.province_code for place in by_name.values() if place.reached}
    return Places(by_name, by_province, _wards(codes))


def tables_for(user: User) -> Tables:
    """Every name a sheet of points may use, as this user may use it."""
    return Tables(
        **vars(places_for(user)),
        kinds=_kinds(),
        operator_kinds={key(str(text)): kind for kind, text in labels.OPERATOR_KIND.items()},
        regimes={key(str(text)): regime for regime, text in labels.REGIME.items()},
        today=clock.today(),
    )


def _wards(province_codes: Collection[str]) -> dict[str, dict[str, list[WardName]]]:
    found: dict[str, dict[str, list[WardName]]] = {code: {} for code in province_codes}
    rows = select(Ward.province_code, Ward.code, Ward.kind, Ward.name)
    for province_code, *ward in read_rows(rows.where(Ward.province_code.in_(province_codes))):
        name = WardName(*ward)
        for spelling in ward_keys(name):
            found[province_code].setdefault(spelling, []).append(name)
    return found


def ward_names() -> dict[str, str]:
    """Every ward in words: "Phường Bãi Cháy"."""
    rows = select(Ward.code, Ward.kind, Ward.name)
    return {code: f"{kind} {name}" for code, kind, name in read_rows(rows)}


def _kinds() -> dict[str, str]:
    """A kind of location by its name, its short name or its number."""
    found: dict[str, str] = {}
    for kind in points.kinds():
        found |= {key(text): kind.code for text in (kind.name, kind.short_name, kind.code)}
    return found


def known_points(locality_ids: Iterable[int]) -> list[Known]:
    """The points of these localities, as far as duplicates go: one statement."""
    rows = select(
        SalesPoint.locality_id,
        SalesPoint.folded_name,
        SalesPoint.folded_address,
        SalesPoint.ward_code,
        SalesPoint.name,
        SalesPoint.code,
    ).where(SalesPoint.locality_id.in_(set(locality_ids)))
    return [
        Known(locality_id, name, address, ward, f"{shown} ({code})")
        for locality_id, name, address, ward, shown, code in db.session.execute(rows)
    ]


@dataclass(frozen=True)
class PointKnown:
    """A registered point as an import compares its rows with it."""

    id: int
    locality_id: int
    opened_on: date | None
    facts: PointFacts


_FACTS = tuple(field.name for field in fields(PointFacts))


def points_by_code(user: User) -> dict[str, PointKnown]:
    """The points within the user's reach: one statement."""
    table: Any = SalesPoint.__table__
    columns = [table.c[name] for name in ("code", "id", "locality_id", "opened_on", *_FACTS)]
    found = {}
    for code, id_, locality_id, opened_on, *facts in read_rows(
        select(*columns).where(in_reach(user))
    ):
        known = PointFacts(**dict(zip(_FACTS, facts, strict=True)))
        found[code] = PointKnown(id_, locality_id, opened_on, known)
    return found
