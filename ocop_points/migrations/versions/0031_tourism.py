"""What draws visitors near a point: sites, festivals, routes, with their season."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tourism_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "site",
                "festival",
                "route",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=True),
        sa.Column("last_month", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "first_month BETWEEN 1 AND 12", name=op.f("ck_tourism_link_first_month")
        ),
        sa.CheckConstraint("last_month BETWEEN 1 AND 12", name=op.f("ck_tourism_link_last_month")),
        sa.CheckConstraint(
            "(first_month IS NULL) = (last_month IS NULL)",
            name=op.f("ck_tourism_link_season_both"),
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["sales_point.id"], name=op.f("fk_tourism_link_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tourism_link")),
    )
    op.create_index("ix_tourism_link_point_kind", "tourism_link", ["point_id", "kind"])


def downgrade() -> None:
    op.drop_table("tourism_link")
