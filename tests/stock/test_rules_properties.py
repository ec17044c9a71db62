"""What must hold for every stock, against plain re-tellings of the rules."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

from ocop_points.stock.rules import (
    BadLine,
    Entry,
    LotOnHand,
    available_on,
    base_quantity,
    check_timeline,
    day_balances,
    line_amount,
    merge_rows,
    on_hand_value,
    propose_lots,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 12)
days = st.dates(FIRST, LAST)
deltas = st.integers(-9, 9)
ledgers = st.lists(st.builds(Entry, days, st.integers(1, 99), deltas), max_size=8)
movements = st.lists(st.tuples(days, deltas), max_size=5)
lots = st.lists(
    st.builds(LotOnHand, st.integers(1, 99), st.none() | days, days, st.integers(0, 9)),
    max_size=6,
    unique_by=lambda lot: lot.lot_id,
)
quantities = st.decimals(Decimal("0.001"), 1000, places=3)


def naive_balance(moves: list[tuple[date, int]], day: date) -> int:
    return sum(delta for moved_on, delta in moves if moved_on <= day)


def naive_first_day_below_zero(moves: list[tuple[date, int]]) -> date | None:
    day = FIRST
    while day <= LAST:
        if naive_balance(moves, day) < 0:
            return day
        day += timedelta(days=1)
    return None


def moves_of(existing: list[Entry]) -> list[tuple[date, int]]:
    return [(entry.day, entry.delta) for entry in existing]


@given(ledgers, movements)
def test_check_timeline_is_a_replay_day_by_day(
    existing: list[Entry], new: list[tuple[date, int]]
) -> None:
    found = check_timeline(existing, new)
    moves = moves_of(existing) + new
    assert (found.day if found else None) == naive_first_day_below_zero(moves)
    if found:
        assert found.missing == -naive_balance(moves, found.day)


@given(ledgers, days)
def test_just_what_is_available_may_leave(existing: list[Entry], day: date) -> None:
    assume(check_timeline(existing, []) is None)
    most = available_on(existing, day)
    assert check_timeline(existing, [(day, -most)]) is None
    short = check_timeline(existing, [(day, -most - 1)])
    assert short is not None
    assert (short.missing, short.available) == (1, most)


@given(ledgers)
def test_the_balance_is_the_sum_of_the_movements(existing: list[Entry]) -> None:
    total = sum(entry.delta for entry in existing)
    if existing:
        assert day_balances(existing)[-1][1] == total


@given(st.lists(st.tuples(days, st.integers(-9, 9)), max_size=12))
def test_posting_only_what_passes_never_leaves_a_balance_below_zero(
    wishes: list[tuple[date, int]],
) -> None:
    ledger: list[Entry] = []
    for sequence, (day, delta) in enumerate(wishes, start=1):
        if check_timeline(ledger, [(day, delta)]) is None:
            ledger.append(Entry(day, sequence, delta))
            assert sum(entry.delta for entry in ledger) >= 0
    assert naive_first_day_below_zero(moves_of(ledger)) is None


@given(st.lists(st.tuples(st.integers(1, 5), deltas)), st.data())
def test_the_order_of_rows_never_matters(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    merged = merge_rows(rows)
    shuffled = data.draw(st.permutations(rows))
    assert list(merge_rows(shuffled).items()) == list(merged.items())
    assert sum(merged.values()) == sum(delta for _lot, delta in rows)
    assert list(merged) == sorted({lot_id for lot_id, _delta in rows})


@given(lots, st.integers(-2, 40), days)
def test_a_proposal_is_possible_complete_and_in_order(
    available: list[LotOnHand], wanted: int, day: date
) -> None:
    proposal = propose_lots(available, wanted, day)
    by_id = {lot.lot_id: lot for lot in available}
    picked = [by_id[lot_id] for lot_id, _taken in proposal.picks]
    assert len(set(picked)) == len(picked)
    assert all(0 < taken <= by_id[lot_id].on_hand for lot_id, taken in proposal.picks)
    assert all(lot.expiry is None or lot.expiry >= day for lot in picked)
    assert all(lot.first_received_on <= day for lot in picked)
    assert sum(taken for _lot, taken in proposal.picks) + proposal.short == max(0, wanted)

    usable = [
        lot
        for lot in available
        if (lot.expiry is None or lot.expiry >= day) and lot.first_received_on <= day
    ]
    assert proposal.short == max(0, wanted - sum(lot.on_hand for lot in usable))
    # Whatever stays on the shelf, wholly or in part, goes off no sooner than what is taken.
    taken = dict(proposal.picks)
    left = [lot for lot in usable if lot.on_hand > taken.get(lot.lot_id, 0)]
    for kept in left:
        for gone in picked:
            assert kept.expiry is None or (gone.expiry is not None and gone.expiry <= kept.expiry)
            if kept.expiry == gone.expiry:
                assert gone.first_received_on <= kept.first_received_on


@given(lots, st.integers(0, 40), days, st.data())
def test_a_proposal_does_not_hang_on_the_order_of_the_lots(
    available: list[LotOnHand], wanted: int, day: date, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(available))
    assert propose_lots(shuffled, wanted, day) == propose_lots(available, wanted, day)


@given(quantities, st.integers(0, 10_000_000))
@example(Decimal("0.5"), 1)
def test_an_amount_is_within_half_a_dong_and_halves_go_up(quantity: Decimal, price: int) -> None:
    exact = Fraction(quantity) * price
    off = line_amount(quantity, price) - exact
    assert -Fraction(1, 2) < off <= Fraction(1, 2)


@given(st.integers(0, 10_000_000), st.integers(0, 1_000_000), st.integers(1, 1000))
@example(1, 1, 2)
def test_a_value_on_hand_is_within_half_a_dong(on_hand: int, price: int, factor: int) -> None:
    off = on_hand_value(on_hand, price, factor) - Fraction(on_hand * price, factor)
    assert -Fraction(1, 2) < off <= Fraction(1, 2)


@given(quantities, st.integers(1, 2000))
def test_a_base_quantity_is_exact_or_refused(quantity: Decimal, factor: int) -> None:
    exact = Fraction(quantity) * factor
    try:
        assert base_quantity(quantity, factor) == exact
    except BadLine:
        assert exact.denominator > 1
