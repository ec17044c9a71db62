"""The points, suppliers, products and certificates of the whole country, in bulk."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from ocop_points.audit.rules import Action
from ocop_points.audit.service import created
from ocop_points.catalogue import service as catalogue
from ocop_points.catalogue.models import Certificate, Product, ProductUnit, Supplier
from ocop_points.catalogue.rules import Stars, SupplierKind, last_valid_day
from ocop_points.catalogue.service import ProductFacts, SupplierFacts
from ocop_points.core.db import db
from ocop_points.demo import goods, invented, register
from ocop_points.demo.national import DAYS, POINTS, PRODUCTS, SUPPLIERS, Bulk, Goods, Shop, moment
from ocop_points.localities.models import Locality
from ocop_points.points import service as points
from ocop_points.points.models import PointStep, SalesPoint
from ocop_points.points.rules import PointStatus, PointVerb, point_code

_STEPS: tuple[tuple[PointVerb | None, PointStatus, Action, int], ...] = (
    (None, PointStatus.PROPOSED, Action.POINT_REGISTERED, 30),
    (PointVerb.SURVEY, PointStatus.SURVEYED, Action.POINT_SURVEYED, 22),
    (PointVerb.CHOOSE, PointStatus.CHOSEN, Action.POINT_CHOSEN, 12),
    (PointVerb.OPEN, PointStatus.OPEN, Action.POINT_OPENED, 5),
)


def load(bulk: Bulk, scale: float) -> None:
    """Everything the shops trade with, and the shops, all of them open when their books begin."""
    stage, chance = bulk.stage, Random("national")  # noqa: S311  # a demonstration is no secret
    homes = sorted(stage.localities, key=lambda one: -register.MANY.get(one.short_code, 0))
    taken: set[str] = set()
    makers = _suppliers(bulk, homes, round(SUPPLIERS * scale), taken, chance)
    _products(bulk, makers, round(PRODUCTS * scale), chance)
    _points(bulk, homes, round(POINTS * scale), taken, chance)


def _suppliers(
    bulk: Bulk, homes: list[Locality], many: int, taken: set[str], chance: Random
) -> list[Supplier]:
    stage, began = bulk.stage, moment(bulk.stage.ago(1_100), 8)
    kinds = goods.spread(goods.KINDS, many)
    chance.shuffle(kinds)
    made = []
    for number, (kind, before) in enumerate(kinds):
        home = homes[number % len(homes)]
        ward = chance.choice(stage.wards[home.province_code])
        person = invented.person(chance)
        facts = SupplierFacts(
            kind=kind,
            name=f"{before} {person if kind is SupplierKind.HOUSEHOLD else ward.name} {number + 1}",
            tax_code=invented.tax_code(chance, taken),
            representative=person,
            phone=invented.phone(chance),
            address=invented.address(chance),
            ward_code=ward.code,
        )
        one = Supplier(**asdict(facts), locality_id=home.id, created_at=began, version=1)
        catalogue.index_supplier(one)
        made.append(one)
    db.session.add_all(made)
    db.session.flush()
    for one in made:
        by = stage.officer(one.locality_id)
        bulk.record(
            Action.SUPPLIER_REGISTERED, one.subject(), by, began, created({"name": one.name})
        )
    return made


def _products(bulk: Bulk, makers: list[Supplier], many: int, chance: Random) -> None:
    stage, began = bulk.stage, moment(bulk.stage.ago(1_000), 8)
    stars = goods.spread(goods.STARS, many)
    chance.shuffle(stars)
    made = []
    for number, (_grade, _scores) in enumerate(stars):
        maker = makers[number % len(makers)]
        home = stage.locality(maker.locality_id)
        ware = goods.WARES[number * 5 % len(goods.WARES)]
        place = chance.choice(stage.wards[home.province_code]).name
        facts = ProductFacts(
            name=f"{ware.name} {place}{chance.choice(goods.SIZES)}",
            base_unit=ware.unit,
            group148=ware.group,
            specification="Sản phẩm bịa đặt của bản minh họa",
            shelf_life_days=ware.days,
            reference_price=ware.price,
            units=(ware.pack,),
        )
        one = Product(
            **facts.columns(),
            code=f"SP-{bulk.count('product'):05d}",
            producer_id=maker.id,
            locality_id=home.id,
            created_at=began,
            version=1,
        )
        catalogue.index_product(one, maker)
        made.append((one, ware))
    db.session.add_all(one for one, _ware in made)
    db.session.flush()
    for (one, ware), (grade, (low, high)) in zip(made, stars, strict=True):
        by = stage.officer(one.locality_id)
        registered = created({"code": one.code, "name": one.name})
        bulk.record(Action.PRODUCT_REGISTERED, one.subject(), by, began, registered)
        name, factor = ware.pack
        bulk.add(ProductUnit, {"product_id": one.id, "name": name, "factor": factor})
        ends = _certificate(bulk, one, grade, chance.randrange(low, high), chance)
        bulk.goods.append(
            Goods(one.id, one.code, one.producer_id, ware.unit, ware.price, ware.days, ends)
        )


def _certificate(bulk: Bulk, product: Product, grade: Stars, score: int, chance: Random) -> date:
    """Each product's certificate runs all the time that the shops trade, and some days more."""
    stage = bulk.stage
    issued_on = stage.ago(chance.randint(DAYS + 10, 960))
    row: dict[str, Any] = {
        "stars": grade,
        "number": f"{product.id:05d}",
        "decision": f"{chance.randint(100, 3900)}/QĐ-UBND",
        "issuer": "Ủy ban nhân dân tỉnh",
        "issued_on": issued_on,
        "last_valid_day": last_valid_day(issued_on),
    }
    began = moment(issued_on, 10)
    by = stage.officer(product.locality_id)
    bulk.record(Action.CERTIFICATE_ADDED, product.subject(), by, began, created(row))
    ends = last_valid_day(issued_on)
    bulk.add(
        Certificate,
        {
            **row,
            "product_id": product.id,
            "score_thousandths": score * 1000,
            "withdrawn_reason": "",
            "void_from": ends + timedelta(days=1),
            "created_at": began,
            "version": 1,
            "relied_on": began.date(),
        },
    )
    return ends


