"""An edition as a file, out and in, and two editions beside each other."""

import base64
import binascii
from typing import Any

from flask import Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.errors import Refused
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.criteria import labels, queries, service_drafts
from ocop_points.criteria.compare import compare
from ocop_points.criteria.draft_forms import FileForm, ReplaceForm
from ocop_points.criteria.draft_lines_views import bp
from ocop_points.criteria.edition_file import EditionFileError, edition_yaml, read_edition
from ocop_points.criteria.edition_views import choose_place
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import EditionSpec, EditionStatus
from ocop_points.criteria.yaml_entries import MAX_BYTES

__all__ = ["bp"]


@bp.get("/criteria/<int:edition_id>/edition.yaml")
@requires("criteria.read")
def edition_file(edition_id: int) -> ResponseReturnValue:
    """The edition as the file that `edition_import` and the command `load-criteria` read."""
    edition = queries.get_edition_or_404(current_user, edition_id)
    answer: Response = current_app.response_class(
        edition_yaml(edition.spec()), mimetype="application/yaml"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{edition.code}.yaml"'
    return answer


@bp.get("/criteria/<int:edition_id>/compare")
@requires("criteria.read")
def edition_compare(edition_id: int) -> ResponseReturnValue:
    edition = queries.get_edition_or_404(current_user, edition_id)
    others = [one for one in queries.editions_list(current_user) if one.id != edition_id]
    try:
        wanted = parse_id(request.args.get("with", ""))
    except ValueError:
        wanted = 0
    chosen = next((one for one in others if one.id == wanted), None)
    before = queries.get_edition_or_404(current_user, chosen.id) if chosen else None
    return render_template(
        "criteria/compare.html",
        edition=edition,
        others=[(one.id, _named(one)) for one in others],
        before=before,
        **(_compared(before.spec(), edition.spec()) if before else {}),
    )


def _named(edition: Edition) -> str:
    state = labels.STATUS[edition.status][1]
    name = f"{edition.legal_number}: {edition.title}" if edition.legal_number else edition.title
    return f"{name} ({str(state).lower()})"


def _compared(before: EditionSpec, after: EditionSpec) -> dict[str, Any]:
    return {
        "found": compare(before, after),
        "heads": labels.head_changes(before, after),
        "labels": labels,
    }


# --- in -------------------------------------------------------------------------------------------


@bp.route("/criteria/import", methods=["GET", "POST"])
@requires("criteria.edit")
def edition_import() -> ResponseReturnValue:
    """A file becomes a new draft; one of a draft that is there is shown beside it first."""
    form = FileForm()
    choose_place(form)
    if form.validate_on_submit():
        try:
            content = form.content()
            spec = read_edition(content)
        except EditionFileError as error:
            return _upload(form, error)
        except Refused as refused:
            form.refuse(refused)
        else:
            answer = _into_draft(spec, content) or _new_draft(form, spec)
            if answer is not None:
                return answer
    return _upload(form)


def _upload(form: FileForm, error: EditionFileError | None = None) -> Response:
    answer = answer_form(
        "criteria/import.html",
        form,
        faults=error.faults if error else (),
        kilobytes=MAX_BYTES // 1024,
    )
    if error:
        answer.status_code = 422
    return answer


def _into_draft(spec: EditionSpec, content: str) -> Response | None:
    """The page that shows what the file would change in the draft of its code; None where there is none."""
    known = queries.edition_by_code(spec.code)
    if known is None or known.status is not EditionStatus.DRAFT:
        return None
    if not queries.may_change(current_user, known):
        return None
    draft = queries.get_edition_or_404(current_user, known.id)
    if draft.spec() == spec:
        return None
    form = ReplaceForm(obj=draft, fresh=True)
    form.content.data = base64.b64encode(content.encode()).decode("ascii")
    return _replacing(form, draft, spec)


def _new_draft(form: FileForm, spec: EditionSpec) -> Response | None:
    def verb() -> Done:
        user = me()
        _refuse_known(spec)
        edition = service_drafts.draft_edition(spec, by=user, locality_id=form.locality_id.data)
        said = _("Đã nhập tệp thành bản nháp: %(n)s tiêu chí.", n=len(spec.lines))
        return Done(url_for(".edition_edit", edition_id=edition.id), said)

    return carry_out(form, verb)


def _refuse_known(spec: EditionSpec) -> None:
    """Raises Refused for a code that an edition has, in the words of who may see which."""
    known = queries.edition_by_code(spec.code)
    if known is None:
        return
    if queries.may_read(current_user, known):
        if queries.fresh_edition(known.id).spec() == spec:
            said = _(
                "Tệp giống hệt bộ “%(title)s” đang có: không có gì để thay.", title=known.title
            )
            raise Refused(said, "edition_file")
        said = _(
            "Mã %(code)s là của bộ “%(title)s” đã ban hành. Đổi mã (code) trong tệp.",
            code=spec.code,
            title=known.title,
        )
        raise Refused(said, "edition_file")
    said = _("Mã %(code)s đã dùng cho một bộ khác. Đổi mã (code) trong tệp.", code=spec.code)
    raise Refused(said, "edition_file")


def _replacing(form: ReplaceForm, draft: Edition, spec: EditionSpec) -> Response:
    page = render_template(
        "criteria/replace.html",
        form=form,
        failed=bool(form.errors),
        edition=draft,
        **_compared(draft.spec(), spec),
    )
    return make_response(page, 422 if form.errors else 200)


@bp.post("/criteria/<int:edition_id>/replace")
@requires("criteria.edit")
def edition_replace(edition_id: int) -> ResponseReturnValue:
    """Put what the file says in the place of all that the draft says."""
    queries.get_edition_to_change(current_user, edition_id, lock=False)
    form = ReplaceForm(obj=queries.get_edition_or_404(current_user, edition_id))
    try:
        spec = read_edition(_carried(form))
    except (EditionFileError, Refused):
        upload = FileForm(fresh=True)
        choose_place(upload)
        upload.refuse(Refused(_("Tệp không còn trong trang. Chọn lại tệp"), "edition_file"))
        page = _upload(upload)
        page.status_code = 422
        return page

    def verb() -> Done:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        if form.version.data != str(draft.version):
            raise Refused(_("Người khác vừa sửa bản nháp này. Chọn lại tệp để xem khác biệt mới."))
        service_drafts.replace_draft(draft, spec, by=user)
        url = url_for(".edition_edit", edition_id=edition_id)
        return Done(url, _("Đã thay nội dung bản nháp bằng tệp."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _replacing(form, queries.get_edition_or_404(current_user, edition_id), spec)


def _carried(form: ReplaceForm) -> str:
    try:
        return base64.b64decode(form.content.data or "", validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise Refused("") from None
