"""The least of a product that a point wants on its shelf."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stock_minimum",
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.CheckConstraint("minimum > 0", name=op.f("ck_stock_minimum_minimum_positive")),
        sa.ForeignKeyConstraint(
            ["point_id"], ["sales_point.id"], name=op.f("fk_stock_minimum_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_stock_minimum_product_id")
        ),
        sa.PrimaryKeyConstraint("point_id", "product_id", name=op.f("pk_stock_minimum")),
    )
    op.create_index(op.f("ix_stock_minimum_product_id"), "stock_minimum", ["product_id"])


def downgrade() -> None:
    op.drop_table("stock_minimum")
