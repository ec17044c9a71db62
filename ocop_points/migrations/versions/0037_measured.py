"""Lines of criteria ask for figures, and answers keep the figure they were given beside."""

import sqlalchemy as sa
from alembic import op

from ocop_points.migrations.checks import replace_check, unguarded

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_BEFORE = (
    "every_product_has_a_basis", "share_three_stars", "no_expired_goods", "suppliers_under_agreement",
    "days_since_last_movement",
)  # fmt: skip
_AFTER = (
    "every_product_has_a_basis", "share_three_stars", "own_province", "certificate_ended", "no_expired_goods",
    "suppliers_under_agreement", "days_since_last_movement",
)  # fmt: skip
_LINES = sa.table("criteria_line", sa.column("measure"))
# Figures that the schema below does not know: a downgrade leaves such a line to the inspector alone.
NARROWED: dict[str, dict[str, str | None]] = {
    "criteria_line": {"own_province": None, "certificate_ended": None}
}
_LINE = {
    "measure_by": "VARCHAR(32) CONSTRAINT ck_criteria_line_measure_by CHECK"
    " (measure_by IN ('products', 'units', 'value', 'number'))",
    "measure_stars": "VARCHAR(32) CONSTRAINT ck_criteria_line_measure_stars CHECK"
    " (measure_stars IN ('3', '4', 'potential_5', '5'))",
    "measure_bases": "VARCHAR(4) DEFAULT '' NOT NULL",
    "measure_least": "BIGINT",
    "measure_most": "BIGINT",
}
_ANSWER = {
    "figure_on": "DATE",
    "figure_at": "TIMESTAMP WITH TIME ZONE",
    "figure_part": "BIGINT CONSTRAINT ck_visit_answer_figure_part CHECK (figure_part >= 0)",
    "figure_whole": "BIGINT CONSTRAINT ck_visit_answer_figure_whole CHECK (figure_whole >= figure_part)",
    "figure_left_out": "INTEGER",
}


def _names(values: tuple[str, ...]) -> str:
    return f"measure IN ({', '.join(repr(one) for one in values)})"


def upgrade() -> None:
    # By hand: each works in place on both databases, so that the triggers of editions and of sent visits stay.
    sqlite = op.get_bind().dialect.name == "sqlite"
    replace_check("criteria_line", "ck_criteria_line_measure", _names(_BEFORE), _names(_AFTER))
    for table, columns in (("criteria_line", _LINE), ("visit_answer", _ANSWER)):
        for name, kind in columns.items():
            stored = "DATETIME" if sqlite and kind.startswith("TIMESTAMP") else kind
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {stored}")


def downgrade() -> None:
    for table, columns in (("visit_answer", _ANSWER), ("criteria_line", _LINE)):
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    update = sa.update(_LINES).values(measure=None)
    with unguarded("criteria_line"):
        for new in NARROWED["criteria_line"]:
            op.execute(update.where(_LINES.c.measure == new))
    replace_check("criteria_line", "ck_criteria_line_measure", _names(_AFTER), _names(_BEFORE))
