"""Settings, from the environment (see the operating manual)."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEMO_DATABASE = "demo.sqlite3"
DATABASE = "ocop.sqlite3"


class SettingError(RuntimeError):
    """A setting that cannot work; the message says which and what to do."""


def load(instance: Path, *, demo: bool = False) -> dict[str, Any]:
    """All settings of one installation. `demo` picks the demonstration's own database."""
    name = DEMO_DATABASE if demo else DATABASE
    given = os.environ.get("DATABASE_URL", "").strip()
    url = given or f"sqlite:///{(instance / name).as_posix()}"
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "DATABASE_GIVEN": bool(given),
        # Photos and scans. Two databases may not share a folder: sweeping one would empty the other's.
        "FILES_FOLDER": os.environ.get("FILES_FOLDER", "").strip()
        or str(instance / ("demo-files" if demo and not given else "files")),
        "DEMO": demo,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or _kept_secret(instance),
        "HOST": os.environ.get("HOST", "127.0.0.1"),
        "PORT": _whole_number("PORT", 8000),
        "PUBLIC_URL": os.environ.get("PUBLIC_URL", "").rstrip("/"),
        "TRUSTED_PROXIES": _whole_number("TRUSTED_PROXIES", 0),
        "TRUSTED_HOSTS": _list("TRUSTED_HOSTS"),
        "SESSION_COOKIE_SECURE": _flag("SESSION_COOKIE_SECURE"),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # Over https the name itself forbids a neighbour on the domain to set it (the prefix is the browser's rule).
        "SESSION_COOKIE_NAME": "__Host-ocop_points"
        if _flag("SESSION_COOKIE_SECURE")
        else "ocop_points",
        # Sent again when it changes, which is once a minute while somebody works.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,
        # How long a certificate runs (DOMAIN.md §4): a setting, since the rule is to be confirmed.
        "CERTIFICATE_MONTHS": _whole_number("CERTIFICATE_MONTHS", 36),
        # Reminders by e-mail: off while there is no SMTP_HOST (core.mail checks the rest when it sends).
        "SMTP_HOST": os.environ.get("SMTP_HOST", "").strip(),
        "SMTP_PORT": _whole_number("SMTP_PORT", 0),
        "SMTP_SECURITY": os.environ.get("SMTP_SECURITY", "").strip().lower() or "starttls",
        "SMTP_USER": os.environ.get("SMTP_USER", "").strip(),
        "SMTP_PASSWORD": os.environ.get("SMTP_PASSWORD", ""),
        "SMTP_FROM": os.environ.get("SMTP_FROM", "").strip(),
        "REMINDER_WEEKDAY": _weekday("REMINDER_WEEKDAY", 1),
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        # Cost of a password: about 30 ms; tests lower it.
        "PASSWORD_MEMORY_KIB": 19_456,
        "PASSWORD_ROUNDS": 2,
    }


def _kept_secret(instance: Path) -> str:
    """Made once, kept beside the database, readable by its owner only."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        fresh = instance / f"secret_key.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(fresh, path)  # two processes starting at once keep the first one's secret
        except FileExistsError:
            pass
        except OSError:
            os.replace(fresh, path)
            return path.read_text(encoding="ascii").strip()
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()


def _whole_number(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal():
        raise SettingError(f"{name} phải là một số nguyên, đang là “{text}”.")
    return int(text)


def _weekday(name: str, default: int) -> int:
    """1 is Monday and 7 Sunday, as in ISO 8601."""
    day = _whole_number(name, default)
    if not 1 <= day <= 7:
        raise SettingError(f"{name} là ngày trong tuần, từ 1 (thứ Hai) đến 7 (Chủ nhật).")
    return day


def _flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def _list(name: str) -> list[str] | None:
    hosts = [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
    return hosts or None


DEMO_PASSWORD = "ocop-demo"  # noqa: S105  # known to everyone: served to this machine only
DEMO_ACCOUNTS = (
    ("quantri", "Quản trị viên của Bộ"),
    ("bo.xem", "Người xem của Bộ"),
    ("quangninh.quanly", "Quản lý, Quảng Ninh"),
    ("quangninh.canbo", "Cán bộ, Quảng Ninh"),
    ("quangninh.diem", "Người vận hành một điểm bán, Quảng Ninh"),
    ("camau.quanly", "Quản lý, Cà Mau"),
    ("camau.canbo", "Cán bộ, Cà Mau"),
)
