"""Departments that were joined to others: kept for good."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect, unprotect

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "department_merge",
        sa.Column("merged_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "merged_id <> kept_id", name=op.f("ck_department_merge_two_departments")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["department.id"], name=op.f("fk_department_merge_merged_id")
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["department.id"], name=op.f("fk_department_merge_kept_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_department_merge_by_user_id")
        ),
        sa.PrimaryKeyConstraint("merged_id", name=op.f("pk_department_merge")),
    )
    op.create_index(op.f("ix_department_merge_kept_id"), "department_merge", ["kept_id"])
    protect("department_merge")


def downgrade() -> None:
    unprotect("department_merge")
    op.drop_table("department_merge")
