"""Months of a point's stock are closed: a trigger refuses movements of a closed day."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import refuse_when

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CLOSED_DAY = "EXISTS (SELECT 1 FROM month_closing c WHERE c.point_id = NEW.point_id AND c.through >= NEW.on_date)"


def upgrade() -> None:
    op.create_table(
        "month_closing",
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"], ["sales_point.id"], name=op.f("fk_month_closing_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name=op.f("fk_month_closing_closed_by_id")
        ),
        sa.PrimaryKeyConstraint("point_id", "through", name=op.f("pk_month_closing")),
    )
    refuse_when("movement", "INSERT", CLOSED_DAY)


def downgrade() -> None:
    on = ""
    if op.get_bind().dialect.name == "postgresql":
        on = " ON movement"
    op.execute(f"DROP TRIGGER movement_no_insert{on}")
    if on:
        op.execute("DROP FUNCTION ocop_movement_no_insert()")
    op.drop_table("month_closing")
