"""Somebody at a real browser: does what a person does, and looks at each page with axe."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.people import PASSWORD, USERNAMES

AXE = (Path(__file__).with_name("vendor") / "axe.min.js").read_text(encoding="utf-8")
_RULES = "{runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}"

# What `@page` in app.css leaves between the margins, in CSS pixels (96 an inch).
A4_UPRIGHT, A4_ACROSS = 642, 1009
_CUT_OFF = """() => {
  const told = [], width = innerWidth;
  const drawn = (one) => one && one.getClientRects().length && getComputedStyle(one).visibility !== "hidden";
  const name = (one) => one.tagName + "." + one.className;
  document.querySelectorAll("nav, .top, .side, .bot, .acts, .filters, .crumb").forEach((one) => {
    if (drawn(one)) told.push("still there: " + name(one));
  });
  if (!drawn(document.querySelector("h1"))) told.push("no h1");
  document.querySelectorAll("main, main *").forEach((one) => {
    if (!drawn(one) || one.closest(".visually-hidden, svg, .bar")) return;
    const box = one.getBoundingClientRect(), flow = getComputedStyle(one).overflowX;
    if (box.right > width + 1 || box.left < -1) told.push("beyond the paper: " + name(one));
    const cut = flow !== "visible" && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1;
    if (cut) told.push("cut: " + name(one) + " " + one.scrollWidth + ">" + one.clientWidth);
  });
  return told.slice(0, 5);
}"""


class Desk:
    """A page and the things people do with it."""

    def __init__(self, page: Page, *, script: bool = True) -> None:
        self.page = page
        self.script = script
        self.looked_at: list[str] = []

    def sign_in(self, who: str) -> None:
        self.page.goto("/login")
        self.fill("Tên đăng nhập", USERNAMES[who])
        self.fill("Mật khẩu", PASSWORD)
        self.press("Đăng nhập")
        expect(self.page.locator("h1")).not_to_have_text("Đăng nhập")

    def go(self, path: str) -> None:
        self.page.goto(path)

    def fill(self, label: str, text: str) -> None:
        self.main.get_by_label(label, exact=False).first.fill(text)

    def choose(self, label: str, option: str) -> None:
        self.main.get_by_label(label, exact=False).first.select_option(label=option)

    def tick(self, label: str) -> None:
        self.main.get_by_label(label, exact=False).first.check()

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    @property
    def main(self) -> Any:
        return self.page.locator("main")

    @property
    def words(self) -> str:
        return " ".join(self.main.inner_text().split())

    def sees(self, text: str) -> None:
        expect(self.main).to_contain_text(text)

    def title(self, text: str) -> None:
        expect(self.page.locator("h1")).to_have_text(text)

    def fits(self) -> None:
        """Nothing has to be scrolled sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{self.page.url} scrolls sideways at {self.page.viewport_size}"

    def prints_whole(self) -> None:
        """On A4 (upright, or across where the page says so): no navigation, and nothing cut off."""
        across = self.page.locator("main.land").count() > 0
        self.page.emulate_media(media="print", color_scheme="light")
        self.page.set_viewport_size({"width": A4_ACROSS if across else A4_UPRIGHT, "height": 900})
        told = self.page.evaluate(_CUT_OFF)
        self.page.emulate_media(media="screen")
        assert not told, f"{self.page.url} on paper: {told}"

    def look(self, *, only: str = "") -> None:
        """axe finds nothing, by all of its rules or by one, and nothing has to be scrolled sideways."""
        self.fits()
        if not self.script:
            return
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE)  # a script tag would be refused by the CSP
        run = f"{{runOnly: ['{only}']}}" if only else _RULES
        found = self.page.evaluate(f"() => axe.run(document, {run})")["violations"]
        told = [f"{one['id']}: {one['nodes'][0]['target']} {one['help']}" for one in found]
        assert not told, f"{self.page.url}: {told}"
        self.looked_at.append(self.page.url)

    def errors(self) -> list[str]:
        return list(self.main.locator(".err").all_inner_texts())
