"""A sheet of any kind to what it would do: titles, rows, keys. Pure."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ocop_points.exchange.import_shapes import EXAMPLE_MARK, Cells, Entry, Key, Kind, Memory, Plan
from ocop_points.exchange.rules_cells import cell_text, key
from ocop_points.exchange.rules_shapes import FAULTS_TITLE, Fault, FaultKind

Progress = Callable[[int, int], None]


def read_plan(
    kind: Kind, rows: Sequence[Sequence[Any]], known: Any, progress: Progress = lambda _n, _of: None
) -> Plan:
    """Read a sheet whose first filled row holds the titles. Empty rows and the example row are passed over.

    `progress` is told now and then how many rows of how many were read.
    """
    plan = Plan()
    filled = [(n, row) for n, row in enumerate(rows, start=1) if any(_filled(cell) for cell in row)]
    if not filled:
        plan.faults.append(Fault(1, None, "", FaultKind.NO_ROWS))
        return plan
    places = _places(*filled[0], kind, plan.faults)
    if plan.faults:
        return plan
    body = list(_without_example(filled[1:], plan))
    if not 0 < len(body) <= kind.most_rows:
        plan.faults.append(_count_fault(len(body), kind.most_rows))
        return plan
    memory: Memory = {}
    for count, (number, row) in enumerate(body):
        if count % 200 == 0:
            progress(count, len(body))
        cells = {n: row[p] for n, p in places if p < len(row) and row[p] not in _EMPTY}
        if entry := kind.read(Cells(number, cells, plan.faults, memory), known):
            plan.entries.append(entry)
    progress(len(body), len(body))
    plan.faults += same_keys(plan.entries)
    if kind.doubts and not plan.faults:
        plan.faults += kind.doubts(plan.entries, known)
    plan.faults.sort(key=lambda fault: fault.row)
    return plan


_EMPTY = ("", None)


def _filled(cell: Any) -> bool:
    return cell not in _EMPTY and bool(cell_text(cell))


def _without_example(
    rows: Sequence[tuple[int, Sequence[Any]]], plan: Plan
) -> Iterator[tuple[int, Sequence[Any]]]:
    for number, row in rows:
        if any(isinstance(cell, str) and EXAMPLE_MARK in cell for cell in row):
            plan.example = True
        else:
            yield number, row


def _count_fault(count: int, most: int) -> Fault:
    if count:
        return Fault(1, None, str(count), FaultKind.TOO_MANY_ROWS, str(most))
    return Fault(1, None, "", FaultKind.NO_ROWS)


def _places(
    row: int, head: Sequence[Any], kind: Kind, faults: list[Fault]
) -> list[tuple[str, int]]:
    """Where each column stands. Without any key column a file can only bring new records, so it has what these need."""
    titles = {key(str(column.title)): column.name for column in kind.columns}
    found: dict[str, int] = {}
    for index, cell in enumerate(head):
        title = cell_text(cell)
        name = titles.get(key(title.rstrip("* ")))
        if name is None:
            if title and title != FAULTS_TITLE:
                faults.append(Fault(row, None, title, FaultKind.UNKNOWN_COLUMN))
        elif name in found:
            faults.append(Fault(row, name, title, FaultKind.COLUMN_TWICE))
        else:
            found[name] = index
    needed = [column for column in kind.columns if column.needed and not found.keys() & kind.keys]
    missing = [column for column in needed if column.name not in found]
    faults += [Fault(row, column.name, "", FaultKind.MISSING_COLUMN) for column in missing]
    return list(found.items())


def same_keys(entries: Sequence[Entry]) -> list[Fault]:
    """The rows that are the same record as an earlier one."""
    first: dict[Key, Entry] = {}
    faults = []
    for entry in entries:
        for mark in entry.keys:
            earlier = first.setdefault(mark, entry)
            if earlier is not entry:
                detail = str(earlier.row)
                faults.append(
                    Fault(entry.row, mark.column, entry.text[:80], FaultKind.SAME_KEY, detail)
                )
                break
    return faults
