"""The index of a point's days stands in the order of its ledger, so that a page is found in it without sorting."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_DAY = "ix_movement_point_day"
_REST = ["id", "lot_id", "line_id", "delta"]


def upgrade() -> None:
    _replace(["point_id", "on_date", sa.text("(delta < 0)"), *_REST])


def downgrade() -> None:
    _replace(["point_id", "on_date", *_REST])


def _replace(columns: list[str | sa.TextClause]) -> None:
    op.drop_index(_DAY, "movement")
    op.create_index(_DAY, "movement", columns)
