"""Reading the pages of period reports."""

from tests import people
from tests.browser import Page


def at(key: str = "2026-H1", rest: str = "") -> str:
    return f"/reports/{people.locality().id}/{key}{rest}"


def figure(page: Page, title: str) -> list[str]:
    """This period, the one before, the difference, as the page shows them."""
    assert page.tree is not None
    for row in page.tree.iter("tr"):
        words = [" ".join("".join(cell.itertext()).split()) for cell in row]
        if words[0].startswith(title):
            return words[1:]
    raise AssertionError(title)
