from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_points.catalogue.rules import (
    PRODUCER_KINDS,
    CertificateFacts,
    OldProductGroup,
    ProductBasis,
    ProductGroup,
    Standing,
    Stars,
    SupplierKind,
    days_left,
    grade_for_score,
    last_valid_day,
    read_barcode,
    scanned,
    standing_on,
)

ISSUED = date(2020, 2, 4)
LAST = date(2023, 2, 3)
DAY = timedelta(days=1)


def certificate(
    issued_on: date = ISSUED,
    last: date | None = None,
    stars: Stars = Stars.THREE,
    withdrawn_on: date | None = None,
    number: int = 0,
) -> CertificateFacts:
    return CertificateFacts(
        issued_on=issued_on,
        last_valid_day=last or last_valid_day(issued_on),
        stars=stars,
        withdrawn_on=withdrawn_on,
        id=number,
    )


def test_barcodes_are_kept_in_one_form_and_their_last_digit_is_right() -> None:
    kept = {
        "4006381333931": "4006381333931",
        " 4006-3813 33931": "4006381333931",
        "96385074": "96385074",
        "036000291452": "0036000291452",
    }
    assert {typed: read_barcode(typed) for typed in kept} == kept
    refused = {
        "4006381333930": "check",
        "4006381333913": "check",
        "96385075": "check",
        "036000291453": "check",
        "": "length",
        "12345": "length",
        "10614141000415": "length",
        "٤٠٠٦٣٨١٣٣٣٩٣١": "length",
        "400638133393x": "length",
    }
    for typed, why in refused.items():
        with pytest.raises(ValueError, match=why):
            read_barcode(typed)
    words = {"chả mực": "chả mực", "--": "--", "SP-00001": "SP-00001", "12 34": "1234"}
    assert {typed: scanned(typed) for typed in words} == words


def test_all_but_traders_may_be_producers() -> None:
    assert set(SupplierKind) - set(PRODUCER_KINDS) == {SupplierKind.TRADER}
    assert len(PRODUCER_KINDS) == 4


def test_groups_and_bases_are_those_of_the_decisions() -> None:
    assert len(ProductGroup) == len(OldProductGroup) == 6
    assert [basis.value for basis in ProductBasis] == list("abcd")


@pytest.mark.parametrize(
    ("score", "stars"),
    [
        ("0", None),
        ("49.99", None),
        ("50", Stars.THREE),
        ("69.999", Stars.THREE),
        ("70", Stars.FOUR),
        ("89.5", Stars.FOUR),
        ("89.99", Stars.FOUR),
        ("90", Stars.POTENTIAL_FIVE),
        ("100", Stars.POTENTIAL_FIVE),
    ],
)
def test_grade_for_score(score: str, stars: Stars | None) -> None:
    assert grade_for_score(Decimal(score)) is stars


def test_five_stars_are_confirmed_by_the_central_council() -> None:
    assert grade_for_score(Decimal(90), confirmed_by_centre=True) is Stars.FIVE
    assert grade_for_score(Decimal("89.9"), confirmed_by_centre=True) is Stars.FOUR


@pytest.mark.parametrize("score", ["-0.1", "100.1", "NaN", "Infinity"])
def test_a_score_outside_the_scale_is_refused(score: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        grade_for_score(Decimal(score))


def test_stars_are_ranked() -> None:
    assert sorted(Stars, key=lambda stars: stars.rank) == list(Stars)
    assert [stars for stars in Stars if stars.is_potential] == [Stars.POTENTIAL_FIVE]


@pytest.mark.parametrize(
    ("issued_on", "months", "last"),
    [
        (date(2020, 2, 4), 36, date(2023, 2, 3)),
        (date(2020, 2, 29), 36, date(2023, 2, 27)),
        (date(2020, 2, 29), 48, date(2024, 2, 28)),
        (date(2021, 2, 28), 36, date(2024, 2, 27)),
        (date(2021, 3, 1), 36, date(2024, 2, 29)),
        (date(2022, 3, 1), 36, date(2025, 2, 28)),
        (date(2023, 1, 1), 36, date(2025, 12, 31)),
        (date(2023, 12, 15), 36, date(2026, 12, 14)),
        (date(2024, 1, 31), 1, date(2024, 2, 28)),
        (date(2024, 11, 30), 1, date(2024, 12, 29)),
        (date(2024, 12, 1), 12, date(2025, 11, 30)),
    ],
)
def test_last_valid_day(issued_on: date, months: int, last: date) -> None:
    assert last_valid_day(issued_on, months) == last


def test_a_certificate_runs_for_36_months_unless_told() -> None:
    assert last_valid_day(ISSUED) == LAST
    with pytest.raises(ValueError, match="at least one month"):
        last_valid_day(ISSUED, 0)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 120))
