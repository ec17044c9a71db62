"""Visits by the number of their minutes: the search looks for it in the whole country."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_visit_number", "visit", ["number"])


def downgrade() -> None:
    op.drop_index("ix_visit_number", table_name="visit")
