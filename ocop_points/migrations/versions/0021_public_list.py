"""A point's telephone is shown to the public only where somebody said so; an index of what shelves hold now."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sales_point",
        sa.Column("phone_public", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    held = sa.text("on_hand > 0")
    op.create_index(
        "ix_balance_held",
        "balance",
        ["point_id", "lot_id"],
        sqlite_where=held,
        postgresql_where=held,
    )


def downgrade() -> None:
    op.drop_index("ix_balance_held", table_name="balance")
    op.drop_column("sales_point", "phone_public")
