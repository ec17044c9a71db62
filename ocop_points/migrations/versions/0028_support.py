"""Support given to points, its payments, the ministry's guidance visits, and until when a point has to stay open."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_SOURCES = ("ministry", "province", "other")


def upgrade() -> None:
    op.add_column("sales_point", sa.Column("keep_open_until", sa.Date(), nullable=True))
    _support()
    _payment()
    _guidance()


def _support() -> None:
    op.create_table(
        "support",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(*_SOURCES, name="source", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("programme_year", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("acceptance_number", sa.String(length=60), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("keep_open_until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_support_amount_positive")),
        sa.CheckConstraint(
            "programme_year BETWEEN 2018 AND 2100", name=op.f("ck_support_programme_year")
        ),
        sa.CheckConstraint(
            "acceptance_number = '' OR accepted_on IS NOT NULL",
            name=op.f("ck_support_acceptance_dated"),
        ),
        sa.CheckConstraint(
            "keep_open_until >= decided_on", name=op.f("ck_support_duty_after_decision")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["sales_point.id"], name=op.f("fk_support_point_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_support_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
    )
    op.create_index(op.f("ix_support_point_id"), "support", ["point_id"])
    op.create_index("ix_support_year_source", "support", ["programme_year", "source"])


def _payment() -> None:
    op.create_table(
        "support_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("support_id", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_support_payment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["support_id"], ["support.id"], name=op.f("fk_support_payment_support_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_support_payment_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_payment")),
    )
    op.create_index(op.f("ix_support_payment_support_id"), "support_payment", ["support_id"])


def _guidance() -> None:
    op.create_table(
        "guidance_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("people", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"], ["sales_point.id"], name=op.f("fk_guidance_visit_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_guidance_visit_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_visit")),
    )
    op.create_index("ix_guidance_visit_point_day", "guidance_visit", ["point_id", "on_date"])


def downgrade() -> None:
    op.drop_table("guidance_visit")
    op.drop_table("support_payment")
    op.drop_table("support")
    op.drop_column("sales_point", "keep_open_until")
