"""What the catalogue expects of its routes."""

from tests import factories_goods, people
from tests.architecture.world import Post, World

ROUTES = {
    "catalogue.supplier_list": "catalogue.read",
    "catalogue.supplier_show": "catalogue.read",
    "catalogue.supplier_new": "catalogue.edit",
    "catalogue.supplier_new_wards": "catalogue.edit",
    "catalogue.supplier_edit": "catalogue.edit",
    "catalogue.supplier_edit_wards": "catalogue.edit",
    "catalogue.supplier_choices": "catalogue.read",
    "catalogue.ward_choices": "catalogue.edit",
    "catalogue.product_list": "catalogue.read",
    "catalogue.product_show": "catalogue.read",
    "catalogue.product_new": "catalogue.edit",
    "catalogue.product_new_producers": "catalogue.edit",
    "catalogue.product_edit": "catalogue.edit",
    "catalogue.product_edit_producers": "catalogue.edit",
    "catalogue.certificate_new": "catalogue.edit",
    "catalogue.certificate_withdraw": "catalogue.edit",
}
QUERIES = {
    "catalogue.supplier_list": ["?q=cha+muc&kind=cooperative", "?format=xlsx"],
    "catalogue.product_list": ["?q=cha+muc&sort=-name", "?format=xlsx"],
    "catalogue.supplier_choices": ["?producer_query=thoan"],
    "catalogue.ward_choices": ["?ward_query=bai+chay"],
}


def furnish(world: World) -> None:
    maker = factories_goods.supplier()
    made = factories_goods.product(producer=maker)
    paper = factories_goods.certificate(made)
    world.params |= {
        "supplier_id": maker.id,
        "product_id": made.id,
        "certificate_id": paper.id,
    }


def supplier(world: World) -> dict[str, object]:
    return {"kind": "cooperative", "name": "HTX Ngọc trai Hạ Long", "active": "y", "version": "1"}


def new_supplier(world: World) -> dict[str, object]:
    return {**supplier(world), "locality_id": people.locality().id}


def product(world: World) -> dict[str, object]:
    return {
        "name": "Ruốc hàu 200 g",
        "producer_id": world.params["supplier_id"],
        "group148": "food",
        "base_unit": "lọ",
        "active": "y",
        "version": "1",
    }


def new_product(world: World) -> dict[str, object]:
    return {**product(world), "locality_id": people.locality().id}


def certificate(world: World) -> dict[str, object]:
    return {"number": "13/GCN", "stars": "4", "issuer": "UBND tỉnh", "issued_on": "04/02/2026"}


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
    Post("catalogue.certificate_new", "officer", certificate, elsewhere=403),
    Post(
        "catalogue.certificate_withdraw",
        "officer",
        lambda w: {"on": "01/11/2026", "reason": "Sản phẩm không còn đạt"},
        elsewhere=403,
    ),
]

SERVICES = {
    "index_supplier": "fills columns of an object, for the verbs and the bulk load",
    "index_product": "fills columns of an object, for the verbs and the bulk load",
}
