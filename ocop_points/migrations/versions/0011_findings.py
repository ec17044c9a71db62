"""Findings of approved visits, corrective actions, what was done about them and the evidence."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect, protect_while, refuse_when, unprotect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# What a visit found never changes, only what becomes of it; when the paper is void, that neither.
_FOUND = ("id", "visit_id", "line_id", "point_id", "locality_id", "code", "line_text", "note", "severity",
          "opened_on")  # fmt: skip
# A corrective action changes while the team works on its visit, and later while its finding is open.
_CLOSED = (
    "EXISTS (SELECT 1 FROM visit AS v WHERE v.id = {row}.visit_id AND (v.state IN ('submitted', 'void')"
    " OR v.state = 'approved' AND NOT EXISTS (SELECT 1 FROM finding AS f WHERE f.visit_id = {row}.visit_id"
    " AND f.line_id = {row}.line_id AND f.state = 'open')))"
)


def upgrade() -> None:
    op.create_table(
        "corrective_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.String(length=120), nullable=False),
        sa.Column("owner_user_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "owner_name = '' OR owner_user_id IS NULL", name=op.f("ck_corrective_action_one_owner")
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_corrective_action_text")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["criteria_line.id"], name=op.f("fk_corrective_action_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_user_id"], ["user_account.id"], name=op.f("fk_corrective_action_owner_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_corrective_action_visit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_action")),
        sa.UniqueConstraint(
            "visit_id", "line_id", name=op.f("uq_corrective_action_visit_id_line_id")
        ),
    )
    with op.batch_alter_table("corrective_action", schema=None) as batch_op:
        batch_op.create_index(
            "ix_corrective_action_owner", ["owner_user_id", "due_on"], unique=False
        )

    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("line_text", sa.String(length=500), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "major",
                "minor",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "waiting",
                "closed",
                "carried",
                "void",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("carried_visit_id", sa.Integer(), nullable=True),
        sa.Column("met_visit_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'carried') = (carried_visit_id IS NOT NULL)",
            name=op.f("ck_finding_carried_on"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_finding_closed_dated")
        ),
        sa.CheckConstraint(
            "state <> 'waiting' OR reported_by_id IS NOT NULL", name=op.f("ck_finding_reported")
        ),
        sa.ForeignKeyConstraint(
            ["carried_visit_id"], ["visit.id"], name=op.f("fk_finding_carried_visit_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["criteria_line.id"], name=op.f("fk_finding_line_id")),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_finding_locality_id")
        ),
        sa.ForeignKeyConstraint(
            ["met_visit_id"], ["visit.id"], name=op.f("fk_finding_met_visit_id")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["sales_point.id"], name=op.f("fk_finding_point_id")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["user_account.id"], name=op.f("fk_finding_reported_by_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_finding_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("visit_id", "line_id", name=op.f("uq_finding_visit_id_line_id")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_carried_visit_id"), ["carried_visit_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_finding_locality_id"), ["locality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_met_visit_id"), ["met_visit_id"], unique=False)
        batch_op.create_index("ix_finding_point", ["point_id", "code"], unique=False)
        batch_op.create_index("ix_finding_state", ["state", "point_id"], unique=False)

    op.create_table(
        "finding_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column(
            "verb",
            sa.Enum(
                "assign",
                "report",
                "verify",
                "reopen",
                "open",
                "carry",
                "seen_met",
                "restore",
                "void",
                name="verb",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "waiting",
                "closed",
                "carried",
                "void",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_finding_event_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_event_finding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_event")),
    )
    with op.batch_alter_table("finding_event", schema=None) as batch_op:
        batch_op.create_index("ix_finding_event_finding", ["finding_id", "id"], unique=False)

    op.create_table(
        "finding_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["finding_event.id"], name=op.f("fk_finding_file_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_file_finding_id")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name=op.f("fk_finding_file_stored_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_file")),
        sa.UniqueConstraint(
            "event_id", "stored_file_id", name=op.f("uq_finding_file_event_id_stored_file_id")
        ),
    )
    with op.batch_alter_table("finding_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_file_finding_id"), ["finding_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_finding_file_stored_file_id"), ["stored_file_id"], unique=False
        )

    changed = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in _FOUND)
    refuse_when("finding", "UPDATE", f"(OLD.state = 'void' OR {changed})")
    protect_while("finding", "1 = 1", verbs="DELETE")
    protect_while("corrective_action", _CLOSED)
    protect("finding_event")
    protect("finding_file")


def downgrade() -> None:
    for table in ("finding_file", "finding_event", "corrective_action", "finding"):
        unprotect(table)
    with op.batch_alter_table("finding_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_file_stored_file_id"))
        batch_op.drop_index(batch_op.f("ix_finding_file_finding_id"))

    op.drop_table("finding_file")
    with op.batch_alter_table("finding_event", schema=None) as batch_op:
        batch_op.drop_index("ix_finding_event_finding")

    op.drop_table("finding_event")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index("ix_finding_state")
        batch_op.drop_index("ix_finding_point")
        batch_op.drop_index(batch_op.f("ix_finding_met_visit_id"))
        batch_op.drop_index(batch_op.f("ix_finding_locality_id"))
        batch_op.drop_index(batch_op.f("ix_finding_carried_visit_id"))

    op.drop_table("finding")
    with op.batch_alter_table("corrective_action", schema=None) as batch_op:
        batch_op.drop_index("ix_corrective_action_owner")

    op.drop_table("corrective_action")
