"""Serving with waitress: bring the schema up to date, look whether this may be served, say where."""

from ipaddress import ip_address

from flask import Flask
from flask_migrate import upgrade

from ocop_points.accounts.queries import has_users
from ocop_points.cli import load_shipped_criteria
from ocop_points.config import DEMO_ACCOUNTS, DEMO_PASSWORD, SettingError
from ocop_points.core.installation import is_demonstration

THREADS = 8


def prepare(app: Flask) -> list[str]:
    """Make the database ready and return what to print. Raises SettingError when it may not be served."""
    with app.app_context():
        upgrade()
        lines = []
        if not has_users():
            lines += _fill(app)
        demonstration = is_demonstration()
        check_exposure(app, demonstration=demonstration)
    host, port = app.config["HOST"], app.config["PORT"]
    lines.append(f"Mở trình duyệt: http://{host}:{port}")
    if demonstration:
        lines.append(f"Bản minh họa, mật khẩu của mọi tài khoản: {DEMO_PASSWORD}")
        lines += [f"  {username:18} {role}" for username, role in DEMO_ACCOUNTS]
    return lines


def _fill(app: Flask) -> list[str]:
    """The demonstration fills its own empty database; a real one is never filled by itself (RULES.md §10)."""
    if not app.config["DEMO"] or app.config["DATABASE_GIVEN"]:
        raise SettingError(
            "Cơ sở dữ liệu chưa có người dùng nào. Tạo quản trị viên đầu tiên: flask --app wsgi init"
        )
    from ocop_points.demo.load import load

    print("Đang nạp bản minh họa, chừng nửa phút…", flush=True)  # noqa: T201  # somebody waits for it
    return [load(as_of=None, load_criteria=load_shipped_criteria)]


def check_exposure(app: Flask, *, demonstration: bool) -> None:
    """The demonstration, whose passwords are known, is served to this machine only."""
    if not demonstration:
        return
    host = app.config["HOST"]
    if app.config["TRUSTED_PROXIES"] or not is_loopback(host):
        raise SettingError(
            "Bản minh họa có mật khẩu ai cũng biết nên chỉ chạy tại máy này: đặt HOST=127.0.0.1 và bỏ TRUSTED_PROXIES."
        )


def is_loopback(host: str) -> bool:
    """Does this address reach this machine only?"""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
