"""Two real servers on one installation, people at both of them at the same moment."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint
from ocop_points.stock.models import Balance, Voucher
from ocop_points.stock.rules import VoucherKind
from tests import factories_papers, factories_visits
from tests import factories_visits as visits
from tests.browser import Browser
from tests.live import shop
from tests.live.mixed import Shops, judge, mixed
from tests.live.races import at_once, sell_out
from tests.live.served import Answer, Client, Server, running, signed_in
from tests.points.test_register import filled

Open = Callable[[str | None], Browser]
EARLY = shop.IN_ON


@pytest.fixture
def servers(app: Flask, tmp_path: Path) -> Iterator[list[Server]]:
    with running(app, tmp_path, 2) as found:
        yield found


def serials() -> list[int]:
    db.session.rollback()
    issued = select(Voucher.serial).where(Voucher.kind == VoucherKind.ISSUE)
    return sorted(found or 0 for found in db.session.scalars(issued))


def test_one_lot_sold_at_two_servers_until_it_is_empty(
    app: Flask, browser: Open, servers: list[Server]
) -> None:
    point, product = shop.stocked(60)
    url, fields = shop.issue_of_one(browser("officer"), point, product)
    told = sell_out(servers, url, fields, threads=8)
    assert not told.unfit
    assert told.statuses == {303: 60, 422: 16}
    assert len(set(told.sold)) == 60
    assert all("chỉ còn 0 hộp" in words and "thiếu 1 hộp" in words for words in told.refusals)
    assert serials() == list(range(1, 61))
    assert db.session.scalar(select(Balance.on_hand)) == 0
    shop.verified(app)


def test_a_day_of_everything_at_two_servers(app: Flask, servers: list[Server]) -> None:
    """Receipts, issues, transfers and a stocktake after the other: what was acknowledged is there, once."""
    day = mixed(servers, Shops.stocked(200), seconds=10)
    judge(day)
    assert min(len(day.posted[kind]) for kind in ("receipts", "issues", "transfers")) > 3
    assert day.counted
    shop.verified(app)


def both(first: Client, second: Client, urls: tuple[str, str], **values: str) -> list[Answer]:
    """Open a form each, then send both at the same moment; the one that succeeded first."""
    answers: list[Answer] = []
    forms = [client.get(url).form(url) for client, url in zip((first, second), urls, strict=True)]
    at_once(
        [
            lambda client=client, form=form: answers.append(client.send(form, **values))
            for client, form in zip((first, second), forms, strict=True)
        ]
    )
    assert not first.unfit + second.unfit
    return sorted(answers, key=lambda answer: answer.status)


def managers(servers: list[Server]) -> tuple[Client, Client]:
    return signed_in(servers[0], "manager"), signed_in(servers[1], "second_manager")


def submitted_with_photos() -> int:
    made = visits.visit(on=EARLY)
    factories_papers.answer(made)
    factories_papers.submit(made)
    return made


def test_two_managers_approve_one_visit_at_once(app: Flask, servers: list[Server]) -> None:
    first, second = managers(servers)
    for number in (1, 2, 3):
        url = f"/assessments/{submitted_with_photos()}/approve"
        won, lost = both(first, second, (url, url), number=str(number))
        assert (won.status, lost.status) == (303, 422)
        assert "đang ở trạng thái “Đã duyệt” nên không làm được việc này" in lost.words
        visit = factories_visits.record(int(url.split("/")[2]))
        assert (visit.number, visit.version) == (number, 3)
    shop.verified(app)


def test_one_number_typed_for_two_visits_at_once_is_given_once(
    app: Flask, servers: list[Server]
) -> None:
    first, second = managers(servers)
    for number in (12, 13, 14):
        ids = submitted_with_photos(), submitted_with_photos()
        one, two = (f"/assessments/{visit_id}/approve" for visit_id in ids)
        won, lost = both(first, second, (one, two), number=str(number))
        assert (won.status, lost.status) == (303, 422)
        assert f"Số {number}/BB-SCT năm 2026 đã dùng cho" in lost.words
        assert f"Số tiếp theo: {number + 1}" in lost.words
        given = [factories_visits.record(visit_id).number for visit_id in ids]
        assert sorted(given, key=str) == [number, None]


def test_one_form_sent_eight_times_at_once_makes_one_record(
    app: Flask, servers: list[Server]
) -> None:
    first = signed_in(servers[0], "officer")
    form = first.get("/points/new").form("/points/new")
    second = Client(servers[1])
    second.cookies = dict(first.cookies)  # the same person, by way of the other server
    answers: list[Answer] = []
    text = filled()
    sending = [
        lambda client=client: answers.append(client.send(form, **text))
        for client in (first, second) * 4
    ]
    at_once(sending)
    assert not first.unfit + second.unfit
    assert {answer.status for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(SalesPoint)) == 1


def test_one_key_with_two_texts_at_once_makes_one_record(app: Flask, servers: list[Server]) -> None:
    first = signed_in(servers[0], "officer")
    second = Client(servers[1])
    second.cookies = dict(first.cookies)
    form = first.get("/points/new").form("/points/new")
    answers: list[Answer] = []
    texts = (filled(name="Điểm một"), filled(name="Điểm hai", address="5 đường Lê Lợi"))
    at_once(
        [
            lambda client=client, text=text: answers.append(client.send(form, **text))
            for client, text in zip((first, second), texts, strict=True)
        ]
    )
    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert (won.status, lost.status) == (303, 422)
    assert "đã được gửi với nội dung khác" in lost.words
    assert won.location in lost.text
    assert not first.unfit + second.unfit


def test_another_persons_key_is_worth_nothing(app: Flask, servers: list[Server]) -> None:
    mine, theirs = signed_in(servers[0], "officer"), signed_in(servers[1], "second_officer")
    form = mine.get("/points/new").form("/points/new")
    key, token = form.value("form_key"), theirs.get("/points/new").form().value("csrf_token")
    answers: list[Answer] = []
    own, taken = filled(), filled(form_key=key or "", csrf_token=token or "")
    at_once(
        [
            lambda: answers.append(mine.send(form, **own)),
            lambda: answers.append(theirs.send(form, **taken)),
        ]
    )
    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert (won.status, lost.status) == (303, 422)
    assert "Biểu mẫu này đã cũ" in lost.words
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(SalesPoint)) == 1
    assert not mine.unfit + theirs.unfit
