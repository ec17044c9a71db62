"""A barcode is one product's; a UPC-A is kept as the EAN-13 it is."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TWICE = """
SELECT a.code, b.code FROM product AS a JOIN product AS b ON b.barcode = a.barcode AND b.id > a.id
 WHERE a.barcode <> '' ORDER BY a.id, b.id LIMIT 20
"""


def upgrade() -> None:
    op.execute("UPDATE product SET barcode = '0' || barcode WHERE length(barcode) = 12")
    # Which of two is right only the people who hold the goods can say: nothing is thrown away here.
    twice = op.get_bind().execute(sa.text(_TWICE)).all()
    if twice:
        pairs = ", ".join(f"{one} = {other}" for one, other in twice)
        raise RuntimeError(
            f"these products share a barcode; correct one of each pair first: {pairs}"
        )
    op.create_index(
        "uq_product_barcode",
        "product",
        ["barcode"],
        unique=True,
        sqlite_where=sa.text("barcode <> ''"),
        postgresql_where=sa.text("barcode <> ''"),
    )


def downgrade() -> None:
    op.drop_index("uq_product_barcode", table_name="product")
