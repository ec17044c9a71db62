"""The figures of the overview, kept in the process and aged by what is written (docs/decisions/0048).

The chain of audit rows says what was written since. What one locality wrote changes that locality's figures only,
so only those are read again; after anything else everything is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app

from ocop_points.audit.queries import Written, last_written, written_since
from ocop_points.reports.queries import Known, read
from ocop_points.reports.rules import Period

_KEPT = "ocop_overview"
_MOST_KEPT = 8
_MOST_WRITTEN = 500
"""After more than so many changes, reading everything is quicker than asking what they were."""

# What a period report keeps is read from the figures, and they never from it.
_NO_FIGURE = frozenset({"user", "report"})
# What these do shows in no figure but those of the locality that stands in their row: tests/architecture/test_routes.py
# does each of them. Not among them: products, certificates and suppliers, which stand on shelves everywhere.
_OF_ONE_LOCALITY = frozenset(
    {
        "amendment",
        "finding",
        "guidance",
        "point",
        "stock",
        "stocktake",
        "support",
        "visit",
        "voucher",
    }
)


@dataclass(frozen=True)
class _Kept:
    """Figures, and the last row of the chain when they were read."""

    last: Written
    known: Known


def known_on(day: date, period: Period) -> Known:
    """The figures on this day and in this period, with everything that was written before this request began."""
    kept: dict[Any, _Kept] = current_app.extensions.setdefault(_KEPT, {})
    key = (day, period)
    old = kept.pop(key, None)
    fresh = _again(old, day, period)
    for oldest in list(kept)[: max(0, len(kept) + 1 - _MOST_KEPT)]:
        kept.pop(oldest, None)
    kept[key] = fresh
    return fresh.known


def _again(old: _Kept | None, day: date, period: Period) -> _Kept:
    written = written_since(old.last, _MOST_WRITTEN) if old else None
    if old is None or written is None:
        return _Kept(
            last_written(), read(day, period)
        )  # the chain first: what comes in between is read twice
    if not written:
        return old
    touched = localities_touched(written)
    if touched is None:
        return _Kept(written[0], read(day, period))
    return _Kept(written[0], _merged(old.known, touched, day, period))


def localities_touched(written: Iterable[Written]) -> set[int] | None:
    """Whose figures these writes may have changed, None where they may be anybody's."""
    touched = set()
    for row in written:
        kind = row.action.partition(".")[0]
        if kind in _NO_FIGURE:
            continue
        if kind not in _OF_ONE_LOCALITY or row.locality_id is None:
            return None
        touched.add(row.locality_id)
    return touched


def _merged(known: Known, touched: set[int], day: date, period: Period) -> Known:
    if not touched:
        return known
    part = read(day, period, touched)
    figures = {id_: one for id_, one in known.figures.items() if id_ not in touched}
    return Known(
        {**figures, **part.figures}, {**known.lines, **part.lines}, {**known.kinds, **part.kinds}
    )
