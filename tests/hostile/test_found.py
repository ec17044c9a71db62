"""What hostile requests broke once: each stays here as the request that did it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.architecture.world import World, plumbing
from tests.browser import Browser

Open = Callable[[str | None], Browser]
HUGE = ["2147483648", "9223372036854775808", "1" * 30, "1" * 5000, "-1", "٣"]


def post(
    browser: Open, url: str, body: Mapping[str, Any], status: int, who: str = "officer"
) -> Any:
    somebody = browser(who)
    return somebody.post(url, {**plumbing(somebody, who), **body}, status=status)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    "path",
    ["/points/%s", "/certificates/%s/withdraw", "/vouchers/%s", "/assessments/%s", "/photos/%s"],
)
def test_an_address_with_a_number_that_no_record_has(
    browser: Open, world: World, path: str, number: str
) -> None:
    browser("officer").get(path % number, status=404)


@pytest.mark.parametrize("number", HUGE)
def test_a_choice_that_no_record_has(browser: Open, world: World, number: str) -> None:
    url = f"/products/{world.params['product_id']}/edit"
    post(browser, url, {"version": "1", "producer_id": number}, 422)
    url = f"/points/{world.params['point_id']}/stock/receipts/new"
    post(browser, url, {"on_date": "23/11/2026", "supplier_id": number}, 422)
    post(browser, f"{url}/find", {"supplier_id": number}, 200)
    body = {"username": "qni.moi", "role": "officer", "localities": number}
    post(browser, "/admin/users/new", body, 422, "manager")


@pytest.mark.parametrize("hour", ["", "25:00", "１:30"])
def test_a_planned_visit_begun_without_its_hour(browser: Open, world: World, hour: str) -> None:
    url = f"/assessments/{world.ids['planned']}/begin"
    page = post(browser, url, {"version": "1", "on": "23/11/2026", "at": hour}, 422)
    assert any("giờ" in error for error in page.errors()), page.errors()


@pytest.mark.parametrize(
    "unit", ["hộp|x", "hộp", "|", "|1", "hộp|0", "hộp|-1", "hộp|" + "9" * 5000]
)
@pytest.mark.parametrize("step", ["find", "add/1", "remove/2", "post"])
def test_a_unit_that_was_never_offered(browser: Open, world: World, unit: str, step: str) -> None:
    line = {"product_id": world.ids["goods"], "unit": unit, "quantity": "1", "unit_price": "1"}
    body = {f"lines-0-{name}": value for name, value in line.items()}
    url = f"/points/{world.params['point_id']}/stock/receipts/new/{step}"
    post(browser, url, {"on_date": "23/11/2026", **body}, 422 if step == "post" else 200)


def test_a_search_longer_than_the_database_takes(browser: Open, world: World) -> None:
    url = f"/products/{world.params['product_id']}/edit/producers"
    post(browser, url, {"version": "1", "producer_query": "a" * 100_000}, 200)
    browser("officer").get("/points?q=" + "%" * 100_000)


def test_control_characters_do_not_come_back(browser: Open, world: World) -> None:
    body = {"version": "\x9a", "seen": "Zq\x00zq", "position": "a" * 500, "phone": "0912\x01"}
    page = post(browser, "/profile", body, 422)
    assert not {"\x9a", "\x00", "\x01"} & set(page.text)
