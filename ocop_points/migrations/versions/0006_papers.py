"""Photos of answers, the minutes as they were made, scans of the signed paper."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect, protect_while, unprotect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Photos change while the answers do, scans at any time, the minutes never.
_SENT = (
    "SELECT 1 FROM visit AS v WHERE v.id = {row}.visit_id "
    "AND v.state NOT IN ('planned', 'in_progress', 'returned')"
)


def upgrade() -> None:
    op.create_table(
        "answer_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("caption", sa.String(length=160), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_answer_photo_position")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_answer_photo_visit_id")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["criteria_line.id"], name=op.f("fk_answer_photo_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name=op.f("fk_answer_photo_stored_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_answer_photo_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_photo")),
        sa.UniqueConstraint(
            "visit_id",
            "line_id",
            "stored_file_id",
            name=op.f("uq_answer_photo_visit_id_line_id_stored_file_id"),
        ),
        sa.UniqueConstraint(
            "visit_id",
            "line_id",
            "position",
            name=op.f("uq_answer_photo_visit_id_line_id_position"),
        ),
    )
    with op.batch_alter_table("answer_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_photo_line_id"), ["line_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_answer_photo_stored_file_id"), ["stored_file_id"], unique=False
        )

    op.create_table(
        "minutes_file",
        sa.Column("visit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("check_url", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_minutes_file_visit_id")),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name=op.f("fk_minutes_file_stored_file_id")
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_minutes_file")),
    )
    with op.batch_alter_table("minutes_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_minutes_file_stored_file_id"), ["stored_file_id"], unique=False
        )

    op.create_table(
        "signed_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_signed_scan_visit_id")),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name=op.f("fk_signed_scan_stored_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_signed_scan_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_scan")),
        sa.UniqueConstraint(
            "visit_id", "stored_file_id", name=op.f("uq_signed_scan_visit_id_stored_file_id")
        ),
    )
    with op.batch_alter_table("signed_scan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_signed_scan_stored_file_id"), ["stored_file_id"], unique=False
        )

    protect_while("answer_photo", f"EXISTS ({_SENT})")
    protect("minutes_file")


def downgrade() -> None:
    unprotect("minutes_file")
    unprotect("answer_photo")
    for table in ("signed_scan", "minutes_file", "answer_photo"):
        op.drop_table(table)
