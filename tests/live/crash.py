"""A server killed at random moments while people work, and whether all that they were told is true."""

import random
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import select

from ocop_points.assessments.models import VisitAnswer
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.criteria.models import Line
from ocop_points.evidence import store
from ocop_points.evidence.queries import known_hashes
from ocop_points.evidence.service import sweep
from ocop_points.points.models import SalesPoint
from ocop_points.stock.models import Balance, Voucher
from ocop_points.stock.rules import VoucherKind
from tests import factories_papers, people
from tests import factories_visits as visits
from tests.browser import PART, Browser
from tests.live import shop
from tests.live.served import LOST, Answer, Client, Server, fresh_key, signed_in
from tests.points.test_register import filled

GOODS = 1_000_000
LINES = 120
PHOTOS_A_LINE = 10
VISITED_ON = date(2026, 6, 1)  # the long edition is in force by then


@dataclass
class Scene:
    """What the people work on; all of it ids and addresses, for other threads."""

    visit_id: int
    lines: list[int]
    issue_url: str
    issue: dict[str, Any]
    point: dict[str, str]


def scene(app: Flask, browser: Browser) -> Scene:
    """A shop with goods, and a visit with a long checklist."""
    point, product = shop.stocked(GOODS)
    issue_url, issue = shop.issue_of_one(browser, point, product)
    edition = visits.long_edition(LINES).id
    visit_id = visits.visit(point, team=("second_officer",), on=VISITED_ON)
    lines = list(
        db.session.scalars(select(Line.id).filter_by(edition_id=edition).order_by(Line.id))
    )
    assert visits.record(visit_id).edition_id == edition
    here = filled(locality_id=str(people.locality().id))
    return Scene(visit_id, lines, issue_url, issue, here)


