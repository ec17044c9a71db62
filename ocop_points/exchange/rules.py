"""Points of a sheet that may be one, or stand in the register already. Pure."""

from collections.abc import Sequence
from typing import Any

from ocop_points.core.text import fold
from ocop_points.exchange.rules_shapes import Column, Fault, FaultKind, Known, PointRow


def _marks(row: PointRow) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """By what two points are taken for one: the name in the locality, or the address in the ward."""
    name, address = fold(row.facts["name"]), fold(row.facts["address"])
    return (row.locality_id, name), (row.locality_id, row.facts["ward_code"], address)


def same_in_file(rows: Sequence[PointRow]) -> list[Fault]:
    """The rows that may be one point with an earlier one."""
    first: dict[tuple[Any, ...], int] = {}
    faults = []
    for row in rows:
        for column, mark in zip((Column.NAME, Column.ADDRESS), _marks(row), strict=True):
            earlier = first.setdefault(mark, row.row)
            if earlier != row.row:
                value = row.facts[column.value]
                faults.append(Fault(row.row, column, value, FaultKind.SAME_IN_FILE, str(earlier)))
                break
    return faults


def same_in_register(rows: Sequence[PointRow], known: Sequence[Known]) -> list[Fault]:
    """The rows that may stand in the register already."""
    held: dict[tuple[Any, ...], str] = {}
    for point in known:
        held.setdefault((point.locality_id, point.folded_name), point.text)
        held.setdefault((point.locality_id, point.ward_code, point.folded_address), point.text)
    faults = []
    for row in rows:
        for column, mark in zip((Column.NAME, Column.ADDRESS), _marks(row), strict=True):
            if mark in held:
                value = row.facts[column.value]
                kind = FaultKind.SAME_IN_REGISTER
                faults.append(Fault(row.row, column, value, kind, held[mark]))
                break
    return faults
