"""The demonstration at the size of the whole country, inserted in bulk: for measuring, not for trying out.

What the small demonstration plays by the real verbs (decision 5) is here written as the rows those verbs would
leave; `flask verify` and the tests hold it to that. Triggers and constraints stay in force.
"""

from collections import Counter as Counts
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from time import perf_counter
from typing import Any

from sqlalchemy import Table, insert, text

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.rules_fields import check_keys
from ocop_points.audit.service import Subject, append, as_row
from ocop_points.core import clock
from ocop_points.core.db import Counter, db, write
from ocop_points.demo.stage import Stage

POINTS, SUPPLIERS, PRODUCTS = 1_000, 5_361, 10_322  # DOMAIN.md §1
DAYS = 370
"""How long the points have traded: each goes through 40 rounds of 9 days."""
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Shop:
    """A point as the loader needs it."""

    id: int
    code: str
    name: str
    locality_id: int
    officer: User
    manager: User
    department_id: int
    symbol: str
    representative: str


@dataclass(frozen=True)
class Goods:
    """A product as the loader needs it; `certified_to` is the last valid day of its certificate."""

    id: int
    code: str
    producer_id: int
    unit: str
    price: int
    days: int | None
    certified_to: date


@dataclass
class Bulk:
    """Rows on their way into the database, table by table in the order in which they point to each other."""

    stage: Stage
    shops: list[Shop] = field(default_factory=list)
    goods: list[Goods] = field(default_factory=list)
    counters: Counts[str] = field(default_factory=Counts)
    _rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    _audit: list[dict[str, Any]] = field(default_factory=list)
    _ids: Counts[str] = field(default_factory=Counts)

    def add(self, model: Any, row: dict[str, Any]) -> None:
        self._rows.setdefault(model.__table__, []).append(row)

    def new_id(self, model: Any) -> int:
        """The next id of a table that only the loader fills."""
        name = model.__tablename__
        self._ids[name] += 1
        return self._ids[name]

    def count(self, name: str) -> int:
        """The next number of a series; the counters are written at the end."""
        self.counters[name] += 1
        return self.counters[name]

    def record(
        self, action: Action, subject: Subject, by: User, at: datetime, changes: dict[str, Change]
    ) -> None:
        """The audit row of the verb that made a record what it is."""
        check_keys(action, changes)
        self._audit.append(as_row(action, subject, by=by, at=at, changes=changes))

    def flush(self) -> None:
        """Write what has gathered: parents before children, then the audit rows."""
        db.session.flush()
        connection = db.session.connection()
        for table in db.metadata.sorted_tables:
            rows = self._rows.pop(table, [])
            for start in range(0, len(rows), _AT_ONCE):
                connection.execute(insert(table), rows[start : start + _AT_ONCE])
        if self._audit:
            append(self._audit)
        self._audit = []

    def finish(self) -> None:
        """The counters as the verbs would have left them, and on PostgreSQL the ids'."""
        for name, value in sorted(self.counters.items()):
            self.add(Counter, {"name": name, "value": value})
        self.flush()
        if db.engine.dialect.name == "postgresql":
            for name, last in self._ids.items():
                sequence = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
                db.session.connection().execute(sequence, {"name": name, "last": last})


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of that day in Việt Nam."""
    return datetime.combine(day, time(hour, minute), clock.VIETNAM).astimezone(UTC)


def load(stage: Stage, scale: float) -> str:
    """Fill the database whose places and people stand; says what was loaded.

    `scale` is the share of the national figures: 1 is all of them, 0.1 a tenth.
    """
    from ocop_points.demo import national_register, national_trade, national_visits

    started = perf_counter()
    bulk = Bulk(stage)
    if db.engine.dialect.name == "sqlite":
        _in_haste()
    try:
        _committed(bulk, lambda: national_register.load(bulk, scale))
        _committed(bulk, lambda: national_visits.prepare(bulk))
        trade = national_trade.Trade(bulk)
        visits = national_visits.Visits(bulk)
        for first in range(0, DAYS, 10):
            days = [stage.ago(DAYS - number) for number in range(first, first + 10)]
            _committed(bulk, lambda days=days: _play(days, trade, visits))  # type: ignore[misc]
        for part in (visits, trade, bulk):
            _committed(bulk, part.finish)
    finally:
        db.session.remove()
        db.engine.dispose()
    took = perf_counter() - started
    return (
        f"{len(bulk.shops)} điểm bán, {len(bulk.goods)} sản phẩm, {visits.made} lần đánh giá, "
        f"{trade.moved} dòng nhập xuất, trong {took:.1f} giây."
    )


def _play(days: list[date], trade: Any, visits: Any) -> None:
    for day in days:
        visits.play(day)
        trade.play(day)


def _committed(bulk: Bulk, work: Callable[[], object]) -> None:
    def verb() -> None:
        work()
        bulk.flush()

    write(verb)


def _in_haste() -> None:
    """For this load into a file that held nothing: no waiting for the disk, more memory for the indexes."""
    db.session.remove()
    with db.engine.connect() as connection:  # the pool hands out this one again and again
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-262144")
        cursor.close()
