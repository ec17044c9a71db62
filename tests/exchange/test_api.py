"""The API: keys made, shown once, scoped, revoked; every kind of record as its description says, page after page."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from ocop_points.catalogue.rules import SupplierKind
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.exchange.api_documents import BY_NAME, RESOURCES
from ocop_points.exchange.api_models import ApiToken
from ocop_points.exchange.api_service import make_token
from ocop_points.extensions import limiter
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests import factories_visits as visits
from tests.browser import Browser, Page
from tests.statements import statements

Open = Callable[[str | None], Browser]
KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "date": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    limiter.reset()


def key(short_code: str = people.HERE) -> str:
    """A key to a locality's records."""
    admin = people.user("admin")
    return write(lambda: make_token(people.locality(short_code), "Cổng dữ liệu", by=admin)[1])


class Program:
    """Another program with a key, or without one."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self.http = Browser(app)
        self.heads = {} if token is None else {"Authorization": f"Bearer {token}"}

    def get(self, url: str, status: int = 200, known: str = "", **heads: str) -> Page:
        if known:
            heads["If-None-Match"] = known
        at = url if url.startswith("/api") else f"/api/v1/{url}"
        return self.http.get(at, status=status, headers={**self.heads, **heads})

    def read(self, url: str) -> Any:
        return self.get(url).answer.get_json()

    def all(self, url: str) -> list[dict[str, Any]]:
        """Page after page, as `next` leads."""
        found: list[dict[str, Any]] = []
        at: str | None = url
        while at:
            page = self.read(at)
            found += page["data"]
            at = page["next"]
        return found


@pytest.fixture
def country(app: Flask) -> None:
    """Of each kind of record some here and some elsewhere."""
    for where, by in ((people.HERE, "officer"), (people.ELSEWHERE, "other_officer")):
        shops = [factories.point(where, name=f"Điểm {n}", address=f"{n}") for n in range(3)]
        maker = factories_goods.supplier(where, name=f"HTX {where}", tax_code="")
        factories_goods.supplier(where, name=f"Đại lý {where}", kind=SupplierKind.TRADER)
        for n in range(3):
            made = factories_goods.product(where, producer=maker, name=f"Mắm {n} {where}")
            factories_goods.certificate(made, number=f"{n}/{where}")
            lot = goods.line(made, 7, lot_code="X", expiry=date(2027, 1, 1))
            goods.posted(shops[n], goods.line(made, 5), lot, by=by, supplier_id=maker.id)
        decider = "manager" if where == people.HERE else "other_manager"
        visits.approve(visits.submitted(point=shops[0], by=by), number=301, by=decider)
        visits.visit(shops[1], by=by)


def test_each_record_is_what_its_description_says(app: Flask, country: None) -> None:
    program = Program(app, key())
    told = Program(app, None).read("openapi.json")
    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": "https://ocop.example/api/v1"}]
    assert set(told["paths"]) == {f"/{one.name}" for one in RESOURCES}
    counts = {
        "points": 3,
        "producers": 1,
        "products": 3,
        "certificates": 3,
        "visits": 1,
        "stock": 6,
    }
    for name, many in counts.items():
        described = told["components"]["schemas"][name]
        rows = program.all(name)
        assert len(rows) == many, name
        assert program.all(f"{name}?limit=1") == rows, "page after page, the same records once each"
        for row in rows:
            assert list(row) == described["required"] == [one.name for one in BY_NAME[name].fields]
            for field in BY_NAME[name].fields:
                value = row[field.name]
                if value is None:
                    assert field.optional, f"{name}.{field.name}"
                    continue
                assert type(value) in KINDS[field.kind], f"{name}.{field.name}: {value!r}"
                assert not field.among or value in field.among
                if field.kind == "date":
                    date.fromisoformat(value)
        assert "elsewhere" not in str(rows)
        assert people.ELSEWHERE not in str(rows), f"{name} of another locality"
    first = program.all("stock")[0]
    assert (first["point_code"], first["on_hand"], first["unit"]) == ("QNI-0001", 5, "hộp")
    (visit,) = program.all("visits")
    assert (visit["minutes"], visit["result"]) == ("301/BB-SCT", "pass")


def test_the_life_of_a_key(app: Flask, browser: Open) -> None:
    factories.point()
    manager = browser("manager")
    assert "/admin/api" in manager.get("/").links()
    form = manager.get("/admin/api/new").form()
    shown = manager.send(form, {"name": "Cổng dữ liệu mở"}, status=200)
    found = re.search(r"ocop_[0-9a-f]{40}", shown.words)
    assert found
    assert manager.send(form, {"name": "Cổng dữ liệu mở"}).location == "/admin/api", "shown once"
    kept = db.session.query(ApiToken).one()
    assert kept.token_hash not in found[0]
    assert found[0] not in manager.get("/admin/api").text
    assert "chưa lần nào" in manager.get("/admin/api").words
    program = Program(app, found[0])
    assert [row["code"] for row in program.all("points")] == ["QNI-0001"]
    assert "23/11/2026" in manager.get("/admin/api").words
    before = db.session.query(ApiToken).one().last_used_on
    assert before == clock.today()
    browser("other_manager").get(f"/admin/api/{kept.id}/revoke", status=404)
    page = manager.follow(manager.submit(f"/admin/api/{kept.id}/revoke"))
    assert "Đã thu hồi" in page.words
    refused = program.get("points", status=401).answer
    assert refused.mimetype == "application/problem+json"
    assert (
        "Khóa này đã được thu hồi"
        in manager.submit(f"/admin/api/{kept.id}/revoke", status=422).words
    )
    said = browser("admin").get("/audit?kind=locality").words
    assert "tạo khóa API" in said
    assert "thu hồi khóa API" in said


def test_what_is_wrong_is_told_as_a_problem(app: Flask) -> None:
    token = key()
    program = Program(app, token)
    cases = [
        (None, "points", 401),
        ("ocop_" + "0" * 40, "points", 401),
        (token, "points?limit=0", 400),
        (token, "points?limit=201", 400),
        (token, "points?limit=x", 400),
        (token, "points?after=", 400),
        (token, "points?after=1-1", 400),
        (token, "stock?after=1", 400),
        (token, "points?after=99999999999", 400),
        (token, "points?after=-1", 400),
        (token, "users", 404),
    ]
    for given, url, status in cases:
        answer = Program(app, given).get(url, status=status).answer
        assert answer.mimetype == "application/problem+json", url
        assert answer.get_json()["status"] == status
    post = program.http.post("/api/v1/points", {}, status=405)
    assert post.answer.mimetype == "application/problem+json"
    basic = Program(app, None).get("points", status=401, Authorization="Basic eDp5")
    assert basic.answer.headers["WWW-Authenticate"] == "Bearer"
    # A session is no key: nothing of the API is answered to it.
    limiter.reset()
    for _turn in range(120):
        Program(app, None).http.http.get("/api/v1/points")
    assert (
        Program(app, token).get("points", status=429).answer.mimetype == "application/problem+json"
    )


def test_an_unchanged_page_is_not_sent_again(app: Flask, country: None) -> None:
    program = Program(app, key())
    first = program.get("points").answer
    assert first.headers["Cache-Control"] == "private, no-cache"
    mark = first.headers["ETag"]
    assert not program.get("points", status=304, known=mark).answer.data
    assert program.get("points?limit=2", known=mark).status == 200
    assert Program(app, key()).get("points", known=mark).status == 200
    factories.point(name="Điểm mới", address="mới")
    assert "Điểm mới" in str(program.get("points", known=mark).answer.get_json())


def test_statements_do_not_grow_with_the_rows(app: Flask, country: None) -> None:
    program = Program(app, key())
    program.read("points")
    counts = [statements(program.read, f"{name}?limit=200") for name in BY_NAME]
    assert counts == [3] * len(BY_NAME)  # the key, the newest audit row, the records
    assert [statements(program.read, f"{name}?limit=1") for name in BY_NAME] == counts
