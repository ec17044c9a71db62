"""People to talk to at a supplier; two records of one supplier that became one."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplier_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "phone <> '' OR email <> ''", name=op.f("ck_supplier_contact_reachable")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_contact_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_contact")),
    )
    op.create_index(op.f("ix_supplier_contact_supplier_id"), "supplier_contact", ["supplier_id"])
    op.create_table(
        "supplier_merge",
        sa.Column("merged_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("merged_id <> kept_id", name=op.f("ck_supplier_merge_two_suppliers")),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["supplier.id"], name=op.f("fk_supplier_merge_merged_id")
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["supplier.id"], name=op.f("fk_supplier_merge_kept_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_supplier_merge_by_user_id")
        ),
        sa.PrimaryKeyConstraint("merged_id", name=op.f("pk_supplier_merge")),
    )
    op.create_index(op.f("ix_supplier_merge_kept_id"), "supplier_merge", ["kept_id"])


def downgrade() -> None:
    op.drop_table("supplier_merge")
    op.drop_table("supplier_contact")
