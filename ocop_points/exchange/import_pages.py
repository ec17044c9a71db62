"""Where each kind of record is taken in."""

from ocop_points.exchange.import_opening import KIND as OPENING
from ocop_points.exchange.import_points import KIND as POINTS
from ocop_points.exchange.import_products import KIND as PRODUCTS
from ocop_points.exchange.import_suppliers import KIND as SUPPLIERS
from ocop_points.exchange.import_views import bp, hang

__all__ = ["bp", "hang"]

hang(POINTS, "/points")
hang(SUPPLIERS, "/suppliers")
hang(PRODUCTS, "/products")
hang(OPENING, "/stock/opening")
