"""The paper of an amendment, and original and amendments as one file to print. Slow: never inside the write lock."""

import re
from collections.abc import Sequence
from datetime import date

from ocop_points.assessments import labels
from ocop_points.assessments.amendments_models import Amendment
from ocop_points.assessments.documents import paper_head
from ocop_points.assessments.models import Visit
from ocop_points.core.printing import bundle_pdf, render_pdf
from ocop_points.localities.queries import letterhead_then

_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")


def amendment_pdf(visit: Visit, amendment: Amendment) -> bytes:
    """The PDF (A-2a, UA-1) by templates/print/amendment.typ. The visit as `get_visit_or_404` loads it.

    Raises PrintingError.
    """
    return render_pdf("amendment", amendment_data(visit, amendment))


def amendment_data(visit: Visit, amendment: Amendment) -> dict[str, object]:
    """The amendment as its template takes it."""
    return {
        **paper_head(visit, letterhead_then(amendment.department, amendment.made_at)),
        "date": amendment.numbered_on,
        "number": amendment.paper_number,
        "kind": str(labels.AMENDMENT[amendment.kind]),
        "of": {
            "number": visit.paper_number,
            "on": visit.numbered_on,
            "visited_on": visit.visited_on,
        },
        "point": {
            "name": visit.point.name,
            "code": visit.point.code,
            "address": visit.point.full_address,
            "operator": visit.point.operator_name,
        },
        "reason": amendment.reason,
        "paragraphs": [one for one in amendment.text.splitlines() if one.strip()],
        "signers": [
            {"office": "ĐẠI DIỆN ĐIỂM BÁN", "name": visit.representative or None},
            {"office": "ĐẠI DIỆN CƠ QUAN KIỂM TRA", "name": amendment.made_by.full_name},
        ],
        "recipients": [visit.point.name, "Lãnh đạo Sở (để b/c)", "Lưu: VT (kèm biên bản gốc)"],
    }


def printed_together(papers: Sequence[bytes], *, on: date) -> bytes:
    """The papers one behind the other, page by page as they are, to print. Raises PrintingError."""
    counted = [(paper, len(_PAGE.findall(paper))) for paper in papers]
    return bundle_pdf(counted, on=on)
