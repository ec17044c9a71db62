"""Reports of a period: written by the department, sent, returned, accepted, then frozen."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect, refuse_when, unprotect

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_STATES = ("draft", "submitted", "returned", "accepted")


def upgrade() -> None:
    op.create_table(
        "period_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("difficulties", sa.Text(), nullable=False),
        sa.Column("plans", sa.Text(), nullable=False),
        sa.Column("proposals", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "period LIKE '20__' OR period LIKE '20__-H_'", name=op.f("ck_period_report_period")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (content IS NULL)", name=op.f("ck_period_report_sent_has_content")
        ),
        sa.CheckConstraint(
            "(content IS NULL) = (sha256 IS NULL)", name=op.f("ck_period_report_content_sealed")
        ),
        sa.CheckConstraint(
            "(content IS NULL) = (submitted_at IS NULL)", name=op.f("ck_period_report_sent_has_day")
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR return_reason <> ''",
            name=op.f("ck_period_report_returned_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_period_report_locality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_report")),
        sa.UniqueConstraint(
            "locality_id", "period", name=op.f("uq_period_report_locality_id_period")
        ),
    )
    op.create_index("ix_period_report_period_state", "period_report", ["period", "state"])
    protect("period_report", update=False)
    # What was accepted stays; what was sent stays while it is read.
    refuse_when(
        "period_report",
        "UPDATE",
        "OLD.state = 'accepted' OR (OLD.state = 'submitted' AND (NEW.content IS NULL OR NEW.content <> OLD.content))",
    )


def downgrade() -> None:
    unprotect("period_report")
    op.drop_table("period_report")
