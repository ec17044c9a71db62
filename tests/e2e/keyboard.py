"""Somebody who has a keyboard only: Tab, Enter, Space and the arrows. At every stop the focus must be seen."""

from pathlib import Path
from re import Pattern
from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e.desk import Desk

# What holds the focus now: is it the wanted one, and can a person see that it holds it?
_STOP = """(wanted) => {
  const held = document.activeElement, shown = [held, ...(held.labels || [])];
  const drawn = shown.filter((one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  });
  const seen = drawn.some((one) => {
    const box = one.getBoundingClientRect();
    if (box.width < 4 || box.height < 4) return false;
    const x = box.left + Math.min(box.width, 40) / 2, y = box.top + Math.min(box.height, 40) / 2;
    const there = document.elementFromPoint(x, y);  // null when it lies outside the window
    return there !== null && (one.contains(there) || there.contains(one));
  });
  const name = `${held.tagName}#${held.id} ${(held.innerText || held.name || "").slice(0, 60)}`;
  return {there: held === wanted, body: held === document.body, seen, name};
}"""


class KeyboardDesk:
    """A desk without a mouse."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page = desk, desk.page
        # From the start: a dialog that opens before the browser was told to hand it over is missed.
        self.page.on("filechooser", lambda _opened: None)

    def reach(self, wanted: Locator, *, within: int = 60) -> None:
        """Tab to it, and not far: what one did last and what comes next lie near each other."""
        expect(wanted).to_be_attached()
        self.page.wait_for_load_state()  # rings are drawn by the sheet
        unseen = []
        for _tab in range(within):
            stop = self._stop(wanted)
            if stop["there"]:
                assert stop["seen"], f"{self.page.url}: no visible focus on {stop['name']}"
                return
            self.page.keyboard.press("Tab")
            stop = self._stop(wanted)
            if not (stop["seen"] or stop["body"]):
                unseen.append(stop["name"])
            assert not unseen, f"{self.page.url}: no visible focus on {unseen}"
        raise AssertionError(f"{self.page.url}: {within} Tabs do not lead to {wanted}")

    def _stop(self, wanted: Locator) -> dict[str, Any]:
        """Looked at again for a while: rings fade in, and pages scroll."""
        found: dict[str, Any] = {}
        for _look in range(40):
            found = wanted.evaluate(_STOP)
            if found["seen"] or found["body"]:
                break
            self.page.wait_for_timeout(50)
        return found

    def field(self, label: str) -> Locator:
        return self.desk.main.get_by_label(label, exact=False).first

    def type(self, label: str, text: str, **how: int) -> None:
        self.reach(self.field(label), **how)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, select: Locator, option: str) -> None:
        """By the arrows, as the list stands."""
        self.reach(select)
        for _step in range(40):
            if select.locator("option:checked").inner_text().strip() == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no {option}")

    def tick(self, box: Locator, **how: int) -> None:
        self.reach(box, **how)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def press(self, name: str, **how: int) -> None:
        """A button, by Enter."""
        self.reach(self.desk.main.get_by_role("button", name=name, exact=True).first, **how)
        self.page.keyboard.press("Enter")

    def follow(self, name: str, **how: int) -> None:
        self.reach(self.page.get_by_role("link", name=name).first, **how)
        self.page.keyboard.press("Enter")

    def press_first(self, name: Pattern[str], **how: int) -> None:
        """The first button whose words are like that, as soon as it is there."""
        found = self.desk.main.get_by_role("button", name=name).first
        expect(found).to_be_visible()
        self.reach(found, **how)
        self.page.keyboard.press("Enter")

    def give_file(self, box: Locator, path: Path, **how: int) -> None:
        self.reach(box, **how)
        with self.page.expect_file_chooser() as opened:
            self.page.keyboard.press("Space")
        opened.value.set_files(path)
