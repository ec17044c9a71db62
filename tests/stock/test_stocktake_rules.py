"""What a count says of the books: a table of every case, and what the choices promise against plain arithmetic."""

from hypothesis import given
from hypothesis import strategies as st

from ocop_points.stock.stocktake_rules import (
    BARRING,
    Counted,
    LineState,
    PostBar,
    Settled,
    StocktakeState,
    difference,
    line_state,
    post_bar,
)

S, B, A = LineState, Settled.BEFORE, Settled.AFTER


def line(quantity: int | None, now: tuple[int, int] = (10, 1), **given: object) -> Counted:
    """A line taken down at 10 by one movement; `now` are the books of this moment."""
    known = {"book": 10, "moves": 1, "book_now": now[0], "moves_now": now[1], **given}
    return Counted(quantity=quantity, **known)  # type: ignore[arg-type]


def test_how_a_line_stands() -> None:
    sold, brought, both = (7, 2), (14, 2), (10, 3)
    table: list[tuple[str, Counted, LineState, int | None]] = [
        ("not counted", line(None), S.UNCOUNTED, None),
        ("not zero", line(0), S.UNEXPLAINED, -10),
        ("equal", line(10), S.EQUAL, 0),
        ("missing", line(8, reason="Vỡ"), S.DIFFERENT, -2),
        ("too much, unsaid", line(12), S.UNEXPLAINED, 2),
        ("left out", line(None, left_out=True, reason="Tủ khóa"), S.LEFT_OUT, None),
        ("sold meanwhile", line(10, sold), S.MOVED, None),
        # Three were sold after ten were counted: seven are there, and nothing is missing.
        ("counted before", line(10, sold, settled=B, settled_moves=2), S.EQUAL, 0),
        # Seven were counted after three were sold: nothing is missing.
        ("counted after", line(7, sold, settled=A, settled_moves=2), S.EQUAL, 0),
        ("counted after, one gone", line(6, sold, settled=A, settled_moves=2), S.UNEXPLAINED, -1),
        ("counted before, one gone", line(9, sold, settled=B, settled_moves=2), S.UNEXPLAINED, -1),
        ("brought after the count", line(10, brought, settled=B, settled_moves=2), S.EQUAL, 0),
        ("brought before it", line(14, brought, settled=A, settled_moves=2), S.EQUAL, 0),
        # Moved there and back: the sum is the same, the question is not.
        ("moved and back", line(10, both), S.MOVED, None),
        ("moved again since", line(7, (6, 3), settled=A, settled_moves=2), S.MOVED, None),
        # Two counted, then three sold: that cannot have been.
        ("impossible", line(2, sold, settled=B, settled_moves=2, reason="x"), S.NEGATIVE, -8),
    ]
    for name, counted, state, delta in table:
        assert (line_state(counted), difference(counted)) == (state, delta), name


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_after_posting_the_books_hold_what_the_choice_promised(
    book: int, now: int, quantity: int
) -> None:
    """Book + difference is the count, or the count and what moved after it."""
    moved = now - book
    for settled, promised in ((A, quantity), (B, quantity + moved)):
        counted = Counted(
            book=book, moves=1, book_now=now, moves_now=2, quantity=quantity, settled=settled,
            settled_moves=2, reason="Vỡ",
        )  # fmt: skip
        delta = difference(counted)
        assert delta is not None
        assert now + delta == promised
        assert (line_state(counted) is S.NEGATIVE) == (promised < 0)


def test_when_a_stocktake_may_be_posted() -> None:
    counting, done = StocktakeState.COUNTING, [S.EQUAL, S.DIFFERENT, S.LEFT_OUT]
    table: list[tuple[StocktakeState, list[LineState], bool, bool, PostBar | None]] = [
        (counting, done, False, False, None),
        (StocktakeState.POSTED, done, False, False, PostBar.NOT_OPEN),
        (StocktakeState.CANCELLED, done, False, False, PostBar.NOT_OPEN),
        (counting, [], False, False, PostBar.NOTHING),
        (counting, [S.LEFT_OUT], False, False, PostBar.NOTHING),
        (counting, done, False, True, PostBar.TILL),
        (counting, done, True, False, PostBar.COUNTED),
        *((counting, [*done, one], False, False, PostBar.LINES) for one in BARRING),
    ]
    for state, lines, counted, till, bar in table:
        found = post_bar(state, lines, counted_by_asker=counted, till_open=till)
        assert found is bar, (state, lines, bar)
