"""The overview in a real browser: choose a map and a measure, read, hold a telephone, print."""

from collections.abc import Callable

from tests.architecture.world import World
from tests.e2e.desk import Desk

OpenDesk = Callable[..., Desk]


def test_the_ministry_compares_and_prints(world: World, open_desk: OpenDesk) -> None:
    desk = open_desk("admin")
    desk.go("/overview")
    desk.choose("Bản đồ", "63 tỉnh, trước 07/2025")
    desk.choose("So sánh theo", "Hàng của tỉnh")
    desk.press("Tìm")
    desk.page.wait_for_url("**/overview?*map=63*measure=own*")
    desk.look()
    names = desk.page.locator(".tiles title").all_text_contents()
    assert len(names) == 65
    assert any(name.startswith("Hoàng Sa: ") for name in names)
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.fits()
    desk.prints_whole()
