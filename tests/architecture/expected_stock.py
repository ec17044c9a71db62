"""What the stock expects of its routes and of the database."""

from collections.abc import Mapping
from datetime import date

from ocop_points.core.db import db, write
from ocop_points.points.models import SalesPoint
from ocop_points.points.service import set_user_points
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests import factories_stocktake as stocktakes
from tests.architecture.world import Post, World

ROUTES = {
    "stock.choose_point": "stock.read",
    "stock.ledger": "stock.read",
    "stock.on_hand": "stock.read",
    "stock.voucher_list": "stock.read",
    "stock.voucher_show": "stock.read",
    "stock.voucher_print": "stock.read",
    "stock.voucher_new": "stock.write",
    "stock.voucher_new_post": "stock.write",
    "stock.voucher_new_find": "stock.write",
    "stock.voucher_new_add": "stock.write",
    "stock.voucher_new_remove": "stock.write",
    "stock.voucher_new_propose": "stock.write",
    "stock.voucher_new_products": "stock.write",
    "stock.voucher_edit": "stock.write",
    "stock.voucher_edit_post": "stock.write",
    "stock.voucher_edit_find": "stock.write",
    "stock.voucher_edit_add": "stock.write",
    "stock.voucher_edit_remove": "stock.write",
    "stock.voucher_edit_propose": "stock.write",
    "stock.voucher_edit_products": "stock.write",
    "stock.voucher_delete": "stock.write",
    "stock.voucher_reverse": "stock.reverse",
    "stock.gate_edit": "gate.edit",
    "stock.till_show": "stock.write",
    "stock.till_ring": "stock.write",
    "stock.till_undo": "stock.write",
    "stock.till_post": "stock.write",
    "stock.transfer_list": "stock.read",
    "stock.transfer_receive": "stock.write",
    "stock.transfer_return": "stock.write",
    "stock.alert_list": "stock.read",
    "stock.point_alerts": "stock.read",
    "stock.minimums_edit": "stock.write",
    "stock.recall_search": "stock.read",
    "stock.label_sheet": "stock.read",
    "stock.label_print": "stock.read",
    "stock.recall_show": "stock.read",
    "stock.recall_send": "stock.recall",
    "stock.recall_letters": "stock.recall",
    "stock.month_list": "stock.read",
    "stock.month_show": "stock.read",
    "stock.month_close": "stock.close",
    "stock.month_reopen": "stock.close",
    "stock.stocktake_list": "stock.read",
    "stock.stocktake_new": "stock.write",
    "stock.stocktake_show": "stock.read",
    "stock.stocktake_settle": "stock.write",
    "stock.stocktake_post": "stock.write",
    "stock.stocktake_cancel": "stock.write",
    "stock.stocktake_sheet": "stock.read",
    "stock.stocktake_minutes": "stock.read",
    "stock.stocktake_count": "stock.write",
    "stock.stocktake_found": "stock.write",
    "stock.stocktake_found_of": "stock.write",
}
SERVICES = {
    "refuse_closed": "asks whether a month is closed, changes nothing",
}
QUERIES = {
    "stock.alert_list": ["?kind=low&within=7&still=90&q=mien", "?format=xlsx", "?point=1"],
    "stock.point_alerts": ["?kind=still", "?format=csv"],
    "stock.recall_search": ["?q=mien", "?q=HTX"],
    "stock.label_print": ["?lot-1=3", "?lot-1=x"],
    "stock.recall_show": ["?view=vouchers", "?format=xlsx", "?view=vouchers&format=csv"],
    "stock.recall_send": ["?reason=x"],
    "stock.recall_letters": ["?point=1&reason=%3C%3E"],
    "stock.voucher_new": ["?product=1&lot=1", "?product=0&lot=x"],
    "stock.ledger": ["?from=&kind=receipt", "?format=xlsx&from="],
    "stock.on_hand": ["?q=cha+muc", "?format=xlsx"],
    "stock.voucher_list": ["?state=draft"],
    "stock.month_show": ["?format=xlsx"],
    "stock.stocktake_list": ["?format=xlsx"],
    "stock.stocktake_show": ["?show=all", "?format=xlsx"],
    "stock.stocktake_count": ["?q=mien&show=waiting"],
    "stock.stocktake_found": ["?q=mien"],
    "stock.stocktake_sheet": ["?books=1"],
    "stock.voucher_new_products": ["?add_query=cha+muc"],
}
TRIGGERS = {table: {"update", "delete"} for table in ("lot", "voucher", "voucher_line")}
TRIGGERS["movement"] = {"insert", "update", "delete"}
TRIGGERS["stocktake"] = {"update", "delete"}
TRIGGERS["stocktake_line"] = {"insert", "update", "delete"}
TRIGGERS["stocktake_count"] = {"insert", "update", "delete"}


