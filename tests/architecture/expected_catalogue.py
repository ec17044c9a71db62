"""What the catalogue expects of its routes."""

from datetime import date

from tests import factories_goods, factories_papers, people
from tests.architecture.world import Post, World

ROUTES = {
    "catalogue.supplier_list": "catalogue.read",
    "catalogue.supplier_show": "catalogue.read",
    "catalogue.supplier_new": "catalogue.edit",
    "catalogue.supplier_new_wards": "catalogue.edit",
    "catalogue.supplier_edit": "catalogue.edit",
    "catalogue.supplier_edit_wards": "catalogue.edit",
    "catalogue.supplier_duplicates": "catalogue.edit",
    "catalogue.supplier_twins": "catalogue.edit",
    "catalogue.supplier_compare": "catalogue.edit",
    "catalogue.supplier_merge": "catalogue.edit",
    "catalogue.supplier_apart": "catalogue.edit",
    "catalogue.supplier_apart_undo": "catalogue.edit",
    "catalogue.contact_new": "catalogue.edit",
    "catalogue.contact_edit": "catalogue.edit",
    "catalogue.contact_delete": "catalogue.edit",
    "catalogue.supplier_choices": "catalogue.read",
    "catalogue.ward_choices": "catalogue.edit",
    "catalogue.product_list": "catalogue.read",
    "catalogue.product_show": "catalogue.read",
    "catalogue.product_picture": "catalogue.read",
    "catalogue.product_picture_small": "catalogue.read",
    "catalogue.product_picture_new": "catalogue.edit",
    "catalogue.product_picture_delete": "catalogue.edit",
    "catalogue.product_new": "catalogue.edit",
    "catalogue.product_new_producers": "catalogue.edit",
    "catalogue.product_edit": "catalogue.edit",
    "catalogue.product_edit_producers": "catalogue.edit",
    "catalogue.certificate_new": "catalogue.edit",
    "catalogue.certificate_withdraw": "catalogue.edit",
    "catalogue.certificate_list": "catalogue.read",
    "catalogue.certificate_calendar": "catalogue.read",
    "catalogue.certificate_edit": "catalogue.edit",
    "catalogue.certificate_delete": "catalogue.edit",
    "catalogue.certificate_scan": "catalogue.edit",
    "catalogue.basis_scan": "catalogue.edit",
    "catalogue.product_scan": "catalogue.read",
    "catalogue.product_scan_small": "catalogue.read",
    "catalogue.product_scan_delete": "catalogue.edit",
    "catalogue.notice_letters": "catalogue.edit",
    "catalogue.notices_send": "catalogue.edit",
    "catalogue.notice_take_back": "catalogue.edit",
}
QUERIES = {
    "catalogue.supplier_list": ["?q=cha+muc&kind=cooperative", "?format=xlsx"],
    "catalogue.product_list": ["?q=cha+muc&sort=-name", "?format=xlsx"],
    "catalogue.certificate_list": [
        "?window=all&q=cha+muc&told=no&locality=1&producer=1",
        "?month=2026-12",
        "?format=xlsx&window=0",
    ],
    "catalogue.certificate_calendar": ["?locality=1"],
    "catalogue.supplier_duplicates": ["?show=apart"],
    "catalogue.supplier_twins": ["?q=mieu"],
    "catalogue.supplier_choices": ["?producer_query=thoan"],
    "catalogue.ward_choices": ["?ward_query=bai+chay"],
}


def furnish(world: World) -> None:
    maker = factories_goods.supplier()
    made = factories_goods.product(producer=maker, basis_d=True)
    paper = factories_goods.certificate(made)
    ending = factories_goods.certificate(
        factories_goods.product(producer=maker, name="Ruốc tôm"), issued_on=date(2023, 12, 15)
    )
    factories_goods.picture(made)
    sent = factories_goods.certificate(
        factories_goods.product(producer=maker, name="Sá sùng khô"), issued_on=date(2023, 12, 12)
    )
    scan = factories_goods.scan(paper)
    twin = factories_goods.supplier(name="Hợp tác xã chả mực Thoan")
    gone = factories_goods.supplier(name="HTX Chả mực bà Thoan")
    factories_goods.merged(twin, gone)
    another = factories_goods.supplier(name="HTX Ngán Tiên Yên")
    factories_goods.apart(maker, another)
    world.params |= {
        "supplier_id": maker.id,
        "product_id": made.id,
        "certificate_id": paper.id,
        "paper_id": scan,
        "letter": "d",
        "other_id": twin.id,
        "contact_id": factories_goods.contact(maker),
        "notice_id": factories_goods.notice(sent),
    }
    world.ids |= {"ending": ending.id, "another": another.id}


def supplier(world: World) -> dict[str, object]:
    return {"kind": "cooperative", "name": "HTX Ngọc trai Hạ Long", "active": "y", "version": "1"}


