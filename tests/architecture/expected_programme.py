"""What the programme expects of its routes."""

from tests import factories_support as support
from tests.architecture.world import Post, World

ROUTES = {
    "programme.support_list": "programme.read",
    "programme.support_totals": "programme.read",
    "programme.duty_list": "programme.read",
    "programme.point_support": "programme.read",
    "programme.support_new": "programme.edit",
    "programme.support_edit": "programme.edit",
    "programme.support_delete": "programme.edit",
    "programme.payment_new": "programme.edit",
    "programme.payment_delete": "programme.edit",
    "programme.guidance_new": "programme.guide",
    "programme.guidance_edit": "programme.guide",
    "programme.guidance_delete": "programme.guide",
}
QUERIES = {
    "programme.support_list": [
        "?q=cho&source=province&year=2026&locality=1&stage=unpaid",
        "?stage=unaccepted",
        "?format=xlsx",
        "?format=csv",
    ],
    "programme.support_totals": ["?year=2026&source=ministry", "?format=xlsx"],
    "programme.duty_list": ["?format=csv"],
}


def furnish(world: World) -> None:
    point_id = world.params["point_id"]
    # Without a duty: it would make another version of the point, which other routes edit.
    made = support.support(point_id, keep_open_until=None)
    world.params |= {
        "support_id": made,
        "payment_id": support.payment(made),
        "guidance_id": support.guidance(point_id),
    }
    world.ids["unpaid"] = support.support(
        point_id, decision_number="200/QĐ-UBND", keep_open_until=None
    )


def decision(_world: World) -> dict[str, object]:
    return {
        "source": "province",
        "programme_year": "2026",
        "purpose": "Tủ trưng bày",
        "amount": "60.000.000",
        "decision_number": "300/QĐ-UBND",
        "decided_on": "02/03/2025",
        "keep_open_until": "01/03/2027",
        "version": "1",
    }


def payment(_world: World) -> dict[str, object]:
    return {"paid_on": "20/11/2026", "amount": "1.000.000", "document_number": "UNC 77"}


def guidance(_world: World) -> dict[str, object]:
    return {
        "on_date": "10/11/2026",
        "people": "Vụ Thị trường trong nước",
        "content": "Sắp xếp lại quầy trưng bày",
        "version": "1",
    }


POSTS = [
    Post("programme.support_new", "officer", decision),
    Post("programme.support_edit", "officer", decision),
    Post(
        "programme.support_delete",
        "officer",
        params=lambda w: {"support_id": w.ids["unpaid"]},
    ),
    Post("programme.payment_new", "officer", payment),
    Post("programme.payment_delete", "officer", lambda w: {"reason": "Ghi nhầm số tiền"}),
    Post("programme.guidance_new", "officer", guidance),
    Post("programme.guidance_edit", "officer", guidance),
    Post("programme.guidance_delete", "officer"),
]
