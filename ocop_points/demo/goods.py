"""The demonstration's producers, products and certificates, in the proportions of December 2023 (DOMAIN.md §1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import TypeVar

from ocop_points.catalogue import certificate_service, service
from ocop_points.catalogue.certificate_service import NewCertificate
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.catalogue.rules import (
    ProductGroup,
    Stars,
    SupplierKind,
    check_digit,
    last_valid_day,
)
from ocop_points.catalogue.service import ProductFacts, SupplierFacts
from ocop_points.demo import invented
from ocop_points.demo.stage import Stage
from ocop_points.localities.models import Locality, Ward

# Four producers in each of the 25 localities, two products of each.
PRODUCTS, PRODUCERS = 200, 100
# Of 1,000 producers: cooperatives, enterprises, households and units, cooperative groups.
KINDS = (
    (SupplierKind.COOPERATIVE, 381, "HTX"),
    (SupplierKind.ENTERPRISE, 242, "Công ty TNHH"),
    (SupplierKind.HOUSEHOLD, 349, "Cơ sở"),
    (SupplierKind.COOPERATIVE_GROUP, 28, "Tổ hợp tác"),
)
# Of 1,000 rated products: 3, 4, potential 5 and 5 stars.
STARS = (
    (Stars.THREE, 673, (50, 69)),
    (Stars.FOUR, 312, (70, 89)),
    (Stars.POTENTIAL_FIVE, 8, (90, 94)),
    (Stars.FIVE, 7, (91, 97)),
)

# Days until the first certificates of a locality with accounts to try end: whatever the day, one letter to a holder
# is due there, and one was sent.
ENDING = {"QNI": (26, 15)}

K = TypeVar("K")
M = TypeVar("M")


@dataclass(frozen=True)
class Ware:
    """A kind of goods: name, group, units, shelf life in days, price in ₫."""

    name: str
    group: ProductGroup
    unit: str
    pack: tuple[str, int]
    days: int | None
    price: int


_F, _D, _H = ProductGroup.FOOD, ProductGroup.DRINK, ProductGroup.MEDICINAL
_C, _P = ProductGroup.HANDICRAFT, ProductGroup.ORNAMENTAL
WARES = (
    Ware("Mật ong rừng", _F, "chai", ("thùng", 12), 720, 190_000),
    Ware("Miến dong", _F, "gói", ("thùng", 20), 365, 95_000),
    Ware("Gạo nếp", _F, "túi", ("bao", 10), 270, 60_000),
    Ware("Nước mắm", _F, "chai", ("thùng", 12), 730, 85_000),
    Ware("Chả mực", _F, "hộp", ("thùng", 10), 60, 390_000),
    Ware("Ruốc hàu", _F, "lọ", ("thùng", 24), 120, 120_000),
    Ware("Khô cá", _F, "gói", ("thùng", 20), 180, 210_000),
    Ware("Bánh gai", _F, "hộp", ("thùng", 12), 15, 55_000),
    Ware("Kẹo lạc", _F, "hộp", ("thùng", 20), 180, 55_000),
    Ware("Măng khô", _F, "gói", ("thùng", 20), 365, 130_000),
    Ware("Lạp xưởng", _F, "gói", ("thùng", 20), 90, 160_000),
    Ware("Chè xanh", _D, "hộp", ("thùng", 20), 730, 150_000),
    Ware("Cà phê rang xay", _D, "gói", ("thùng", 20), 540, 180_000),
    Ware("Rượu men lá", _D, "chai", ("thùng", 6), None, 120_000),
    Ware("Trà sen", _D, "hộp", ("thùng", 24), 540, 220_000),
    Ware("Tinh dầu sả", _H, "chai", ("hộp lớn", 24), 1095, 90_000),
    Ware("Trà cà gai leo", _H, "hộp", ("thùng", 24), 730, 110_000),
    Ware("Giỏ cói", _C, "chiếc", ("kiện", 10), None, 140_000),
    Ware("Khăn thổ cẩm", _C, "chiếc", ("kiện", 20), None, 230_000),
    Ware("Bình gốm", _C, "chiếc", ("kiện", 4), None, 350_000),
    Ware("Hoa lan chậu", _P, "chậu", ("giá", 6), None, 280_000),
)
# Shelf lives that labels give in months.
_IN_MONTHS = {365: 12, 540: 18, 720: 24, 730: 24, 1095: 36}
SIZES = ("", " loại 1", " hộp quà", " túi nhỏ")


def plan(stage: Stage) -> None:
    """Put producers, products and certificates on the agenda, before the points begin to trade."""
    chance = Random("goods")  # noqa: S311  # a demonstration is no secret
    taken: set[str] = set()
    makers = spread(KINDS, PRODUCERS)
    stars = spread(STARS, PRODUCTS)
    chance.shuffle(makers)
    chance.shuffle(stars)
    homes = [locality for locality in stage.localities for _ in range(4)][:PRODUCERS]
    begun = stage.ago(1_100)
    ending = {code: list(days) for code, days in ENDING.items()}

    def begin() -> None:
        made = [
            _supplier(stage, home, kind, before, taken, chance)
            for home, (kind, before) in zip(homes, makers, strict=False)
        ]
        for number, (grade, (low, high)) in enumerate(stars):
            maker = made[number % len(made)]
            product = _product(stage, maker, number, chance)
            stage.products.append(product)
            soon = ending.get(stage.locality(product.locality_id).short_code)
            days = _issue_days(stage.today, number, chance)
            if soon:
                days = iter([stage.ago(1_096 - soon.pop(0))])
            _plan_certificates(stage, product, grade, (low, high), days, chance)
        _traders(stage, taken, chance)

    stage.at(begun, 8, 30, begin)


def spread(parts: Sequence[tuple[K, int, M]], many: int) -> list[tuple[K, M]]:
    """`many` things in the given shares of a thousand, each kind at least once."""
    things: list[tuple[K, M]] = []
    for kind, share, more in parts:
        things += [(kind, more)] * max(1, round(many * share / 1000))
    first, _share, more = parts[0]
    things += [(first, more)] * (many - len(things))
    return things[:many]


def _supplier(
    stage: Stage,
    locality: Locality,
    kind: SupplierKind,
    before: str,
    taken: set[str],
    chance: Random,
) -> Supplier:
    ward = _ward(stage, locality, chance)
    person = invented.person(chance)
    name = (
        f"{before} {person}" if kind is SupplierKind.HOUSEHOLD else f"{before} Nông sản {ward.name}"
    )
    while name in taken:
        name += " 2"
    taken.add(name)
    facts = SupplierFacts(
        kind=kind,
        name=name,
        tax_code=invented.tax_code(chance, taken),
        representative=person,
        phone=invented.phone(chance),
        address=invented.address(chance),
        ward_code=ward.code,
    )
    return service.register_supplier(locality, facts, by=stage.officer(locality.id))


def _ward(stage: Stage, locality: Locality, chance: Random) -> Ward:
    return chance.choice(stage.wards[locality.province_code])


def in_store_barcode(number: int) -> str:
    """An EAN-13 of the range 20 to 29, which shops give out for themselves: no maker's in the world."""
    body = f"20{number:010d}"
    return f"{body}{check_digit(body)}"


