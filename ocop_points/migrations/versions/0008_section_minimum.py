"""A section of the criteria may have a minimum of its own; sections and lines carry the version two editors compare."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MINIMUM = "CONSTRAINT ck_criteria_section_minimum_score CHECK (minimum_score BETWEEN 0 AND 100000)"


def upgrade() -> None:
    # By hand: each works in place on both databases, so that the triggers of published editions stay.
    op.execute(f"ALTER TABLE criteria_section ADD COLUMN minimum_score BIGINT {_MINIMUM}")
    for table in ("criteria_section", "criteria_line"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN version INTEGER DEFAULT 1 NOT NULL")


def downgrade() -> None:
    for table in ("criteria_line", "criteria_section"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN version")
    op.execute("ALTER TABLE criteria_section DROP COLUMN minimum_score")
