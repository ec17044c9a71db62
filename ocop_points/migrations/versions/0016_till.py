"""The till: one draft of a point and day gathers its sales."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_AT_TILL = sa.text("state = 'draft' AND till_day IS NOT NULL")


def upgrade() -> None:
    op.execute("ALTER TABLE voucher ADD COLUMN till_day DATE")
    op.create_index(
        "uq_voucher_till",
        "voucher",
        ["point_id", "till_day"],
        unique=True,
        sqlite_where=_AT_TILL,
        postgresql_where=_AT_TILL,
    )


def downgrade() -> None:
    op.drop_index("uq_voucher_till", "voucher")
    op.execute("ALTER TABLE voucher DROP COLUMN till_day")