def test_a_later_issue_never_ends_earlier(issued_on: date, months: int) -> None:
    assert last_valid_day(issued_on, months) <= last_valid_day(issued_on + DAY, months)
    assert last_valid_day(issued_on, months) < last_valid_day(issued_on, months + 1)


@pytest.mark.parametrize(
    ("day", "stars", "ended"),
    [
        (ISSUED - DAY, None, None),
        (ISSUED, Stars.THREE, None),
        (date(2023, 2, 3), Stars.THREE, None),
        (date(2023, 2, 4), None, date(2023, 2, 4)),
        (date(2026, 1, 1), None, date(2023, 2, 4)),
    ],
)
def test_standing_of_one_certificate(day: date, stars: Stars | None, ended: date | None) -> None:
    only = certificate()
    assert standing_on([only], day) == Standing(stars, only if stars else None, ended)


def test_no_certificate_is_no_standing() -> None:
    assert standing_on([], LAST) == Standing(None, None, None)


@pytest.mark.parametrize(
    ("day", "stars", "ended"),
    [
        (date(2021, 5, 9), Stars.THREE, None),
        (date(2021, 5, 10), None, date(2021, 5, 10)),
        (date(2023, 2, 4), None, date(2021, 5, 10)),
    ],
)
def test_a_withdrawn_certificate_ends_on_that_day(
    day: date, stars: Stars | None, ended: date | None
) -> None:
    standing = standing_on([certificate(withdrawn_on=date(2021, 5, 10))], day)
    assert (standing.stars, standing.last_ended_on) == (stars, ended)


def test_a_withdrawal_after_the_end_changes_nothing() -> None:
    late = certificate(withdrawn_on=date(2024, 1, 1))
    assert standing_on([late], date(2024, 2, 1)).last_ended_on == LAST + DAY


def test_a_certificate_withdrawn_as_it_was_issued_never_counted() -> None:
    assert standing_on([certificate(withdrawn_on=ISSUED)], LAST) == Standing()


def test_of_several_valid_the_latest_issued_wins_in_any_order() -> None:
    old = certificate(stars=Stars.FOUR, number=1)
    new = certificate(date(2022, 6, 1), stars=Stars.THREE, number=2)
    twin = certificate(date(2022, 6, 1), stars=Stars.THREE, number=3)
    for order in permutations([old, new, twin]):
        assert standing_on(order, date(2022, 5, 31)).certificate == old
        assert standing_on(order, date(2022, 6, 1)).certificate == twin


def test_an_older_one_counts_again_when_the_newer_is_withdrawn() -> None:
    old = certificate(stars=Stars.FOUR)
    new = certificate(date(2021, 6, 1), withdrawn_on=date(2022, 1, 1))
    assert standing_on([old, new], date(2022, 1, 1)) == Standing(Stars.FOUR, old)


def test_the_last_end_counts() -> None:
    both = [certificate(), certificate(date(2019, 1, 1)), certificate(date(2030, 1, 1))]
    assert standing_on(both, date(2025, 1, 1)).last_ended_on == date(2023, 2, 4)


@pytest.mark.parametrize(
    ("day", "withdrawn_on", "left"),
    [
        (date(2023, 2, 3), None, 0),
        (date(2023, 2, 4), None, -1),
        (date(2023, 1, 4), None, 30),
        (date(2023, 1, 4), date(2023, 1, 5), 0),
    ],
)
def test_days_left(day: date, withdrawn_on: date | None, left: int) -> None:
    assert days_left(certificate(withdrawn_on=withdrawn_on), day) == left


days = st.dates(date(2020, 1, 1), date(2021, 12, 31))
facts = st.builds(
    CertificateFacts,
    issued_on=days,
    last_valid_day=days,
    stars=st.sampled_from(Stars),
    withdrawn_on=st.none() | days,
    id=st.integers(0, 9),
)


@given(st.lists(facts, max_size=4, unique_by=lambda one: one.id), days)
def test_standing_is_of_one_valid_certificate_or_of_an_end_that_has_come(
    certificates: list[CertificateFacts], day: date
) -> None:
    standing = standing_on(certificates, day)
    assert standing == standing_on(reversed(certificates), day)
    if standing.certificate is None:
        assert standing.stars is None
        assert not any(one.is_valid_on(day) for one in certificates)
        assert standing.last_ended_on is None or standing.last_ended_on <= day
    else:
        assert days_left(standing.certificate, day) >= 0
        assert standing.stars is standing.certificate.stars
        assert standing.last_ended_on is None
        assert all(
            one.issued_on <= standing.certificate.issued_on
            for one in certificates
            if one.is_valid_on(day)
        )
