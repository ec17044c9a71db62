"""The weekly letter: what it says, that each gets one, and that no failure of one touches another."""

import re
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from ocop_points.accounts import reminders_service, service
from ocop_points.accounts.reminders_models import Reminder
from ocop_points.accounts.reminders_rules import ReminderState, due_on
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.core.mail import Letter, MailError, mail_settings, message
from tests import factories, people
from tests.browser import Browser
from tests.conftest import NOW
from tests.mailbox import Mailbox

Open = Callable[[str | None], Browser]
MONDAY = date(2026, 11, 23)
SECRET = "mật khẩu máy chủ thư"
HA, MANH = "thu.ha@soct.example", "duc.manh@soct.example"


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with Mailbox() as server:
        given = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": server.port, "SMTP_SECURITY": "none",
                 "SMTP_FROM": "Điểm OCOP <ocop@soct.example>"}  # fmt: skip
        for name, value in given.items():
            monkeypatch.setitem(app.config, name, value)
        yield server


def settle_in(who: str, address: str, **more: object) -> None:
    """Give one of the stock people an address."""
    values = {"email": address, **more}
    write(lambda: service.edit_user(people.user(who), by=people.user("admin"), values=values))


def run(app: Flask, *args: str, status: int = 0) -> Result:
    done = app.test_cli_runner().invoke(args=["send-reminders", *args])
    db.session.rollback()
    assert done.exit_code == status, (done.output, done.exception)
    return done


def states() -> dict[str, ReminderState]:
    db.session.rollback()
    rows = db.session.execute(select(Reminder.address, Reminder.state))
    return {address: state for address, state in rows}


