"""Supply agreements with their price lists and scans."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    terms = sa.Enum(
        "purchase",
        "consignment",
        name="terms",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("chain_code", sa.String(length=20), nullable=False),
        sa.Column("chain_name", sa.String(length=120), nullable=False),
        sa.Column("locality_id", sa.Integer(), nullable=False),
        sa.Column("terms", terms, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("discount_hundredths", sa.Integer(), nullable=False),
        sa.Column("return_days", sa.Integer(), nullable=True),
        sa.Column("least_value", sa.BigInteger(), nullable=True),
        sa.Column("conference", sa.String(length=160), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(point_id IS NULL) <> (chain_code = '')", name=op.f("ck_agreement_one_buyer")
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_agreement_runs_forward")),
        sa.CheckConstraint(
            "discount_hundredths BETWEEN 0 AND 10000", name=op.f("ck_agreement_discount")
        ),
        sa.CheckConstraint("return_days > 0", name=op.f("ck_agreement_return_days_positive")),
        sa.CheckConstraint("least_value > 0", name=op.f("ck_agreement_least_value_positive")),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (ended_reason = '')", name=op.f("ck_agreement_ended_with_reason")
        ),
        _to("agreement", "producer_id", "supplier"),
        _to("agreement", "point_id", "sales_point"),
        _to("agreement", "locality_id", "locality"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    for column in ("producer_id", "point_id", "locality_id", "valid_to"):
        op.create_index(op.f(f"ix_agreement_{column}"), "agreement", [column])
    op.create_table(
        "agreement_price",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price > 0", name=op.f("ck_agreement_price_price_positive")),
        _to("agreement_price", "agreement_id", "agreement"),
        _to("agreement_price", "product_id", "product"),
        sa.PrimaryKeyConstraint("agreement_id", "product_id", name=op.f("pk_agreement_price")),
    )
    op.create_index(op.f("ix_agreement_price_product_id"), "agreement_price", ["product_id"])
    op.create_table(
        "agreement_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        _to("agreement_scan", "agreement_id", "agreement"),
        _to("agreement_scan", "stored_file_id", "stored_file"),
        _to("agreement_scan", "added_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_scan")),
        sa.UniqueConstraint(
            "agreement_id",
            "stored_file_id",
            name=op.f("uq_agreement_scan_agreement_id_stored_file_id"),
        ),
    )
    op.create_index(op.f("ix_agreement_scan_stored_file_id"), "agreement_scan", ["stored_file_id"])


def downgrade() -> None:
    for table in ("agreement_scan", "agreement_price", "agreement"):
        op.drop_table(table)
