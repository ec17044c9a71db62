"""The decisions of a stocktake: what a count says of the books, what still bars it, who may enter it (decision 29)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class StocktakeState(StrEnum):
    """Posted and cancelled are final; a posted one is corrected by reversing its voucher."""

    COUNTING = "counting"
    POSTED = "posted"
    CANCELLED = "cancelled"


class Settled(StrEnum):
    """How goods that were booked in or out since the snapshot stand to the count.

    BEFORE: they were counted before that, so it comes on top of the count. AFTER: they were counted after it, so the
    count holds it already.
    """

    BEFORE = "before"
    AFTER = "after"


class LineState(StrEnum):
    """How a line stands, first what bars the posting."""

    UNCOUNTED = "uncounted"
    MOVED = "moved"
    NEGATIVE = "negative"
    UNEXPLAINED = "unexplained"
    DIFFERENT = "different"
    EQUAL = "equal"
    LEFT_OUT = "left_out"


BARRING = frozenset(
    {LineState.UNCOUNTED, LineState.MOVED, LineState.NEGATIVE, LineState.UNEXPLAINED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A line in base units. `book` and `moves`: what the books said, and how many movements they held, when the line
    was taken down; `book_now` and `moves_now`: the same today. `quantity` None is not counted, which is not zero.
    """

    book: int
    moves: int
    book_now: int
    moves_now: int
    quantity: int | None
    settled: Settled | None = None
    settled_moves: int | None = None
    reason: str = ""
    left_out: bool = False

    @property
    def moved(self) -> bool:
        """Was anything booked in or out since the line was taken down?"""
        return self.moves_now != self.moves

    @property
    def settlement(self) -> Settled | None:
        """What was said of these very movements; a later one asks again."""
        return self.settled if self.settled_moves == self.moves_now else None


def against(line: Counted) -> int | None:
    """What the books must be held against the count by; None while that cannot be known.

    Nothing moved: the books as taken down. Counted before the goods moved: the same, and the movement stays on top.
    Counted after: the books as they are now, for the count holds the movement already.
    """
    if not line.moved:
        return line.book
    if line.settlement is Settled.BEFORE:
        return line.book
    return line.book_now if line.settlement is Settled.AFTER else None


def difference(line: Counted) -> int | None:
    """What the count finds too much (above zero) or missing; None while that cannot be known."""
    base = against(line)
    return None if base is None or line.quantity is None else line.quantity - base


def line_state(line: Counted) -> LineState:
    """How the line stands; what stands in BARRING keeps the stocktake from being posted."""
    if line.left_out:
        return LineState.LEFT_OUT
    if line.quantity is None:
        return LineState.UNCOUNTED
    delta = difference(line)
    if delta is None:
        return LineState.MOVED
    if line.book_now + delta < 0:
        # Fewer counted "before" than went out after: that cannot have been.
        return LineState.NEGATIVE
    if not delta:
        return LineState.EQUAL
    return LineState.DIFFERENT if line.reason else LineState.UNEXPLAINED


class PostBar(StrEnum):
    """Why a stocktake may not be posted."""

    NOT_OPEN = "not_open"
    LINES = "lines"
    NOTHING = "nothing"
    COUNTED = "counted"
    TILL = "till"


def post_bar(
    state: StocktakeState, lines: Iterable[LineState], *, counted_by_asker: bool, till_open: bool
) -> PostBar | None:
    """Why not, first what the stocktake lacks, then what this person may not; None when it may be posted.

    `till_open`: sales in the till that are not posted have left the shelf but not the books, and would be missing
    twice. Whoever entered a count does not judge it (four eyes).
    """
    known = list(lines)
    if state is not StocktakeState.COUNTING:
        return PostBar.NOT_OPEN
    if any(one in BARRING for one in known):
        return PostBar.LINES
    if all(one is LineState.LEFT_OUT for one in known):
        return PostBar.NOTHING
    if till_open:
        return PostBar.TILL
    return PostBar.COUNTED if counted_by_asker else None
