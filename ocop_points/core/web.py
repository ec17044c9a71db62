"""What every answer carries: security headers, error pages in plain words."""

import secrets

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map

from ocop_points.core import htmx, once, wire
from ocop_points.core.access import public
from ocop_points.core.db import cannot_now, db
from ocop_points.core.formats import MOST_ID

_NOTED = {401, 403, 413, 429}
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def start_request() -> None:
    """Name the request: the audit rows and the error page carry the name."""
    g.request_id = secrets.token_hex(6)


def finish_response(answer: Response) -> Response:
    """Security headers; pages of a signed-in user are never stored, fingerprinted files always."""
    headers = answer.headers
    field_page = getattr(g, "pictures_from_device", False)
    headers.setdefault(
        "Content-Security-Policy",
        _CSP.replace("img-src 'self' data:", "img-src 'self' data: blob:") if field_page else _CSP,
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
    if request.is_secure:
        policy = f"max-age={wire.YEAR}; includeSubDomains"
        headers.setdefault("Strict-Transport-Security", policy)
    if request.endpoint == "static":
        kept = f"public, max-age={wire.YEAR}, immutable" if request.args.get("v") else "no-cache"
        headers["Cache-Control"] = kept
    else:
        headers.setdefault("Cache-Control", "no-store")
    return answer


def explain(code: int) -> tuple[str, str, str]:
    """Title, what happened, what to do: one entry a status code."""
    entries = {
        401: (
            _("Chưa được phép đọc"),
            _("Thiếu khóa API, khóa sai hoặc đã bị thu hồi."),
            _("Gửi khóa trong dòng Authorization: Bearer."),
        ),
        400: (
            _("Yêu cầu không đọc được"),
            _("Trình duyệt gửi lên nội dung không hợp lệ hoặc trang đã mở quá lâu."),
            _("Quay lại trang trước, tải lại trang rồi làm lần nữa."),
        ),
        403: (
            _("Không có quyền làm việc này"),
            _("Tài khoản của bạn không được giao việc này."),
            _("Cần làm việc này thì nhờ người quản lý của đơn vị."),
        ),
        404: (
            _("Không tìm thấy trang"),
            _("Địa chỉ không đúng, hoặc nội dung nằm ngoài phạm vi được giao cho bạn."),
            _("Kiểm tra lại địa chỉ, hoặc tìm từ trang chủ."),
        ),
        405: (
            _("Không mở được theo cách này"),
            _("Địa chỉ này chỉ nhận biểu mẫu gửi lên."),
            _("Quay lại trang trước rồi bấm nút trong trang."),
        ),
        413: (
            _("Tệp hoặc nội dung quá lớn"),
            _("Nội dung gửi lên vượt giới hạn nên chưa được nhận."),
            _("Chọn tệp nhỏ hơn, hoặc chia làm nhiều lần gửi."),
        ),
        422: (
            _("Nội dung chưa hợp lệ"),
            _("Có chỗ chưa đúng trong nội dung gửi lên."),
            _("Quay lại, sửa chỗ được đánh dấu rồi gửi lần nữa."),
        ),
        429: (
            _("Thử quá nhiều lần"),
            _("Có quá nhiều yêu cầu trong thời gian ngắn từ địa chỉ này."),
            _("Đợi một phút rồi thử lại."),
        ),
        503: (
            _("Hệ thống đang bận hoặc chưa ghi được"),
            _("Việc bạn vừa làm chưa được lưu. Dữ liệu đã lưu trước đó không mất."),
            _("Đợi một phút rồi làm lại. Nếu vẫn vậy, báo người quản trị máy chủ."),
        ),
    }
    broken = (
        _("Hệ thống gặp lỗi"),
        _("Lỗi ở phía hệ thống, không phải do bạn. Việc bạn vừa làm chưa được lưu."),
        _("Thử lại. Nếu vẫn lỗi, báo người quản trị kèm mã dưới đây."),
    )
    return entries.get(code, broken if code >= 500 else entries[400])


def error_answer(code: int, *, resend: list[tuple[str, str]] | None = None) -> Response:
    """A whole page, or the small part when htmx asked: never a page inside a table.

    `resend`: the fields of the form that was sent, which the page then offers to send again.
    """
    g.plain_page = True  # the database may be what failed: nothing is read for this page
    title, happened, todo = explain(code)
    if request.path.startswith("/api/"):  # a program asked: RFC 9457
        problem = {"type": "about:blank", "title": title, "status": code, "detail": happened}
        return make_response(problem, code, {"Content-Type": "application/problem+json"})
    context = {
        "code": code,
        "title": title,
        "text": happened,
        "todo": todo,
        "back_url": "/",
        "back_text": _("Về trang chủ"),
        "request_id": getattr(g, "request_id", ""),
        "resend": resend,
    }
    if htmx.is_htmx():
        answer = make_response(render_template("shared/_error.html", **context), code)
        return htmx.retarget(answer, "#messages")
    return make_response(render_template("errors/page.html", **context), code)


def note_refusal(code: int, reason: str = "") -> None:
    """One line in the server's log for what the security of others may need to know: no words of the user."""
    who = current_user.get_id() if current_user else None
    # An address that is itself a secret is named by its rule.
    secret = any("token" in name for name in request.view_args or ())
    path = str(request.url_rule) if secret else request.path
    current_app.logger.warning(
        "refused %s %s %r user=%s from=%s request=%s%s",
        code,
        request.method,
        path[:200],
        who or "-",
        request.remote_addr,
        getattr(g, "request_id", "-"),
        f" {reason}" if reason else "",
    )


def _on_http_error(error: HTTPException) -> Response:
    if error.response is not None and error.code is None:
        return make_response(error.response)
    if isinstance(
        error, SecurityError
    ):  # a host that is not ours: no address can be made, so no page
        return Response(_("Tên máy chủ này không được nhận."), 400, mimetype="text/plain")
    code = error.code or 500
    if code in _NOTED:
        note_refusal(code)
    if code < 400:
        return make_response(error.get_response())
    answer = error_answer(code)
    for name, value in error.get_headers():
        if name in {"Retry-After", "Allow", "WWW-Authenticate"}:
            answer.headers[name] = value
    return answer


def _on_forged_form(_error: CSRFError) -> Response:
    note_refusal(400, "without the token of its page")
    return error_answer(400)


def _not_now(error: Exception) -> Response:
    """Locked too long, disk full, read-only: nothing was written, so say that and ask to try again."""
    db.session.rollback()
    current_app.logger.error("request %s: %s", getattr(g, "request_id", "?"), error)
    answer = error_answer(503, resend=_sent())
    answer.headers["Retry-After"] = "60"
    return answer


def _sent() -> list[tuple[str, str]] | None:
    """What the form held, for a button that sends it again: the one-time key makes that safe.

    None when it held more than text: a page cannot carry a file or, unseen, a password.
    """
    if request.method != "POST":
        return None
    try:
        fields = list(request.form.items(multi=True))
        files = any(sent.filename for sent in request.files.values())
    except OSError:  # the disk is so full that not even the request could be laid down
        return None
    return None if files or once.SECRETS & {name for name, _value in fields} else fields


def _on_crash(error: Exception) -> Response:
    if cannot_now(error):
        return _not_now(error)
    db.session.rollback()
    current_app.logger.exception("request %s failed", getattr(g, "request_id", "?"), exc_info=error)
    return error_answer(500)


def _on_database_error(error: Exception) -> Response:
    """For the tests too, which want every other crash as it is."""
    if cannot_now(error):
        return _not_now(error)
    raise error


@public
def health() -> Response:
    """For whoever watches the server: 200 when the database answers, else 503."""
    try:
        # A table: SQLite answers `SELECT 1` without looking at its file.
        db.session.execute(text("SELECT count(*) FROM alembic_version"))
    except DBAPIError:
        db.session.rollback()
        return make_response({"status": "database unavailable"}, 503)
    return make_response({"status": "ok"}, 200)


class RowNumber(IntegerConverter):
    """The number of a record in an address: what no database takes as one is no address of ours."""

    regex = r"[0-9]{1,10}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=MOST_ID)


def install(app: Flask) -> None:
    """Hang the above on the application."""
    app.url_map.converters["int"] = RowNumber
    wire.install(app)  # first, so that it comes last after a request
    app.before_request(start_request)
    app.after_request(finish_response)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(CSRFError, _on_forged_form)
    crash = _on_database_error if app.config.get("PROPAGATE_CRASHES") else _on_crash
    app.register_error_handler(Exception, crash)
    app.add_url_rule("/healthz", "health", health)
