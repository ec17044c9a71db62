"""What the desk expects of its routes."""

from tests import people
from tests.architecture.world import Post, World

ROUTES = {
    "desk.home": "home",
    "desk.search": "search",
    "desk.search_quick": "search",
    "desk.audit_list": "audit.read",
    "desk.user_list": "users.edit",
    "desk.user_new": "users.edit",
    "desk.user_edit": "users.edit",
    "desk.user_reset_password": "users.edit",
    "desk.user_activity": "users.edit",
    "desk.user_history": "users.edit",
    "desk.backup": "system.backup",
    "desk.reminders": "system.mail",
    "desk.department_merges": "localities.edit",
    "desk.department_merge": "localities.edit",
}
QUERIES = {
    "desk.search": ["?q=mien", "?q=a", "?q=zzzz", "?q=QNI-0001"],
    "desk.search_quick": ["?q=mien"],
    "desk.audit_list": ["?kind=point&since=01/01/2026&until=31/12/2026&page=2&user=1"],
    "desk.user_list": ["?q=ha&role=officer&state=active&page=9"],
}


def furnish(world: World) -> None:
    world.params["user_id"] = people.user("second_officer").id
    world.params["merged_id"] = people.locality(people.ELSEWHERE).department_id


def facts(world: World) -> dict[str, object]:
    return {
        "full_name": "Lê Đức Mạnh Hùng",
        "unit_name": "Sở Công Thương Quảng Ninh",
        "role": "officer",
        "localities": [str(people.locality().id)],
    }


POSTS = [
    # Elsewhere the locality is no choice.
    Post(
        "desk.user_new",
        "manager",
        lambda w: {**facts(w), "username": "qni.moi"},
        elsewhere=422,
        done=200,
    ),
    Post("desk.user_edit", "manager", lambda w: {**facts(w), "version": "1"}),
    Post("desk.user_reset_password", "manager", done=200),
    Post("desk.user_activity", "manager"),
    Post("desk.department_merge", "admin", lambda w: {"basis": "Nghị quyết 1/NQ-QH"}),
    Post("desk.backup", "admin", lambda w: {"password": people.PASSWORD}, done=200),
]
SERVICES = {"check_may_edit": "only asks"}
