"""Visits by the day they were planned on: the overview reads those of a period."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_visit_planned_on", "visit", ["planned_on"])


def downgrade() -> None:
    op.drop_index("ix_visit_planned_on", table_name="visit")
