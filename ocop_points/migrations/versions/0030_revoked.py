"""When everything that was given out in a user's name ended: signing out everywhere, switching off."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: SQLite's batch mode would drop a table that nearly every other points to.
    op.add_column(
        "user_account", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("user_account", "revoked_at")
