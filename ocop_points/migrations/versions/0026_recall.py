"""Letters to points about goods that are taken off the shelf."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ABOUT = (
    "(lot_id IS NOT NULL AND product_id IS NULL AND producer_id IS NULL)"
    " OR (lot_id IS NULL AND product_id IS NOT NULL AND producer_id IS NULL)"
    " OR (lot_id IS NULL AND product_id IS NULL AND producer_id IS NOT NULL)"
)
_HOW = ("post", "hand", "email", "other")
_TARGETS = {
    "point_id": "sales_point",
    "lot_id": "lot",
    "product_id": "product",
    "producer_id": "supplier",
    "by_user_id": "user_account",
}


def upgrade() -> None:
    op.create_table(
        "recall_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(*_HOW, name="how", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_ABOUT, name=op.f("ck_recall_letter_about_one_thing")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_recall_letter_{column}")
            )
            for column, table in _TARGETS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_letter")),
    )
    for column in list(_TARGETS)[:4]:
        op.create_index(op.f(f"ix_recall_letter_{column}"), "recall_letter", [column])


def downgrade() -> None:
    op.drop_table("recall_letter")
