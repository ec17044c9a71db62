"""Two processes behind nginx, by the configuration and the unit that are shipped in `docs/nginx`."""

import re
import ssl
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from ocop_points.accounts.models import SignInFailure
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint
from tests import factories_papers, factories_visits, people
from tests.live import dying, shop
from tests.live.proxied import HOST, SHIPPED, Nginx, Visitor, unit_settings
from tests.live.served import ROOT, Answer, Client, Server, running
from tests.points.test_register import filled

Place = tuple[Nginx, list[Server]]


@pytest.fixture
def place(app: Flask, tmp_path: Path) -> Iterator[Place]:
    settings = {**unit_settings(), "TRUSTED_HOSTS": HOST, "DIES_AT": str(tmp_path / "demand")}
    with running(app, tmp_path, 2, settings, dying.PROGRAM) as servers:
        nginx = Nginx(servers, tmp_path / "nginx")
        nginx.start()
        try:
            yield nginx, servers
        finally:
            nginx.stop()


def test_the_main_job_by_way_of_nginx(app: Flask, place: Place) -> None:
    """Sign in, a form, a photo, a PDF; one process dies under a form, and the other goes on."""
    nginx, servers = place
    visit_id = factories_visits.visit(on=shop.IN_ON)
    factories_papers.answer(visit_id)
    line = factories_papers.line_of(visit_id, "III.1").id
    url = f"/assessments/{visit_id}"
    officer = Visitor(nginx).sign_in("officer")
    assert list(officer.cookies) == ["__Host-ocop_points"]

    # One process dies when the form is written and before it is answered: nginx asks the other, which gives the first
    # result.
    form = officer.get("/points/new").form()
    dying.doom(servers[0], "after 1")
    done = officer.send(form, **filled(name="Quầy số 1", address="3 thôn Đông Nam"))
    assert done.status == 303, done.words
    gone = [server for server in servers if server.process and server.process.poll() is not None]
    assert len(gone) == 1
    assert "Quầy số 1" in officer.get(done.location).words
    db.session.rollback()
    names = select(SalesPoint.name).filter_by(name="Quầy số 1")
    assert len(db.session.scalars(names).all()) == 1

    shot = factories_papers.upload(factories_papers.shot(7))
    photos = f"{url}/lines/{line}/photos"
    assert officer.send(officer.get(photos).form(photos), photos=shot).status == 303
    paper = officer.get(f"{url}/minutes.pdf")
    assert (paper.status, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert paper.body.startswith(b"%PDF")

    gone[0].start()
    for server in servers:  # the same session at either
        assert _straight(server, officer, url).status == 200
    db.session.rollback()
    photo = db.session.scalars(select(AnswerPhoto.id).order_by(AnswerPhoto.id.desc())).first()
    assert officer.get(f"/photos/{photo}").headers["Content-Type"] == "image/jpeg"
    assert not officer.unfit

    for server in servers:
        server.kill()
    resting = officer.get(url)
    assert (resting.status, resting.headers["Retry-After"]) == (503, "60")
    assert "Hệ thống đang tạm dừng" in resting.words
    part = officer.post(url, {}, headers={"HX-Request": "true"})
    assert (part.status, part.headers["HX-Retarget"]) == (503, "#messages")
    assert "<html" not in part.text
    servers[0].start()
    end = time.monotonic() + 30  # nginx asks a process that did not answer again after fail_timeout
    while officer.get(url).status != 200:
        assert time.monotonic() < end
        time.sleep(0.1)
    db.session.remove()
    shop.verified(app)


def _straight(server: Server, who: Client, url: str) -> Answer:
    """The same browser at one process, as nginx speaks to it."""
    there = Client(server)
    there.cookies = dict(who.cookies)
    return there._ask("GET", url, None, {"Host": HOST})


def test_what_nginx_adds_and_leaves(place: Place) -> None:
    """Addresses, https, static files and limits: one test, since starting all three takes longest."""
    nginx, servers = place
    _throttled_by_their_own_address(nginx)
    _refusals_are_logged_by_the_clock_of_the_world(servers)
    _only_https(nginx)
    _static_files_as_the_program_serves_them(nginx, servers[0])
    _the_limits_are_the_programs(nginx)


def _throttled_by_their_own_address(nginx: Nginx) -> None:
    """Counted over both processes; an address that somebody claims to have is not believed."""
    stranger, officer = Visitor(nginx, "127.0.0.66"), Visitor(nginx, "127.0.0.7")
    statuses = []
    for n in range(11):
        form = stranger.get("/login").form()
        fields = form.filled({"username": people.USERNAMES["officer"], "password": f"sai {n}"})
        claim = {"X-Forwarded-For": f"10.0.0.{n}", "Forwarded": f"for=10.0.0.{n}"}
        statuses.append(stranger.post(form.action, fields, headers=claim).status)
    assert statuses == [422] * 10 + [429]
    db.session.rollback()
    assert set(db.session.scalars(select(SignInFailure.address))) == {"127.0.0.66"}
    officer.sign_in("officer")


def _refusals_are_logged_by_the_clock_of_the_world(servers: list[Server]) -> None:
    """One shape a line, the moment in UTC, the address the visitor's."""
    lines = [line for server in servers for line in server.log.read_text("utf-8").splitlines()]
    refused = [line for line in lines if "refused 429" in line]
    assert len(refused) == 1
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ WARNING ocop_points: refused 429", refused[0])
    assert "from=127.0.0.66" in refused[0]
    age = datetime.now(UTC) - datetime.fromisoformat(refused[0][:20])
    assert abs(age.total_seconds()) < 300


def _only_https(nginx: Nginx) -> None:
    plain = HTTPConnection("127.0.0.1", nginx.plain_port)
    plain.request("GET", "/points?q=1", headers={"Host": HOST})
    moved = plain.getresponse()
    assert (moved.status, moved.headers["Location"]) == (301, f"https://{HOST}/points?q=1")
    plain.close()
    who = Visitor(nginx)
    assert who.get("/login").headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert who._ask("GET", "/login", None, {"Host": "evil.example"}).status == 400
    for ciphers, newest in (
        ("ALL:@SECLEVEL=0", ssl.TLSVersion.TLSv1_1),
        ("AES128-SHA:@SECLEVEL=0", ssl.TLSVersion.TLSv1_2),
    ):
        who.trust = ssl.create_default_context(cafile=str(nginx.here / "fullchain.pem"))
        who.trust.set_ciphers(ciphers)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            who.trust.minimum_version, who.trust.maximum_version = ssl.TLSVersion.TLSv1, newest
        with pytest.raises(ssl.SSLError):
            who.get("/login")


def _static_files_as_the_program_serves_them(nginx: Nginx, server: Server) -> None:
    who = Visitor(nginx)
    for path in ("/static/app.css?v=1", "/static/app.css"):
        ours, theirs = who.get(path), _straight(server, who, path)
        for name in ("Cache-Control", "X-Content-Type-Options", "Referrer-Policy"):
            assert ours.headers[name] == theirs.headers[name], name
        assert "frame-ancestors 'none'" in ours.headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" in ours.headers
        assert ours.body == theirs.body
    assert who.get("/static/..%2fwsgi.py").status in {400, 404}
    assert who.get("/tam-dung.html").status == 404


def _the_limits_are_the_programs(nginx: Nginx) -> None:
    """What is too large for every page nginx refuses; what is too large for one page, that page does, in its words."""
    text = (SHIPPED / "ocop-points.conf").read_text(encoding="utf-8")
    assert "client_max_body_size 256m;" in text
    assert "BODY_LIMIT = 256 * 1024 * 1024" in (ROOT / "wsgi.py").read_text(encoding="utf-8")
    answer = Visitor(nginx).sign_in("officer").post("/points/new", {"name": "x" * 600_000})
    assert answer.status == 413
    assert "Tệp hoặc nội dung quá lớn" in answer.words
