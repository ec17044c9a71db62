"""Who may do what: the three rings (RULES.md §1).

1. `guard` refuses everyone who is not signed in, except on views marked `public`.
2. Each view declares one permission with `requires`; this table says which roles hold it.
3. Views load through loaders scoped to the user's reach (in each feature's `queries`).
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

DEFAULT_BODY_LIMIT = 512 * 1024


class Role(StrEnum):
    """The five roles. The ministry's reach is everything, an operator's a set of points."""

    MINISTRY_ADMIN = "ministry_admin"
    MINISTRY_VIEWER = "ministry_viewer"
    MANAGER = "manager"
    OFFICER = "officer"
    OPERATOR = "operator"


MINISTRY = frozenset({Role.MINISTRY_ADMIN, Role.MINISTRY_VIEWER})
DEPARTMENT = frozenset({Role.MANAGER, Role.OFFICER})
EVERYONE = frozenset(Role)
_ADMIN = frozenset({Role.MINISTRY_ADMIN})
_MANAGER = frozenset({Role.MANAGER})

# RULES.md §1, one row a right. What depends on the record (own draft, own point, team) is asked in the verb.
PERMISSIONS: dict[str, frozenset[Role]] = {
    "home": EVERYONE,
    "search": EVERYONE,
    "account.own": EVERYONE,
    "points.read": EVERYONE,
    "points.edit": DEPARTMENT,
    "points.own": frozenset({Role.OPERATOR}),
    "points.decide": _MANAGER,
    "points.import": DEPARTMENT,
    "imports.own": _ADMIN | DEPARTMENT | {Role.OPERATOR},
    "visits.read": EVERYONE,
    "visits.work": DEPARTMENT,
    "visits.decide": _ADMIN | _MANAGER,
    "findings.read": EVERYONE,
    "findings.report": DEPARTMENT | {Role.OPERATOR},
    "findings.manage": DEPARTMENT,
    "catalogue.read": EVERYONE,
    "catalogue.edit": DEPARTMENT | _ADMIN,
    "stock.read": EVERYONE,
    "stock.write": DEPARTMENT | {Role.OPERATOR},
    "stock.reverse": DEPARTMENT,
    "stock.recall": DEPARTMENT,
    "programme.read": MINISTRY | DEPARTMENT,
    "programme.edit": DEPARTMENT,
    "programme.guide": _ADMIN | DEPARTMENT,
    "agreements.read": EVERYONE,
    "agreements.edit": DEPARTMENT,
    "gate.edit": _ADMIN | _MANAGER,
    "stock.close": _MANAGER,
    "users.edit": _ADMIN | _MANAGER,
    "api.manage": _ADMIN | _MANAGER,
    "localities.read": MINISTRY | DEPARTMENT,
    "localities.edit": _ADMIN,
    "criteria.read": MINISTRY | DEPARTMENT,
    "criteria.edit": _ADMIN | _MANAGER,
    "overview.read": MINISTRY | DEPARTMENT,
    "reports.read": MINISTRY | DEPARTMENT,
    "reports.write": DEPARTMENT,
    "reports.submit": _MANAGER,
    "reports.decide": _ADMIN,
    "reports.consolidate": MINISTRY,
    "audit.read": _ADMIN | DEPARTMENT,
    "system.backup": _ADMIN,
    "system.mail": _ADMIN,
}


def allowed(role: Role, permission: str) -> bool:
    """Does this role hold this permission? An unknown permission is a bug and raises KeyError."""
    return role in PERMISSIONS[permission]


def requires(permission: str) -> Callable[[View], View]:
    """Declare the permission a view needs."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Declare that anyone may call this view."""
    view.public = True  # type: ignore[attr-defined]
    return view


def accepts_body(limit: int) -> Callable[[View], View]:
    """Declare how many bytes a request to this view may carry (otherwise 512 kB)."""

    def mark(view: View) -> View:
        view.body_limit = limit  # type: ignore[attr-defined]
        return view

    return mark


def open_static(app: Flask) -> None:
    """Static files are for everyone: they hold nothing of anybody."""
    app.view_functions["static"].public = True  # type: ignore[union-attr]


def declared(endpoint: str | None) -> Any:
    """The view function behind an endpoint, with its marks."""
    return current_app.view_functions.get(endpoint or "")


def guard() -> ResponseReturnValue | None:
    """Before every request: body limit, signed in, may they. Default deny."""
    view = declared(request.endpoint)
    request.max_content_length = getattr(view, "body_limit", DEFAULT_BODY_LIMIT)
    # Forms with a file or many rows may hold long hidden fields: the whole body is limited above.
    request.max_form_memory_size = request.max_content_length
    if view is None or getattr(view, "public", False):
        return None
    if not current_user.is_authenticated:
        answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return answer
    permission = getattr(view, "permission", None)
    if permission is None or not allowed(current_user.role, permission):
        abort(403)
    return None
