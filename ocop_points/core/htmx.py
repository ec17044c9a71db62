"""Page or part: the same URL, view and context give a whole page or the region that htmx asked for."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request

_VARY = "HX-Request, HX-Request-Type, HX-History-Restore-Request"


def wants_part() -> bool:
    """htmx asks for a part; a history restore and plain navigation ask for the page."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Request-Type") == "partial"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def is_htmx() -> bool:
    """Was this request sent by htmx at all?"""
    return request.headers.get("HX-Request") == "true"


def render(page: str, part: str, /, *, status: int = 200, **context: Any) -> Response:
    """Render `part` for htmx, `page` otherwise, with the same context."""
    answer = make_response(render_template(part if wants_part() else page, **context), status)
    answer.headers.add("Vary", _VARY)
    return answer


def retarget(answer: Response, selector: str) -> Response:
    """Put an answer somewhere else than the request asked for; the address stays as it is."""
    answer.headers["HX-Retarget"] = selector
    answer.headers["HX-Reswap"] = "innerHTML"
    answer.headers["HX-Push-Url"] = "false"
    return answer


def go_to(location: str) -> Response:
    """Lead to another page. htmx follows a redirect into the part it asked for, so it is told apart."""
    if not is_htmx():
        return make_response(redirect(location, 303))
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = location
    return answer
