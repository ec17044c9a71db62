"""What the points package expects of its routes."""

from datetime import date

from ocop_points.core.db import db, write
from ocop_points.points import tourism_service
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import TourismKind
from ocop_points.points.tourism_service import TourismFacts
from tests import factories, people
from tests.architecture.world import Post, World

ROUTES = {
    "points.point_list": "points.read",
    "points.point_show": "points.read",
    "points.point_history": "audit.read",
    "points.point_new": "points.edit",
    "points.point_new_wards": "points.edit",
    "points.point_edit": "points.edit",
    "points.point_edit_wards": "points.edit",
    "points.point_contact": "points.own",
    "points.point_step": "points.edit",
    "points.ward_choices": "points.edit",
    "points.tourism_new": "points.edit",
    "points.tourism_edit": "points.edit",
    "points.tourism_delete": "points.edit",
}
QUERIES = {
    "points.point_list": [
        "?q=bai+chay&status=open&sort=-visit&page=2",
        "?tourism=festival",
        "?format=xlsx",
    ],
    "points.ward_choices": ["?ward_query=bai+chay"],
}


def furnish(world: World) -> None:
    shop = factories.point()
    factories.give_point(shop)
    proposed = factories.point(name="Cửa hàng OCOP Cô Tô", address="2 bến tàu", opened_on=None)
    surveyed = factories.surveyed_point()
    other = factories.point(people.ELSEWHERE)
    linked = write(
        lambda: tourism_service.add_link(shop_again(shop.id), SITE, by=people.user("officer")).id
    )
    world.params |= {"point_id": shop.id, "verb": "survey", "link_id": linked}
    world.ids |= {
        "point": shop.id,
        "proposed": proposed.id,
        "surveyed": surveyed.id,
        "elsewhere": other.id,
    }


SITE = TourismFacts(TourismKind.SITE, "Khu du lịch Bãi Cháy", "phường Bãi Cháy")


def shop_again(point_id: int) -> SalesPoint:
    return db.session.get_one(SalesPoint, point_id)


def festival(_world: World) -> dict[str, str]:
    return {
        "kind": "festival",
        "name": "Lễ hội Yên Tử",
        "first_month": "1",
        "last_month": "3",
        "version": "1",
    }


def form(world: World) -> dict[str, str]:
    """Everything that is asked for."""
    return {
        "name": "Siêu thị OCOP Hạ Long",
        "kind_code": "3",
        "ward_code": factories.ward_of().code,
        "address": "5 đường Lê Thánh Tông",
        "operator_name": "HTX Hạ Long",
        "operator_kind": "cooperative",
    }


def new(world: World) -> dict[str, str]:
    return {**form(world), "locality_id": str(people.locality().id)}


def edited(world: World) -> dict[str, str]:
    return {**form(world), "version": "1", "opened_on": "02/09/2022"}


def proposed(world: World) -> dict[str, int]:
    return {"point_id": world.ids["proposed"]}


TODAY = date(2026, 11, 23).strftime("%d/%m/%Y")
POSTS = [
    # The form offers localities in reach only: another one is no choice.
    Post("points.point_new", "officer", new, elsewhere=422),
    Post("points.point_new_wards", "officer", new, elsewhere=200, silent="a lookup", done=200),
    Post("points.point_edit", "officer", edited),
    Post("points.point_edit_wards", "officer", edited, silent="a lookup", done=200),
    Post("points.point_contact", "operator", lambda w: {"version": "1", "phone": "0912 345 678"}),
    Post("points.tourism_new", "officer", festival),
    Post("points.tourism_edit", "officer", festival),
    Post("points.tourism_delete", "officer"),
    Post("points.point_step", "officer", lambda w: {"on": TODAY}, proposed),
    Post(
        "points.point_step",
        "manager",
        lambda w: {"on": TODAY},
        lambda w: {"point_id": w.ids["surveyed"], "verb": "choose"},
        also={"officer": 403, "other_officer": 404},
    ),
]
SERVICES = {
    "index_point": "fills columns of an object, for the verbs and the bulk load",
    "load_kinds": "reference data of a new database, written down with the installation",
    "set_user_points": "written down by the verb on the user, in the same row as the role",
}
TRIGGERS = {"point_step": {"update", "delete"}}