def furnish(world: World) -> None:
    point = db.session.get_one(SalesPoint, world.params["point_id"])
    maker = factories_goods.supplier(name="HTX Miến dong Đồng Rui")
    product = factories_goods.product(producer=maker, name="Miến dong Bình Liêu 1 kg")
    receipt = goods.posted(point, goods.line(product), supplier_id=maker.id)
    draft = goods.draft(point, goods.line(product), supplier_id=maker.id)
    issue = goods.draft(point, goods.take(product, 1), kind=goods.ISSUE)
    goods.close(point, date(2026, 9, 1))
    sender = factories.point(name="Điểm OCOP Cẩm Phả", address="Chợ Cẩm Phả")
    goods.posted(sender, goods.line(product, 9), supplier_id=maker.id)
    sent = goods.sent(sender, point, goods.take(product, 4))
    world.params |= {"voucher_id": draft.id, "kind": "receipts", "place": 1, "month": "2026-10"}
    world.params["sent_id"] = sent.id
    world.params |= {"what": "lots", "goods_id": goods.lot(product).id}
    world.ids["rung"] = goods.rung(point, product, 1)
    going = stocktakes.started(sender)
    line = stocktakes.line_of(going)
    world.params["stocktake_id"] = going.id
    world.ids |= {"sender": sender.id, "counting": line.id, "seen": line.version}
    third = factories.point(name="Điểm OCOP Hạ Long 2", address="Chợ Hạ Long 2")
    goods.posted(third, goods.line(product, 9), supplier_id=maker.id)
    judged = stocktakes.started(third)
    stocktakes.count(judged, by="second_officer", CM_1=8)
    stocktakes.decide(judged, "CM-1", reason="Vỡ một hộp")
    idle = factories.point(name="Điểm OCOP Vân Đồn", address="Chợ Vân Đồn")
    world.ids |= {"judged": judged.id, "idle": idle.id}
    own = [point.id, sender.id, third.id, idle.id]  # the operator counts at each of them
    write(lambda: set_user_points(people.user("operator"), own))
    world.ids |= {
        "receipt": receipt.id,
        "issue": issue.id,
        "goods": product.id,
        "maker": maker.id,
    }


def sheet(world: World) -> Mapping[str, object]:
    """A receipt of one line, as typed."""
    return {
        "on_date": "23/11/2026",
        "supplier_id": world.ids["maker"],
        "version": "1",
        "lines-0-product_id": world.ids["goods"],
        "lines-0-unit": "hộp|1",
        "lines-0-lot_code": "MD-1126",
        "lines-0-quantity": "12",
        "lines-0-unit_price": "95.000",
    }


def of_issue(world: World) -> Mapping[str, object]:
    return {"voucher_id": world.ids["issue"], "kind": "issues"}


def lookup(endpoint: str, **changed: object) -> Post:
    """The table filled again; nothing is stored."""
    given = {"silent": "the form again, nothing is stored", "done": 200, **changed}
    return Post(f"stock.{endpoint}", "officer", sheet, **given)  # type: ignore[arg-type]


