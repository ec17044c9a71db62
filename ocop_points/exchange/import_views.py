"""Excel in: send a file, see what it would do, agree, and come back to it later."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import accepts_body, requires
from ocop_points.core.errors import Refused
from ocop_points.core.forms import BaseForm, ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import download
from ocop_points.exchange import jobs_queries as queries
from ocop_points.exchange import jobs_service as service
from ocop_points.exchange import jobs_worker as worker
from ocop_points.exchange.import_documents import marked_xlsx, template_xlsx
from ocop_points.exchange.import_forms import MOST_BYTES, AgreeForm, SendForm
from ocop_points.exchange.import_kinds import KINDS
from ocop_points.exchange.import_shapes import Kind
from ocop_points.exchange.jobs_labels import PHASE, STATE
from ocop_points.exchange.jobs_models import KEEP_FILES, ImportJob, JobState

bp = Blueprint("imports", __name__)
BODY = MOST_BYTES + 512 * 1024
FAULTS_SHOWN = 200


def hang(kind: Kind, address: str) -> None:
    """Give a kind its two pages: sending a file, and the workbook to fill in."""
    KINDS[kind.name] = kind
    guard: Callable[[Any], Any] = requires(kind.permission)
    send = guard(accepts_body(BODY)(_view(_send, kind)))
    rule = f"{address}/import"
    bp.add_url_rule(rule, f"{kind.name}_import", send, methods=["GET", "POST"])
    template = guard(_view(_template, kind))
    bp.add_url_rule(f"{rule}/template.xlsx", f"{kind.name}_template", template)


def _view(work: Callable[[Kind], ResponseReturnValue], kind: Kind) -> Any:
    """A function of its own for each kind: marks are set on it."""

    def view() -> ResponseReturnValue:
        return work(kind)

    return view


def _template(kind: Kind) -> ResponseReturnValue:
    return download(template_xlsx(kind, current_user), f"mau-{kind.name}.xlsx")


def _send(kind: Kind) -> ResponseReturnValue:
    form = SendForm()
    if form.validate_on_submit():
        try:
            cells, name = form.content(kind.most_rows)
        except Refused as refused:
            form.refuse(refused)
        else:
            if answer := carry_out(form, partial(_kept, kind, cells, name)):
                worker.wake()
                return answer
    return answer_form(
        "exchange/import_send.html",
        form,
        kind=kind,
        back=url_for(kind.endpoint),
        template=url_for(f".{kind.name}_template"),
        here=url_for(f".{kind.name}_import"),
        megabytes=MOST_BYTES // 1024**2,
        days=KEEP_FILES.days,
    )


def _kept(kind: Kind, cells: bytes, name: str) -> Done:
    job = service.send(kind, cells, name, by=me())
    return Done(url_for(".import_show", job_id=job.id))


@bp.get("/imports")
@requires("imports.own")
def import_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    return render(
        "exchange/imports.html",
        "exchange/_imports.html",
        page=queries.jobs_page(current_user, listing.page),
        listing=listing,
        kinds=KINDS,
        states=STATE,
        days=KEEP_FILES.days,
        mine=[
            (kind, url_for(f".{kind.name}_import"))
            for kind in KINDS.values()
            if current_user.may(kind.permission)
        ],
    )


@bp.get("/imports/<int:job_id>")
@requires("imports.own")
def import_show(job_id: int) -> ResponseReturnValue:
    return _job_page(queries.get_job_or_404(current_user, job_id), AgreeForm(fresh=True))


@bp.post("/imports/<int:job_id>/confirm")
@requires("imports.own")
def import_confirm(job_id: int) -> ResponseReturnValue:
    kind = _kind_of(queries.get_job_or_404(current_user, job_id))
    form = AgreeForm()

    def verb() -> Done:
        user = me()
        record = queries.get_job_or_404(user, job_id, lock=True)
        service.confirm(record, kind, by=user, anyway=bool(form.anyway.data))
        return Done(url_for(".import_show", job_id=job_id))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        worker.wake()
        return answer
    return _job_page(queries.get_job_or_404(current_user, job_id), form, status=422)


@bp.post("/imports/<int:job_id>/again")
@requires("imports.own")
def import_again(job_id: int) -> ResponseReturnValue:
    _kind_of(queries.get_job_or_404(current_user, job_id))
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        service.try_again(queries.get_job_or_404(user, job_id, lock=True), by=user)
        return Done(url_for(".import_show", job_id=job_id))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        worker.wake()
        return answer
    return _job_page(queries.get_job_or_404(current_user, job_id), form, status=422)


@bp.route("/imports/<int:job_id>/forget", methods=["GET", "POST"])
@requires("imports.own")
def import_forget(job_id: int) -> ResponseReturnValue:
    job = queries.get_job_or_404(current_user, job_id)

    def verb() -> Done:
        user = me()
        service.forget(queries.get_job_or_404(user, job_id, lock=True), by=user)
        return Done(url_for(".import_list"), _("Đã bỏ tệp."))

    return ask(
        ConfirmForm(),
        verb,
        title=_("Bỏ tệp %(name)s?", name=job.file_name),
        text=_(
            "Tệp và kết quả kiểm tra bị xóa khỏi hệ thống. Những gì đã nhập từ tệp vẫn giữ nguyên."
        ),
        verb=_("Bỏ tệp"),
        danger=True,
        nav="imports",
        back_url=url_for(".import_show", job_id=job_id),
        back_text=_("Không bỏ"),
        crumb=(job.file_name, url_for(".import_show", job_id=job_id)),
    )


@bp.get("/imports/<int:job_id>/faults.xlsx")
@requires("imports.own")
def import_faults(job_id: int) -> ResponseReturnValue:
    """The workbook as it was sent, with what is wrong marked in it."""
    job = queries.get_job_or_404(current_user, job_id)
    cells, faults = queries.cells_of(job_id), queries.faults_of(job_id)
    if cells is None or not faults:
        abort(404)
    name = job.file_name.removesuffix(".xlsx")
    return download(marked_xlsx(_kind_of(job), cells, faults), f"{name}-loi.xlsx")


def _kind_of(job: ImportJob) -> Kind:
    """The kind of a job; 403 for those who may not take that kind in any more."""
    kind = KINDS[job.kind]
    return kind if current_user.may(kind.permission) else abort(403)


def _job_page(job: ImportJob, form: BaseForm, *, status: int = 200) -> Response:
    """The job as it stands now; a part of it while it is under way, asked for again and again."""
    kind = KINDS[job.kind]
    # Of a file under way, or taken in although rows may be double, there is nothing left to mend.
    to_mend = job.state in {JobState.FAULTY, JobState.READY} and job.fault_count
    faults = queries.faults_of(job.id) if to_mend else []
    return render(
        "exchange/import_job.html",
        "exchange/_import_job.html",
        status=status,
        job=job,
        kind=kind,
        form=form,
        again=ConfirmForm(fresh=True),
        failed=status == 422,
        state=STATE[job.state],
        phase=PHASE.get(job.state),
        faults=faults[:FAULTS_SHOWN],
        fault_count=job.fault_count,
        sample=queries.sample_of(job.id) if job.state is JobState.READY else [],
        back=url_for(kind.endpoint),
        send=url_for(f".{kind.name}_import"),
    )
