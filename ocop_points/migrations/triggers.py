"""Triggers that refuse changes, for both databases. Migrations call these; a released form is not edited."""

from alembic import op


def protect(table: str, *, update: bool = True, delete: bool = True, when: str = "") -> None:
    """Refuse UPDATE and DELETE on a table (on PostgreSQL also TRUNCATE); `when` narrows it to some rows.

    `when` is a condition on OLD that both databases understand.
    """
    verbs = [verb for verb, wanted in (("UPDATE", update), ("DELETE", delete)) if wanted]
    if op.get_bind().dialect.name == "postgresql":
        _protect_postgresql(table, verbs, when)
        return
    condition = f"WHEN {when} " if when else ""
    for verb in verbs:
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is protected'); END"
        )


def _protect_postgresql(table: str, verbs: list[str], when: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION ocop_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is protected', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
    )
    condition = f"WHEN ({when}) " if when else ""
    for verb in verbs:
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW {condition}"
            "EXECUTE FUNCTION ocop_refuse()"
        )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION ocop_refuse()"
    )


def unprotect(table: str) -> None:
    """Take the triggers of a table away, for a downgrade."""
    suffix = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
    for verb in ("update", "delete", "truncate"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{suffix}")
