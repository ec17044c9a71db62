"""How facts of a row are shown, and the names under which a cell finds a choice."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ocop_points.core.formats import vi_date, vi_number
from ocop_points.exchange.import_shapes import Change
from ocop_points.exchange.rules_cells import key, plain_number


def named(words: Mapping[Any, Any]) -> dict[str, Any]:
    """A list of choices by what people write for them."""
    return {key(str(text)): value for value, text in words.items()}


def shown(value: Any) -> str:
    """A fact as the page shows it."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, date):
        return vi_date(value)
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, int | Decimal):
        return vi_number(value)
    return "" if value is None else str(value)


def changes_in_words(
    changed: Iterable[str],
    before: Any,
    after: Any,
    titles: Mapping[str, Any],
    show: Callable[[str, Any], str],
) -> tuple[Change, ...]:
    """What a row changes of a record, fact by fact."""
    return tuple(
        Change(
            str(titles[name]), show(name, getattr(before, name)), show(name, getattr(after, name))
        )
        for name in changed
    )
