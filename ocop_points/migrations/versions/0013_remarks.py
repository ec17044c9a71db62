"""Remarks at single lines of a visit that goes back to its team."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect, unprotect

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_line_remark_text")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["visit_event.id"], name=op.f("fk_line_remark_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["criteria_line.id"], name=op.f("fk_line_remark_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_remark")),
        sa.UniqueConstraint("event_id", "line_id", name=op.f("uq_line_remark_event_id_line_id")),
    )
    protect("line_remark")


def downgrade() -> None:
    unprotect("line_remark")
    op.drop_table("line_remark")
