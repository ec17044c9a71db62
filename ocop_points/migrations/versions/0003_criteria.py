"""Editions of the criteria, which never change once they are published."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect_while, refuse_when, unprotect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteria_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("legal_number", sa.String(length=60), nullable=False),
        sa.Column("legal_issued_on", sa.Date(), nullable=True),
        sa.Column("legal_issuer", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("mandatory_lines", sa.Boolean(), nullable=False),
        sa.Column("minimum_score", sa.BigInteger(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "published",
                "retired",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("locality_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "legal_number = '' OR legal_issued_on IS NOT NULL",
            name=op.f("ck_criteria_edition_legal_basis"),
        ),
        sa.CheckConstraint(
            "status <> 'draft' OR frozen_at IS NULL", name=op.f("ck_criteria_edition_frozen_draft")
        ),
        sa.CheckConstraint(
            "minimum_score BETWEEN 0 AND 100000", name=op.f("ck_criteria_edition_minimum_score")
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_criteria_edition_validity")),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_criteria_edition_locality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_edition")),
        sa.UniqueConstraint("code", name=op.f("uq_criteria_edition_code")),
    )
    with op.batch_alter_table("criteria_edition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_criteria_edition_locality_id"), ["locality_id"], unique=False
        )

    op.create_table(
        "criteria_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["criteria_edition.id"], name=op.f("fk_criteria_section_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_section")),
        sa.UniqueConstraint(
            "edition_id", "place", name=op.f("uq_criteria_section_edition_id_place")
        ),
        sa.UniqueConstraint("id", "edition_id", name=op.f("uq_criteria_section_id_edition_id")),
    )
    op.create_table(
        "criteria_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "yes_no",
                "one_of",
                "number",
                "score",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("allows_na", sa.Boolean(), nullable=False),
        sa.Column(
            "photo",
            sa.Enum(
                "never",
                "always",
                "met",
                "not_met",
                name="photo",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("weight", sa.BigInteger(), nullable=True),
        sa.Column("minimum", sa.BigInteger(), nullable=True),
        sa.Column("maximum", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "every_product_has_a_basis",
                "share_three_stars",
                "no_expired_goods",
                "suppliers_under_agreement",
                "days_since_last_movement",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("guidance", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'number' OR minimum IS NOT NULL", name=op.f("ck_criteria_line_number_minimum")
        ),
        sa.CheckConstraint(
            "kind <> 'score' OR maximum IS NOT NULL", name=op.f("ck_criteria_line_score_maximum")
        ),
        sa.CheckConstraint(
            "NOT (mandatory AND allows_na)", name=op.f("ck_criteria_line_mandatory_applies")
        ),
        sa.CheckConstraint(
            "confirmed OR NOT mandatory", name=op.f("ck_criteria_line_mandatory_confirmed")
        ),
        sa.ForeignKeyConstraint(
            ["section_id", "edition_id"],
            ["criteria_section.id", "criteria_section.edition_id"],
            name="fk_criteria_line_section",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_line")),
        sa.UniqueConstraint("edition_id", "code", name=op.f("uq_criteria_line_edition_id_code")),
    )
    with op.batch_alter_table("criteria_line", schema=None) as batch_op:
        batch_op.create_index("ix_criteria_line_section", ["section_id", "place"], unique=False)

    op.create_table(
        "criteria_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["criteria_line.id"], name=op.f("fk_criteria_choice_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_choice")),
        sa.UniqueConstraint("line_id", "code", name=op.f("uq_criteria_choice_line_id_code")),
        sa.UniqueConstraint("line_id", "place", name=op.f("uq_criteria_choice_line_id_place")),
    )
    _protect()


def downgrade() -> None:
    for table in ("criteria_choice", "criteria_line", "criteria_section", "criteria_edition"):
        unprotect(table)
    op.drop_table("criteria_choice")
    with op.batch_alter_table("criteria_line", schema=None) as batch_op:
        batch_op.drop_index("ix_criteria_line_section")

    op.drop_table("criteria_line")
    op.drop_table("criteria_section")
    with op.batch_alter_table("criteria_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criteria_edition_locality_id"))

    op.drop_table("criteria_edition")


_CONTENT = (
    "id",
    "code",
    "title",
    "legal_number",
    "legal_issuer",
    "valid_from",
    "mandatory_lines",
    "created_at",
)
_MAY_BE_NULL = ("legal_issued_on", "valid_to", "minimum_score", "locality_id")
_USED = "SELECT 1 FROM criteria_edition AS e WHERE e.id = {row}.edition_id AND e.status <> 'draft'"
_USED_LINE = (
    "SELECT 1 FROM criteria_line AS l JOIN criteria_edition AS e ON e.id = l.edition_id "
    "WHERE l.id = {row}.line_id AND e.status <> 'draft'"
)


def _protect() -> None:
    """Of a published edition only its retirement, the mark of its first use and the version may change."""
    changed = [f"NEW.{name} <> OLD.{name}" for name in _CONTENT]
    changed += [
        f"COALESCE(CAST(NEW.{name} AS TEXT), '') <> COALESCE(CAST(OLD.{name} AS TEXT), '')"
        for name in _MAY_BE_NULL
    ]
    changed.append(
        "NOT (NEW.status = OLD.status OR (OLD.status = 'published' AND NEW.status = 'retired'))"
    )
    changed.append(
        "(OLD.frozen_at IS NOT NULL AND (NEW.frozen_at IS NULL OR NEW.frozen_at <> OLD.frozen_at))"
    )
    refuse_when(
        "criteria_edition", "UPDATE", f"(OLD.status <> 'draft' AND ({' OR '.join(changed)}))"
    )
    protect_while("criteria_edition", "{row}.status <> 'draft'", verbs="DELETE")
    protect_while("criteria_section", f"EXISTS ({_USED})")
    protect_while("criteria_line", f"EXISTS ({_USED})")
    protect_while("criteria_choice", f"EXISTS ({_USED_LINE})")
