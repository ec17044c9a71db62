"""The certificate gate of a locality; two more ways a certificate stands at a receipt."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.checks import replace_check
from ocop_points.migrations.triggers import protect, unprotect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ACTIONS = ("warn", "ask", "block")
_CHECK = ("voucher_line", "ck_voucher_line_certificate")
_OLD = "certificate IN ('valid', 'ended', 'none')"
_NEW = "certificate IN ('valid', 'soon', 'ended', 'other_basis', 'none')"

# What the schema below does not know is put into its words on the way down.
NARROWED = {"voucher_line": {"soon": "valid", "other_basis": "none"}}
_LINES = sa.table("voucher_line", sa.column("certificate", sa.String))


def _action(name: str) -> sa.Column[str]:
    kind = sa.Enum(*_ACTIONS, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "receipt_gate",
        sa.Column("locality_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("soon_days", sa.Integer(), nullable=False),
        _action("ended"),
        _action("none"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("soon_days BETWEEN 0 AND 365", name=op.f("ck_receipt_gate_soon_days")),
        sa.ForeignKeyConstraint(
            ["locality_id"], ["locality.id"], name=op.f("fk_receipt_gate_locality_id")
        ),
        sa.PrimaryKeyConstraint("locality_id", name=op.f("pk_receipt_gate")),
    )
    replace_check(*_CHECK, _OLD, _NEW)


def downgrade() -> None:
    unprotect("voucher_line")
    for new, old in NARROWED["voucher_line"].items():
        op.execute(sa.update(_LINES).where(_LINES.c.certificate == new).values(certificate=old))
    protect("voucher_line", when="OLD.posted")
    replace_check(*_CHECK, _NEW, _OLD)
    op.drop_table("receipt_gate")
