"""The indexes of the movements hold all that balances need, so that the rows are not looked up one by one."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_LOT, _DAY = "ix_movement_point_lot", "ix_movement_point_day"


def upgrade() -> None:
    _replace(_LOT, ["point_id", "lot_id", "on_date", "id", "delta"])
    _replace(_DAY, ["point_id", "on_date", "id", "lot_id", "line_id", "delta"])


def downgrade() -> None:
    _replace(_DAY, ["point_id", "on_date", "id"])
    _replace(_LOT, ["point_id", "lot_id", "on_date"])


def _replace(name: str, columns: list[str]) -> None:
    op.drop_index(name, "movement")
    op.create_index(name, "movement", columns)
