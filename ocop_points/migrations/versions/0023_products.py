"""Products: the day and issuer of each basis paper, a shelf life in months, a picture."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ONE = "CONSTRAINT ck_product_shelf_life_one CHECK (shelf_life_days IS NULL OR shelf_life_months IS NULL)"
_MONTHS = "CONSTRAINT ck_product_shelf_life_months_positive CHECK (shelf_life_months > 0)"
_PICTURE = "CONSTRAINT fk_product_picture_file_id REFERENCES stored_file (id)"
_BASES = ("basis_b", "basis_c", "basis_d")


def upgrade() -> None:
    # By hand: works in place on both databases, so that rows which point to products stay.
    for basis in _BASES:
        op.execute(f"ALTER TABLE product ADD COLUMN {basis}_on DATE")
        op.execute(
            f"ALTER TABLE product ADD COLUMN {basis}_issuer VARCHAR(160) DEFAULT '' NOT NULL"
        )
    op.execute(f"ALTER TABLE product ADD COLUMN shelf_life_months INTEGER {_MONTHS} {_ONE}")
    op.execute(f"ALTER TABLE product ADD COLUMN picture_file_id INTEGER {_PICTURE}")
    op.create_index("ix_product_picture_file_id", "product", ["picture_file_id"])


def downgrade() -> None:
    op.drop_index("ix_product_picture_file_id", "product")
    for column in ("picture_file_id", "shelf_life_months"):
        op.execute(f"ALTER TABLE product DROP COLUMN {column}")
    for basis in _BASES:
        for part in ("issuer", "on"):
            op.execute(f"ALTER TABLE product DROP COLUMN {basis}_{part}")
