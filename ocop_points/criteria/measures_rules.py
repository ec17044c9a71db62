"""Figures that help to answer a line: what each counts, and how a line may ask for it. Pure.

Only names and bounds are here; `assessments` computes the figures from stock, catalogue and agreements. No text sets
any of these figures or bounds but where an edition's own line does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from ocop_points.catalogue.rules import ProductBasis, Stars

ALL_BASES = "".join(ProductBasis)
PERCENT = "%"


class Measure(StrEnum):
    """Names of figures that help to answer a line."""

    EVERY_PRODUCT_HAS_A_BASIS = "every_product_has_a_basis"
    SHARE_THREE_STARS = "share_three_stars"
    OWN_PROVINCE = "own_province"
    CERTIFICATE_ENDED = "certificate_ended"
    NO_EXPIRED_GOODS = "no_expired_goods"
    SUPPLIERS_UNDER_AGREEMENT = "suppliers_under_agreement"
    DAYS_SINCE_LAST_MOVEMENT = "days_since_last_movement"


class MeasureBy(StrEnum):
    """How goods are counted: a share of their kinds, of their units, of their value, or how many there are."""

    PRODUCTS = "products"
    UNITS = "units"
    VALUE = "value"
    NUMBER = "number"

    @property
    def is_share(self) -> bool:
        return self is not MeasureBy.NUMBER


_GOODS = tuple(MeasureBy)
_KINDS = (MeasureBy.PRODUCTS, MeasureBy.NUMBER)


@dataclass(frozen=True, slots=True)
class Bound:
    """From which figure on, or up to which, a line is met; that figure included."""

    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """How a measure may be counted, the usual way first; `bound` is the one that its own name sets."""

    counted: tuple[MeasureBy, ...]
    stars: bool = False
    bases: bool = False
    bound: Bound | None = None


MEASURES: Mapping[Measure, MeasureSpec] = MappingProxyType(
    {
        Measure.EVERY_PRODUCT_HAS_A_BASIS: MeasureSpec(
            _GOODS, bases=True, bound=Bound(least=Decimal(100))
        ),
        Measure.SHARE_THREE_STARS: MeasureSpec(_GOODS, stars=True),
        Measure.OWN_PROVINCE: MeasureSpec(_GOODS),
        Measure.CERTIFICATE_ENDED: MeasureSpec((MeasureBy.NUMBER, MeasureBy.PRODUCTS)),
        Measure.NO_EXPIRED_GOODS: MeasureSpec((MeasureBy.NUMBER,), bound=Bound(most=Decimal(0))),
        Measure.SUPPLIERS_UNDER_AGREEMENT: MeasureSpec(_KINDS),
        Measure.DAYS_SINCE_LAST_MOVEMENT: MeasureSpec((MeasureBy.NUMBER,)),
    }
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a line wants to know. `stars` and `bases` (letters of ProductBasis) matter to measures of them."""

    measure: Measure
    by: MeasureBy
    stars: Stars = Stars.THREE
    bases: str = ALL_BASES
