"""Where a Chromium is on this machine."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def chromium_path() -> str | None:
    """The first browser found, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)
