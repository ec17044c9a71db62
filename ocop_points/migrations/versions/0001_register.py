"""The register: users, places, sales points, audit."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect, unprotect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "location_kind",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_location_kind")),
    )
    op.create_table(
        "province",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_province")),
        sa.UniqueConstraint("name", name=op.f("uq_province_name")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_failure_address_at", ["address", "at"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.String(length=120), nullable=False),
        sa.Column("unit_name", sa.String(length=160), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "ministry_admin",
                "ministry_viewer",
                "manager",
                "officer",
                "operator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.String(length=400), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "username = lower(username)", name=op.f("ck_user_account_username_lower")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_account_sort_key"), ["sort_key"], unique=False)

    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("superior_body", sa.String(length=160), nullable=False),
        sa.Column("issuing_body", sa.String(length=160), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code"], ["province.code"], name=op.f("fk_department_province_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("name", name=op.f("uq_department_name")),
        sa.UniqueConstraint("province_code", name=op.f("uq_department_province_code")),
    )
    op.create_table(
        "form_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_form_key_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_key")),
        sa.UniqueConstraint("user_id", "route", "key", name=op.f("uq_form_key_user_id_route_key")),
    )
    with op.batch_alter_table("form_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_key_created_at"), ["created_at"], unique=False)

    op.create_table(
        "ward",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("search_text", sa.String(length=120), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code"], ["province.code"], name=op.f("fk_ward_province_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ward")),
    )
    with op.batch_alter_table("ward", schema=None) as batch_op:
        batch_op.create_index("ix_ward_province_sort", ["province_code", "sort_key"], unique=False)

    op.create_table(
        "locality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("short_code", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("region", sa.String(length=60), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("also_named", sa.String(length=200), nullable=False),
        sa.Column("named_in_source", sa.Boolean(), nullable=False),
        sa.Column("supported", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.String(length=300), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(short_code) = 3", name=op.f("ck_locality_short_code")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_locality_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["province_code"], ["province.code"], name=op.f("fk_locality_province_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locality")),
        sa.UniqueConstraint("code", name=op.f("uq_locality_code")),
        sa.UniqueConstraint("name", name=op.f("uq_locality_name")),
        sa.UniqueConstraint("short_code", name=op.f("uq_locality_short_code")),
    )
    with op.batch_alter_table("locality", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_locality_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_locality_province_code"), ["province_code"], unique=False
        )

    op.create_table(
        "sales_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("kind_code", sa.String(length=2), nullable=False),
        sa.Column("ward_code", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.Column("area_dm2", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("operator_name", sa.String(length=160), nullable=False),
        sa.Column(
            "operator_kind",
            sa.Enum(
                "enterprise",
                "cooperative",
                "household",
                "public_unit",
                "other",
                name="operator_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("operator_tax_code", sa.String(length=14), nullable=False),
        sa.Column(
            "accounting_regime",
            sa.Enum(
                "tt99_2025",
                "tt133_2016",
                "tt24_2024",
                "tt71_2024",
                "tt88_2021",
                name="accounting_regime",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("representative", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("opening_hours", sa.String(length=80), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("moit_supported", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "surveyed",
                "chosen",
                "open",
                "suspended",
                "closed",
                "refused",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("last_visit_on", sa.Date(), nullable=True),
        sa.Column(
            "last_result",
            sa.Enum(
                "pass",
                "fail",
                "no_data",
                name="last_result",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("last_score_tenths", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.Column("folded_address", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("exact_text", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "(last_visit_on IS NULL) = (last_result IS NULL)",
            name=op.f("ck_sales_point_last_result_dated"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_sales_point_coordinates_both")
        ),
        sa.CheckConstraint("area_dm2 > 0", name=op.f("ck_sales_point_area_positive")),
        sa.CheckConstraint(
            "last_score_tenths BETWEEN 0 AND 1000", name=op.f("ck_sales_point_last_score")
        ),
        sa.ForeignKeyConstraint(
            ["kind_code"], ["location_kind.code"], name=op.f("fk_sales_point_kind_code")
        ),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_sales_point_locality_id")
        ),
        sa.ForeignKeyConstraint(
            ["ward_code"], ["ward.code"], name=op.f("fk_sales_point_ward_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_point")),
        sa.UniqueConstraint("code", name=op.f("uq_sales_point_code")),
    )
    with op.batch_alter_table("sales_point", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sales_point_folded_address",
            ["locality_id", "ward_code", "folded_address"],
            unique=False,
        )
        batch_op.create_index(
            "ix_sales_point_folded_name", ["locality_id", "folded_name"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sales_point_kind_code"), ["kind_code"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sales_point_last_visit_on"), ["last_visit_on"], unique=False
        )
        batch_op.create_index(
            "ix_sales_point_locality_status", ["locality_id", "status"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sales_point_sort_key"), ["sort_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_point_ward_code"), ["ward_code"], unique=False)

    op.create_table(
        "user_locality",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_user_locality_locality_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_locality_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "locality_id", name=op.f("pk_user_locality")),
    )
    op.create_table(
        "audit_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user_name", sa.String(length=120), nullable=False),
        sa.Column("request_id", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("object_text", sa.String(length=240), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_audit_row_locality_id")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["sales_point.id"], name=op.f("fk_audit_row_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_audit_row_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_row")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_row_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_row_locality_id"), ["locality_id"], unique=False)
        batch_op.create_index(
            "ix_audit_row_object", ["object_type", "object_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_audit_row_point_id"), ["point_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_row_user_id"), ["user_id"], unique=False)

    op.create_table(
        "point_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column(
            "verb",
            sa.Enum(
                "survey",
                "choose",
                "refuse",
                "open",
                "suspend",
                "resume",
                "close",
                name="verb",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "proposed",
                "surveyed",
                "chosen",
                "open",
                "suspended",
                "closed",
                "refused",
                name="to_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_point_step_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["sales_point.id"], name=op.f("fk_point_step_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_step")),
    )
    with op.batch_alter_table("point_step", schema=None) as batch_op:
        batch_op.create_index("ix_point_step_point", ["point_id", "id"], unique=False)

    op.create_table(
        "user_point",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"], ["sales_point.id"], name=op.f("fk_user_point_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_point_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "point_id", name=op.f("pk_user_point")),
    )
    protect("audit_row")
    protect("point_step")


def downgrade() -> None:
    unprotect("point_step")
    unprotect("audit_row")
    op.drop_table("user_point")
    with op.batch_alter_table("point_step", schema=None) as batch_op:
        batch_op.drop_index("ix_point_step_point")

    op.drop_table("point_step")
    with op.batch_alter_table("audit_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_row_user_id"))
        batch_op.drop_index(batch_op.f("ix_audit_row_point_id"))
        batch_op.drop_index("ix_audit_row_object")
        batch_op.drop_index(batch_op.f("ix_audit_row_locality_id"))

    op.drop_table("audit_row")
    op.drop_table("user_locality")
    with op.batch_alter_table("sales_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sales_point_ward_code"))
        batch_op.drop_index(batch_op.f("ix_sales_point_sort_key"))
        batch_op.drop_index("ix_sales_point_locality_status")
        batch_op.drop_index(batch_op.f("ix_sales_point_last_visit_on"))
        batch_op.drop_index(batch_op.f("ix_sales_point_kind_code"))
        batch_op.drop_index("ix_sales_point_folded_name")
        batch_op.drop_index("ix_sales_point_folded_address")

    op.drop_table("sales_point")
    with op.batch_alter_table("locality", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_locality_province_code"))
        batch_op.drop_index(batch_op.f("ix_locality_department_id"))

    op.drop_table("locality")
    with op.batch_alter_table("ward", schema=None) as batch_op:
        batch_op.drop_index("ix_ward_province_sort")

    op.drop_table("ward")
    with op.batch_alter_table("form_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_key_created_at"))

    op.drop_table("form_key")
    op.drop_table("department")
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_account_sort_key"))

    op.drop_table("user_account")
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_failure_address_at")

    op.drop_table("sign_in_failure")
    op.drop_table("province")
    op.drop_table("location_kind")
    op.drop_table("installation")
    op.drop_table("counter")
