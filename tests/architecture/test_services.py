"""Every verb leaves an audit row, or stands in a list with the reason.

Read from the source: a verb counts when it, or a function it calls in this or another service, calls
`record`. That the row is really there is asked of every POST route by test_routes.
"""

import ast
from pathlib import Path

import pytest

from tests.architecture.expected import SERVICES

PACKAGE = Path(__file__).parents[2] / "ocop_points"
FILES = sorted(
    path
    for path in PACKAGE.glob("*/*.py")
    if "service" in path.stem.split("_") and path.parent.name != "audit"
)


def functions(path: Path) -> dict[str, set[str]]:
    """Each function of a file with the names it calls."""
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
            found[node.name] = {
                func.id if isinstance(func, ast.Name) else func.attr
                for func in calls
                if isinstance(func, ast.Name | ast.Attribute)
            }
    return found


def audited() -> set[tuple[str, str]]:
    """(package, function) of all that reach `record`."""
    every: dict[str, dict[str, set[str]]] = {}
    for path in FILES:
        every.setdefault(path.parent.name, {}).update(functions(path))
    reached: set[tuple[str, str]] = set()
    while True:
        names = {
            "record",
            "record_each",
            *(name for _package, name in reached if not name.startswith("_")),
        }
        more = {
            (package, name)
            for package, found in every.items()
            for name, calls in found.items()
            if calls & (names | {n for p, n in reached if p == package})
        }
        if more == reached:
            return reached
        reached = more


@pytest.mark.parametrize("package", sorted({path.parent.name for path in FILES}))
def test_every_verb_leaves_a_row(package: str) -> None:
    files = [path for path in FILES if path.parent.name == package]
    public = {name for path in files for name in functions(path) if not name.startswith("_")}
    silent = {name for name in public if (package, name) not in audited()}
    assert silent == set(SERVICES.get(package, {}))


def test_a_silent_function_has_a_reason() -> None:
    assert all(reason for found in SERVICES.values() for reason in found.values())
