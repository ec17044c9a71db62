"""A real server (waitress, a database file) and a real Chromium, for the few journeys that need them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

from tests.chromium import chromium_path
from tests.e2e.desk import Desk

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desk": (1366, 768), "phone": (390, 844)}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    assert path is not None, "no Chromium found: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application served by waitress on a port of its own."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    port = server.effective_port  # type: ignore[union-attr]

    def run() -> None:
        with suppress(OSError):  # its sockets are closed under it when the test is over
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.close()
    with suppress(RuntimeError):
        thread.join(timeout=5)


@pytest.fixture
def open_desk(
    chromium: Browser, address: str, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Desk]]:
    """`open_desk("officer", size="phone", script=False)`: somebody at a screen, signed in."""
    opened: list[Page] = []

    def open_one(who: str | None, *, size: str = "desk", script: bool = True) -> Desk:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            base_url=address,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        opened.append(page)
        desk = Desk(page, script=script)
        if who is not None:
            desk.sign_in(who)
        return desk

    yield open_one
    failed = getattr(request.node, "failed", False)
    for number, page in enumerate(opened):
        if failed:
            folder = Path("test-results")
            folder.mkdir(exist_ok=True)
            page.screenshot(path=folder / f"{request.node.name}-{number}.png", full_page=True)
        page.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":  # type: ignore[attr-defined]
        item.failed = report.failed  # type: ignore[attr-defined]
    return report
