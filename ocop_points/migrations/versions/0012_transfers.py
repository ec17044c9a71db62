"""Goods go from point to point in two steps; a line may be of nothing, when nothing of it arrived."""

from alembic import op
from sqlalchemy import inspect

from ocop_points.migrations.checks import replace_check, unguarded

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SENT = "to_point_id IS NULL OR (kind = 'transfer' AND to_point_id <> point_id)"
_RECEIVED = (
    "(receives_id IS NULL OR (kind = 'transfer' AND to_point_id IS NULL)) AND (kind <> 'transfer'"
    " OR number IS NULL OR to_point_id IS NOT NULL OR receives_id IS NOT NULL)"
)
_RECEIVED_NAME = "ck_voucher_received_by_transfer"
_ANYTHING = "1 = 1"  # a new column is held against the rows that are there before it can be filled
_POSITIVE = ("ck_voucher_line_quantity_positive", "quantity_thousandths > 0")
_NOT_NEGATIVE = ("ck_voucher_line_quantity_not_negative", "quantity_thousandths >= 0")


def upgrade() -> None:
    # By hand: works in place on both databases, so that the triggers of posted vouchers stay.
    op.execute(
        "ALTER TABLE voucher ADD COLUMN to_point_id INTEGER CONSTRAINT fk_voucher_to_point_id"
        f" REFERENCES sales_point (id) CONSTRAINT ck_voucher_sent_by_transfer CHECK ({_SENT})"
    )
    op.execute(
        "ALTER TABLE voucher ADD COLUMN receives_id INTEGER CONSTRAINT fk_voucher_receives_id"
        f" REFERENCES voucher (id) CONSTRAINT {_RECEIVED_NAME} CHECK ({_ANYTHING})"
    )
    _bring_ends_back()
    replace_check("voucher", _RECEIVED_NAME, _ANYTHING, _RECEIVED)
    op.create_index("ix_voucher_to_point_id", "voucher", ["to_point_id"])
    op.create_index("ix_voucher_receives_id", "voucher", ["receives_id"])
    (old, condition), (name, wanted) = _POSITIVE, _NOT_NEGATIVE
    replace_check("voucher_line", old, condition, wanted, new_name=name)


def downgrade() -> None:
    """The two ends of each transfer are kept aside, for the way up again.

    PostgreSQL refuses while there are lines of which nothing arrived.
    """
    op.execute("DROP TABLE IF EXISTS transfer_ends")
    op.execute(
        "CREATE TABLE transfer_ends AS SELECT id, to_point_id, receives_id FROM voucher"
        " WHERE to_point_id IS NOT NULL OR receives_id IS NOT NULL"
    )
    (old, condition), (name, wanted) = _NOT_NEGATIVE, _POSITIVE
    replace_check("voucher_line", old, condition, wanted, new_name=name)
    op.drop_index("ix_voucher_receives_id", "voucher")
    op.drop_index("ix_voucher_to_point_id", "voucher")
    op.execute("ALTER TABLE voucher DROP COLUMN receives_id")
    op.execute("ALTER TABLE voucher DROP COLUMN to_point_id")


def _bring_ends_back() -> None:
    if not inspect(op.get_bind()).has_table("transfer_ends"):
        return
    with unguarded("voucher"):
        op.execute(
            "UPDATE voucher SET"
            " to_point_id = (SELECT e.to_point_id FROM transfer_ends e WHERE e.id = voucher.id),"
            " receives_id = (SELECT e.receives_id FROM transfer_ends e WHERE e.id = voucher.id)"
            " WHERE id IN (SELECT id FROM transfer_ends)"
        )
    op.execute("DROP TABLE transfer_ends")
