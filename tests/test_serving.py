"""What may be served: the demonstration to this machine only, a real database never filled by itself."""

from pathlib import Path

import pytest
from flask import Flask

from ocop_points import create_app
from ocop_points.config import SettingError
from ocop_points.core.db import db
from ocop_points.core.installation import is_demonstration
from ocop_points.serving import check_exposure, prepare
from tests.installations import AS_OF, copy_of, installation


def closed(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("demo", [False, True])
def test_an_empty_database_that_was_named_is_not_filled(tmp_path: Path, demo: bool) -> None:
    """RULES.md §10: the sentence names `flask init`."""
    url = f"sqlite:///{(tmp_path / 'real.sqlite3').as_posix()}"
    settings = {"INSTANCE": tmp_path, "SQLALCHEMY_DATABASE_URI": url, "DATABASE_GIVEN": True}
    app = create_app(settings, demo=demo)
    with pytest.raises(SettingError, match="flask --app wsgi init"):
        prepare(app)
    closed(app)


def test_the_demonstration_is_served_to_this_machine_only(
    demonstration: Path, tmp_path: Path
) -> None:
    app = copy_of(demonstration, tmp_path / "copy")
    lines = prepare(app)
    assert lines[0] == "Mở trình duyệt: http://127.0.0.1:8000"
    assert any("quangninh.canbo" in line for line in lines)
    with app.app_context():
        assert is_demonstration(), AS_OF
    for host, proxies, allowed in (
        ("127.0.0.1", 0, True),
        ("localhost", 0, True),
        ("::1", 0, True),
        ("0.0.0.0", 0, False),  # noqa: S104
        ("192.168.1.10", 0, False),
        ("may-chu", 0, False),
        ("127.0.0.1", 1, False),
    ):
        app.config.update(HOST=host, TRUSTED_PROXIES=proxies)
        check_exposure(app, demonstration=False)
        if allowed:
            check_exposure(app, demonstration=True)
        else:
            with pytest.raises(SettingError, match="chỉ chạy tại máy này"):
                check_exposure(app, demonstration=True)
    closed(app)


def test_a_real_installation_tells_no_passwords(tmp_path: Path) -> None:
    app = installation(tmp_path / "real")
    run = app.test_cli_runner().invoke
    made = run(args=["init", "--username", "quan.tri", "--full-name", "Trần Văn Quản"])
    assert made.exit_code == 0, made.output
    assert prepare(app) == ["Mở trình duyệt: http://127.0.0.1:8000"]
    closed(app)
