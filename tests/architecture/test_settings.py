"""Every setting and every command is written down where the one IT person looks."""

import ast
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "docs" / "operating.md"]
_READERS = {"_whole_number", "_flag", "_list", "get", "getenv"}


def settings() -> set[str]:
    """The names that the configuration and the start read from the environment."""
    found = set()
    for name in ("ocop_points/config.py", "wsgi.py"):
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            func, first = node.func, node.args[0]
            called = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
            if called in _READERS and isinstance(first, ast.Constant):
                found.add(str(first.value))
    return {name for name in found if name.isupper()}


def written() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def test_the_settings_are_found() -> None:
    assert {"DATABASE_URL", "SECRET_KEY", "PORT", "TRUSTED_HOSTS", "PUBLIC_URL"} <= settings()


@pytest.mark.parametrize("name", sorted(settings()))
def test_a_setting_is_written_down(name: str) -> None:
    assert f"`{name}`" in written() or f"{name}=" in written()


def test_every_command_is_written_down(app: Flask) -> None:
    ours = {name for name, command in app.cli.commands.items() if name != "db"}
    assert {"init", "verify", "seed-demo", "reset-password"} <= ours
    assert {name for name in ours if name not in written()} == set()
