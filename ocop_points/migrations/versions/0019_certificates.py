"""Certificates that can be mended, their scans and those of other papers, the letters to their holders."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# What came in while a certificate was in force rests on it.
_RELIED = """
UPDATE certificate SET relied_on = (
  SELECT min(v.on_date) FROM voucher_line AS l JOIN voucher AS v ON v.id = l.voucher_id
   WHERE l.product_id = certificate.product_id AND l.posted AND l.certificate IN ('valid', 'soon')
     AND v.on_date >= certificate.issued_on AND v.on_date < certificate.void_from)
"""


def upgrade() -> None:
    op.add_column(
        "certificate", sa.Column("version", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column("certificate", sa.Column("relied_on", sa.Date(), nullable=True))
    op.execute(_RELIED)
    op.create_table(
        "catalogue_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column(
            "basis",
            sa.Enum(*"abcd", name="basis", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(certificate_id IS NULL) <> (basis IS NULL)", name=op.f("ck_catalogue_scan_one_paper")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_catalogue_scan_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_catalogue_scan_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name=op.f("fk_catalogue_scan_stored_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_catalogue_scan_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_scan")),
    )
    op.create_index(
        "ix_catalogue_scan_product", "catalogue_scan", ["product_id", "certificate_id", "basis"]
    )
    for column in ("certificate_id", "stored_file_id"):
        op.create_index(op.f(f"ix_catalogue_scan_{column}"), "catalogue_scan", [column])
    op.create_table(
        "certificate_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "post",
                "hand",
                "email",
                "other",
                name="how",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_notice_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_certificate_notice_by_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_notice")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_certificate_notice_certificate_id")),
    )


def downgrade() -> None:
    op.drop_table("certificate_notice")
    op.drop_table("catalogue_scan")
    op.drop_column("certificate", "relied_on")
    op.drop_column("certificate", "version")
