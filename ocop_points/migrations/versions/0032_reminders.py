"""A user's e-mail address, and the weekly letters of what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_STATES = ("nothing", "sending", "sent", "failed")


def upgrade() -> None:
    # Added in place: SQLite's batch mode would drop a table that nearly every other points to.
    op.add_column(
        "user_account",
        sa.Column("email", sa.String(length=120), nullable=False, server_default=""),
    )
    op.add_column(
        "user_account",
        sa.Column("reminders", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("reply", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_reminder_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("user_id", "due_on", name="uq_reminder_user_due"),
    )
    op.create_index("ix_reminder_due_state", "reminder", ["due_on", "state"])


def downgrade() -> None:
    op.drop_table("reminder")
    op.drop_column("user_account", "reminders")
    op.drop_column("user_account", "email")