@dataclass
class Worker:
    """Somebody who does one kind of work over and over.

    `done` holds what the server said was saved. `open` is what was sent when the server died: it is sent again as
    it was, as from a page that is still open, and the one-time key keeps it from counting twice.
    """

    client: Client
    scene: Scene
    number: int = 0
    done: list[Any] = field(default_factory=list)
    open: Any = None
    fault: BaseException | None = None
    lost: bool = False

    def run(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                if self.open is None:
                    self.number += 1
                    self.open = self.prepare()
                self.done.append(self.send(self.open))
                self.open, self.lost = None, False
        except LOST:
            self.lost = True
        except BaseException as error:
            self.fault = error

    def prepare(self) -> Any:
        raise NotImplementedError

    def send(self, prepared: Any) -> Any:
        raise NotImplementedError


def saved(answer: Answer) -> Answer:
    assert answer.status == 303, f"{answer.path}: {answer.status} {answer.words[:1500]}"
    return answer


class Registrar(Worker):
    """Registers points; what is done: (name, address of the page)."""

    def prepare(self) -> Any:
        key = fresh_key(self.client.get("/points/new"))
        changed = {"name": f"Quầy số {self.number}", "address": f"{self.number} đường mới"}
        return {
            **self.scene.point,
            **changed,
            "operator_tax_code": "",
            "form_key": key,
            "anyway": "y",
        }

    def send(self, prepared: Any) -> Any:
        token = _token(self.client)
        answer = saved(self.client.post("/points/new", {**prepared, "csrf_token": token}))
        return prepared["name"], answer.location


class Seller(Worker):
    """Posts issues of one unit; what is done: the address of the voucher."""

    def prepare(self) -> Any:
        key = fresh_key(self.client.get(self.scene.issue_url.removesuffix("/post")))
        return {**self.scene.issue, "form_key": key}

    def send(self, prepared: Any) -> Any:
        sent = {**prepared, "csrf_token": _token(self.client)}
        return saved(self.client.post(self.scene.issue_url, sent)).location


class Photographer(Worker):
    """Sends photos; what is done: (line, file name)."""

    def prepare(self) -> Any:
        line = self.scene.lines[self.number // PHOTOS_A_LINE]
        url = f"/assessments/{self.scene.visit_id}/lines/{line}/photos"
        content = factories_papers.shot(self.number, (480, 360))
        return line, url, fresh_key(self.client.get(url)), content, f"{self.number}.jpg"

    def send(self, prepared: Any) -> Any:
        line, url, key, content, name = prepared
        fields = {
            "form_key": key,
            "csrf_token": _token(self.client),
            "photos": factories_papers.upload(content, name),
        }
        saved(self.client.post(url, fields, files=True))
        return line, name


class Answerer(Worker):
    """Answers line after line as htmx sends them; what is done: (line, note)."""

    def prepare(self) -> Any:
        return self.scene.lines[self.number % LINES], f"Thấy tại chỗ lần {self.number}"

    def send(self, prepared: Any) -> Any:
        line, note = prepared
        seen = "0" if self.number <= LINES and not self.lost else self.version(line)
        fields = {f"v{line}": seen, f"s{line}": "", f"a{line}": "no", f"t{line}": note}
        url = f"/assessments/{self.scene.visit_id}/answers/{line}"
        sent = {**fields, "csrf_token": _token(self.client)}
        answer = self.client.post(url, sent, headers=PART)
        assert answer.status == 200, f"{answer.status} {answer.text[:1500]}"
        return prepared

    def version(self, line: int) -> str:
        """The version that the page shows of this line's answer."""
        page = self.client.get(f"/assessments/{self.scene.visit_id}/checklist").text
        found = re.search(rf'name="v{line}"[^>]*value="(\d+)"', page)
        assert found, page[:1000]
        return found[1]


def _token(client: Client) -> str:
    """The form token of a session: it does not change while the session lasts."""
    if not hasattr(client, "token"):
        client.token = client.get("/profile").form().value("csrf_token")  # type: ignore[attr-defined]
    return str(client.token)  # type: ignore[attr-defined]


def staff(server: Server, found: Scene) -> list[Worker]:
    """One of each kind, and two sellers. They stay signed in over all restarts."""
    return [
        Registrar(signed_in(server, "manager"), found),
        Seller(signed_in(server, "officer"), found),
        Seller(signed_in(server, "second_manager"), found),
        Photographer(signed_in(server, "officer"), found),
        Answerer(signed_in(server, "second_officer"), found),
    ]


def kill_under_load(server: Server, workers: list[Worker], wait: random.Random) -> int:
    """Let all work, kill the server within 1.2 s of the first thing saved; how many requests it died under."""
    stop, before = threading.Event(), [len(worker.done) for worker in workers]
    threads = [threading.Thread(target=worker.run, args=(stop,)) for worker in workers]
    for thread in threads:
        thread.start()
    while not any(len(worker.done) > count for worker, count in zip(workers, before, strict=True)):
        assert any(thread.is_alive() for thread in threads)
        time.sleep(0.01)
    time.sleep(wait.uniform(0, 1.2))
    server.kill()
    stop.set()
    for thread in threads:
        thread.join(timeout=120)
    for worker in workers:
        if worker.fault:
            raise worker.fault
        assert not worker.client.unfit, worker.client.unfit
    return sum(worker.lost for worker in workers)


def finish(workers: list[Worker]) -> None:
    """Send again what was open when the server died the last time."""
    for worker in workers:
        if worker.open is not None:
            worker.done.append(worker.send(worker.open))
            worker.open = None
        assert not worker.client.unfit, worker.client.unfit


def check(app: Flask, workers: list[Worker]) -> int:
    """All that was acknowledged is there, nothing is there twice, and `flask verify` finds nothing.

    Returns how many forms were written although the server died before it could say so: each is sent again.
    """
    db.session.remove()
    db.engine.dispose()
    shop.verified(app)
    registrar, *sellers, photographer, answerer = workers
    untold = _check_points(registrar) + _check_vouchers(sellers)
    untold += _check_visit(photographer, answerer)
    db.session.remove()
    return untold


def _pending(*workers: Worker) -> int:
    return sum(worker.open is not None for worker in workers)


def _check_points(registrar: Worker) -> int:
    rows = db.session.execute(select(SalesPoint.id, SalesPoint.name, SalesPoint.code)).all()
    made = {name: f"/points/{id_}" for id_, name, _code in rows if name.startswith("Quầy số")}
    assert len(made) == len(rows) - 1, "a point twice"
    for name, location in registrar.done:
        assert made[name] == location
    assert len(made) - len(registrar.done) <= _pending(registrar)
    codes = sorted(code for _id, _name, code in rows)
    assert codes == [f"QNI-{n:04d}" for n in range(1, len(rows) + 1)]
    return len(made) - len(registrar.done)


def _check_vouchers(sellers: list[Worker]) -> int:
    rows = select(Voucher.id, Voucher.serial).where(Voucher.kind == VoucherKind.ISSUE)
    found = db.session.execute(rows.order_by(Voucher.serial)).all()
    acknowledged = [location for seller in sellers for location in seller.done]
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= {f"/vouchers/{id_}" for id_, _serial in found}
    assert 0 <= len(found) - len(acknowledged) <= _pending(*sellers)
    assert [serial for _id, serial in found] == list(range(1, len(found) + 1))
    assert db.session.scalar(select(Balance.on_hand)) == GOODS - len(found)
    return len(found) - len(acknowledged)


def _check_visit(photographer: Worker, answerer: Worker) -> int:
    photos = db.session.execute(select(AnswerPhoto.line_id, AnswerPhoto.name)).all()
    held = [(line, name) for line, name in photos]
    assert len(set(held)) == len(held)
    assert set(photographer.done) <= set(held)
    assert len(held) - len(photographer.done) <= _pending(photographer)
    notes = dict(db.session.execute(select(VisitAnswer.line_id, VisitAnswer.note)).all())
    last = dict(answerer.done)
    if answerer.open is not None:
        last.pop(answerer.open[0], None)
    for line, note in last.items():
        assert notes[line] == note
    return len(held) - len(photographer.done)


def shown_whole(client: Client, most: int) -> None:
    """The latest photos come over HTTP as whole pictures."""
    rows = select(AnswerPhoto.id).order_by(AnswerPhoto.id.desc()).limit(most)
    for photo_id in db.session.scalars(rows).all():
        answer = client.get(f"/photos/{photo_id}")
        assert answer.status == 200, answer.status
        with Image.open(BytesIO(answer.body)) as picture:
            picture.load()  # a cut one raises
    db.session.remove()


def swept() -> int:
    """How many files a dead server left half written; all are gone with the weekly sweep, and no other."""
    left = len(list(store.folder().glob("??/new-*")))
    with clock.freeze(datetime.now(UTC) + timedelta(days=8)):
        write(sweep)
    db.session.rollback()
    kept = {place.name for place in store.folder().glob("??/*")}
    assert kept == known_hashes()
    return left