POSTS = [
    Post("stock.voucher_new", "operator", sheet),
    Post("stock.voucher_new_post", "operator", sheet),
    Post("stock.voucher_edit", "officer", sheet),
    Post("stock.voucher_edit_post", "manager", sheet),
    lookup("voucher_new_find"),
    lookup("voucher_new_add"),
    lookup("voucher_new_remove"),
    lookup("voucher_new_propose", params=of_issue),
    lookup("voucher_edit_find"),
    lookup("voucher_edit_add"),
    lookup("voucher_edit_remove"),
    lookup("voucher_edit_propose", params=of_issue),
    Post("stock.voucher_delete", "officer"),
    Post(
        "stock.transfer_receive",
        "operator",
        lambda _world: {
            "on_date": "23/11/2026",
            "lines-0-quantity": "3",
            "lines-0-reason": "Vỡ một hộp",
        },
    ),
    Post(
        "stock.transfer_return",
        "officer",
        lambda _world: {"reason": "Không đặt hàng"},
    ),
    Post(
        "stock.till_show",
        "operator",
        lambda _world: {"q": "mien dong", "quantity": "2"},
    ),
    Post(
        "stock.till_ring",
        "officer",
        lambda _world: {"q": "mien"},
        params=lambda world: {"product_id": world.ids["goods"]},
    ),
    Post(
        "stock.till_undo",
        "officer",
        lambda world: {"parts": world.ids["rung"]},
    ),
    Post("stock.till_post", "operator"),
    Post(
        "stock.recall_send",
        "officer",
        lambda world: {
            "points": [world.params["point_id"]],
            "reason": "Nhãn in sai hạn dùng",
            "sent_on": "23/11/2026",
            "how": "hand",
        },
    ),
    Post(
        "stock.minimums_edit",
        "operator",
        lambda world: {
            "lines-0-product_id": world.ids["goods"],
            "lines-0-seen": "",
            "lines-0-minimum": "50",
        },
    ),
    Post("stock.month_close", "manager"),
    Post(
        "stock.stocktake_new",
        "officer",
        lambda _world: {"note": "Cuối tháng"},
        params=lambda world: {"point_id": world.ids["idle"]},
    ),
    Post(
        "stock.stocktake_count",
        "officer",
        lambda world: {
            "rows-0-line_id": world.ids["counting"],
            "rows-0-version": world.ids["seen"],
            "rows-0-shown": "",
            "rows-0-quantity": "4",
        },
    ),
    Post(
        "stock.stocktake_settle",
        "officer",
        lambda world: {
            "rows-0-line_id": world.ids["counting"],
            "rows-0-version": world.ids["seen"],
            "rows-0-moves": "2",
            "rows-0-act": "leave",
            "rows-0-reason": "Tủ khóa",
        },
    ),
    Post(
        "stock.stocktake_found_of",
        "officer",
        lambda _world: {"lot_code": "TM-9", "quantity": "2"},
        params=lambda world: {"product_id": world.ids["goods"]},
    ),
    Post(
        "stock.stocktake_post",
        "manager",
        lambda _world: {"on_date": "23/11/2026"},
        params=lambda world: {"stocktake_id": world.ids["judged"]},
    ),
    Post(
        "stock.stocktake_cancel",
        "officer",
        lambda _world: {"reason": "Đếm nhầm kho"},
    ),
    Post(
        "stock.month_reopen",
        "manager",
        lambda _world: {"reason": "Sót một phiếu"},
        params=lambda _world: {"month": "2026-09"},
    ),
    Post(
        "stock.voucher_reverse",
        "officer",
        lambda _world: {"reason": "Ghi trùng"},
        params=lambda world: {"voucher_id": world.ids["receipt"]},
    ),
    Post(
        "stock.gate_edit",
        "manager",
        lambda _world: {"version": "0", "soon_days": "60", "ended": "block", "none": "ask"},
    ),
]
