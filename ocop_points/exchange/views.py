"""Excel in: look at a workbook of points, then register them all or none."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import accepts_body, requires
from ocop_points.core.errors import Refused
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.tables_in import first_sheet
from ocop_points.core.tables_out import download
from ocop_points.exchange import queries, service
from ocop_points.exchange.documents import marked_xlsx, template_xlsx
from ocop_points.exchange.forms import ImportForm, UploadForm
from ocop_points.exchange.labels import TITLE, sentence
from ocop_points.exchange.rules import read_sheet, same_in_register
from ocop_points.exchange.rules_shapes import DUPLICATES, MOST_ROWS, Column, Reading

bp = Blueprint("exchange", __name__)

# A workbook of 2 MB rides along as base64; a somewhat larger one is still answered with a sentence.
BODY = 4 * 1024 * 1024
FAULTS_SHOWN = 200
ROWS_SHOWN = 20


@bp.get("/points/import/template.xlsx")
@requires("points.import")
def points_template() -> ResponseReturnValue:
    return download(template_xlsx(current_user), "mau-diem-ban.xlsx")


@bp.route("/points/import", methods=["GET", "POST"])
@requires("points.import")
@accepts_body(BODY)
def points_import() -> ResponseReturnValue:
    """The dry run: what the workbook would do, or what is wrong with it. Writes nothing."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            data, name = form.content()
            reading = _read(data)
        except Refused as refused:
            form.refuse(Refused(refused.message, "workbook"))
        else:
            carrying = ImportForm(fresh=True)
            carrying.carry(data, name)
            return _answer(carrying, reading)
    return _upload_page(form)


@bp.post("/points/import/confirm")
@requires("points.import")
@accepts_body(BODY)
def points_import_confirm() -> ResponseReturnValue:
    """Register what was looked at; it is read again, since the register may have changed."""
    form = ImportForm()
    try:
        data, name = form.carried()
        reading = _read(data)
    except Refused as refused:
        upload = UploadForm(fresh=True)
        upload.refuse(Refused(refused.message, "workbook"))
        return _upload_page(upload, status=422)
    anyway = bool(form.anyway.data)

    def verb() -> Done:
        if reading.faults and not (reading.only_duplicates and anyway):
            raise Refused(_("Có dòng cần xem lại, chưa điểm nào được đăng ký."))
        made = service.import_points(reading.rows, by=me(), file_name=name, anyway=anyway)
        said = _("Đã đăng ký %(n)s điểm bán từ %(name)s.", n=len(made), name=name)
        return Done(url_for("points.point_list"), said)

    if form.validate_on_submit():
        if answer := carry_out(form, verb):
            return answer
        reading = _read(data)
    return _answer(form, reading)


@bp.post("/points/import/faults.xlsx")
@requires("points.import")
@accepts_body(BODY)
def points_import_faults() -> ResponseReturnValue:
    """The workbook as it was sent, with what is wrong marked in it. Writes nothing."""
    try:
        data, name = ImportForm().carried()
        reading = _read(data)
    except Refused as refused:
        upload = UploadForm(fresh=True)
        upload.refuse(Refused(refused.message, "workbook"))
        return _upload_page(upload, status=422)
    content = marked_xlsx(_sheet(data), reading.faults)
    return download(content, f"{name.removesuffix('.xlsx')}-loi.xlsx")


def _sheet(data: bytes) -> list[list[Any]]:
    """The cells of the first sheet. Raises Refused when it cannot be read as a workbook."""
    return first_sheet(data, most_rows=MOST_ROWS + 100, most_columns=60)


def _read(data: bytes) -> Reading:
    """What the workbook says. Raises Refused when it cannot be read as one."""
    reading = read_sheet(_sheet(data), queries.tables_for(current_user))
    known = queries.known_points(row.locality_id for row in reading.rows)
    told = {fault.row for fault in reading.faults}
    same = same_in_register(reading.rows, known)
    reading.faults += [fault for fault in same if fault.row not in told]
    reading.faults.sort(key=lambda fault: fault.row)
    return reading


def _answer(form: ImportForm, reading: Reading) -> Response:
    """The page after looking: go on, or mend the file and choose it again."""
    if reading.faults and not reading.only_duplicates:
        return _upload_page(UploadForm(fresh=True), reading, form, status=422)
    failed = bool(form.errors) or bool(reading.faults)
    page = render_template(
        "exchange/points_check.html",
        form=form,
        failed=failed,
        count=len(reading.rows),
        rows=reading.rows[:ROWS_SHOWN],
        **_faults(reading),
    )
    return make_response(page, 422 if failed else 200)


def _upload_page(
    form: UploadForm,
    reading: Reading | None = None,
    carrying: ImportForm | None = None,
    *,
    status: int | None = None,
) -> Response:
    answer = answer_form(
        "exchange/points_import.html",
        form,
        carrying=carrying,
        most_rows=MOST_ROWS,
        optional=[TITLE[column] for column in Column],
        **_faults(reading or Reading()),
    )
    answer.status_code = status or answer.status_code
    return answer


def _faults(reading: Reading) -> dict[str, object]:
    shown = reading.faults[:FAULTS_SHOWN]
    return {
        "faults": [
            (f.row, TITLE[f.column] if f.column else "", f.value, sentence(f)) for f in shown
        ],
        "fault_count": len(reading.faults),
        "duplicates": sum(fault.kind in DUPLICATES for fault in reading.faults),
        "example": reading.example,
    }
