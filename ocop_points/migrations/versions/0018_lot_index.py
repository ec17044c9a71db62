"""The movements of a lot are found by an index that names their lines too: SQLite else read a point's whole history."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_LOT = "ix_movement_point_lot"


def upgrade() -> None:
    _replace(["point_id", "lot_id", "on_date", "id", "line_id", "delta"])


def downgrade() -> None:
    _replace(["point_id", "lot_id", "on_date", "id", "delta"])


def _replace(columns: list[str]) -> None:
    op.drop_index(_LOT, "movement")
    op.create_index(_LOT, "movement", columns)
