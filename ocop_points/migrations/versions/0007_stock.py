"""Stock: lots, vouchers, movements, balances; what is posted is closed by triggers."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect, unprotect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "receipt",
                "issue",
                "supplier_return",
                "write_off",
                "transfer",
                "stocktake",
                "opening",
                "reversal",
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
                "draft",
                "posted",
                "reversed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("person_address", sa.String(length=160), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_by_id", sa.Integer(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses_id IS NOT NULL)",
            name=op.f("ck_voucher_reversal_linked"),
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (number IS NULL) = (serial IS NULL)"
            " AND (number IS NULL) = (posted_at IS NULL)"
            " AND (number IS NULL) = (posted_by_id IS NULL)",
            name=op.f("ck_voucher_numbered_when_posted"),
        ),
        sa.CheckConstraint("state IN ('draft', 'posted')", name=op.f("ck_voucher_own_state")),
        sa.CheckConstraint("serial > 0", name=op.f("ck_voucher_serial_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_voucher_created_by_id")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["sales_point.id"], name=op.f("fk_voucher_point_id")),
        sa.ForeignKeyConstraint(
            ["posted_by_id"], ["user_account.id"], name=op.f("fk_voucher_posted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["voucher.id"], name=op.f("fk_voucher_reverses_id")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_voucher_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("number", name=op.f("uq_voucher_number")),
        sa.UniqueConstraint(
            "point_id", "kind", "year", "serial", name=op.f("uq_voucher_point_id_kind_year_serial")
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_voucher_reverses_id")),
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index(
            "ix_voucher_point", ["point_id", "state", "on_date", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_voucher_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_lot_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index("ix_lot_expiry", ["expiry"], unique=False)
        batch_op.create_index(
            "uq_lot_dated",
            ["product_id", "code", "expiry"],
            unique=True,
            sqlite_where=sa.text("expiry IS NOT NULL"),
            postgresql_where=sa.text("expiry IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_lot_undated",
            ["product_id", "code"],
            unique=True,
            sqlite_where=sa.text("expiry IS NULL"),
            postgresql_where=sa.text("expiry IS NULL"),
        )

    op.create_table(
        "balance",
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_balance_not_negative")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_balance_lot_id")),
        sa.ForeignKeyConstraint(["point_id"], ["sales_point.id"], name=op.f("fk_balance_point_id")),
        sa.PrimaryKeyConstraint("point_id", "lot_id", name=op.f("pk_balance")),
    )
    with op.batch_alter_table("balance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_balance_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "voucher_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("lot_code", sa.String(length=30), nullable=False),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.Column("document_thousandths", sa.BigInteger(), nullable=True),
        sa.Column("quantity_thousandths", sa.BigInteger(), nullable=True),
        sa.Column("unit_name", sa.String(length=20), nullable=False),
        sa.Column("unit_factor", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column(
            "certificate",
            sa.Enum(
                "valid",
                "ended",
                "none",
                name="certificate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("certificate_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("expiry_confirmed", sa.Boolean(), nullable=False),
        sa.Column("posted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT posted OR (lot_id IS NOT NULL AND quantity_thousandths IS NOT NULL)",
            name=op.f("ck_voucher_line_whole_when_posted"),
        ),
        sa.CheckConstraint(
            "document_thousandths >= 0", name=op.f("ck_voucher_line_document_not_negative")
        ),
        sa.CheckConstraint(
            "quantity_thousandths > 0", name=op.f("ck_voucher_line_quantity_positive")
        ),
        sa.CheckConstraint(
            "unit_factor BETWEEN 1 AND 1000000", name=op.f("ck_voucher_line_unit_factor")
        ),
        sa.CheckConstraint(
            "unit_price >= 0 AND amount >= 0", name=op.f("ck_voucher_line_money_not_negative")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_voucher_line_lot_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_voucher_line_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_line_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_line")),
        sa.UniqueConstraint(
            "voucher_id", "position", name=op.f("uq_voucher_line_voucher_id_position")
        ),
    )
    with op.batch_alter_table("voucher_line", schema=None) as batch_op:
        batch_op.create_index("ix_voucher_line_product", ["product_id"], unique=False)

    op.create_table(
        "movement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("delta <> 0", name=op.f("ck_movement_delta_moves")),
        sa.ForeignKeyConstraint(["line_id"], ["voucher_line.id"], name=op.f("fk_movement_line_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_movement_lot_id")),
        sa.ForeignKeyConstraint(
            ["point_id"], ["sales_point.id"], name=op.f("fk_movement_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
        sa.UniqueConstraint("line_id", name=op.f("uq_movement_line_id")),
    )
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_movement_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index("ix_movement_point_day", ["point_id", "on_date", "id"], unique=False)
        batch_op.create_index(
            "ix_movement_point_lot", ["point_id", "lot_id", "on_date"], unique=False
        )

    protect("lot")
    protect("movement")
    protect("voucher", when="OLD.state <> 'draft'")
    protect("voucher_line", when="OLD.posted")


def downgrade() -> None:
    for table in ("voucher_line", "voucher", "movement", "lot"):
        unprotect(table)
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.drop_index("ix_movement_point_lot")
        batch_op.drop_index("ix_movement_point_day")
        batch_op.drop_index(batch_op.f("ix_movement_lot_id"))

    op.drop_table("movement")
    with op.batch_alter_table("voucher_line", schema=None) as batch_op:
        batch_op.drop_index("ix_voucher_line_product")

    op.drop_table("voucher_line")
    with op.batch_alter_table("balance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_balance_lot_id"))

    op.drop_table("balance")
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lot_undated",
            sqlite_where=sa.text("expiry IS NULL"),
            postgresql_where=sa.text("expiry IS NULL"),
        )
        batch_op.drop_index(
            "uq_lot_dated",
            sqlite_where=sa.text("expiry IS NOT NULL"),
            postgresql_where=sa.text("expiry IS NOT NULL"),
        )
        batch_op.drop_index("ix_lot_expiry")

    op.drop_table("lot")
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_supplier_id"))
        batch_op.drop_index("ix_voucher_point")

    op.drop_table("voucher")
