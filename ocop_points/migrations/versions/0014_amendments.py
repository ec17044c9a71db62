"""Amendments of approved minutes and their papers."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect, refuse_when, unprotect

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "supplement",
                "correction",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("number_year", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(length=30), nullable=False),
        sa.Column("numbered_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_amendment_number_positive")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_amendment_reason")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_amendment_text")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_amendment_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_amendment_made_by_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_amendment_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint(
            "department_id", "number_year", "symbol", "number", name="uq_amendment_paper_number"
        ),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index("ix_amendment_visit", ["visit_id", "id"], unique=False)
    op.create_table(
        "amendment_file",
        sa.Column("amendment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendment.id"], name=op.f("fk_amendment_file_amendment_id")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name=op.f("fk_amendment_file_stored_file_id")
        ),
        sa.PrimaryKeyConstraint("amendment_id", name=op.f("pk_amendment_file")),
    )
    with op.batch_alter_table("amendment_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_amendment_file_stored_file_id"), ["stored_file_id"], unique=False
        )
    # Only minutes that are in force are amended.
    in_force = "SELECT 1 FROM visit AS v WHERE v.id = NEW.visit_id AND v.state = 'approved'"
    refuse_when("amendment", "INSERT", f"NOT EXISTS ({in_force})")
    protect("amendment")
    protect("amendment_file")


def downgrade() -> None:
    for table in ("amendment_file", "amendment"):
        unprotect(table)
    op.drop_table("amendment_file")
    op.drop_table("amendment")