def part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("today", "weekday", "due"),
    [
        (MONDAY, 1, MONDAY), (MONDAY, 2, date(2026, 11, 17)), (MONDAY, 7, date(2026, 11, 22)),
        (date(2026, 11, 29), 1, MONDAY), (date(2026, 11, 29), 7, date(2026, 11, 29)),
        (date(2027, 1, 1), 4, date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_the_day_a_letter_is_due(today: date, weekday: int, due: date) -> None:
    assert due_on(today, weekday) == due


def test_the_letter_says_what_the_home_page_says(
    app: Flask, browser: Open, mailbox: Mailbox
) -> None:
    factories.point(name="Cửa hàng <b>Bãi Cháy</b>", opened_on=None)
    settle_in("officer", HA)
    assert "Đã gửi 1 thư" in run(app).output
    ((to, letter),) = mailbox.letters
    assert to == HA
    assert letter["To"] == HA
    assert letter["From"] == "Điểm OCOP <ocop@soct.example>"
    assert letter["Subject"] == "Điểm OCOP: việc đang chờ bạn, 23/11/2026"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<https://ocop.example/profile>"
    text, html = part(letter, "plain"), part(letter, "html")
    home = browser("officer").get("/")
    assert home.tree is not None
    waiting = [e for e in home.tree.iter("li") if "todo" in (e.get("class") or "")]
    links = [next(e.iter("a")).get("href") for e in waiting]
    assert links, "something waits"
    for link in links:
        assert f"https://ocop.example{link}\n" in text
        assert f'href="https://ocop.example{link}"' in html
    assert "Cửa hàng <b>Bãi Cháy</b> – từ 23/11/2026" in text
    assert "Cửa hàng &lt;b&gt;Bãi Cháy&lt;/b&gt;" in html
    addresses = re.findall(r'href="([^"]*)"', html)
    assert all(re.fullmatch(r"https://ocop\.example(/[\w./?=&;-]*)?", one) for one in addresses)


def test_a_week_has_one_letter_whoever_runs_and_how_often(app: Flask, mailbox: Mailbox) -> None:
    factories.point(opened_on=None)
    settle_in("officer", HA)
    settle_in("second_officer", MANH)

    # The other run comes while the first letter is under way: it sends the other, and the first run then none.
    def other_run() -> None:
        mailbox.before_answer = lambda: None
        _elsewhere(app)

    mailbox.before_answer = other_run
    run(app)
    assert [to for to, _letter in mailbox.letters] == [HA, MANH]
    run(app)
    with clock.freeze(NOW + timedelta(days=6)):
        run(app)
        assert len(mailbox.letters) == 2
    with clock.freeze(NOW + timedelta(days=7)):
        run(app)
    assert len(mailbox.letters) == 4


def _elsewhere(app: Flask) -> None:
    """As another process: this thread is the mail server's and has no session yet."""
    done = app.test_cli_runner().invoke(args=["send-reminders"])
    assert done.exit_code == 0, done.output


def test_who_gets_none(app: Flask, mailbox: Mailbox) -> None:
    factories.give_point(factories.point(opened_on=None))
    settle_in("officer", HA)
    settle_in("second_officer", MANH, reminders=False)
    settle_in("manager", "hung@soct.example")
    settle_in("other_officer", "ut@soct.example")  # nothing waits there
    settle_in(
        "operator", "diem@soct.example"
    )  # their home page lists their point, which is no work
    write(lambda: service.deactivate(people.user("manager"), by=people.user("admin")))
    assert "Đã gửi 1 thư, 2 người không có việc chờ, 0 thư" in run(app).output
    assert [to for to, _letter in mailbox.letters] == [HA]
    # What comes up later in the week waits for the next week's letter.
    factories.point(people.ELSEWHERE, opened_on=None)
    run(app)
    assert len(mailbox.letters) == 1
    with clock.freeze(NOW + timedelta(days=7)):
        run(app)
    assert [to for to, _letter in mailbox.letters[1:]] == [HA, "ut@soct.example"]


def test_a_refused_address_stops_nobody_and_is_tried_again(
    app: Flask, browser: Open, mailbox: Mailbox
) -> None:
    factories.point(opened_on=None)
    settle_in("officer", HA)
    settle_in("second_officer", MANH)
    mailbox.refused = {HA: "550 5.1.1 no such box"}
    done = run(app, status=1)
    assert "qni.canbo: máy chủ thư không nhận: 550 5.1.1 no such box" in done.output
    assert [to for to, _letter in mailbox.letters] == [MANH]
    page = browser("admin").get("/admin/reminders")
    assert "550 5.1.1 no such box" in page.words
    assert "Nguyễn Thị Thu Hà" in page.words
    assert "550 5.1.1 no such box" in browser("officer").get("/profile").words
    mailbox.refused = {}
    with clock.freeze(NOW + timedelta(days=1)):
        run(app)
    assert [to for to, _letter in mailbox.letters] == [MANH, HA]
    browser("manager").get("/admin/reminders", status=403)


def test_a_letter_that_may_have_arrived_is_not_sent_again(
    app: Flask, browser: Open, mailbox: Mailbox
) -> None:
    factories.point(opened_on=None)
    settle_in("officer", HA)
    settle_in("second_officer", MANH)
    # Killed between claim and letter: the row is all that is left.
    claim = partial(
        reminders_service.claim, people.user("officer").id, MONDAY, ReminderState.SENDING, HA
    )
    assert write(claim)
    assert not write(claim)
    mailbox.breaks_off = True  # taken, and no answer
    assert "không rõ đã đến chưa" in run(app, status=1).output
    assert [to for to, _letter in mailbox.letters] == [MANH]
    mailbox.breaks_off = False
    run(app)
    assert states() == {HA: ReminderState.SENDING, MANH: ReminderState.SENDING}
    assert len(mailbox.letters) == 1
    assert browser("admin").get("/admin/reminders").words.count("Không rõ đã đến") == 2


def test_an_unreachable_server_uses_nothing_up_and_the_password_stays_secret(
    app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    factories.point(opened_on=None)
    settle_in("officer", HA)
    mailbox.account = ("ocop", "một mật khẩu khác")
    monkeypatch.setitem(app.config, "SMTP_USER", "ocop")
    monkeypatch.setitem(app.config, "SMTP_PASSWORD", "sai-mat-khau")
    done = run(app, status=1)
    assert "không cho đăng nhập (mã 535)" in done.output
    told = done.output + caplog.text + repr(mail_settings(app.config))
    assert "sai-mat-khau" not in told
    assert "AUTH" not in told
    mailbox.account = None
    mailbox.shutdown()
    mailbox.server_close()
    assert "Không tới được máy chủ thư" in run(app, status=1).output
    assert states() == {}


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        "-keyout", str(key), "-out", str(cert),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_over_tls_only_to_a_trusted_server(
    app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    factories.point(opened_on=None)
    settle_in("officer", HA)
    mailbox.account = ("ocop", SECRET.encode("ascii", "ignore").decode())
    for name, value in {
        "SMTP_SECURITY": "starttls",
        "SMTP_USER": "ocop",
        "SMTP_PASSWORD": mailbox.account[1],
    }.items():
        monkeypatch.setitem(app.config, name, value)
    assert "không có STARTTLS" in run(app, status=1).output, "never without, where it was asked for"
    assert not any(line.startswith("AUTH") for line in mailbox.said)
    cert, key = certificate(tmp_path)
    mailbox.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mailbox.tls.load_cert_chain(cert, key)
    assert "không được tin" in run(app, status=1).output
    assert mailbox.letters == []
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    run(app)
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SMTP_HOST": ""}, None),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "javascript:alert(1)"}, "PUBLIC_URL"),
        ({"SMTP_FROM": ""}, "SMTP_FROM"),
        ({"SMTP_FROM": "Điểm OCOP <ocop@soct.example>\nBcc: a@b.example"}, "SMTP_FROM"),
        ({"SMTP_USER": "ocop"}, "SMTP_PASSWORD"),
        ({"SMTP_USER": "a", "SMTP_PASSWORD": "b", "SMTP_HOST": "mail.example"}, "không gửi trần"),
    ],
)
def test_settings_that_cannot_work(
    app: Flask, mailbox: Mailbox, changed: dict[str, str], said: str | None
) -> None:
    config = {**app.config, **changed}
    if said is None:
        assert mail_settings(config) is None
    else:
        with pytest.raises(MailError, match=re.escape(said)):
            mail_settings(config)


@pytest.mark.parametrize(
    "address",
    ["a@b.vn\r\nBcc: x@y.vn", "a@b.vn, x@y.vn", "<a@b.vn>", "a b@c.vn", "a@b", "ha@sở.vn", "@b.vn"],
)
def test_nothing_breaks_out_of_a_header(
    app: Flask, browser: Open, mailbox: Mailbox, address: str
) -> None:
    settings = mail_settings(app.config)
    assert settings is not None
    letter = Letter("Việc", "chữ", "<p>chữ", "https://ocop.example/profile")
    with pytest.raises(ValueError, match="địa chỉ thư"):
        message(letter, settings, to=address)
    with pytest.raises(ValueError, match="linefeed"):
        message(Letter("Việc\r\nBcc: x@y.vn", "", "", ""), settings, to=HA)
    page = browser("officer").submit(
        "/profile", {"email": address.replace("\r\n", " ")}, status=422
    )
    assert page.errors() == ["Nhập địa chỉ thư, ví dụ lienhe@htx.vn"]


def test_a_user_switches_it_off_and_sees_when_the_next_one_goes(
    app: Flask, browser: Open, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.point(opened_on=None)
    officer = browser("officer")
    assert "chưa có địa chỉ thư" in officer.get("/profile").words
    page = officer.follow(officer.submit("/profile", {"email": HA}))
    assert "Thư tuần này sẽ đi ở lần gửi tới" in page.words
    run(app)
    words = officer.get("/profile").words
    assert "Thư tới: Thứ Hai 30/11/2026" in words
    assert f"đã gửi lúc 10:00 23/11/2026 tới {HA}" in words
    officer.submit("/profile", {"reminders": None})
    assert "Bạn đã tắt thư này" in officer.get("/profile").words
    with clock.freeze(NOW + timedelta(days=7)):
        run(app)
    assert len(mailbox.letters) == 1
    monkeypatch.setitem(app.config, "SMTP_HOST", "")
    assert "không gửi thư nào" in run(app).output
    assert "chưa bật gửi thư" in officer.get("/profile").words
    assert "Đang tắt" in browser("admin").get("/admin/reminders").words


def test_a_letter_to_try_the_settings_counts_for_nothing(app: Flask, mailbox: Mailbox) -> None:
    factories.point(opened_on=None)
    assert "chưa có địa chỉ thư" in run(app, "--test", "qni.canbo", status=1).output
    settle_in("officer", HA)
    assert f"Đã gửi tới {HA}" in run(app, "--test", "qni.canbo").output
    assert states() == {}
    run(app)
    assert len(mailbox.letters) == 2
