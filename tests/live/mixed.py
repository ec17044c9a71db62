"""Everything a shop does at once, over HTTP: receipts, issues, transfers, and a stocktake after the other."""

import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.stock.models import Voucher
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.stocktake_models import Stocktake
from ocop_points.stock.stocktake_rules import StocktakeState
from tests import factories, factories_goods
from tests import factories_stock as goods
from tests.live.races import PEOPLE, at_once
from tests.live.served import Answer, Client, Server, fresh_key, signed_in
from tests.live.shop import IN_ON, OUT_ON

LOTS = ("A", "B")
# Of so many vouchers one touches the point whose shelves are counted: often enough that counts meet movements, seldom
# enough that some come through.
ONE_IN = 20
_ACT = re.compile(r'name="rows-(\d+)-act".*?</select>', re.DOTALL)


@dataclass
class Shops:
    """Three points that hold two lots; the last is counted all the time."""

    ids: list[int]
    product_id: int
    lots: list[int]
    supplier_id: int

    @classmethod
    def stocked(cls, quantity: int) -> "Shops":
        product: Product = factories_goods.product()
        supplier = factories_goods.supplier(name="HTX giao hàng").id
        points = [factories.point(name=f"Điểm {n}", address=f"{n} chợ") for n in (1, 2, 3)]
        for point in points:
            lines = [goods.line(product, quantity, lot_code=code) for code in LOTS]
            goods.posted(point, *lines, on=IN_ON, supplier_id=supplier)
        lots = [goods.lot(product, code).id for code in LOTS]
        return cls([point.id for point in points], product.id, lots, supplier)


