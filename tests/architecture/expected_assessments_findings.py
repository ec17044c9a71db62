"""What the findings of visits expect of their routes."""

from typing import Any

from ocop_points.assessments import amendments_service
from ocop_points.assessments.amendments_queries import amendments_of
from ocop_points.assessments.findings_queries import files_of
from ocop_points.assessments.kinds import AmendmentKind
from ocop_points.core import clock
from ocop_points.core.db import write
from ocop_points.points.queries import own_points
from ocop_points.points.service import set_user_points
from tests import factories, people
from tests import factories_findings as findings
from tests import factories_papers as papers
from tests import factories_visits as visits
from tests.architecture.world import Post, World

ROUTES = {
    "findings.finding_list": "findings.read",
    "findings.finding_show": "findings.read",
    "findings.late_letters": "findings.manage",
    "findings.finding_assign": "findings.manage",
    "findings.finding_report": "findings.report",
    "findings.finding_verify": "findings.manage",
    "findings.finding_reopen": "findings.manage",
    "findings.finding_file": "findings.read",
    "findings.finding_file_small": "findings.read",
    "findings.remedies": "visits.work",
    "amendments.amendment_new": "visits.decide",
    "amendments.amendment_keep": "visits.decide",
    "amendments.amendment_paper": "visits.read",
    "amendments.papers": "visits.read",
}
QUERIES = {
    "findings.finding_list": [
        "?q=bai+chay&state=overdue&severity=minor&repeated=yes&from=1/1/2026&to=31/12/2026&sort=-times",
        "?format=xlsx&state=all",
        "?state=unassigned&sort=point",
        "?state=closed&sort=-opened",
    ]
}


def furnish(world: World) -> None:
    """Findings of the operator's other point: one open, one reported by an officer; and a visit."""
    point = factories.point(name="Cửa hàng OCOP Vân Đồn", address="7 cảng Cái Rồng")
    own = [one.id for one in own_points(people.user("operator"))]
    write(lambda: set_user_points(people.user("operator"), [*own, point.id]))
    unmet = {"III.3": findings.DUST, "III.4": findings.DUST, "III.6": findings.DUST}
    made = findings.approved(unmet, point=point, number=301)
    world.ids["open_finding"], world.ids["reported_finding"] = made[:2]
    findings.report(made[1], by="second_officer")
    begun = visits.visit(point)
    visits.answer_all(begun, {"III.3": findings.DUST})
    world.ids["with_unmet"] = begun
    paper = {"number": 900, "numbered_on": clock.today(), "text": "Thêm một ý", "reason": "Sót"}
    kind = AmendmentKind.SUPPLEMENT
    visits.act(world.ids["approved"], amendments_service.amend, by="manager", kind=kind, **paper)
    world.params |= {
        "amendment_id": amendments_of(world.ids["approved"])[0].id,
        "finding_id": made[0],
        "file_id": next(iter(files_of(made[1]).values()))[0].id,
    }


def reported(world: World) -> dict[str, Any]:
    return {"finding_id": world.ids["reported_finding"]}


def with_unmet(world: World) -> dict[str, Any]:
    return {"visit_id": world.ids["with_unmet"]}


def action(world: World) -> dict[str, Any]:
    version = str(findings.record(world.params["finding_id"]).version)
    asked = {"text": "Dọn kệ số 3", "due_on": "15/12/2026", "reason": "Điểm xin thêm ngày"}
    return {**asked, "version": version}


def remedies(world: World) -> dict[str, Any]:
    visit_id = world.ids["with_unmet"]
    line_id = papers.line_of(visit_id, "III.3").id
    return {
        "version": str(visits.record(visit_id).version),
        f"text_{line_id}": "Lau kệ",
        f"due_on_{line_id}": "15/12/2026",
    }


def approved(world: World) -> dict[str, Any]:
    return {"visit_id": world.ids["approved"]}


def amendment(_world: World) -> dict[str, Any]:
    known = {"number": "901", "numbered_on": "23/11/2026", "reason": "Ghi nhầm tên"}
    return {"kind": "correction", "text": "Đại diện là bà Đặng Thị Nga.", **known}


def report(_world: World) -> dict[str, Any]:
    return {"note": "Đã lau", "evidence": papers.upload(papers.shot(44))}


POSTS = [
    Post("findings.finding_assign", "officer", action),
    Post("findings.finding_report", "officer", report),
    Post("findings.finding_verify", "officer", params=reported),
    Post("findings.finding_reopen", "officer", lambda w: {"reason": "Kệ vẫn bụi"}, reported),
    Post("amendments.amendment_new", "manager", amendment, approved, also={"admin": 403}),
    Post("amendments.amendment_keep", "manager"),
    Post("findings.remedies", "officer", remedies, with_unmet, also={"manager": 403}),
]
TRIGGERS = {
    "finding": {"update", "delete"},
    "corrective_action": {"insert", "update", "delete"},
    "finding_event": {"update", "delete"},
    "finding_file": {"update", "delete"},
    "line_remark": {"update", "delete"},
    "amendment": {"insert", "update", "delete"},
    "amendment_file": {"update", "delete"},
}
