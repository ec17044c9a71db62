"""What the localities package expects of its routes."""

from tests import people
from tests.architecture.world import Post, World

ROUTES = {
    "localities.locality_list": "localities.read",
    "localities.locality_edit": "localities.edit",
    "localities.department_list": "localities.read",
    "localities.department_edit": "localities.edit",
}


def furnish(world: World) -> None:
    here = people.locality()
    world.params |= {"locality_id": here.id, "department_id": here.department_id}


POSTS = [
    Post(
        "localities.locality_edit",
        "admin",
        lambda w: {"version": "1", "department_id": w.params["department_id"]},
    ),
    Post(
        "localities.department_edit",
        "admin",
        lambda w: {
            "version": "1",
            "name": "Sở Công Thương Quảng Ninh",
            "superior_body": "UBND TỈNH QUẢNG NINH",
            "issuing_body": "SỞ CÔNG THƯƠNG",
            "place": "Quảng Ninh",
            "symbol": "SCT",
        },
    ),
]
TRIGGERS = {"department_merge": {"update", "delete"}}
SERVICES = {
    "demonstration_codes": "only reads the delivered files",
    "set_reach": "written down by the verb on the user, in the same row as the role",
}
