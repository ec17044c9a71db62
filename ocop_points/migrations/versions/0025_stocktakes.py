"""Stocktakes: what the books said, every count entered; posted or cancelled they are closed by triggers."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.triggers import protect, protect_while, refuse_when, unprotect

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ENDED = (
    "EXISTS (SELECT 1 FROM stocktake s WHERE s.id = {row}.stocktake_id AND s.state <> 'counting')"
)
_COUNT_ENDED = (
    "EXISTS (SELECT 1 FROM stocktake_line l JOIN stocktake s ON s.id = l.stocktake_id"
    " WHERE l.id = NEW.line_id AND s.state <> 'counting')"
)


def _user(name: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["user_account.id"], name=op.f(f"fk_{table}_{name}"))


def upgrade() -> None:
    _stocktakes()
    _lines()
    _counts()
    protect("stocktake", when="OLD.state <> 'counting'")
    protect_while("stocktake_line", _ENDED)
    protect("stocktake_count")
    refuse_when("stocktake_count", "INSERT", _COUNT_ENDED)


def _stocktakes() -> None:
    op.create_table(
        "stocktake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "counting", "posted", "cancelled",
                name="state", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'counting') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_by_id IS NULL)",
            name=op.f("ck_stocktake_ended"),
        ),
        sa.CheckConstraint(
            "(state = 'posted') = (voucher_id IS NOT NULL)",
            name=op.f("ck_stocktake_posted_by_voucher"),
        ),
        sa.CheckConstraint(
            "state <> 'cancelled' OR reason <> ''",
            name=op.f("ck_stocktake_cancelled_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(["point_id"], ["sales_point.id"], name=op.f("fk_stocktake_point_id")),
        _user("started_by_id", "stocktake"),
        _user("ended_by_id", "stocktake"),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_stocktake_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_stocktake_voucher_id")),
    )  # fmt: skip
    op.create_index("ix_stocktake_point", "stocktake", ["point_id", "id"])
    counting = sa.text("state = 'counting'")
    op.create_index(
        "uq_stocktake_open",
        "stocktake",
        ["point_id"],
        unique=True,
        sqlite_where=counting,
        postgresql_where=counting,
    )


def _lines() -> None:
    op.create_table(
        "stocktake_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stocktake_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("lot_code", sa.String(length=30), nullable=False),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("book", sa.BigInteger(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("counted_by_id", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "settled",
            sa.Enum(
                "before", "after",
                name="settled", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=True,
        ),
        sa.Column("settled_moves", sa.Integer(), nullable=True),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "book >= 0 AND moves >= 0", name=op.f("ck_stocktake_line_book_not_negative")
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stocktake_line_quantity_not_negative")),
        sa.CheckConstraint(
            "(quantity IS NULL) = (counted_by_id IS NULL) AND (quantity IS NULL) = (counted_at IS NULL)",
            name=op.f("ck_stocktake_line_counted_by_somebody"),
        ),
        sa.CheckConstraint(
            "(settled IS NULL) = (settled_moves IS NULL)",
            name=op.f("ck_stocktake_line_settled_whole"),
        ),
        sa.CheckConstraint(
            "NOT left_out OR (quantity IS NULL AND reason <> '')",
            name=op.f("ck_stocktake_line_left_out"),
        ),
        sa.ForeignKeyConstraint(
            ["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_line_stocktake_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_stocktake_line_product_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stocktake_line_lot_id")),
        _user("counted_by_id", "stocktake_line"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_line")),
        sa.UniqueConstraint(
            "stocktake_id", "position", name=op.f("uq_stocktake_line_stocktake_id_position")
        ),
    )  # fmt: skip
    for name in ("product_id", "lot_id"):
        op.create_index(f"ix_stocktake_line_{name}", "stocktake_line", [name])
    key = ["stocktake_id", "product_id", "lot_code"]
    for index, columns, where in (
        ("uq_stocktake_line_dated", [*key, "expiry"], sa.text("expiry IS NOT NULL")),
        ("uq_stocktake_line_undated", key, sa.text("expiry IS NULL")),
    ):
        op.create_index(
            index,
            "stocktake_line",
            columns,
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def _counts() -> None:
    op.create_table(
        "stocktake_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stocktake_count_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["stocktake_line.id"], name=op.f("fk_stocktake_count_line_id")
        ),
        _user("by_id", "stocktake_count"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_count")),
    )
    op.create_index("ix_stocktake_count_line_id", "stocktake_count", ["line_id"])


def downgrade() -> None:
    for table in ("stocktake_count", "stocktake_line", "stocktake"):
        unprotect(table)
        op.drop_table(table)
