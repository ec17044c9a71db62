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
    _refuse_truncate(table)
    condition = f"WHEN ({when}) " if when else ""
    for verb in verbs:
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW {condition}"
            "EXECUTE FUNCTION ocop_refuse()"
        )


def protect_while(table: str, condition: str, *, verbs: str = "INSERT UPDATE DELETE") -> None:
    """Refuse these verbs on rows while `condition` holds (on PostgreSQL also TRUNCATE of the table).

    The condition may ask other tables and names the row's columns as `{row}.column`: OLD of what is changed or
    deleted, NEW of what comes in; an UPDATE is refused when it holds for either.
    """
    for verb in verbs.split():
        rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[verb]
        refuse_when(table, verb, " OR ".join(f"({condition.format(row=row)})" for row in rows))
    if op.get_bind().dialect.name == "postgresql":
        _refuse_truncate(table)


def refuse_when(table: str, verb: str, condition: str) -> None:
    """Refuse one verb on rows for which `condition` on OLD and NEW holds; it may ask other tables."""
    name = f"{table}_no_{verb.lower()}"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is protected'); END"
        )
        return
    given = "OLD" if verb == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION ocop_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{table} is protected' USING ERRCODE = '23001'; "
        f"END IF; RETURN {given}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION ocop_{name}()"
    )


def _refuse_truncate(table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION ocop_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is protected', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION ocop_refuse()"
    )


def unprotect(table: str) -> None:
    """Take the triggers of a table away, with what only they used, for a downgrade."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    suffix = f" ON {table}" if postgresql else ""
    for verb in ("insert", "update", "delete", "truncate"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{suffix}")
        if postgresql:
            op.execute(f"DROP FUNCTION IF EXISTS ocop_{table}_no_{verb}()")
