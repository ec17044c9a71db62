"""Suppliers that look like one and are not."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suppliers_apart",
        sa.Column("first_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("second_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_suppliers_apart_in_order")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["supplier.id"], name=op.f("fk_suppliers_apart_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["supplier.id"], name=op.f("fk_suppliers_apart_second_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_suppliers_apart_by_user_id")
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_suppliers_apart")),
    )
    op.create_index(op.f("ix_suppliers_apart_second_id"), "suppliers_apart", ["second_id"])


def downgrade() -> None:
    op.drop_table("suppliers_apart")
