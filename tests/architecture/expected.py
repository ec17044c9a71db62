"""All that the packages expect, gathered: add `expected_<package>.py`, its names are found here.

ROUTES: endpoint to permission. QUERIES: more addresses to GET. POSTS: one or more a POST route. SERVICES: public
functions of service.py that leave no audit row, with the reason. TRIGGERS: table to the verbs refused.
furnish(world): records the addresses need; called in the order of ORDER.
"""

import importlib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

from ocop_points.core.db import db
from tests.architecture.test_imports import ORDER
from tests.architecture.world import Post, World
from tests.store import Store

_FOLDER = Path(__file__).parent
_NAMES = {path.stem.removeprefix("expected_") for path in _FOLDER.glob("expected_*.py")}


def _place(name: str) -> int:
    """The package's place in the order; `assessments_papers` stands behind `assessments`."""
    package = name.partition("_")[0]
    return ORDER.index(package) if package in ORDER else -1


MODULES: dict[str, ModuleType] = {
    name: importlib.import_module(f"tests.architecture.expected_{name}")
    for name in sorted(_NAMES, key=lambda name: (_place(name), name))
}


def _merged(attribute: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in MODULES.values():
        found |= getattr(module, attribute, {})
    return found


ROUTES: dict[str, str] = _merged("ROUTES")
QUERIES: dict[str, list[str]] = _merged("QUERIES")
TRIGGERS: dict[str, set[str]] = _merged("TRIGGERS")
POSTS: list[Post] = [post for module in MODULES.values() for post in getattr(module, "POSTS", [])]
SERVICES: dict[str, dict[str, str]] = {
    name: getattr(module, "SERVICES", {}) for name, module in MODULES.items()
}


_made: dict[str, World] = {}


def furnished(store: Store) -> World:
    """The full fixture: made once for each worker, the database with it, and copied from then on."""
    if store.name not in _made:
        _made[store.name] = _furnish()
        _let_go()
        store.keep("furnished")
    else:
        _let_go()
        store.reset("furnished")
    return deepcopy(_made[store.name])


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()


def _furnish() -> World:
    world = World()
    for module in MODULES.values():
        furnish: Callable[[World], None] | None = getattr(module, "furnish", None)
        if furnish:
            furnish(world)
    return world