def _product(stage: Stage, maker: Supplier, number: int, chance: Random) -> Product:
    ware = WARES[number * 5 % len(WARES)]
    place = chance.choice(stage.wards[stage.locality(maker.locality_id).province_code]).name
    facts = ProductFacts(
        name=f"{ware.name} {place}{chance.choice(SIZES)}",
        base_unit=ware.unit,
        group148=ware.group,
        specification="Sản phẩm bịa đặt của bản minh họa",
        basis_b=number % 7 == 0,
        basis_b_paper=f"{100 + number}/QĐ-MH" if number % 7 == 0 else "",
        basis_b_on=stage.ago(700) if number % 7 == 0 else None,
        basis_b_issuer="UBND tỉnh (minh họa)" if number % 7 == 0 else "",
        basis_d=number % 11 == 0,
        basis_d_paper="Hồ sơ minh họa" if number % 11 == 0 else "",
        barcode=in_store_barcode(number) if number % 4 else "",
        shelf_life_days=None if ware.days in _IN_MONTHS else ware.days,
        shelf_life_months=_IN_MONTHS.get(ware.days or 0),
        reference_price=ware.price,
        units=(ware.pack,),
    )
    locality = stage.locality(maker.locality_id)
    return service.register_product(locality, maker, facts, by=stage.officer(locality.id))


def _plan_certificates(
    stage: Stage,
    product: Product,
    grade: Stars,
    scores: tuple[int, int],
    days: Iterator[date],
    chance: Random,
) -> None:
    for issued_on in days:
        score = Decimal(chance.randrange(scores[0] * 10, scores[1] * 10)) / 10
        new = NewCertificate(
            stars=grade,
            number=f"{chance.randint(1, 400)}/GCN-MH",
            issuer="Ủy ban nhân dân tỉnh (minh họa)",
            issued_on=issued_on,
            last_valid_day=last_valid_day(issued_on),
            decision=f"{chance.randint(100, 3900)}/QĐ-UBND",
            score=score,
        )
        by = stage.officer(product.locality_id)
        day = max(issued_on, stage.ago(1_095))
        stage.at(
            day,
            10,
            chance.randrange(60),
            partial(certificate_service.add_certificate, product, new, by=by),
        )


def _issue_days(today: date, number: int, chance: Random) -> Iterator[date]:
    """When certificates were issued: 36 months are 1,095 or 1,096 days.

    Most are in force; some ended lately, some end soon, and one in twenty-five was never given one.
    """
    if number % 25 == 24:
        return
    if number % 12 == 5:  # ended some weeks ago
        yield today - timedelta(days=1_096 + chance.randint(5, 120))
    elif number % 12 == 8:  # ends within 90 days
        yield today - timedelta(days=1_096 - chance.randint(4, 85))
    elif number % 12 == 2:  # ended, and was renewed
        last = today - timedelta(days=chance.randint(30, 300))
        yield last - timedelta(days=1_090)
        yield last
    else:
        yield today - timedelta(days=chance.randint(40, 900))


def _traders(stage: Stage, taken: set[str], chance: Random) -> None:
    """Two who deliver and make nothing."""
    for locality in stage.localities[:2]:
        _supplier(stage, locality, SupplierKind.TRADER, "Công ty Phân phối", taken, chance)
