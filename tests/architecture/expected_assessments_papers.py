"""What the photos and papers of visits expect of their routes."""

from typing import Any

from ocop_points.assessments.minutes_queries import scans_of
from tests import factories_papers as papers
from tests.architecture.world import PUBLIC, Post, World
from tests.evidence import files

ROUTES = {
    "previews.preview": "criteria.read",
    "photos.line_photos": "visits.read",
    "photos.line_photos_add": "visits.work",
    "photos.photo": "visits.read",
    "photos.photo_small": "visits.read",
    "photos.photo_edit": "visits.work",
    "photos.photo_turn": "visits.work",
    "photos.photo_delete": "visits.work",
    "field.worker": PUBLIC,
    "field.session": "account.own",
    "sheets.blank": "criteria.read",
    "sheets.of_visit": "visits.read",
    "minutes.minutes": "visits.read",
    "minutes.minutes_word_file": "visits.work",
    "minutes.minutes_keep": "visits.decide",
    "minutes.scan_attach": "visits.work",
    "minutes.scan": "visits.read",
    "minutes.scan_small": "visits.read",
    "minutes.scan_delete": "visits.work",
    "minutes.check": PUBLIC,
}


def furnish(world: World) -> None:
    visit_id, code = world.params["visit_id"], "I.1"
    papers.photograph(visit_id, code, papers.shot(1))
    papers.attach(visit_id, papers.upload(files.PDF, "ky.pdf"), papers.upload(papers.shot(2)))
    world.params |= {
        "photo_id": papers.photos(visit_id)[0].id,
        "side": "right",
        "scan_id": scans_of(visit_id)[0].id,
        "token": papers.visit_of(world.ids["approved"]).token,
    }


def photos(_world: World) -> dict[str, Any]:
    return {"photos": papers.upload(papers.shot(9))}


def photo(world: World) -> dict[str, Any]:
    held = papers.photos(world.params["visit_id"])[0]
    return {"version": held.version, "caption": "Biển hiệu mặt tiền"}


def scan(_world: World) -> dict[str, Any]:
    return {"scan": papers.upload(papers.shot(8))}


def approved(world: World) -> dict[str, Any]:
    return {"visit_id": world.ids["approved"]}


NOT_IN_TEAM = {"manager": 403}
POSTS = [
    Post("photos.line_photos_add", "officer", photos, also=NOT_IN_TEAM),
    Post("photos.photo_edit", "officer", photo, also=NOT_IN_TEAM),
    Post("photos.photo_turn", "officer", photo, also=NOT_IN_TEAM),
    Post("photos.photo_delete", "officer", also=NOT_IN_TEAM),
    Post("minutes.minutes_keep", "manager", params=approved),
    Post("minutes.scan_attach", "officer", scan),
    Post("minutes.scan_delete", "officer"),
]
TRIGGERS = {
    "answer_photo": {"insert", "update", "delete"},
    "minutes_file": {"update", "delete"},
}
