"""The administrator's backup: made into a file without a name, sent, and gone when it has been sent."""

import os
import tempfile
from typing import Any

from flask import Response, current_app, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ocop_points.accounts import queries as accounts
from ocop_points.accounts import service as sign_in
from ocop_points.accounts.passwords import verify_password
from ocop_points.accounts.queries import me
from ocop_points.backup import BackupError, backup_into
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_number
from ocop_points.core.forms import answer_form
from ocop_points.core.web import note_refusal
from ocop_points.desk import queries, service
from ocop_points.desk.forms import BackupForm
from ocop_points.desk.user_views import bp

__all__ = ["bp"]


@bp.route("/admin/backup", methods=["GET", "POST"])
@requires("system.backup")
def backup() -> ResponseReturnValue:
    form = BackupForm()
    if form.validate_on_submit() and (answer := _backup(form)):
        return answer
    count, size = queries.stored_files()
    return answer_form(
        "desk/backup.html",
        form,
        files=count,
        megabytes=vi_number(round(size / 1e6)),
        last=queries.last_backup(),
        postgresql=db.engine.dialect.name == "postgresql",
    )


def _backup(form: BackupForm) -> Response | None:
    """The zip, or None when the form now says why not."""
    try:
        _check_password(form.password.data or "")
        return _sent()
    except Refused as refused:
        form.refuse(refused)
    except BackupError as error:
        current_app.logger.error("backup: %s", error)
        form.refuse(Refused(str(error)))
    return None


def _check_password(typed: str) -> None:
    """Whoever found a signed-in browser does not get everything. Counted and limited like a sign-in."""
    user, address = me(), request.remote_addr or ""
    name, stored = user.username, user.password_hash
    if accounts.throttled(name, address, clock.now()):
        note_refusal(429, "too many wrong passwords for a backup")
        raise Refused(_("Sai quá nhiều lần. Đợi 15 phút rồi thử lại."), "password")
    if not verify_password(stored, typed):
        write(lambda: sign_in.note_failed_sign_in(name, address))
        note_refusal(422, "wrong password for a backup")
        raise Refused(_("Mật khẩu không đúng"), "password")


def _sent() -> Response:
    """No name on any disk: whatever becomes of the request, nothing stays behind."""
    db.session.rollback()  # the copying takes long, and needs no view of the database held open
    content: Any = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the server when it has been sent
    try:
        app: Any = current_app
        manifest = backup_into(app._get_current_object(), content)
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        write(lambda: service.note_backup(manifest["files"], size, by=me()))
    except BaseException:
        content.close()
        raise
    name = f"ocop-{clock.local(clock.now()):%Y-%m-%d-%H%M}.zip"
    answer = send_file(content, "application/zip", as_attachment=True, download_name=name)
    answer.content_length = size
    answer.headers["Cache-Control"] = "no-store"  # the browser keeps the file, and no other copy
    return answer