def _points(bulk: Bulk, homes: list[Locality], many: int, taken: set[str], chance: Random) -> None:
    stage, opened = bulk.stage, bulk.stage.ago(DAYS + 5)
    made = []
    for number in range(many):
        home = homes[number % len(homes)]
        ward = chance.choice(stage.wards[home.province_code])
        facts = register.point_facts(chance, ward, taken)
        facts = replace(facts, name=f"{facts.name} {number // len(homes) + 1}")
        one = SalesPoint(
            **asdict(facts),
            code=point_code(home.short_code, bulk.count(f"point:{home.short_code}")),
            locality_id=home.id,
            opened_on=opened,
            status=PointStatus.OPEN,
            created_at=moment(stage.ago(DAYS + 30), 9),
            version=len(_STEPS),
        )
        points.index_point(one, ward)
        made.append(one)
    db.session.add_all(made)
    db.session.flush()
    for one in made:
        _life(bulk, one)
        home = stage.locality(one.locality_id)
        department = stage.departments[home.department_id]
        bulk.shops.append(
            Shop(
                id=one.id,
                code=one.code,
                name=one.name,
                locality_id=one.locality_id,
                officer=stage.officer(one.locality_id),
                manager=stage.manager(one.locality_id),
                department_id=department.id,
                symbol=department.symbol,
                representative=one.representative,
            )
        )
    with stage.moment(stage.ago(DAYS), 8):
        register.give_operator_a_point(made)


def _life(bulk: Bulk, point: SalesPoint) -> None:
    """The steps that led to an open shop."""
    stage = bulk.stage
    officer, manager = stage.officer(point.locality_id), stage.manager(point.locality_id)
    before = None
    for verb, status, action, days in _STEPS:
        day = stage.ago(DAYS + days)
        by = officer if verb in {None, PointVerb.SURVEY} else manager
        reason = "Mặt bằng sạch, gần đường lớn." if verb is PointVerb.SURVEY else ""
        at = moment(day, 9 if verb is None else 14)
        bulk.add(
            PointStep,
            {
                "point_id": point.id,
                "verb": verb,
                "to_status": status,
                "on_date": day,
                "decision_number": "120/QĐ-UBND" if verb is PointVerb.CHOOSE else "",
                "reason": reason,
                "by_user_id": by.id,
                "at": at,
            },
        )
        changes = {"status": [before, status.value], **created({"date": day})}
        if verb is None:
            changes = created({"code": point.code, "name": point.name, "status": status})
        bulk.record(action, point.subject(), by, at, changes)
        before = status.value
