"""Visits: what was submitted and approved does not change."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect_while, refuse_when, unprotect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "first",
                "periodic",
                "unannounced",
                "follow_up",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "in_progress",
                "submitted",
                "returned",
                "approved",
                "void",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guests", sa.Text(), nullable=False),
        sa.Column("representative", sa.String(length=120), nullable=False),
        sa.Column("representative_position", sa.String(length=120), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(length=30), nullable=False),
        sa.Column("numbered_on", sa.Date(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "pass",
                "fail",
                "no_data",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("score_tenths", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'approved' OR (number IS NOT NULL AND token IS NOT NULL AND result IS NOT NULL)",
            name=op.f("ck_visit_approved_complete"),
        ),
        sa.CheckConstraint(
            "state <> 'void' OR void_reason <> ''", name=op.f("ck_visit_void_reason")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'void') OR visited_on IS NOT NULL",
            name=op.f("ck_visit_begun_when_open"),
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (number_year IS NULL) AND (number IS NULL) = (numbered_on IS NULL)",
            name=op.f("ck_visit_number_parts"),
        ),
        sa.CheckConstraint(
            "(visited_on IS NULL) = (began_at IS NULL)", name=op.f("ck_visit_begun")
        ),
        sa.CheckConstraint("length(token) = 32", name=op.f("ck_visit_token")),
        sa.CheckConstraint("number > 0", name=op.f("ck_visit_number_positive")),
        sa.CheckConstraint(
            "planned_on IS NOT NULL OR visited_on IS NOT NULL", name=op.f("ck_visit_dated")
        ),
        sa.CheckConstraint("score_tenths BETWEEN 0 AND 1000", name=op.f("ck_visit_score")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_visit_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_visit_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_visit_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["criteria_edition.id"], name=op.f("fk_visit_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_visit_locality_id")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["sales_point.id"], name=op.f("fk_visit_point_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user_account.id"], name=op.f("fk_visit_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint(
            "department_id", "number_year", "symbol", "number", name="uq_visit_paper_number"
        ),
        sa.UniqueConstraint("token", name=op.f("uq_visit_token")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_locality_id"), ["locality_id"], unique=False)
        batch_op.create_index("ix_visit_point", ["point_id", "visited_on"], unique=False)
        batch_op.create_index("ix_visit_state", ["state", "visited_on"], unique=False)

    op.create_table(
        "visit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column(
            "verb",
            sa.Enum(
                "start",
                "answer",
                "submit",
                "withdraw",
                "approve",
                "return",
                "void",
                name="verb",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_visit_event_by_user_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_event_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_event")),
    )
    with op.batch_alter_table("visit_event", schema=None) as batch_op:
        batch_op.create_index("ix_visit_event_visit", ["visit_id", "id"], unique=False)

    op.create_table(
        "visit_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_visit_member_user_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_member_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_member")),
        sa.UniqueConstraint("visit_id", "user_id", name=op.f("uq_visit_member_visit_id_user_id")),
    )
    with op.batch_alter_table("visit_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_member_user_id"), ["user_id"], unique=False)

    op.create_table(
        "visit_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("line_text", sa.String(length=500), nullable=False),
        sa.Column("value", sa.Boolean(), nullable=True),
        sa.Column("choice", sa.String(length=12), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("not_applicable", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN value IS NULL THEN 0 ELSE 1 END + CASE WHEN choice IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN number IS NULL THEN 0 ELSE 1 END + CASE WHEN score IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN not_applicable THEN 1 ELSE 0 END <= 1",
            name=op.f("ck_visit_answer_one_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_visit_answer_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["criteria_line.id"], name=op.f("fk_visit_answer_line_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_answer_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_answer")),
        sa.UniqueConstraint("visit_id", "line_id", name=op.f("uq_visit_answer_visit_id_line_id")),
    )
    _protect()


def downgrade() -> None:
    for table in ("visit_answer", "visit_member", "visit_event", "visit"):
        unprotect(table)
    op.drop_table("visit_answer")
    with op.batch_alter_table("visit_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_member_user_id"))

    op.drop_table("visit_member")
    with op.batch_alter_table("visit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_event_visit")

    op.drop_table("visit_event")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_state")
        batch_op.drop_index("ix_visit_point")
        batch_op.drop_index(batch_op.f("ix_visit_locality_id"))
        batch_op.drop_index(batch_op.f("ix_visit_edition_id"))
        batch_op.drop_index(batch_op.f("ix_visit_created_by_id"))

    op.drop_table("visit")


_COLUMNS = (
    "id", "point_id", "locality_id", "department_id", "edition_id", "kind", "planned_on", "visited_on",
    "began_at", "finished_at", "guests", "representative", "representative_position", "conclusion",
    "opinion", "created_by_id", "created_at", "submitted_by_id", "submitted_at", "decided_by_id",
    "decided_at", "return_reason", "number", "number_year", "symbol", "numbered_on", "result",
    "score_tenths", "token",
)  # fmt: skip
_SENT = (
    "SELECT 1 FROM visit AS v WHERE v.id = {row}.visit_id "
    "AND v.state NOT IN ('planned', 'in_progress', 'returned')"
)
_DRAFT = "{row}.state IN ('planned', 'in_progress') AND {row}.submitted_at IS NULL"
_NO_DRAFT = (
    "SELECT 1 FROM visit AS v WHERE v.id = {row}.visit_id "
    "AND (v.state NOT IN ('planned', 'in_progress') OR v.submitted_at IS NOT NULL)"
)


def _protect() -> None:
    """An approved visit may only become void, a void one never changes; answers and team stand once it is sent."""
    changed = " OR ".join(
        f"COALESCE(CAST(NEW.{name} AS TEXT), '') <> COALESCE(CAST(OLD.{name} AS TEXT), '')"
        for name in _COLUMNS
    )
    refuse_when(
        "visit",
        "UPDATE",
        f"(OLD.state = 'void' OR (OLD.state = 'approved' AND (NEW.state <> 'void' OR {changed})))",
    )
    protect_while("visit", f"NOT ({_DRAFT})", verbs="DELETE")
    protect_while("visit_answer", f"EXISTS ({_SENT})")
    protect_while("visit_member", f"EXISTS ({_SENT})")
    protect_while("visit_event", "1 = 1", verbs="UPDATE")
    refuse_when("visit_event", "DELETE", f"EXISTS ({_NO_DRAFT.format(row='OLD')})")