def contact(_world: World) -> dict[str, object]:
    return {"name": "Bùi Thị Sen", "role": "kế toán", "email": "sen@htx.vn", "version": "1"}


def new_supplier(world: World) -> dict[str, object]:
    return {**supplier(world), "locality_id": people.locality().id}


def product(world: World) -> dict[str, object]:
    return {
        "name": "Ruốc hàu 200 g",
        "producer_id": world.params["supplier_id"],
        "group148": "food",
        "base_unit": "lọ",
        "active": "y",
        "version": "2",
    }


def new_product(world: World) -> dict[str, object]:
    return {**product(world), "locality_id": people.locality().id}


def certificate(world: World) -> dict[str, object]:
    return {"number": "13/GCN", "stars": "4", "issuer": "UBND tỉnh", "issued_on": "04/02/2026"}


def mended(world: World) -> dict[str, object]:
    return {**certificate(world), "version": "1", "number": "14/GCN"}


def scan_of(_world: World) -> dict[str, object]:
    return {"scan": factories_papers.upload(factories_papers.shot(31))}


def picture_of(_world: World) -> dict[str, object]:
    return {"picture": factories_papers.upload(factories_papers.shot(32))}


def sent_letters(world: World) -> dict[str, object]:
    return {"certificates": world.ids["ending"], "sent_on": "23/11/2026", "how": "post"}


# Readable by all, edited by the owning locality: elsewhere 403; a locality out of reach is no choice.
POSTS = [
    Post("catalogue.supplier_new", "officer", new_supplier, elsewhere=422),
    Post(
        "catalogue.supplier_new_wards",
        "officer",
        new_supplier,
        elsewhere=200,
        silent="a lookup",
        done=200,
    ),
    Post("catalogue.supplier_edit", "officer", supplier, elsewhere=403),
    Post(
        "catalogue.supplier_edit_wards",
        "officer",
        supplier,
        elsewhere=403,
        silent="a lookup",
        done=200,
    ),
    Post("catalogue.supplier_merge", "officer", elsewhere=403),
    Post("catalogue.supplier_apart", "officer", elsewhere=403),
    Post(
        "catalogue.supplier_apart_undo",
        "officer",
        params=lambda w: {"other_id": w.ids["another"]},
        elsewhere=403,
    ),
    Post("catalogue.contact_new", "officer", contact, elsewhere=403),
    Post("catalogue.contact_edit", "officer", contact, elsewhere=403),
    Post("catalogue.contact_delete", "officer", elsewhere=403),
    Post("catalogue.product_new", "officer", new_product, elsewhere=422),
    Post(
        "catalogue.product_new_producers",
        "officer",
        new_product,
        elsewhere=200,
        silent="a lookup",
        done=200,
    ),
    Post("catalogue.product_edit", "officer", product, elsewhere=403),
    Post(
        "catalogue.product_edit_producers",
        "officer",
        product,
        elsewhere=403,
        silent="a lookup",
        done=200,
    ),
    Post("catalogue.product_picture_new", "officer", picture_of, elsewhere=403),
    Post("catalogue.product_picture_delete", "officer", elsewhere=403),
    Post("catalogue.certificate_new", "officer", certificate, elsewhere=403),
    Post(
        "catalogue.certificate_withdraw",
        "officer",
        lambda w: {"on": "01/11/2026", "reason": "Sản phẩm không còn đạt"},
        elsewhere=403,
    ),
    Post("catalogue.certificate_edit", "officer", mended, elsewhere=403),
    Post("catalogue.certificate_delete", "officer", elsewhere=403),
    Post("catalogue.certificate_scan", "officer", scan_of, elsewhere=403),
    Post("catalogue.basis_scan", "officer", scan_of, elsewhere=403),
    Post("catalogue.product_scan_delete", "officer", elsewhere=403),
    Post("catalogue.notices_send", "officer", sent_letters, elsewhere=422),
    Post("catalogue.notice_take_back", "officer", elsewhere=403),
]

SERVICES = {
    "rely_on": "notes on which day goods first came in by a certificate; the posting leaves the row",
    "to_fill": "says what a merge would fill in, changes nothing",
    "index_supplier": "fills columns of an object, for the verbs and the bulk load",
    "index_product": "fills columns of an object, for the verbs and the bulk load",
    "supplier_index": "only computes",
    "product_index": "only computes",
    "units_in_words": "only computes",
    "differences": "only computes",
    "product_changes": "only computes",
    "certificate_changes": "only computes",
    "refuse_correction": "refuses, changes nothing",
    "refuse_contradiction": "refuses, changes nothing",
    "take_in_suppliers": "its rows go to the chain many at once (audit.service.append)",
    "take_in_products": "its rows go to the chain many at once (audit.service.append)",
}
