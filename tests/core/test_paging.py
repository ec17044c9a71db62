"""The pages a pager names do not grow with the list."""

import pytest

from ocop_points.core.paging import Page


@pytest.mark.parametrize(
    ("number", "total", "near"),
    [
        (1, 10_322, [1, 2, 3, 413]),
        (200, 10_322, [1, 198, 199, 200, 201, 202, 413]),
        (413, 10_322, [1, 411, 412, 413]),
        (2, 60, [1, 2, 3]),
        (1, 0, [1]),
    ],
)
def test_the_pages_named_are_the_ends_and_the_neighbours(
    number: int, total: int, near: list[int]
) -> None:
    assert Page([], total, number).near == near