@dataclass
class Day:
    """What the people were told: every voucher that was acknowledged, by kind, and how each answer stood."""

    posted: dict[str, list[int]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    counted: list[int] = field(default_factory=list)
    moved_meanwhile: int = 0
    unfit: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def told(self, kind: str, answer: Answer) -> int | None:
        """Note an answer; the id of the voucher that it leads to."""
        made = int(answer.location.rsplit("/", 1)[1]) if answer.status == 303 else None
        with self.lock:
            self.statuses[answer.status] += 1
            if made is not None:
                self.posted.setdefault(kind, []).append(made)
        return made

    @property
    def vouchers(self) -> int:
        return sum(len(found) for found in self.posted.values())


class Clerk:
    """Somebody who writes one voucher after the other."""

    def __init__(self, client: Client, shops: Shops, day: Day, seed: int) -> None:
        self.client, self.shops, self.day = client, shops, day
        self.dice = random.Random(seed)
        self.token = client.get("/profile").form().value("csrf_token") or ""

    def work(self, until: float) -> None:
        while time.monotonic() < until:
            what = self.dice.choice((self.receive, self.sell, self.sell, self.send))
            what(self.place())

    def place(self) -> int:
        first, second, quiet = self.shops.ids
        return self.dice.choice((first, second)) if self.dice.randrange(ONE_IN) else quiet

    def write(self, point: int, kind: str, line: dict[str, Any], **head: Any) -> int | None:
        url = f"/points/{point}/stock/{kind}/new"
        fields = {
            "csrf_token": self.token,
            "form_key": fresh_key(self.client.get(url)),
            "on_date": OUT_ON,
            "lines-0-product_id": self.shops.product_id,
            "lines-0-unit": "hộp|1",
            "lines-0-quantity": str(self.dice.randint(1, 3)),
            **{f"lines-0-{name}": value for name, value in line.items()},
            **head,
        }
        return self.day.told(kind, self.client.post(f"{url}/post", fields))

    def receive(self, point: int) -> None:
        line = {"lot_code": self.dice.choice(LOTS), "unit_price": "185.000"}
        self.write(point, "receipts", line, supplier_id=self.shops.supplier_id)

    def sell(self, point: int) -> None:
        self.write(point, "issues", {"lot_id": self.dice.choice(self.shops.lots)})

    def send(self, point: int) -> None:
        """Over to another point, which counts it in at once, or gives it back."""
        to = self.place()
        if to == point:
            return
        line = {"lot_id": self.dice.choice(self.shops.lots)}
        sent = self.write(point, "transfers", line, to_point_id=to)
        if sent is None:
            return
        form = self.client.get(f"/transfers/{sent}/receive").form("/receive")
        self.day.told("received", self.client.send(form, on_date=OUT_ON))


class Counters:
    """Two people who count the quiet point over and over: one counts, the other posts."""

    def __init__(self, counter: Client, poster: Client, point: int, day: Day) -> None:
        self.counter, self.poster, self.point, self.day = counter, poster, point, day
        self.dice = random.Random(point)

    def work(self, until: float) -> None:
        """Whatever was begun is posted, also when everybody else has gone home."""
        while True:
            new = f"/points/{self.point}/stock/stocktakes/new"
            begun = self.counter.send(self.counter.get(new).form("/new"))
            assert begun.status == 303, begun.words
            one = begun.location.removesuffix("/count")
            page = self.counter.get(begun.location).form("/count")
            rows = {name for name, _value in page.fields if name.endswith("-quantity")}
            counts = {name: str(self.dice.randint(40, 400)) for name in rows}
            assert self.counter.send(page, **counts).status == 303
            while not self.post(one):
                pass
            if time.monotonic() > until:
                return

    def post(self, one: str) -> bool:
        """Every line gets a reason, and those that moved are said to be counted after it."""
        shown = self.counter.get(f"{one}?show=all")
        form = shown.form("/settle?show=all&page=1")
        answers = {}
        for found in _ACT.finditer(shown.text):
            answers[f"rows-{found[1]}-reason"] = "Đếm lệch"
            if 'value="after"' in found[0]:
                answers[f"rows-{found[1]}-act"] = "after"
        assert self.counter.send(form, **answers).status in {303, 422}
        asked = self.poster.get(f"{one}/post").form("/post")
        answer = self.poster.send(asked)
        with self.day.lock:
            self.day.statuses[answer.status] += 1
            if answer.status == 303:
                self.day.counted.append(int(one.rsplit("/", 1)[1]))
            else:
                assert "có nhập, xuất" in answer.words, answer.words
                self.day.moved_meanwhile += 1
        return answer.status == 303


def mixed(servers: list[Server], shops: Shops, *, seconds: float, threads: int = 8) -> Day:
    """So many people at each server for so long; one of each counts or posts the counts."""
    day = Day()
    counters = Counters(
        signed_in(servers[0], "officer"), signed_in(servers[-1], "manager"), shops.ids[-1], day
    )
    places = [(server, n) for server in servers for n in range(1, threads)]
    clients = [signed_in(server, PEOPLE[n % len(PEOPLE)]) for server, n in places]
    clerks = [Clerk(client, shops, day, n) for n, client in enumerate(clients)]
    until = time.monotonic() + seconds
    at_once([lambda one=one: one.work(until) for one in (*clerks, counters)])
    day.unfit = [
        line for client in (*clients, counters.counter, counters.poster) for line in client.unfit
    ]
    return day


def judge(day: Day) -> None:
    """What was acknowledged is there, once; nothing else is; nobody was told anything but yes or why not."""
    assert not day.unfit, day.unfit[0]
    assert set(day.statuses) <= {303, 422}, day.statuses
    told = [voucher for found in day.posted.values() for voucher in found]
    assert len(told) == len(set(told))
    db.session.rollback()
    kinds = (VoucherKind.STOCKTAKE, VoucherKind.RECEIPT)
    rows = select(Voucher.id).where(Voucher.number.is_not(None))
    there = set(db.session.scalars(rows.where(Voucher.kind.not_in(kinds))))
    first = select(Voucher.id).where(Voucher.on_date == IN_ON)
    received = rows.where(Voucher.kind == VoucherKind.RECEIPT, Voucher.id.not_in(first))
    assert there | set(db.session.scalars(received)) == set(told)
    ended = select(Stocktake.id).where(Stocktake.state == StocktakeState.POSTED)
    assert sorted(db.session.scalars(ended)) == sorted(day.counted)
    drafts = select(Voucher.id).where(Voucher.number.is_(None))
    assert list(db.session.scalars(drafts)) == []  # what was refused left nothing behind
