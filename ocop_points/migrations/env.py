"""Alembic runs inside the application, on its engine."""

from typing import Any, Literal

from alembic import context

from ocop_points.core.db import db
from ocop_points.core.types import Thousandths, UTCDateTime


def plain_type(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations name plain column types: they must go on running when our classes move."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Thousandths):
        return "sa.BigInteger()"
    return False


def run() -> None:
    """Migrate online, in one transaction where the database can."""
    with db.engine.connect().execution_options(immediate=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain_type,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
