"""How little of a product a point wants on its shelf before it is told; without a row nothing is asked."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ocop_points.core.db import Model


class StockMinimum(Model):
    """The least good stock of one product at one point, in base units."""

    __tablename__ = "stock_minimum"
    __table_args__ = (CheckConstraint("minimum > 0", name="minimum_positive"),)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
    minimum: Mapped[int]
