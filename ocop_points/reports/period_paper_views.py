"""Papers of period reports: PDF to sign, Word to edit."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.tables_out import download
from ocop_points.evidence.serving import send_paper
from ocop_points.reports import period_documents as documents
from ocop_points.reports import period_queries as queries
from ocop_points.reports.period_rules import SENT
from ocop_points.reports.period_views import bp

__all__ = ["bp"]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/reports/<int:locality_id>/<period>/report.pdf")
@requires("reports.read")
def report_pdf(locality_id: int, period: str) -> ResponseReturnValue:
    data, name = _paper(locality_id, period)
    return send_paper("period_report", data, name=f"{name}.pdf")


@bp.get("/reports/<int:locality_id>/<period>/report.docx")
@requires("reports.read")
def report_word(locality_id: int, period: str) -> ResponseReturnValue:
    from ocop_points.reports.period_word import report_docx  # 20 MB that most servers never need

    data, name = _paper(locality_id, period)
    return download(report_docx(data), f"{name}.docx", DOCX)


def _paper(locality_id: int, period: str) -> tuple[dict[str, object], str]:
    """The paper as this reader may see it, and the name of its file."""
    today = clock.today()
    locality, report = queries.get_report_or_404(current_user, locality_id, period, today=today)
    contents, _sent = queries.contents_for(current_user, locality, report, today)
    name = _("Báo cáo %(period)s %(name)s", period=report.period, name=locality.name)
    return documents.report_paper(contents, draft=report.state not in SENT), name
